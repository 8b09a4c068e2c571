import type { UploadEvent } from './event.js';
import type { StoreAnswer, StoreRequest } from './exchange.js';
import type { ExifSummary } from './images.js';
import type { ImageFormat } from './options.js';

/** A smaller version of an uploaded image, stored next to it. Frozen. */
export class Variant {
  private constructor();
  /** The object's key. */
  readonly key: string;
  /** Where it can be read, when the policy has a `publicBaseUrl`. */
  readonly publicUrl: string | null;
  /** The format: the policy's `variantFormat`. */
  readonly format: ImageFormat;
  /** Width in pixels: at most the width in its key. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
}

/** A confirmed upload: it was checked, and is at its final key. Frozen. */
export class Confirmed {
  private constructor();
  /** The object's key, that of the ticket. */
  readonly key: string;
  /** Where it can be read, when the policy has a `publicBaseUrl`. */
  readonly publicUrl: string | null;
  /** The format, by its bytes. */
  readonly format: ImageFormat;
  /** Width in pixels, as displayed. */
  readonly width: number;
  /** Height in pixels, as displayed. */
  readonly height: number;
  /**
   * The EXIF fields of the upload as it arrived. Keep them in a database: by default the object is stored without them. For an
   * upload that was confirmed before, those of the object at the final key. `null` if there are none.
   */
  readonly exif: ExifSummary | null;
  /** The size of the object at the final key, in bytes. */
  readonly bytes: number;
  /** The entity tag of the object at the final key, as the store returned it, without quotes. */
  readonly etag: string;
  /** The smaller versions of the image, in the order of the policy's `variantWidths`. */
  readonly variants: readonly Variant[];
}

/**
 * The confirmation of one upload, as a state machine: it returns one request at a time, your HTTP client sends it, and it takes
 * the answer. `Uploads.confirm` begins one. `confirmUpload` does all of this with `fetch`:
 *
 * ```js
 * const confirmation = uploads.confirm({ owner, key });
 * for (let request; (request = confirmation.nextRequest()) !== null; ) {
 *   await confirmation.answer(await send(request)); // your HTTP client; if it gives up: confirmation.fail('why')
 * }
 * const confirmed = confirmation.finish();
 * ```
 *
 * An upload that is refused (status 4xx) is deleted. If the store refuses or fails (5xx), or the call is cancelled, nothing is
 * deleted, and the upload can be confirmed later. Confirming is idempotent: the object at the final key marks the end.
 *
 * While `answer` is running, every other method throws an `Error`.
 */
export class Confirmation {
  private constructor();
  /** The key of the request. */
  get key(): string;
  /**
   * The next request to send, which is valid for 5 minutes; `null` at the end. Called again before the answer, for a retry, it
   * returns the same request with a new signature.
   *
   * An error ends the confirmation: `credentials_expired`, `signing_failed`, `header_invalid` (metadata of the policy),
   * `cancelled`.
   *
   * - `now`: the time of signing. Default: the current time.
   */
  nextRequest(options?: { now?: Date | undefined }): StoreRequest | null;
  /**
   * Processes the store's answer to the last request. Images are checked and variants are made here, on libuv's thread pool. A
   * problem leads to another request or to the error of `finish`. An answer without a request is ignored.
   *
   * - `signal`: cancels the work, and with it the confirmation, whose error is then `cancelled`. Default: none.
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
   * The outcome of the confirmation. Every call has the same result.
   *
   * Errors: `upload_not_found`, `upload_replaced`, `upload_too_large`, `upload_too_small`, `upload_size_mismatch`,
   * `upload_checksum_mismatch`, `image_format_mismatch` and all others of `check`, `stripMetadata` and `transformMany`,
   * `bucket_not_found`, `store_refused`, `store_response_invalid`, `store_unavailable` (also before the end), and those of
   * `nextRequest`.
   */
  finish(): Confirmed;
  /**
   * The event of this confirmation, for a log. Before the end its outcome is `"failed"`.
   *
   * - `now`: the time of the event. Default: the current time.
   */
  event(options?: { now?: Date | undefined }): UploadEvent;
  #private;
}
