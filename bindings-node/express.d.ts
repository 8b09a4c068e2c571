/**
 * presize for Express 5 and 4: tickets for uploads, their confirmation, images in forms, limits on bodies, and errors as answers.
 *
 * ```js
 * app.use('/api/upload', uploadRouter(uploads, { currentUser: (request) => request.user?.id }));
 * app.post('/api/avatar', imageFile({ maxBytes: 5_000_000 }), (request, response) => {
 *   response.json({ width: request.image.width });
 * });
 * app.use(presizeErrors());
 * ```
 */
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import type {
  CheckedImage,
  ConfirmOptions,
  Confirmed,
  JsonLimits,
  PresizeError,
  Rules,
  UploadEvent,
  Uploads,
} from './index.js';

declare global {
  namespace Express {
    interface Request {
      /** The image that `imageFile` has read. */
      image?: CheckedImage | undefined;
      /** The images that `imageFiles` or `imageDataUris` has read. */
      images?: CheckedImage[] | undefined;
    }
  }
}

/**
 * The signed-in user: a text that is valid in an object key, such as a UUID; an integer from 0, which is written in decimal; or
 * `null` or `undefined` for nobody.
 */
export type Owner = string | number | bigint | null | undefined;

/** Options of `uploadRouter`, among them those of `confirmUpload` that concern the store. */
export interface UploadRouterOptions extends Pick<ConfirmOptions, 'fetch' | 'timeoutMs' | 'retries'> {
  /**
   * Called after each confirmation with the `Confirmed` (`exif` included) and the owner as text, before the client is answered,
   * for example to write a row of a database. A promise that it returns is awaited. It may throw: a `PresizeError` is answered,
   * anything else goes to the error handlers. A client may confirm an upload again, and then it is called again. Default: none.
   */
  onConfirmed?: ((confirmed: Confirmed, owner: string) => unknown) | undefined;
  /**
   * Returns the user of a request. It is called before the body is read. `null` and `undefined` stand for nobody, which is
   * answered with 401. It may throw: a `PresizeError` is answered, anything else goes to the error handlers. Take the user from
   * a session or a token that the application verifies, never from the body.
   */
  currentUser: (request: Request) => Owner | PromiseLike<Owner>;
  /** The spelling of names in JSON: `contentType` or `content_type`. Default: `"camel"`. */
  case?: 'camel' | 'snake' | undefined;
  /**
   * Called with errors of status 500 and above, such as expired credentials. Default: `console.error`, or one line of
   * `console.warn` for `server_busy`.
   */
  onError?: ((error: PresizeError) => void) | undefined;
  /**
   * Called with each event, for a log, before the response is sent. A promise that it returns is awaited. What it throws goes to
   * `console.error`, and the response is sent anyway. A malformed request has no event. Default: none.
   */
  onEvent?: ((event: UploadEvent) => void | PromiseLike<void>) | undefined;
}

/**
 * A router with two routes. `POST /presigned-url` issues a ticket for one upload to the signed-in user. The body is
 * `{"filename"?: string, "contentType": string, "fileSize": number, "checksumSha256"?: string}`, at most 16 KiB; unknown fields
 * are ignored. The answer is `{"uploadUrl", "method", "headers", "key", "publicUrl", "expiresIn", "expiresAt"}` with
 * `cache-control: no-store`: the client sends the file, and exactly these headers, to this URL; where `if-none-match` is among
 * them, a 412 to a second attempt means that the file has arrived. `expiresAt` is in seconds since 1970. With a policy whose
 * `method` is `"post"` there are `fields` too: the client sends a form with them, and then the file as `file`.
 *
 * `POST /confirm` confirms an upload of the signed-in user with `confirmUpload`. The body is
 * `{"key": string, "originalFilename"?: string, "checksumSha256"?: string}`, the answer `{"success": true, "key", "publicUrl",
 * "format", "width", "height", "bytes", "etag", "variants": [{"key", "publicUrl", "format", "width", "height"}]}`. It stops when
 * the client disconnects, unless other requests wait for the same confirmation; a later request continues it.
 *
 * It may be mounted before or after `express.json()`. After it, the parsed body is taken from `request.body`. Before it, the
 * user is determined first, and a body that is too long is refused while it arrives.
 *
 * Both accept only `application/json` and `application/*+json`: a page of another site may send any other text with the user's
 * cookies and without a CORS preflight. If sessions are cookies, set `SameSite`, and allow only known origins by CORS.
 *
 * Errors are answered as `{"error": {"code", "message", "user_message", "details"}}`: `request_unauthenticated`
 * 401, `request_malformed` 400, `request_type_unsupported` 415, `request_too_large` 413, and those of `Uploads.issue`
 * and `confirmUpload`; `server_busy` 503 has a `Retry-After`. If an error is about a field of the request, `details.field` names
 * it in the client's spelling, such as `"fileSize"`. Other methods are answered with 405.
 *
 * Throws `TypeError` or `option_invalid` for invalid options.
 */
export function uploadRouter(uploads: Uploads, options: UploadRouterOptions): RequestHandler;

/**
 * An error handler that answers every `PresizeError` with its status and `{"error": {"code", "message", "user_message",
 * "details"}}`, with `index` if there is one, and `server_busy` with a `Retry-After`. Errors of `express.json()` are answered
 * alike, as `request_malformed` 400 and `request_too_large` 413. Everything else goes to the next error handler. Mount it after
 * the routes.
 *
 * - `onError`: called with errors of status 500 and above. Default: `console.error`; one line of `console.warn` for
 *   `server_busy`.
 */
export function presizeErrors(options?: { onError?: ((error: PresizeError) => void) | undefined }): ErrorRequestHandler;

/**
 * A middleware that refuses a body of more than `maxBytes` bytes with `request_too_large` 413.
 *
 * ```js
 * app.post('/api/generate', bodyLimit(32 * 1024 * 1024), express.json({ limit: '32mb' }), async (request, response) => {
 *   const photos = await decodeDataUris(request.body?.images, { maxImages: 10 });
 * });
 * ```
 *
 * `express.json({ limit })` alone answers only after the whole body has arrived, and a body without a length may never end.
 * Here a body whose `content-length` is too large is refused at once, any other as soon as it is too long. The rest is read and
 * discarded, up to 64 MiB and 30 seconds, so that the client gets to read the answer. Then the connection is closed, and code
 * that was reading the body gets an error. Mount it before everything that reads the body. It counts bytes as they arrive,
 * before decompression.
 *
 * JSON bodies are also scanned, so that `express.json()` does not parse one that would take gigabytes of memory: more than 64
 * KiB outside of strings, or more than 32 levels, are `request_malformed` 400. `jsonLimits` sets other limits, those of
 * `JsonScanner`. JSON that is compressed, or not in UTF-8, is `request_type_unsupported` 415. Every type that ends in `/json`
 * or `+json` counts as JSON, and so does a body without a content type that starts as an object or a list. Others are not
 * scanned, even if a parser is configured to take them for JSON, such as `express.json({ type: () => true })`.
 *
 * Throws `TypeError` if `maxBytes` is not a number of bytes, and `option_invalid`.
 */
export function bodyLimit(maxBytes: number, jsonLimits?: JsonLimits): RequestHandler;

/** Options of `imageFile` and `imageFiles`. */
export interface ImageFileOptions {
  /** The name of the field. Default: `"file"`; `"files"` for `imageFiles`. Other fields are skipped. */
  field?: string | undefined;
  /**
   * The largest body, in bytes. Default: what the rules allow for all files together, plus 64 KiB, plus 4 KiB for each file.
   */
  maxBodyBytes?: number | undefined;
  /**
   * Returns the client of a request, for the queue of `configurePool`. All requests for which it returns `undefined` share one
   * name. Default: `request.ip`, which is correct for applications behind a proxy if the setting `trust proxy` is. Of IPv6
   * addresses the first 64 bits count.
   */
  client?: ((request: Request) => string | undefined) | undefined;
}

/**
 * A middleware that reads the one image in a field of a multipart form (RFC 7578) into `request.image`. Needs `npm install
 * @fastify/busboy`.
 *
 * The media type that the form declares for the file must be that of its bytes. `text/plain`, which stands for a part without a
 * type, `application/octet-stream` and `image/*` count as undeclared. The body is kept in memory, never written to disk, and
 * read no further than its limit. Mount middleware that authenticates the user before this one, so that it refuses before the
 * body is read. Pixels are decoded on libuv's thread pool, and no longer once the client has disconnected.
 *
 * Errors go to the error handlers, such as `presizeErrors`: `request_malformed` 400 (not a form, no file or more than one, an
 * incomplete form), `request_too_large` 413, `server_busy` 503, and those of `check`; `image_too_large` is raised as soon as
 * the file is longer than the rules allow. Throws `option_invalid` or `TypeError` for invalid rules and options.
 */
export function imageFile(rules?: Rules, options?: ImageFileOptions): RequestHandler;

/**
 * A middleware that reads the images in a field of a multipart form into `request.images`: 1 to `maxImages` of the rules,
 * together at most `maxTotalBytes`, `maxTotalPixels` and `maxTotalWorkPixels`, which are checked by their headers before any is
 * decoded, with `image_too_large` without an index. The images are checked one after another, so that a request never takes
 * more than one slot of the queue; an error of one image has its index. Otherwise as `imageFile`.
 */
export function imageFiles(rules?: Rules, options?: ImageFileOptions): RequestHandler;

/** Options of `imageDataUris`. */
export interface ImageDataUrisOptions extends Pick<ImageFileOptions, 'client'> {
  /** The name of the list in the object. Default: `"images"`. Other names are ignored. */
  field?: string | undefined;
  /** The longest body, in bytes. Default: what the rules allow for all images together, in base64, and 64 KiB. */
  maxBodyBytes?: number | undefined;
}

/**
 * A middleware that reads the images of a list of data URIs in a field of a JSON object into `request.images`. The body is
 * scanned while it arrives, and parsed on libuv's thread pool instead of the event loop. Mount it before everything that reads
 * the body.
 *
 * Errors go to the error handlers: `request_type_unsupported` 415, `request_malformed` 400, `request_too_large` 413,
 * `server_busy` 503, and those of `decodeDataUris`. Throws `option_invalid` or `TypeError` for invalid rules and options.
 */
export function imageDataUris(rules?: Rules, options?: ImageDataUrisOptions): RequestHandler;
