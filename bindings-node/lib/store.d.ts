import type { Confirmed } from './confirmation.js';
import type { UploadEvent } from './event.js';
import type { ConfirmRequest } from './options.js';
import type { Uploads } from './uploads.js';

/** Options of `confirmUpload`. */
export interface ConfirmOptions {
  /** Ends the call, which then rejects with the signal's reason, unless the upload was decided on already. Default: none. */
  signal?: AbortSignal | undefined;
  /** For whom the image is checked, in the queue of `configurePool`. Default: the owner. */
  client?: string | undefined;
  /**
   * Sends requests, as the global `fetch` does. One that heeds no signal is left when the call ends. Default: the global
   * `fetch`.
   */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * The time after which nothing more is asked of the store, in milliseconds, 1 to 2147483647. Checking the image counts, and
   * is not broken off; waiting for its turn does not count. Default: 30000.
   */
  timeoutMs?: number | undefined;
  /**
   * How often a request is sent again after a network error, 429 or 5xx but 501, 0 to 10: after 0.2, 0.4, 0.8 seconds and so on.
   * Default: 3.
   */
  retries?: number | undefined;
  /**
   * Is told what happened, once, however it ends; of a call that never began there is nothing to tell. A promise that it gives
   * is waited for, up to 5 seconds. What it throws goes to `console.error`. Default: nobody.
   */
  onEvent?: ((event: UploadEvent) => void | PromiseLike<void>) | undefined;
}

/**
 * Confirms an upload: fetches it from the store, checks it, puts it under its final key, writes its variants and removes what
 * arrived. The file is checked on libuv's pool of threads, and of an answer no more is read than needed.
 *
 * ```js
 * const { key, width, height } = await confirmUpload(uploads, { owner: 'user-7', key: body.key });
 * ```
 *
 * What is wrong with the upload (4xx) has it deleted. Where the store refuses (`store_refused` 502, which says what to look at:
 * credentials, permissions, the clock, the region), has no such bucket (`bucket_not_found` 500) or cannot be reached
 * (`store_unavailable` 503), or there is no place for the image to wait in (`server_busy` 503), nothing is deleted: call it again
 * later. It can be called more than once for the same upload, also at the same time, with the same result: within a process
 * and with the same `Uploads`, an upload is confirmed once at a time. Those who ask in the same way share that, each with an
 * event and a signal of their own, and the last of them to leave ends it; those who ask otherwise come after it.
 *
 * At most eight uploads are fetched at the same time; 64 more wait for that, 16 of them of one owner, and what is beyond is
 * `server_busy` before it is fetched.
 *
 * Errors: those of `Uploads.confirm` and `Confirmation.finish`, `server_busy`, `option_invalid`.
 */
export function confirmUpload(uploads: Uploads, request: ConfirmRequest, options?: ConfirmOptions): Promise<Confirmed>;
