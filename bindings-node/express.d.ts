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
import type { CheckedImage, ConfirmOptions, JsonLimits, PresizeError, Rules, UploadEvent, Uploads } from './index.js';

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
 * The user who is signed in: a name fit for an object key, such as a UUID, or an integer from 0, which stands for its decimal
 * digits; or nobody.
 */
export type Owner = string | number | bigint | null | undefined;

/** Options of `uploadRouter`; how the store is asked is as in `confirmUpload`. */
export interface UploadRouterOptions extends Pick<ConfirmOptions, 'fetch' | 'timeoutMs' | 'retries'> {
  /**
   * Says whose request it is. It is called before the body is read. `null` and `undefined` are nobody, which is a 401. It may
   * throw: a `PresizeError` is answered, anything else goes to the error handlers. The user comes from a session or a token
   * that the program checks, never from the body.
   */
  currentUser: (request: Request) => Owner | PromiseLike<Owner>;
  /** How names are written in JSON: `contentType` or `content_type`. Default: `"camel"`. */
  case?: 'camel' | 'snake' | undefined;
  /**
   * Is told of errors of 500 and above, such as credentials that have expired. Default: `console.error`; one line of
   * `console.warn` for `server_busy`.
   */
  onError?: ((error: PresizeError) => void) | undefined;
  /**
   * Is told what happened, for a log, before the answer goes out: a promise that it gives is waited for. What it throws goes
   * to `console.error`, and the answer goes out. A request that is none has no event. Default: nobody.
   */
  onEvent?: ((event: UploadEvent) => void | PromiseLike<void>) | undefined;
}

/**
 * A router with two routes. `POST /presigned-url` gives the user who asks a ticket for one upload. The body is
 * `{"filename"?: string, "contentType": string, "fileSize": number, "checksumSha256"?: string}`, at most 16 KiB; other names in it
 * are ignored. The answer is `{"uploadUrl", "method", "headers", "key", "publicUrl", "expiresIn", "expiresAt"}` with
 * `cache-control: no-store`: the client sends the file, and exactly these headers, to this URL; where `if-none-match` is among
 * them, a 412 to a second attempt says that the file is there. `expiresAt` is in seconds since 1970. With a policy whose `method` is
 * `"post"` there are `fields` too: the client sends a form with them, and then the file as `file`.
 *
 * `POST /confirm` confirms an upload of the user who asks, with `confirmUpload`. The body is
 * `{"key": string, "originalFilename"?: string, "checksumSha256"?: string}`, the answer `{"success": true, "key", "publicUrl",
 * "format", "width", "height", "bytes", "etag", "variants": [{"key", "publicUrl", "format", "width", "height"}]}`. It stops when the client is gone, unless
 * others wait for the same confirmation: asked again, it goes on where it was.
 *
 * It stands before `express.json()` or behind it: a body that has been parsed is taken from `request.body`. Before it, the user
 * is asked first, and the body is refused while it comes in.
 *
 * Both take `application/json` and `application/*+json` alone: a page of another site may send any other text with the user's
 * cookies, and browsers would not ask first. A program whose sessions are cookies sets them `SameSite`, and allows no foreign
 * origin by CORS that it does not know.
 *
 * Errors are answered here, as `{"error": {"code", "message", "user_message", "details"}}`: `request_unauthenticated`
 * 401, `request_malformed` 400, `request_type_unsupported` 415, `request_too_large` 413, and those of `Uploads.issue`
 * and `confirmUpload`; `server_busy` 503 has a `Retry-After`. Where an error is about a field of the request, `field` in its
 * details names it as the client writes it: `"fileSize"`. Another method is a 405.
 *
 * Errors, at once, for options that make no sense: `TypeError`, `option_invalid`.
 */
export function uploadRouter(uploads: Uploads, options: UploadRouterOptions): RequestHandler;

/**
 * Answers every `PresizeError` as `{"error": {"code", "message", "user_message", "details"}}`, with `index` where there
 * is one, under its own status, and `server_busy` with a `Retry-After`; and in the same words what `express.json()`
 * refuses: `request_malformed` 400, `request_too_large` 413. Everything else goes on to the next error handler. It
 * belongs after the routes.
 *
 * - `onError`: is told of errors of 500 and above. Default: `console.error`; one line of `console.warn` for `server_busy`.
 */
export function presizeErrors(options?: { onError?: ((error: PresizeError) => void) | undefined }): ErrorRequestHandler;

/**
 * Refuses a body of more than `maxBytes` bytes with `request_too_large` 413, and answers by itself.
 *
 * ```js
 * app.post('/api/generate', bodyLimit(32 * 1024 * 1024), express.json({ limit: '32mb' }), async (request, response) => {
 *   const photos = await decodeDataUris(request.body?.images, { maxImages: 10 });
 * });
 * ```
 *
 * `express.json({ limit })` by itself answers only when all of the body has come in, and a body without a length has no end.
 * Here a body whose `content-length` is too large is refused at once, any other as soon as it has become too long. What the
 * client still sends is read and thrown away, up to 64 MiB and 30 seconds, so that it comes to read the answer; then the
 * connection is closed, and whoever was reading the body finds it broken off. It stands before everything that reads the body,
 * and counts bytes as they come over the network, before anything is inflated.
 *
 * Bodies of JSON are scanned in the same place, so that `express.json()` need not parse what would take gigabytes: beyond 64 KiB
 * outside of strings, or 32 levels, they are `request_malformed` 400. `jsonLimits` are other limits, those of `JsonScanner`.
 * JSON that is compressed, or not in UTF-8, is `request_type_unsupported` 415. Every type that ends in `/json` or `+json` counts
 * as JSON, and so does a body without a content type that starts as an object or a list. Others are not scanned: a parser that
 * takes other types for JSON, such as `express.json({ type: () => true })`, parses those as they are.
 *
 * Errors, at once: `TypeError` if `maxBytes` is no number of bytes, `option_invalid`.
 */
export function bodyLimit(maxBytes: number, jsonLimits?: JsonLimits): RequestHandler;

/** Options of `imageFile` and `imageFiles`. */
export interface ImageFileOptions {
  /** The name of the field. Default: `"file"`; `"files"` for `imageFiles`. Other fields are read over. */
  field?: string | undefined;
  /**
   * The longest body, in bytes. Default: what the rules allow for all files together, 64 KiB, and 4 KiB for each file.
   */
  maxBodyBytes?: number | undefined;
  /**
   * Says for whom the images are checked, in the queue of `configurePool`; `undefined` is nobody known, who share one name. Default: the
   * address, as Express knows it: `request.ip`, which the setting `trust proxy` finds behind proxies. Of IPv6 addresses the
   * first 64 bits count.
   */
  client?: ((request: Request) => string | undefined) | undefined;
}

/**
 * Reads the one image in a field of a multipart form (RFC 7578) into `request.image`. Needs `npm install @fastify/busboy`.
 *
 * The type that the form declares for the file must be its own; `text/plain`, which a part without a type has, counts as none,
 * and so do `application/octet-stream` and `image/*`.
 * The body is read up to the first byte too many, kept in memory, and never written to disk; middleware that knows the user
 * stands before this one, and refuses before anything is read. Pixels are decoded on libuv's pool of threads, no longer than
 * the client waits for it.
 *
 * Errors go to the error handlers, such as `presizeErrors`: `request_malformed` 400 (no such form, no file or more than one, a
 * form that breaks off), `request_too_large` 413, `server_busy` 503, and those of `check`; `image_too_large` comes as soon as the file is longer
 * than the rules allow. `option_invalid` and `TypeError`, at once, for rules and options that make no sense.
 */
export function imageFile(rules?: Rules, options?: ImageFileOptions): RequestHandler;

/**
 * Reads the images in a field of a multipart form into `request.images`: 1 to `maxImages` of the rules, together at most
 * `maxTotalBytes`, `maxTotalPixels` and `maxTotalWorkPixels`, which their headers tell before any is decoded: `image_too_large`
 * without an index. They are checked one after the other, so that a request never takes more than its share; an error of one
 * image has its index. Otherwise as `imageFile`.
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
 * Reads the images that a JSON object has as a list of data URIs in a field into `request.images`. The body is scanned while it
 * comes in, and the data URIs are cut out of it on libuv's pool of threads: nothing of it is parsed on the event loop. It stands
 * before everything that reads the body.
 *
 * Errors go to the error handlers: `request_type_unsupported` 415, `request_malformed` 400, `request_too_large` 413,
 * `server_busy` 503, and those of `decodeDataUris`. `option_invalid` and `TypeError`, at once, for rules and options that make no
 * sense.
 */
export function imageDataUris(rules?: Rules, options?: ImageDataUrisOptions): RequestHandler;
