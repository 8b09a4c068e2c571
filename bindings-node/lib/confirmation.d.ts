import type { OwnedBuffer } from './bytes.js';
import type { UploadEvent } from './event.js';
import type { ExifSummary } from './images.js';
import type { ImageFormat } from './options.js';

/**
 * A request that your program sends to the store for a `Confirmation`. The URL is as good as a password and does not belong in
 * a log; `console.log` of the request leaves its query out. Frozen.
 */
export class StoreRequest {
  private constructor();
  readonly method: string;
  /** The URL with its signature. No redirect is to be followed. */
  readonly url: string;
  /** Exactly the headers to send, besides `Host`; `content-length` is among them where there is a body. */
  readonly headers: Record<string, string>;
  /** The body of a PUT; empty for all others. */
  readonly body: OwnedBuffer;
  /** The most bytes of the answer's body to read; what comes after them is left unread. */
  readonly maxBodyBytes: number;
}

/** What the store answered, whatever its status. */
export interface StoreAnswer {
  /** The HTTP status. */
  status: number;
  /** By name, as `Headers`, or in pairs. */
  headers?: Iterable<readonly [string, string]> | Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** The body as the store sent it, not unpacked, whole or in the pieces in which it came: they are copied once. Default: none. */
  body?: Uint8Array | readonly Uint8Array[] | undefined;
}

/** A smaller picture of an upload, written beside it. Frozen. */
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

/** An upload that was checked and is at its final key. Frozen. */
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
   * What EXIF said of the upload as it arrived: to be kept in a database, because the object itself is stored without it by
   * default. Of an upload that was confirmed before, what the object at the final key says. `null` where that is nothing.
   */
  readonly exif: ExifSummary | null;
  /** The size of the object at the final key, in bytes. */
  readonly bytes: number;
  /** The entity tag of the object at the final key, as the store gave it, without quotes. */
  readonly etag: string;
  /** The smaller pictures beside it, in the order of the policy's `variantWidths`. */
  readonly variants: readonly Variant[];
}

/**
 * The confirmation of one upload: it hands out one request to the store at a time, your HTTP client sends it, and it takes the
 * answer. `Uploads.confirm` begins one; `confirmUpload` does all of this with `fetch`:
 *
 * ```js
 * const confirmation = uploads.confirm({ owner, key });
 * for (let request; (request = confirmation.nextRequest()) !== null; ) {
 *   await confirmation.answer(await send(request)); // your HTTP client; where it gives up: confirmation.fail('why')
 * }
 * const confirmed = confirmation.finish();
 * ```
 *
 * What is wrong with the upload (codes of status 4xx) has it deleted; where the store refuses or fails (5xx), or the call is
 * cancelled, nothing is deleted, and the upload can be confirmed later. A confirmation that is begun again gives the same
 * result: the object at the final key is the mark of its end.
 *
 * While `answer` is at work, every other call throws an `Error`.
 */
export class Confirmation {
  private constructor();
  /** The key that is confirmed, as it was given. */
  get key(): string;
  /**
   * The next request to send, which holds for 5 minutes; `null` at the end. Asked again before the answer, for another attempt,
   * it is the same request with a new signature.
   *
   * An error is the end too: `credentials_expired`, `signing_failed`, `header_invalid` (metadata of the policy), `cancelled`.
   *
   * - `now`: the time at which it is signed. Default: the clock.
   */
  nextRequest(options?: { now?: Date | undefined }): StoreRequest | null;
  /**
   * Takes the store's answer to the request that was handed out last. Images are checked and pictures are made here, on libuv's
   * pool of threads. What is wrong becomes a step or the error of `finish`; an answer to nothing is ignored.
   *
   * - `signal`: ends the work, and with it the confirmation, whose error is `cancelled` then. Default: none.
   * - `client`: for whom the image is checked, in the queue of `configurePool`. Default: nobody in particular.
   *
   * Errors: `option_invalid`; `server_busy` for an image without a place to wait in, after which the same answer can be given
   * again.
   */
  answer(
    answer: StoreAnswer,
    options?: { signal?: AbortSignal | undefined; client?: string | undefined },
  ): Promise<void>;
  /**
   * Says that there is no answer to be had, and why: no connection, or no end of errors. The error of `finish` is
   * `store_unavailable` then, unless the outcome was known already. URLs in the reason lose their queries.
   */
  fail(reason: string): void;
  /**
   * What became of the upload; the same however often it is called.
   *
   * Errors: `upload_not_found`, `upload_replaced`, `upload_too_large`, `upload_too_small`, `upload_size_mismatch`,
   * `upload_checksum_mismatch`, `image_format_mismatch` and all others of `check`, `stripMetadata` and `transformMany`,
   * `bucket_not_found`, `store_refused`, `store_response_invalid`, `store_unavailable` (also before the end), and those of
   * `nextRequest`.
   */
  finish(): Confirmed;
  /**
   * What happened, for a log. Before the end it is `"failed"`.
   *
   * - `now`: the time that it has. Default: the clock.
   */
  event(options?: { now?: Date | undefined }): UploadEvent;
  #private;
}
