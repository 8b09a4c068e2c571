/** Options of `configurePool`. */
export interface PoolOptions {
  /**
   * How many calls run at once, 1 to 256. Heavy ones take at most one less, but at least one; where all that run are heavy, one
   * place more is opened for a light one. Default: the processors that the process may use, but one less than libuv's pool has
   * threads (`UV_THREADPOOL_SIZE`, 4 without it), so that files, names and compression always find one; 1 in a worker thread.
   */
  concurrency?: number | undefined;
  /** How many calls of clients may wait, 0 to 10000. Calls without a client are not counted here. Default: 64. */
  maxWaiting?: number | undefined;
  /**
   * How many calls of one client may wait, 0 to 10000. It does not hold for calls without a client, nor for those that a handler
   * of Express makes for a request that presize has let in. Default: 16.
   */
  maxWaitingPerClient?: number | undefined;
  /** How many bytes may wait with all calls together, 0 to 2^40; one call may always wait. Default: 268435456 (256 MiB). */
  maxWaitingBytes?: number | undefined;
  /** A call of more weighted pixels than this, as of `workPixels`, is heavy. Default: 8000000, which take about 0.15 s. */
  heavyPixels?: number | undefined;
}

/**
 * Sets the limits of the queue in which calls that work on images wait for a thread. What is not given has its default again.
 *
 * ```js
 * configurePool({ concurrency: 3, maxWaiting: 200 });
 * ```
 *
 * The queue keeps one who asks for much from those who ask for little. Clients take turns, and who has used the least time is
 * next; a small picture never waits for large ones alone. A call for which there is no place to wait is `server_busy` 503 at
 * once, with the seconds after which to try again in `details.retry_after_seconds`. Who the client is says the option `client` of
 * each call; `confirmUpload` and `presize/express` say it by themselves.
 *
 * Calls without a client, such as those of a script with `Promise.all`, are held to `maxWaitingBytes` alone: what waits has its
 * bytes in memory. Requests that `presize/http` and `presize/express` read and whose client they do not know share a name.
 *
 * Each worker thread has a queue of its own, and all of them share libuv's pool: with more workers than the pool has threads
 * to spare, set `UV_THREADPOOL_SIZE`.
 *
 * Error: `option_invalid`.
 */
export function configurePool(options?: PoolOptions): void;
