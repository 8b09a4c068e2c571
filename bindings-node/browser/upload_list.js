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

  // Sets the options of later uploads.
  setOptions(options = {}) {
    const read = readOptions(UPLOAD_ALL, options);
    this.#options = read;
    this.#pool.resize(read.concurrency);
  }

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  // Returns the same object until something changes.
  getSnapshot = () => this.#snapshot;

  upload = async (file) => {
    const [image] = await this.#add([file]);
    return image ?? null;
  };

  uploadAll = async (files) => {
    const images = await this.#add(Array.from(files ?? []));
    return images.filter((image) => image !== null);
  };

  // Retries a failed upload, at its position in the list.
  retry = async (id) => {
    const failed = this.#snapshot.files.find((entry) => entry.id === id);
    if (this.#suspended || failed?.state !== 'error') return null;
    const run = this.#begin(failed, this.#options);
    this.#change(id, { state: 'pending', phase: null, progress: 0, error: null });
    return run();
  };

  // Removes a file from the list, and stops its upload if it is still running.
  remove = (id) => {
    this.#controllers.get(id)?.abort();
    this.#controllers.delete(id);
    const removed = this.#snapshot.files.find((entry) => entry.id === id);
    if (!removed) return;
    release(removed);
    const files = this.#snapshot.files.filter((entry) => entry !== removed);
    const { error, uploadedImage } = this.#snapshot;
    this.#publish(files, {
      error: removed.error !== null && removed.error === error ? null : error,
      uploadedImage: removed.image !== null && removed.image === uploadedImage ? null : uploadedImage,
    });
  };

  reset = () => {
    this.#abortAll();
    this.#snapshot.files.forEach(release);
    if (this.#snapshot !== NOTHING) this.#set(NOTHING);
  };

  // For a list that is not displayed: stops uploads, and frees the memory of previews.
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

  // Prepares the upload of a file, which can be stopped from now on, and returns a function that runs it.
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
      // A callback may have retried it by now, with a new controller.
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
        // It is retried: its error is cleared, and its preview is shown again.
        if (entry.error === error) error = null;
        changed.previewUrl ??= previewOf(changed);
      }
      // A file that is not an image has no preview.
      if (isNoImage(changes.error) && changed.previewUrl !== null) {
        release(changed);
        changed.previewUrl = null;
      }
      return Object.freeze(changed);
    });
    // The file has been removed meanwhile.
    if (changed === null) return;
    this.#publish(files, {
      error: changes.error ?? error,
      ...(changes.image && { uploadedImage: changes.image }),
    });
    // The current callback, which sees the variables of the latest render.
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
    // A listener that throws must not stop the other listeners or the upload.
    for (const listener of [...this.#listeners]) notify(listener);
  }

  #abortAll() {
    for (const controller of this.#controllers.values()) controller.abort();
    this.#controllers.clear();
  }
}

function previewOf({ file, error }) {
  if (!(file instanceof Blob) || isNoImage(error)) return null;
  // Phones report no type for some images; the browser detects it from the bytes, as `upload` does.
  if (!file.type.startsWith('image/') && !isUndeclared(file.type)) return null;
  return URL.createObjectURL(file);
}

// The code of an AbortError is a number.
const isNoImage = (error) => error instanceof PresizeError && error.code.startsWith('image_');

function release({ previewUrl }) {
  if (previewUrl !== null) URL.revokeObjectURL(previewUrl);
}
