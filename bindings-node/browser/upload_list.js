// The files of a page with their uploads and previews, as a store that frameworks can subscribe to.

import { PresizeError } from './errors.js';
import { isUndeclared } from './formats.js';
import { readOptions } from './options.js';
import { notify } from './notify.js';
import { Pool } from './pool.js';
import { UPLOAD_ALL, uploadInto } from './upload_all.js';

const NOTHING = Object.freeze({
  files: Object.freeze([]),
  uploading: false,
  progress: 0,
  error: null,
  uploadedImage: null,
});
const UNFINISHED = ['pending', 'uploading'];

export class UploadList {
  #options = {};
  #pool = new Pool(3);
  #controllers = new Map();
  #listeners = new Set();
  #snapshot = NOTHING;
  #suspended = false;
  #nextId = 1;

  constructor(options) {
    this.setOptions(options);
  }

  // For the uploads from now on.
  setOptions(options = {}) {
    const read = readOptions(UPLOAD_ALL, options);
    this.#options = read;
    this.#pool.resize(read.concurrency);
  }

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  // The same object until something changes.
  getSnapshot = () => this.#snapshot;

  upload = async (file) => {
    const [image] = await this.#add([file]);
    return image ?? null;
  };

  uploadAll = async (files) => {
    const images = await this.#add(Array.from(files ?? []));
    return images.filter((image) => image !== null);
  };

  // Uploads a file once more whose upload has failed, in its place in the list.
  retry = async (id) => {
    const failed = this.#snapshot.files.find((entry) => entry.id === id);
    if (this.#suspended || failed?.state !== 'error') return null;
    const run = this.#begin(failed, this.#options);
    this.#change(id, { state: 'pending', phase: null, progress: 0, error: null });
    return run();
  };

  // Takes a file off the list; its upload is stopped if it still runs.
  remove = (id) => {
    this.#controllers.get(id)?.abort();
    this.#controllers.delete(id);
    const gone = this.#snapshot.files.find((entry) => entry.id === id);
    if (!gone) return;
    release(gone);
    const files = this.#snapshot.files.filter((entry) => entry !== gone);
    const { error, uploadedImage } = this.#snapshot;
    this.#publish(files, {
      error: gone.error !== null && gone.error === error ? null : error,
      uploadedImage: gone.image !== null && gone.image === uploadedImage ? null : uploadedImage,
    });
  };

  reset = () => {
    this.#abortAll();
    this.#snapshot.files.forEach(release);
    if (this.#snapshot !== NOTHING) this.#set(NOTHING);
  };

  // While nobody looks on: what runs is stopped, and previews give their memory back.
  suspend() {
    this.#suspended = true;
    this.#abortAll();
    const files = this.#snapshot.files.map((entry) => {
      release(entry);
      return Object.freeze({ ...entry, previewUrl: null });
    });
    if (files.length > 0) this.#publish(files, {});
  }

  resume() {
    if (!this.#suspended) return;
    this.#suspended = false;
    const files = this.#snapshot.files.map((entry) => Object.freeze({ ...entry, previewUrl: previewOf(entry) }));
    if (files.length > 0) this.#publish(files, {});
  }

  async #add(chosen) {
    if (this.#suspended) return chosen.map(() => null);
    const options = this.#options;
    const entries = chosen.map((file) => {
      const entry = { id: this.#nextId++, file, state: 'pending', phase: null, progress: 0, image: null, error: null };
      return Object.freeze({ ...entry, previewUrl: previewOf(entry) });
    });
    const uploads = entries.map((entry) => this.#begin(entry, options));
    this.#publish([...this.#snapshot.files, ...entries], { error: null });
    entries.forEach((entry) => notify(options.onFile, entry));
    return Promise.all(uploads.map((run) => run()));
  }

  // The upload of a file, ready to run, and to be stopped from now on.
  #begin({ id, file }, { concurrency: _, onFile: __, signal: outer, ...options }) {
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    const stop = () => controller.abort(outer.reason);
    const change = (changes) => this.#change(id, changes);
    return async () => {
      if (outer?.aborted) stop();
      outer?.addEventListener('abort', stop, { once: true });
      const image = await uploadInto(change, file, { ...options, signal: controller.signal }, this.#pool);
      outer?.removeEventListener('abort', stop);
      // A callback may have had it tried again by now, with a controller of its own.
      if (this.#controllers.get(id) === controller) this.#controllers.delete(id);
      return image;
    };
  }

  #change(id, changes) {
    let changed = null;
    let { error } = this.#snapshot;
    const files = this.#snapshot.files.map((entry) => {
      if (entry.id !== id) return entry;
      changed = { ...entry, ...changes };
      if (changes.error === null) {
        // It is tried again: its reason is none any more, and its thumbnail is drawn again.
        if (entry.error === error) error = null;
        changed.previewUrl ??= previewOf(changed);
      }
      // What is no image has no thumbnail.
      if (isNoImage(changes.error) && changed.previewUrl !== null) {
        release(changed);
        changed.previewUrl = null;
      }
      return Object.freeze(changed);
    });
    // Removed in the meantime.
    if (changed === null) return;
    this.#publish(files, {
      error: changes.error ?? error,
      ...(changes.image && { uploadedImage: changes.image }),
    });
    // The callback of now, which sees the variables of the last render.
    notify(this.#options.onFile, changed);
  }

  #publish(files, changes) {
    const { error, uploadedImage } = this.#snapshot;
    const uploading = files.some(({ state }) => UNFINISHED.includes(state));
    const counted = files.filter(({ state }) => state !== 'error');
    const sum = counted.reduce((total, { progress }) => total + progress, 0);
    const progress = counted.length === 0 ? 0 : Math.floor(sum / counted.length);
    this.#set(Object.freeze({ files: Object.freeze(files), uploading, progress, error, uploadedImage, ...changes }));
  }

  #set(snapshot) {
    this.#snapshot = snapshot;
    // A listener that throws keeps neither the others from being told nor the upload from going on.
    for (const listener of [...this.#listeners]) notify(listener);
  }

  #abortAll() {
    for (const controller of this.#controllers.values()) controller.abort();
    this.#controllers.clear();
  }
}

function previewOf({ file, error }) {
  if (!(file instanceof Blob) || isNoImage(error)) return null;
  // Phones give some pictures no type: the browser looks at the bytes, as `upload` does.
  if (!file.type.startsWith('image/') && !isUndeclared(file.type)) return null;
  return URL.createObjectURL(file);
}

// Of an AbortError the code is a number.
const isNoImage = (error) => error instanceof PresizeError && error.code.startsWith('image_');

function release({ previewUrl }) {
  if (previewUrl !== null) URL.revokeObjectURL(previewUrl);
}
