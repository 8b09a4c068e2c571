/** Options of `configurePool`. */
export interface PoolOptions {
  /**
   * The number of calls that run at the same time, 1 to 256. Heavy calls take at most one slot less, but at least one. If all
   * running calls are heavy, a light call gets an extra slot. Default: the number of processors, but at most one less than
   * libuv's pool has threads (`UV_THREADPOOL_SIZE`, by default 4), so that a thread is left for files, DNS and compression; 1
   * in a worker thread.
   */
  concurrency?: number | undefined;
  /** The number of calls with a client that may wait, 0 to 10000. Default: 64. */
  maxWaiting?: number | undefined;
  /**
   * The number of calls of one client that may wait, 0 to 10000. Calls that an Express handler makes for a request that presize
   * has read are not limited by it. Default: 16.
   */
  maxWaitingPerClient?: number | undefined;
  /** The memory of all waiting calls together, in bytes, 0 to 2^40; one call may always wait. Default: 268435456 (256 MiB). */
  maxWaitingBytes?: number | undefined;
  /** A call of more weighted pixels than this, as `workPixels` counts them, is heavy. Default: 8000000, about 0.15 s. */
  heavyPixels?: number | undefined;
}

/**
 * Sets the limits of the queue in which calls on images wait for a thread. An option that is left out is reset to its default.
 *
 * ```js
 * configurePool({ concurrency: 3, maxWaiting: 200 });
 * ```
 *
 * The queue is fair: the next call is of the client that has used the least time, so a client that sends much delays only its
 * own calls, and a small image never waits for large ones alone. If the queue is full, a call is refused with `server_busy` 503
 * at once; `details.retry_after_seconds` estimates when to try again. The client is the option `client` of each call;
 * `confirmUpload` and `presize/express` set it themselves.
 *
 * Calls without a client, such as those of a script with `Promise.all`, are limited by `maxWaitingBytes` alone. Requests that
 * `presize/http` and `presize/express` read from unknown clients share one name.
 *
 * Each worker thread has a queue of its own, and all of them share libuv's pool: with more workers than the pool has threads
 * to spare, set `UV_THREADPOOL_SIZE`.
 *
 * Error: `option_invalid`.
 */
export function configurePool(options?: PoolOptions): void;
