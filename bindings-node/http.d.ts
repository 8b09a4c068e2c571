/**
 * presize for every framework that speaks the web's `Request` and `Response`: tickets for uploads, their confirmation, images
 * in forms and in JSON. Bodies are refused while they come in, and pixels are decoded on libuv's pool of threads.
 *
 * ```js
 * const currentUser = (request) => userOf(request.headers.get('authorization'));
 * const issue = uploadHandler(uploads, { currentUser });
 * const confirm = confirmHandler(uploads, { currentUser });
 * ```
 *
 * Hono:
 *
 * ```js
 * app.post('/api/upload/presigned-url', (c) => issue(c.req.raw));
 * app.post('/api/upload/confirm', (c) => confirm(c.req.raw));
 * app.onError((error, c) => {
 *   if (error instanceof PresizeError) return errorResponse(error);
 *   console.error(error);
 *   return c.text('Internal Server Error', 500);
 * });
 * ```
 *
 * Route handlers of Next, `app/api/upload/presigned-url/route.js` and `app/api/upload/confirm/route.js`; the same goes for React
 * Router, Remix, SvelteKit and Astro:
 *
 * ```js
 * export const runtime = 'nodejs';
 * export const POST = issue; // in the other file: confirm
 * ```
 *
 * Fastify, which has parsed the body:
 *
 * ```js
 * const webRequest = ({ url, headers, body }) =>
 *   new Request(new URL(url, 'http://localhost'), { method: 'POST', headers, body: JSON.stringify(body) });
 * app.post('/api/upload/presigned-url', { bodyLimit: 16_384 }, (request) => issue(webRequest(request)));
 * app.post('/api/upload/confirm', { bodyLimit: 16_384 }, (request) => confirm(webRequest(request)));
 * ```
 *
 * Express has a module of its own: `presize/express`.
 */
import type { CheckedImage, ConfirmOptions, Confirmed, ImageFormat, PresizeError, Rules, UploadEvent, Uploads } from './index.js';

/**
 * The signed-in user: a text that is valid in an object key, such as a UUID; an integer from 0, which is written in decimal; or
 * `null` or `undefined` for nobody.
 */
export type Owner = string | number | bigint | null | undefined;

/** Options of `uploadHandler`. */
export interface UploadHandlerOptions {
  /**
   * Returns the user of a request. It is called before the body is read. `null` and `undefined` stand for nobody, which is
   * answered with 401. It may also throw a `PresizeError`, or a `Response`, which becomes the answer. Take the user from a
   * session or a token that the application verifies, never from the body.
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

/** Options of `confirmHandler`, among them those of `confirmUpload` that concern the store. */
export interface ConfirmHandlerOptions
  extends UploadHandlerOptions, Pick<ConfirmOptions, 'fetch' | 'timeoutMs' | 'retries'> {
  /**
   * Called after each confirmation with the `Confirmed` (`exif` included) and the owner as text, before the client is answered,
   * for example to write a row of a database. A promise that it returns is awaited. It may throw: a `PresizeError` is answered,
   * anything else is rethrown. A client may confirm an upload again, and then it is called again. Default: none.
   */
  onConfirmed?: ((confirmed: Confirmed, owner: string) => unknown) | undefined;
}

/** A handler of web requests, as `uploadHandler` and `confirmHandler` return it. */
export type UploadHandler = (request: Request) => Promise<Response>;

/** The body of a request for a ticket, in camelCase. Unknown fields are ignored; the body has at most 16 KiB. */
export interface TicketRequest {
  /** The media type of the file. */
  contentType: string;
  /** The exact size of the file, in bytes. */
  fileSize: number;
  /** The name of the file, at most 255 bytes. It is no part of the key. */
  filename?: string;
  /** The SHA-256 of the file, 32 bytes in base64: the store accepts no other bytes. */
  checksumSha256?: string;
}

/**
 * The body of the response with a ticket, in camelCase. The client sends the file with exactly these headers to this URL; with
 * `fields` it sends a form with these fields, followed by the file as `file`. If `if-none-match` is among the headers, a 412 to
 * a second attempt means that the file has arrived.
 */
export interface TicketAnswer {
  uploadUrl: string;
  /** `"PUT"`, or `"POST"` for a form. */
  method: string;
  headers: Record<string, string>;
  /** The fields of the form, for a form only. */
  fields?: Record<string, string>;
  /** The object's key, which is what the client confirms. */
  key: string;
  /** The URL at which the object can be read later, if the policy has a `publicBaseUrl`. */
  publicUrl: string | null;
  /** In seconds. */
  expiresIn: number;
  /** In seconds since 1970. */
  expiresAt: number;
}

/**
 * A handler of `POST .../presigned-url`, which issues a ticket for one upload to the signed-in user. It does not check the path.
 *
 * It answers `TicketAnswer` with `cache-control: no-store`, and refuses with `{"error": {"code", "message",
 * "user_message", "details"}}`: `request_unauthenticated` 401, `request_type_unsupported` 415, `request_malformed` 400,
 * `request_too_large` 413, and the errors of `Uploads.issue`. Other methods are answered with 405. Anything
 * else that `currentUser` throws is rethrown.
 *
 * It accepts only `application/json` and `application/*+json`: a page of another site may send any other text with the user's
 * cookies and without a CORS preflight. If sessions are cookies, set `SameSite`, and allow only known origins by CORS.
 *
 * If an error is about a field of the request, `details.field` names it in the client's spelling, such as `"fileSize"`.
 *
 * Error: `TypeError`, at once, for options that make no sense.
 */
export function uploadHandler(uploads: Uploads, options: UploadHandlerOptions): UploadHandler;

/** What a client that has uploaded asks with, in camelCase. Other names are ignored; the body is at most 16 KiB. */
export interface ConfirmationRequest {
  /** The key of the ticket. */
  key: string;
  /** The name that the file has with the client, at most 255 bytes. */
  originalFilename?: string;
  /** The SHA-256 of the file as it was sent, 32 bytes in base64: no other bytes are confirmed. */
  checksumSha256?: string;
}

/** What it is answered once the upload is checked and at its key, in camelCase. */
export interface ConfirmationAnswer {
  success: true;
  key: string;
  /** Where it can be read, if the policy says so. */
  publicUrl: string | null;
  format: ImageFormat;
  /** In pixels, as displayed. */
  width: number;
  height: number;
  /** The size of the object. */
  bytes: number;
  etag: string;
  /** The smaller pictures beside it. */
  variants: { key: string; publicUrl: string | null; format: ImageFormat; width: number; height: number }[];
}

/**
 * A handler of `POST .../confirm`, which confirms an upload of the user who asks, with `confirmUpload`. It does not look at the
 * path. It stops when the client is gone, by the signal of the request, unless others wait for the same confirmation: asked
 * again, it goes on where it was.
 *
 * It answers `ConfirmationAnswer`, and refuses as `uploadHandler` does, with the errors of `confirmUpload`: `upload_not_found`
 * 404, `upload_owner_mismatch` 403, `image_corrupt` 422, `store_unavailable` 503, `server_busy` 503 with a `Retry-After` and so
 * on.
 *
 * Errors, at once, for options that make no sense: `TypeError`, `option_invalid`.
 */
export function confirmHandler(uploads: Uploads, options: ConfirmHandlerOptions): UploadHandler;

/**
 * The answer to a request that presize refuses: `{"error": {"code", "message", "user_message", "details"}}`, with
 * `index` where there is one, under the error's own status; `server_busy` with a `Retry-After`. Whatever is no
 * `PresizeError` is thrown on.
 */
export function errorResponse(
  error: unknown,
  options?: { onError?: ((error: PresizeError) => void) | undefined },
): Response;

/** Options of `readImage` and `readImages`. */
export interface ReadImageOptions {
  /** The name of the field. Default: `"file"`; `"files"` for `readImages`. Other fields are read over. */
  field?: string | undefined;
  /**
   * The longest body, in bytes. Default: what the rules allow for all files together, 64 KiB, and 4 KiB for each file.
   */
  maxBodyBytes?: number | undefined;
  /**
   * Ends the work, also while the body is awaited. Default: the signal of the request; when that ends it, the error is
   * `request_malformed`.
   */
  signal?: AbortSignal | undefined;
  /**
   * For whom the images are checked, in the queue of `configurePool`: the user, or the address, which a `Request` does not say.
   * Default: nobody in particular.
   */
  client?: string | undefined;
}

/**
 * The one image in a field of a multipart form (RFC 7578). Needs `npm install @fastify/busboy`.
 *
 * The type that the form declares for the file must be its own; `text/plain`, which a part without a type has, counts as none,
 * and so do `application/octet-stream` and `image/*`.
 * The body is read up to the first byte too many, kept in memory, and never written to disk.
 *
 * Errors: `request_malformed` 400 (no such form, no file or more than one, a form that breaks off), `request_too_large` 413, and
 * those of `check`; `image_too_large` comes as soon as the file is longer than the rules allow.
 */
export function readImage(request: Request, rules?: Rules, options?: ReadImageOptions): Promise<CheckedImage>;

/**
 * The images in a field of a multipart form: 1 to `maxImages` of the rules, together at most `maxTotalBytes`, `maxTotalPixels`
 * and `maxTotalWorkPixels`, which their headers tell before any is decoded: `image_too_large` without an index. They are
 * checked one after the other, so that a request never takes more than its share; an error of one image has its index.
 * Otherwise as `readImage`.
 */
export function readImages(request: Request, rules?: Rules, options?: ReadImageOptions): Promise<CheckedImage[]>;

/**
 * A JSON body, parsed. It is refused while it comes in: where it is too long, where it is more than 64 KiB outside of strings
 * or deeper than 32 levels, which would take a parser gigabytes, and where it is not sent as `application/json` or
 * `application/*+json`.
 *
 * ```js
 * const { images, type } = await readJson(request, { maxBodyBytes: 32 * 1024 * 1024 });
 * const photos = await decodeDataUris(images, { maxBytes: 5_000_000 });
 * ```
 *
 * 23 images of 1 MiB fit 32 MiB of base64; 24 do not. Errors: `request_type_unsupported` 415, `request_malformed`
 * 400, `request_too_large` 413.
 */
export function readJson(request: Request, options: { maxBodyBytes: number }): Promise<unknown>;

/** Options of `readDataUris`. */
export interface ReadDataUrisOptions {
  /** The name of the list in the object. Default: `"images"`. Other names are ignored. */
  field?: string | undefined;
  /** The longest body, in bytes. Default: what the rules allow for all images together, in base64, and 64 KiB. */
  maxBodyBytes?: number | undefined;
  /** Ends the work, as that of `ReadImageOptions`. */
  signal?: AbortSignal | undefined;
  /** As that of `ReadImageOptions`. */
  client?: string | undefined;
}

/**
 * The images that a JSON object has as a list of data URIs in a field. They are cut out of the body on libuv's pool of threads:
 * nothing of it is parsed on the event loop.
 *
 * Errors: those of `readJson` and of `decodeDataUris`.
 */
export function readDataUris(request: Request, rules?: Rules, options?: ReadDataUrisOptions): Promise<CheckedImage[]>;
