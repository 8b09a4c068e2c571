// presize/react: uploads as a hook, for React 18 and later.

import type { UploadList, UploadListOptions, UploadListState } from './index.js';

export type { FileRules, ListedFile, UploadedImage, UploadFailure } from './index.js';

/**
 * The options of `useImageUpload`. Those of the last render are for the uploads that begin after it; `onFile` is
 * always that of the last render.
 */
export type ImageUploadOptions = UploadListOptions;

/** The result of `useImageUpload`: the state, and functions that are stable between renders. */
export interface ImageUpload extends UploadListState {
  /** Adds a file and uploads it. Resolves with the image, or with `null` and the reason in `error`; never rejects. */
  readonly upload: UploadList['upload'];
  /**
   * Adds files, such as those of an input, and uploads them. Resolves with the images of those that succeeded; never rejects.
   */
  readonly uploadAll: UploadList['uploadAll'];
  /** Retries a file whose `state` is `"error"`, by its `id`. Resolves with the image, or with `null`; never rejects. */
  readonly retry: UploadList['retry'];
  /** Removes a file from the list by its `id` and stops its upload. */
  readonly remove: UploadList['remove'];
  /** Stops every upload and empties the list. */
  readonly reset: UploadList['reset'];
}

/**
 * Uploads of images as state of a component: `files` with previews and progress of each, `uploading`, `progress`,
 * `error` and `uploadedImage` of all. When the component unmounts, its uploads are stopped and its previews are freed.
 *
 * Throws `option_invalid` while rendering or committing.
 */
export function useImageUpload(options?: ImageUploadOptions): ImageUpload;
