// Uploads several files, n at a time. A failure does not stop the others, and the promise never rejects.

import { notify } from './notify.js';
import { callback, describe, integer, optionInvalid, readOptions } from './options.js';
import { Pool } from './pool.js';
import { UPLOAD, upload } from './upload.js';

const { onProgress: _one, ...EACH } = UPLOAD;
export const UPLOAD_ALL = { ...EACH, concurrency: integer(1, 100, 3), onFile: callback() };

export async function uploadAll(files, options) {
  const { concurrency, onFile, ...each } = readOptions(UPLOAD_ALL, options);
  if (typeof files !== 'object' || !(Symbol.iterator in Object(files) || files?.length >= 0)) {
    throw optionInvalid('files', 'a list of files', describe(files));
  }
  const pool = new Pool(concurrency);
  const tasks = Array.from(files, (file, index) => {
    let state = Object.freeze({ index, file, state: 'pending', phase: null, progress: 0, image: null, error: null });
    const change = (changes) => {
      state = Object.freeze({ ...state, ...changes });
      notify(onFile, state);
    };
    change({});
    return async () => {
      await uploadInto(change, file, each, pool);
      return state;
    };
  });
  return Promise.all(tasks.map((run) => run()));
}

// Uploads a file when its turn comes, and reports its state to `change`. Never rejects.
export async function uploadInto(change, file, options, pool) {
  try {
    const image = await pool.run(() => {
      change({ state: 'uploading' });
      const onProgress = ({ phase, percent }) => change({ phase, progress: percent });
      return upload(file, { ...options, onProgress });
    }, options.signal);
    change({ state: 'success', phase: null, progress: 100, image });
    return image;
  } catch (error) {
    change({ state: 'error', phase: null, error });
    return null;
  }
}
