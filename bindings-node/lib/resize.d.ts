import type { StoreAnswer, StoreRequest } from './exchange.js';
import type { EventResizePolicyOptions, OutputFormat, SkippedReason } from './options.js';
import type { Presigner } from './presign.js';
import type { Rules } from './images.js';
import type { CreatedObject } from './store_events.js';

/** Where originals are, where results go, and which images are made of each original. */
export interface EventResizerOptions extends EventResizePolicyOptions {
  /** Signs for the bucket of the originals. */
  source: Presigner;
  /** Signs for the bucket of the results. */
  destination: Presigner;
  /** Which originals are accepted. Default: those of `ImageRules`. */
  rules?: Rules | undefined;
}

/** A result that is stored. Frozen. */
export interface ResizedObject {
  /** Its key. */
  readonly key: string;
  /** Its format. */
  readonly format: OutputFormat;
  /** The width, in pixels. */
  readonly width: number;
  /** The height, in pixels. */
  readonly height: number;
  /** Its size, in bytes, as this call has encoded it. */
  readonly bytes: number;
  /** Whether this call has stored it. If not, an earlier one had made it of the same original. */
  readonly isNew: boolean;
}

/** What was stored of an original. Frozen. */
export interface Resized {
  /** The key of the original. */
  readonly key: string;
  /** The results, those of widths first. Where others were faster with a newer original, only those that were stored before. */
  readonly outputs: readonly ResizedObject[];
  /** Why there are no results, or no more of them. */
  readonly skipped: SkippedReason | null;
}

/**
 * Resizes images as soon as they are stored. Make it once and share it.
 *
 * ```js
 * const credentials = Credentials.fromEnv();
 * const resizer = new EventResizer({
 *   source: new Presigner(Bucket.s3('ap-northeast-2', 'photos'), credentials),
 *   destination: new Presigner(Bucket.s3('ap-northeast-2', 'photos-resized'), credentials),
 *   widths: [80, 500],
 *   key: '{width}/{key}.jpg',
 * });
 * for (const object of parseStoreEvents(event).objects) await resizeObject(resizer, object);
 * ```
 *
 * Events come at least once and in any order, and originals are replaced. A result is created, or replaced on the condition that
 * nobody has written it in between, and its metadata names the original that it was made of. In the end there are the results of
 * the newest original, however often and in whatever order its events are handed in.
 *
 * The credentials need `s3:GetObject` of the originals (with versions `s3:GetObjectVersion`), `s3:PutObject` and `s3:GetObject` of
 * the results, and `s3:ListBucket` of both buckets: without it S3 answers 403 for an object that is missing.
 */
export class EventResizer {
  /**
   * Errors: `option_invalid`, `encoding_unsupported`, `header_invalid`; `resize_loop`, when results could be taken for originals.
   */
  constructor(options: EventResizerOptions);
  /** The policy: every option with its value. Frozen. */
  get policy(): Readonly<EventResizePolicyOptions>;
  /**
   * Begins to resize an object that an event tells of. One that is none of the originals is skipped without a request. Only
   * `bucket` and `key` are required, for objects that no event tells of.
   *
   * Error: `option_invalid`.
   */
  resize(object: Pick<CreatedObject, 'bucket' | 'key'> & Partial<CreatedObject>): Resizing;
  #private;
}

/**
 * The resizing of one object, as a state machine: it returns one request at a time, your HTTP client sends it, and it takes the
 * answer. `EventResizer.resize` begins one. `resizeObject` does all of this with `fetch`.
 *
 * While `answer` is running, every other method throws an `Error`.
 */
export class Resizing {
  private constructor();
  /**
   * The next request to send, which is valid for 5 minutes; `null` at the end. Called again before the answer, for a retry, it
   * returns the same request with a new signature.
   *
   * An error ends the resizing: `credentials_expired`, `signing_failed`, `cancelled`.
   *
   * - `now`: the time of signing. Default: the current time.
   */
  nextRequest(options?: { now?: Date | undefined }): StoreRequest | null;
  /**
   * Processes the store's answer to the last request. The images are made here, on libuv's thread pool. A problem leads to another
   * request or to the error of `finish`. An answer without a request is ignored.
   *
   * - `signal`: cancels the work, and with it the resizing, whose error is then `cancelled`. Default: none.
   * - `client`: the client that the call belongs to in the queue of `configurePool`. Default: none.
   *
   * Errors: `option_invalid`; `server_busy` if the queue is full, after which the same answer can be passed again.
   */
  answer(
    answer: StoreAnswer,
    options?: { signal?: AbortSignal | undefined; client?: string | undefined },
  ): Promise<void>;
  /**
   * Reports that no answer could be obtained, and why. The error of `finish` is then `store_unavailable`, unless the outcome is
   * decided already. URLs in the reason lose their queries.
   */
  fail(reason: string): void;
  /**
   * The outcome. Every call has the same result.
   *
   * Errors: those of `check` and `transformMany`, `bucket_not_found`, `store_refused`, `store_response_invalid`,
   * `store_unavailable` (also before the end), and those of `nextRequest`. `PresizeError.isWorthRetry` tells whether the same
   * event is to come again.
   */
  finish(): Resized;
  #private;
}
