// presize/browser: the client side of an upload. It needs no build step and has no dependencies: browsers load it as it is, and
// bundlers accept it. Supported: browsers of 2022 and later (Chrome 100, Firefox 105, Safari 15.4).

/** An image format, by the bytes of a file. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'heic' | 'heif' | 'avif';
/** A format as it may be given: `jpg` is read as `jpeg`. */
export type ImageFormatName = ImageFormat | 'jpg';

/**
 * Codes of errors that the page detects. The first nine are the core's, with its messages, statuses and details.
 *
 * - `file_unreadable`: the file was changed or deleted after it was chosen.
 * - `network_failed`: no response: the network failed, or the CORS rules of the back end refuse this page.
 * - `cors_refused`: the store responds, but its CORS rules refuse this page. Details: `origin`, `method` and
 * `headers`, which the CORS configuration of the bucket has to allow. It is not retried.
 * - `response_invalid`: a response that is not JSON, or not a ticket.
 * - `response_refused`: an unsuccessful response without an error code. Details: `from` (`"back end"`,
 * `"store"`   or `"server"`), `status`, and `reason` if the response has one.
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
  /** The stable code, for programs: one of `BrowserErrorCode`, or that of the back end. */
  readonly code: BrowserErrorCode | (string & {});
  /** The status of the response, or the one that a back end would respond with; `null` if there is none. */
  readonly httpStatus: number | null;
  /** The fields of the message by name. */
  readonly details: Readonly<Record<string, unknown>>;
  /**
   * What went wrong in plain English and human units, for the people who use the page: "This file is larger than 10 MB." It is
   * that of the back end if that refused.
   */
  readonly userMessage: string;
  /** The 0-based index of the image, if the back end refused one of a list. */
  readonly index?: number;
  /** The `Retry-After` of the server in seconds, if any. */
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
 * Validates the size and the first 4096 bytes of a file: its format, whether that is accepted, and whether it matches the type
 * that the browser derives from the extension, unless that names no format (`""`, `application/octet-stream`, `image/*`). Only
 * the back end decodes the image.
 *
 * Rejects with `image_too_small`, `image_too_large` (`what` is `bytes`), `image_format_unknown`,
 * `image_format_not_allowed` (also for SVG, PDF and others that are recognised), `image_format_mismatch`,
 * `option_invalid`, `file_unreadable`.
 */
export function validateImageFile(file: Blob, rules?: FileRules): Promise<ValidFile>;

/** Formats a number of bytes for people: `"640 bytes"`, `"1.5 KB"`, `"10 MB"`, in units of 1024. Empty for an invalid size. */
export function formatFileSize(bytes: number): string;

export interface DataUriOptions extends FileRules {
  /** Stops the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Encodes a file as `data:image/jpeg;base64,...` with the detected type, for back ends that accept images in JSON. The text is
 * a third longer than the file. Rejects as `validateImageFile` does.
 */
export function fileToDataUri(file: Blob, options?: DataUriOptions): Promise<string>;

/** Headers to send, or a function that returns them for each request, for example with a fresh token. */
export type HeadersToSend = HeadersInit | (() => HeadersInit | Promise<HeadersInit>);

export interface ImageUrlOptions extends DataUriOptions {
  /** Whether cookies are sent, as for `fetch`. Other origins must allow `"include"`. Default: `"same-origin"`. */
  credentials?: RequestCredentials;
  /** Headers to send. Default: none. */
  headers?: HeadersToSend;
}

/**
 * Fetches an image that this page may read, and encodes it as a data URI with the detected type. No more than `maxBytes` of the
 * response is read. Rejects as `validateImageFile` does, and with `network_failed` and `response_refused`.
 */
export function imageUrlToDataUri(url: string | URL, options?: ImageUrlOptions): Promise<string>;

/** Options of `downscale`. */
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
 * Scales an image down to fit a box, upright and without metadata, in a worker if the browser and the page's policy
 * (`worker-src blob:`) allow one. To limit memory, one image is decoded at a time. It never enlarges. The file itself is
 * returned if it is a GIF or another animation, or if it fits already and would not become smaller, unless `format` asks for
 * another format.
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
   * ticket, and the confirmation confirms no others. Not for tickets that are forms. The whole file is in memory meanwhile. A
   * page that is not secure (https or localhost) cannot hash, and gets `option_invalid`. Default: false.
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
 * Uploads an image: validates it, requests a ticket from the back end, sends the file to the store with exactly the headers of
 * the ticket (or as the form of the ticket), and asks the back end to confirm it. If a ticket is create-only (`if-none-match`
 * among its headers) and the response to an attempt was lost, the 412 to the next one means that the file has arrived.
 *
 * Rejects as `validateImageFile` and `downscale` do, with errors of the back end, and with `network_failed`, `cors_refused`,
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
 * Uploads several files, `concurrency` at a time. Resolves with the final state of each, in the order of the list; a failure
 * does not stop the others. Rejects only for invalid options: `option_invalid`.
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
  /** Sets the options of later uploads. Throws `option_invalid`. */
  setOptions(options?: UploadListOptions): void;
  /** Calls `listener` after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The state: the same object until something changes. */
  readonly getSnapshot: () => UploadListState;
  /** Adds a file and uploads it. Resolves with the image, or with `null` and the error in the state; never rejects. */
  readonly upload: (file: File) => Promise<UploadedImage | null>;
  /**
   * Adds files and uploads them, `concurrency` at a time. Resolves with the images of those that succeeded; never rejects. The
   * list is copied at once, so an input may be emptied afterwards (`event.target.value = ''`): only then can the same file be
   * chosen again.
   */
  readonly uploadAll: (files: Iterable<File> | ArrayLike<File> | null) => Promise<UploadedImage[]>;
  /**
   * Retries a file whose `state` is `"error"`, at its position in the list and with the current options. Resolves with the
   * image, or with `null` if it fails again or had not failed; never rejects.
   */
  readonly retry: (id: number) => Promise<UploadedImage | null>;
  /** Removes a file from the list and stops its upload. Objects in the store are kept. */
  readonly remove: (id: number) => void;
  /** Stops every upload and empties the list. */
  readonly reset: () => void;
  /** Stops every upload and frees the memory of previews; nothing is uploaded until `resume`. */
  suspend(): void;
  /** Accepts files again, and recreates the previews of the list. */
  resume(): void;
}
