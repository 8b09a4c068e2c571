import type { Confirmed } from './confirmation.js';
import type { UploadEvent } from './event.js';
import type { ConfirmRequest } from './options.js';
import type { Uploads } from './uploads.js';

/** Options of calls that send requests to a store. */
export interface SendOptions {
  /** Ends the call, which then rejects with the signal's reason, unless the outcome is decided already. Default: none. */
  signal?: AbortSignal | undefined;
  /** The client that the call belongs to in the queue of `configurePool`. Default: none. */
  client?: string | undefined;
  /**
   * Sends requests like the global `fetch`. If it ignores its signal, the call ends without waiting for it. Default: the global
   * `fetch`.
   */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * The time after which no more requests are sent, in milliseconds, 1 to 2147483647. It includes the work on the image, which
   * is not interrupted, but not the time that the call waits in the queue. Default: 30000.
   */
  timeoutMs?: number | undefined;
  /**
   * The number of retries of a request after a network error, 429, or 5xx except 501, 0 to 10: after 0.2, 0.4, 0.8 seconds and
   * so on. Default: 3.
   */
  retries?: number | undefined;
}

/** Options of `confirmUpload`. */
export interface ConfirmOptions extends SendOptions {
  /** The client that the call belongs to in the queue of `configurePool`. Default: the owner. */
  client?: string | undefined;
  /**
   * Called once with the event, for a log, however the call ends, unless its arguments were invalid. A promise that it returns
   * is awaited, up to 5 seconds. What it throws goes to `console.error`. Default: none.
   */
  onEvent?: ((event: UploadEvent) => void | PromiseLike<void>) | undefined;
}

/**
 * Confirms an upload: fetches it, validates it, promotes it to its final key, writes its variants and deletes the incoming
 * object. Idempotent. The image is checked on libuv's thread pool, and no more of a response is read than needed.
 *
 * ```js
 * const { key, width, height } = await confirmUpload(uploads, { owner: 'user-7', key: body.key });
 * ```
 *
 * An upload that is refused (4xx) is deleted. If the store refuses (`store_refused` 502, whose details name what to check:
 * credentials, permissions, the clock, the region), the bucket does not exist (`bucket_not_found` 500), the store cannot be
 * reached (`store_unavailable` 503) or the queue is full (`server_busy` 503), nothing is deleted, and the call can be repeated
 * later. Repeated and concurrent calls have the same result: within a process and with the same `Uploads`, an upload is
 * confirmed once at a time. Calls with equal arguments share the confirmation, each with its own event and signal, and the last
 * of them to be aborted stops it. Calls with other arguments wait until it has ended.
 *
 * At most eight uploads are fetched at the same time. Up to 64 more wait, 16 of them of one owner; further ones are `server_busy`
 * before anything is fetched.
 *
 * Errors: those of `Uploads.confirm` and `Confirmation.finish`, `server_busy`, `option_invalid`.
 */
export function confirmUpload(uploads: Uploads, request: ConfirmRequest, options?: ConfirmOptions): Promise<Confirmed>;
