// presize/browser: what a page does for an upload. It needs no build step and depends on nothing: browsers load it as
// it is, bundlers take it in. Supported: browsers of 2022 and later (Chrome 100, Firefox 105, Safari 15.4).

/** An image format, by the bytes of a file. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'heic' | 'heif' | 'avif';
/** A format as it may be given: `jpg` is read as `jpeg`. */
export type ImageFormatName = ImageFormat | 'jpg';

/**
 * Codes of the errors that the page finds by itself. The first nine are the core's, with its messages, statuses and
 * details.
 *
 * - `file_unreadable`: the file has changed or gone since it was chosen.
 * - `network_failed`: no answer: no network, or the CORS rules of the back end do not let this page ask.
 * - `cors_refused`: the store answers, but its CORS rules do not let this page send the file. Details: `origin`, `method` and
 * `headers`, which the CORS configuration of the bucket has to allow. It is not tried again.
 * - `response_invalid`: an answer that is no JSON, or no ticket.
 * - `response_refused`: an answer that is no success and names no code of its own. Details: `from` (`"back end"`,
 * `"store"`   or `"server"`), `status`, and `reason` where the answer gives one.
 */
export type BrowserErrorCode =
  | 'option_invalid'
  | 'image_format_unknown'
  | 'image_format_not_allowed'
  | 'image_format_unsupported'
  | 'image_format_mismatch'
  | 'image_too_small'
  | 'image_too_large'
  | 'image_corrupt'
  | 'encoding_unsupported'
  | 'file_unreadable'
  | 'network_failed'
  | 'cors_refused'
  | 'response_invalid'
  | 'response_refused';

/**
 * What went wrong. A refusal of the back end, `{"error": {"code", "message", "user_message", "details"}}`, keeps its code,
 * messages and details. Names in messages are those of JavaScript; names in details are the core's, in snake_case.
 */
export class PresizeError extends Error {
  constructor(
    code: string,
    message: string,
    rest?: {
      httpStatus?: number | null;
      details?: Record<string, unknown>;
      index?: number;
      retryAfter?: number;
      userMessage?: string;
      cause?: unknown;
    },
  );
  readonly name: 'PresizeError';
  /** The stable code, for programs: one of `BrowserErrorCode`, or what the back end said. */
  readonly code: BrowserErrorCode | (string & {});
  /** The status of the answer, or the one that a back end would have answered with; `null` where there is none. */
  readonly httpStatus: number | null;
  /** The fields of the message by name. */
  readonly details: Readonly<Record<string, unknown>>;
  /**
   * What went wrong in plain English and human units, for the people who use the page: "This file is larger than 10 MB." The
   * back end's, where it has refused.
   */
  readonly userMessage: string;
  /** The 0-based index of the image, where the back end refused one of a list. */
  readonly index?: number;
  /** After how many seconds the server wants to be asked again, where it said so. */
  readonly retryAfter?: number;
  toJSON(): { code: string; message: string; user_message: string; details: Record<string, unknown>; index?: number };
}

/**
 * What a file must be. The same names and defaults as those of the policy in the back end; give both the same values.
 */
export interface FileRules {
  /** The formats accepted. Default: jpeg, png, webp, gif. */
  formats?: readonly ImageFormatName[];
  /** The largest file, in bytes. Range: 1 to 4294967295. Default: 10485760 (10 MiB). */
  maxBytes?: number;
  /** The smallest file, in bytes. Range: 1 to 4294967295. Default: 1. */
  minBytes?: number;
}

/** A file that may be uploaded. */
export interface ValidFile {
  readonly format: ImageFormat;
  /** The registered media type of the format. */
  readonly mediaType: string;
  readonly sizeBytes: number;
}

/**
 * Looks at the size of a file and at its first 4096 bytes: what it is, whether that is accepted, and whether it is what
 * the browser takes it for by its extension, unless that leaves the format open (`""`, `application/octet-stream`, `image/*`).
 * That the picture is complete is for the back end to see.
 *
 * Rejects with `image_too_small`, `image_too_large` (`what` is `bytes`), `image_format_unknown`,
 * `image_format_not_allowed` (also for SVG, PDF and others that are recognised), `image_format_mismatch`,
 * `option_invalid`, `file_unreadable`.
 */
export function validateImageFile(file: Blob, rules?: FileRules): Promise<ValidFile>;

/** A number of bytes for people: `"640 bytes"`, `"1.5 KB"`, `"10 MB"`, in steps of 1024. Empty for what is no size. */
export function formatFileSize(bytes: number): string;

export interface DataUriOptions extends FileRules {
  /** Stops the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * A file as `data:image/jpeg;base64,...` with the type of its bytes, for a back end that takes images in JSON. The
 * text is a third longer than the file. Rejects as `validateImageFile` does.
 */
export function fileToDataUri(file: Blob, options?: DataUriOptions): Promise<string>;

/** Headers to send, or a function that gives them anew for each request, such as one with a token. */
export type HeadersToSend = HeadersInit | (() => HeadersInit | Promise<HeadersInit>);

export interface ImageUrlOptions extends DataUriOptions {
  /** Whether cookies are sent, as for `fetch`. Other origins must allow `"include"`. Default: `"same-origin"`. */
  credentials?: RequestCredentials;
  /** Headers to send. Default: none. */
  headers?: HeadersToSend;
}

/**
 * Fetches an image that this page may read, and gives it as a data URI with the type of its bytes. Of the answer no
 * more is read than `maxBytes`. Rejects as `validateImageFile` does, and with `network_failed` and `response_refused`.
 */
export function imageUrlToDataUri(url: string | URL, options?: ImageUrlOptions): Promise<string>;

/** What a picture is made into. */
export interface DownscaleBox {
  /** The largest width of the result as displayed, in pixels. Range: 1 to 16384. Default: 1920. */
  maxWidth?: number;
  /** The largest height of the result as displayed, in pixels. Range: 1 to 16384. Default: 1920. */
  maxHeight?: number;
  /** The quality of JPEG and WebP, as of a canvas. Range: 0 to 1. Default: 0.8. */
  quality?: number;
  /** The format of the result. Not every browser can make WebP: `encoding_unsupported`. Default: jpeg. */
  format?: 'jpeg' | 'jpg' | 'png' | 'webp' | 'image/jpeg' | 'image/png' | 'image/webp';
  /** The ground beneath what is transparent, in a JPEG: a colour of CSS. Default: `"white"`. */
  background?: string;
}

export interface DownscaleOptions extends DownscaleBox {
  /** Stops the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Makes a picture fit a box, upright and without metadata, in a worker where the browser and the page's policy
 * (`worker-src blob:`) allow one. One picture is decoded at a time, for the memory's sake. It never enlarges. The file
 * itself comes back, as it is, where it is a GIF or another animation, and where it fits already and would not become
 * smaller, unless `format` asks for another format.
 *
 * Rejects with `image_format_unknown`, `image_format_not_allowed`, `image_format_unsupported` (this browser has no
 * decoder, as most have none for HEIC), `image_corrupt`, `encoding_unsupported` (this browser has no such encoder, the
 * result is larger than its canvases may be, or it hides what they hold from pages), `option_invalid`,
 * `file_unreadable`.
 */
export function downscale(file: Blob, options?: DownscaleOptions): Promise<File>;

/** How far an upload is. */
export interface UploadProgress {
  readonly phase: 'preparing' | 'ticket' | 'sending' | 'confirming' | 'done';
  /** 0 to 99 while it runs, by the bytes sent; 100 when all is done. Falls back to 0 where the file is sent again. */
  readonly percent: number;
  /** Bytes of the file that have been sent. */
  readonly loaded: number;
  /** Bytes of the file. */
  readonly total: number;
}

/** What `upload` and `uploadAll` have in common. */
export interface SharedUploadOptions extends FileRules {
  /**
   * Where the back end has presize's routes; tickets come from `{endpoint}/presigned-url`. Default: `"/api/upload"`.
   */
  endpoint?: string;
  /** Where tickets come from, if not from there. */
  ticketUrl?: string;
  /** Where uploads are confirmed. Default: `{endpoint}/confirm`; beside a `ticketUrl` there is none. */
  confirmUrl?: string;
  /**
   * Whether the back end is told that the file has arrived: a POST of `key`, `originalFilename` and, with `checksum`,
   * `checksumSha256`. With `"auto"` an answer of 404 or 405, other than `upload_not_found`, means that it has no such route;
   * with `true` that is an error. Default: `"auto"`.
   */
  confirm?: boolean | 'auto';
  /**
   * The names in what is sent: `contentType` or `content_type`. Back ends of presize ignore names that they do not
   * know, so both are sent; one that refuses them needs to be given its own. Answers may have either. Default:
   * `"both"`.
   */
  case?: 'both' | 'camel' | 'snake';
  /** Headers for the back end, never for the store. Default: none. */
  headers?: HeadersToSend;
  /**
   * Whether cookies are sent to the back end, as for `fetch`. A store under another origin gets none. Default:
   * `"same-origin"`.
   */
  credentials?: RequestCredentials;
  /**
   * Makes the picture smaller first. Then the rules are for the result: a photo that is too large, or of another format
   * that this browser can read, becomes one that is accepted; the file itself is sent only where the rules accept its
   * format. Default: false.
   */
  downscale?: boolean | DownscaleBox;
  /**
   * Says to the back end what the SHA-256 of the file is, as `checksumSha256`: the store then takes no other bytes under the
   * ticket, and the confirmation confirms no others. The whole file is in memory meanwhile. A page that is not secure (https
   * or localhost) cannot hash, and gets `option_invalid`. Default: false.
   */
  checksum?: boolean;
  /**
   * How often each request is tried again after network errors, 5xx and 429, and those to the store after 409 and 412 too:
   * after 1, 2, 4 seconds and so on up to a minute, later where the answer says so by `Retry-After`, never where that asks for
   * more than a minute. Range: 0 to 10. Default: 3.
   */
  retries?: number;
  /**
   * Stops the upload in whichever phase it is; it then rejects with the signal's reason, by default an `AbortError`.
   */
  signal?: AbortSignal;
}

export interface UploadOptions extends SharedUploadOptions {
  /** Told of each step. What it throws is reported as an uncaught error; the upload goes on. */
  onProgress?: (progress: UploadProgress) => void;
}

/** An image in the store. */
export interface UploadedImage {
  /** The object's key: the name of the upload from here on. */
  readonly key: string;
  /** Where it can be read, when the back end's policy has a `publicBaseUrl`. */
  readonly publicUrl: string | null;
  /** What was sent: the file, or what was made of it. */
  readonly file: Blob;
  readonly format: ImageFormat;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Whether the back end has confirmed it. */
  readonly confirmed: boolean;
  /** The back end's JSON, or `null`. */
  readonly confirmation: unknown;
}

/**
 * Uploads an image: looks at it, asks the back end for a ticket, sends the file to the store with exactly the ticket's
 * headers (or as the form that the ticket is), and has the back end confirm it. Where a ticket is good for one file alone
 * (`if-none-match` among its headers) and the answer to an attempt was lost, the 412 to the next one says that the file is there.
 *
 * Rejects as `validateImageFile` and `downscale` do, with what the back end refuses, and with `network_failed`, `cors_refused`,
 * `response_invalid`, `response_refused`.
 */
export function upload(file: Blob, options?: UploadOptions): Promise<UploadedImage>;

/** One of several files, at one moment. */
export interface FileUpload {
  /** The 0-based place of the file in the list. */
  readonly index: number;
  readonly file: File;
  readonly state: 'pending' | 'uploading' | 'success' | 'error';
  /** The phase while it is uploading. */
  readonly phase: UploadProgress['phase'] | null;
  /** 0 to 100. */
  readonly progress: number;
  /** The image, once `state` is `"success"`. */
  readonly image: UploadedImage | null;
  /** The reason, once `state` is `"error"`: a `PresizeError`, or that of the signal. */
  readonly error: UploadFailure | null;
}

/** A `PresizeError`, or the reason of a signal such as an `AbortError`. */
export type UploadFailure = PresizeError | DOMException | Error;

export interface UploadAllOptions extends SharedUploadOptions {
  /** How many files are on their way at a time. Range: 1 to 100. Default: 3. */
  concurrency?: number;
  /** Told of each change of each file, beginning with `"pending"`. What it throws is reported as an uncaught error. */
  onFile?: (file: FileUpload) => void;
}

/**
 * Uploads several files, so many at a time. Gives the last state of each, in the order of the list; a file that fails
 * stops no other. Rejects only for options that are wrong: `option_invalid`.
 */
export function uploadAll(files: Iterable<File> | ArrayLike<File>, options?: UploadAllOptions): Promise<FileUpload[]>;

/** A file of an `UploadList`. */
export interface ListedFile extends Omit<FileUpload, 'index'> {
  /** Its number in the list, which no other file gets: the `key` of an element. */
  readonly id: number;
  /** An address for an `img`, for as long as the file is listed; `null` for what is no image. */
  readonly previewUrl: string | null;
}

/** The whole of an `UploadList` at one moment. */
export interface UploadListState {
  readonly files: readonly ListedFile[];
  /** Whether a file is pending or uploading. */
  readonly uploading: boolean;
  /** 0 to 100 over all files but those that failed. */
  readonly progress: number;
  /** Why the last file failed that did; `null` again with the next files. */
  readonly error: UploadFailure | null;
  /** The last image that was uploaded. */
  readonly uploadedImage: UploadedImage | null;
}

export type UploadListOptions = Omit<UploadAllOptions, 'onFile'> & {
  /** Told of each change of each file. */
  onFile?: (file: ListedFile) => void;
};

/**
 * Files with their uploads and previews, for the state of a page: the store beneath `presize/react`, and for other
 * frameworks by `subscribe` and `getSnapshot`. Its functions may be passed on without it.
 */
export class UploadList {
  constructor(options?: UploadListOptions);
  /** Options for the uploads from now on. Throws `option_invalid`. */
  setOptions(options?: UploadListOptions): void;
  /** Calls `listener` after each change, until the function that it gives is called. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The state: the same object until something changes. */
  readonly getSnapshot: () => UploadListState;
  /** Adds a file and uploads it. Gives the image, or `null` where the state has the error; never rejects. */
  readonly upload: (file: File) => Promise<UploadedImage | null>;
  /**
   * Adds files and uploads them, `concurrency` at a time. Gives the images of those that succeeded; never rejects. The list is
   * copied at once, so an input may be emptied afterwards (`event.target.value = ''`): only then can the same file be chosen again.
   */
  readonly uploadAll: (files: Iterable<File> | ArrayLike<File> | null) => Promise<UploadedImage[]>;
  /**
   * Uploads a file again whose `state` is `"error"`, in its place in the list and with the options of now. Gives the image, or
   * `null` where it fails again or has not failed; never rejects.
   */
  readonly retry: (id: number) => Promise<UploadedImage | null>;
  /** Takes a file off the list and stops its upload. What is in the store stays there. */
  readonly remove: (id: number) => void;
  /** Stops every upload and empties the list. */
  readonly reset: () => void;
  /** Stops every upload and gives the previews' memory back; nothing is uploaded until `resume`. */
  suspend(): void;
  /** Takes files again, and makes the previews of those listed anew. */
  resume(): void;
}
