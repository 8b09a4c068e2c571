import type { OutputFormat, OutputFormatName } from './images.js';

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'heic' | 'heif' | 'avif';
/** A format as it may be given: `jpg` is read as `jpeg`, and never written. */
export type ImageFormatName = ImageFormat | 'jpg';

/** The options of `ImageRules`. One that is left out, or `undefined`, has its default; `null` is refused. */
export interface ImageRulesOptions {
  /** The formats accepted. Default: jpeg, png, webp, gif. */
  formats?: readonly ImageFormatName[] | undefined;
  /** The largest file, in bytes, 1 to 4294967295. Default: 10485760 (10 MiB). */
  maxBytes?: number | undefined;
  /** The longest data URI, in bytes of text with its header, 1 to 8589934591. Default: none; `maxBytes` bounds what it decodes to. */
  maxDataUriBytes?: number | undefined;
  /** The smallest width as displayed, in pixels, 1 to 65535. Default: 1. */
  minWidth?: number | undefined;
  /** The smallest height as displayed, in pixels, 1 to 65535. Default: 1. */
  minHeight?: number | undefined;
  /** The largest width as displayed, in pixels, 1 to 65535. Default: 16384. */
  maxWidth?: number | undefined;
  /** The largest height as displayed, in pixels, 1 to 65535. Default: 16384. */
  maxHeight?: number | undefined;
  /** The most pixels of one picture, 1 to 4294836225. Default: 64000000. */
  maxPixels?: number | undefined;
  /** The most frames of an animation, 1 to 1000000. Default: 1000. */
  maxFrames?: number | undefined;
  /** The most pixels of all frames together, 1 to 10^12. Default: 64000000. */
  maxFramePixels?: number | undefined;
  /**
   * The most work of one file, in weighted pixels as `workPixels` counts them, 1 to 10^12: every picture of `maxPixels` is
   * within the default, whatever its format and kind. Default: 256000000.
   */
  maxWorkPixels?: number | undefined;
  /**
   * The most memory for decoding and transforming, in bytes, counted from the header, 1 MiB to 16 GiB: every picture of
   * `maxPixels` is within the default, whatever its format and kind. Default: 402653184 (384 MiB).
   */
  maxMemoryBytes?: number | undefined;
  /** The most scans of a JPEG, 1 to 10000. Default: 100. */
  maxScans?: number | undefined;
  /** The largest colour profile when unpacked, in bytes, 0 to 67108864. Default: 4194304 (4 MiB). */
  maxIccBytes?: number | undefined;
  /** The most images of one list, 1 to 10000. Default: 10. */
  maxImages?: number | undefined;
  /** The most bytes of all images of one list together, 1 to 16 GiB. Default: 33554432 (32 MiB). */
  maxTotalBytes?: number | undefined;
  /** The most pixels of all images of one list together, all frames of animations among them, 1 to 10^12. Default: 512000000. */
  maxTotalPixels?: number | undefined;
  /** The most work of all images of one list together, in weighted pixels, 1 to 10^12. Default: 640000000. */
  maxTotalWorkPixels?: number | undefined;
  /** Accept base64 without a `data:` header. Default: false. */
  allowBareBase64?: boolean | undefined;
  /**
   * Accept spaces, tabs and line breaks within the base64 of a data URI, escaped ones (`%0A`) too, but not more of them than
   * there is base64; and spaces after the semicolons of its header. Default: false.
   */
  allowWhitespace?: boolean | undefined;
  /** Accept a declared type that differs from what the bytes say. Default: false. */
  allowTypeMismatch?: boolean | undefined;
  /** Accept a file that is also a page, a script, a document or an archive. Default: false. */
  allowPolyglots?: boolean | undefined;
  /** Accept a JPEG whose end is missing: gray where nothing arrived. Default: false. */
  allowTruncated?: boolean | undefined;
}

/**
 * What an image must be to be accepted, and every limit on what checking it may cost: parsed once, frozen, and good for
 * every call. `{ ...rules, maxBytes: 5 }` are options for others like it.
 *
 * Error: `option_invalid`.
 */
export class ImageRules {
  constructor(options?: ImageRulesOptions);
  readonly formats: readonly ImageFormat[];
  readonly maxBytes: number;
  readonly maxDataUriBytes: number | undefined;
  readonly minWidth: number;
  readonly minHeight: number;
  readonly maxWidth: number;
  readonly maxHeight: number;
  readonly maxPixels: number;
  readonly maxFrames: number;
  readonly maxFramePixels: number;
  readonly maxWorkPixels: number;
  readonly maxMemoryBytes: number;
  readonly maxScans: number;
  readonly maxIccBytes: number;
  readonly maxImages: number;
  readonly maxTotalBytes: number;
  readonly maxTotalPixels: number;
  readonly maxTotalWorkPixels: number;
  readonly allowBareBase64: boolean;
  readonly allowWhitespace: boolean;
  readonly allowTypeMismatch: boolean;
  readonly allowPolyglots: boolean;
  readonly allowTruncated: boolean;
  #private;
}

export type UploadMethod = 'put' | 'post';
export type Verify = 'full' | 'head';
export type Promote = 'auto' | 'copy' | 'write';
export type Originals = 'stripped' | 'as_is' | 'reencoded';

/** The options of `UploadPolicy`. */
export interface UploadPolicyOptions {
  /** The start of every key, without a slash at either end; may be nested (`"a/b"`) or empty, at most 512 bytes. Default: `"uploads"`. */
  prefix?: string | undefined;
  /**
   * The start of the keys of uploads that are not confirmed yet, of the same form as `prefix`; neither may be the other or the
   * start of it. Empty: uploads go straight to their keys; then what is served is not what was checked until they are
   * confirmed, and confirming deletes what is bad. A lifecycle rule of the bucket for this prefix removes what nobody
   * confirms. Default: `"incoming"`.
   */
  incomingPrefix?: string | undefined;
  /**
   * The form of keys, at most 256 bytes of `A-Z a-z 0-9 - _ . ~ /` and of `{prefix}`, `{owner}`, `{unix_ms}`, `{hex16}`,
   * `{uuid}`, `{year}`, `{month}`, `{day}` (of UTC), `{ext}` (with its dot). `{prefix}` comes first, and falls away with an
   * empty prefix; `{owner}` is once a whole segment; `{ext}` is the end; `{hex16}` or `{uuid}` is in it; no digit comes right
   * after `{unix_ms}`. Default: `"{prefix}/{owner}/{unix_ms}-{hex16}{ext}"`.
   */
  keyTemplate?: string | undefined;
  /**
   * How a client uploads: `"put"`, exactly the size and type asked for; `"post"`, a form, which R2 and access points do not
   * have. Default: `"put"`.
   */
  method?: UploadMethod | undefined;
  /**
   * The formats accepted, by the content type that the client declares; only those that can be decoded, since no other can be
   * confirmed. Default: jpeg, png, webp, gif.
   */
  formats?: readonly ImageFormatName[] | undefined;
  /** The largest upload, in bytes, 1 to 5368709120. Default: 10485760 (10 MiB). */
  maxBytes?: number | undefined;
  /** The smallest upload, in bytes, 1 to 5368709120. Default: 1. */
  minBytes?: number | undefined;
  /** How long a ticket holds, in seconds, 1 to 604800. Default: 300 (5 minutes). */
  expiresIn?: number | undefined;
  /** Where uploads can be read later, for example a CDN: an `http` or `https` URL without query and fragment. Default: unset. */
  publicBaseUrl?: string | undefined;
  /**
   * How an upload is looked at before it is confirmed: `"full"`, fetched and decoded to its end; `"head"`, its header alone:
   * less is transferred, and damage further on is not found. Default: `"full"`.
   */
  verify?: Verify | undefined;
  /** The smallest width as displayed, in pixels, 1 to 65535. Default: 1. */
  minWidth?: number | undefined;
  /** The smallest height as displayed, in pixels, 1 to 65535. Default: 1. */
  minHeight?: number | undefined;
  /** The largest width as displayed, in pixels, 1 to 65535. Default: 16384. */
  maxWidth?: number | undefined;
  /** The largest height as displayed, in pixels, 1 to 65535. Default: 16384. */
  maxHeight?: number | undefined;
  /** The most pixels of one picture, 1 to 4294836225. Default: 64000000. */
  maxPixels?: number | undefined;
  /** The most frames of an animation, 1 to 1000000. Default: 1000. */
  maxFrames?: number | undefined;
  /** The most pixels of all frames together, 1 to 10^12. Default: 64000000. */
  maxFramePixels?: number | undefined;
  /** The most work of checking an upload, in weighted pixels as `workPixels` counts them, 1 to 10^12. Default: 256000000. */
  maxWorkPixels?: number | undefined;
  /**
   * The most memory for decoding and transforming, in bytes, counted from the header, 1 MiB to 16 GiB: every picture of
   * `maxPixels` is within the default, whatever its format and kind. Default: 402653184 (384 MiB).
   */
  maxMemoryBytes?: number | undefined;
  /** `Cache-Control` of a confirmed object and its variants. Default: unset. */
  cacheControl?: string | undefined;
  /** The metadata of a confirmed object, names with values, as for `Presigner.put`. Default: none. */
  metadata?: Readonly<Record<string, string>> | undefined;
  /** Add the metadata `original-filename`, `uploaded-by` and `upload-timestamp` to a confirmed object. Default: false. */
  recordOrigin?: boolean | undefined;
  /**
   * What is stored at the final key. `"stripped"`: the file as `stripMetadata` leaves it, no pixel touched, without its GPS
   * position, all other EXIF, XMP, IPTC, comments and thumbnails, and without further pictures and films (the gain map of an HDR
   * photo, the film of a motion photo). `"as_is"`: the file as it was uploaded, GPS position and all.
   * `"reencoded"`: still JPEGs, still PNGs and still lossless WebPs are encoded anew, upright and without metadata, all others
   * stripped; only with an `incomingPrefix` and `verify` of `"full"`. Unless it is `"as_is"`, the whole file is fetched, also
   * with `verify` of `"head"`. Default: `"stripped"`.
   */
  originals?: Originals | undefined;
  /**
   * How a checked upload gets to its final key. `"copy"`: the store copies it, unless something in the file has to be changed;
   * on a store that does not read the condition on the source, what came in between is there until the copy is compared.
   * `"write"`: the bytes that were checked are written themselves. `"auto"`: as `"copy"` on S3 and R2, as `"write"` elsewhere.
   * With `"write"`, and on a store that is neither S3 nor R2, the whole file is fetched, also with `verify` of `"head"`. Default:
   * `"auto"`.
   */
  promote?: Promote | undefined;
  /**
   * Whether a ticket's PUT creates an object and never replaces one: `if-none-match: *` is among its headers, which the bucket's
   * CORS rule must allow. A store that answers it with 412 has the upload already: confirm it. Not with `method` of `"post"`.
   * Default: unset, which is true for a PUT to S3 or R2, and false elsewhere.
   */
  createOnly?: boolean | undefined;
  /**
   * The widths of smaller pictures beside a confirmed one, in pixels, each 1 to 16384: at most 10, none twice; only with
   * `verify` of `"full"`. Their keys are `1-ab/320.jpg` for `1-ab.png`; none is made larger than the picture. Default: none.
   */
  variantWidths?: readonly number[] | undefined;
  /** The format of the variants: `"jpeg"` or `"png"`; `"webp"` is `encoding_unsupported` for now. Default: jpeg. */
  variantFormat?: OutputFormatName | undefined;
  /** The quality of variants in JPEG, 1 to 100. Default: 80. */
  variantQuality?: number | undefined;
}

/**
 * What may be uploaded, and where it goes. Frozen.
 *
 * A client uploads to `{incomingPrefix}/{key}`. What arrived is checked when the upload is confirmed, and only then it stands
 * under its `key`.
 *
 * Error: `option_invalid`.
 */
export class UploadPolicy {
  constructor(options?: UploadPolicyOptions);
  /** The rules that an upload is held against when it is confirmed. */
  rules(): ImageRules;
  readonly prefix: string;
  readonly incomingPrefix: string;
  readonly keyTemplate: string;
  readonly method: UploadMethod;
  readonly formats: readonly ImageFormat[];
  readonly maxBytes: number;
  readonly minBytes: number;
  readonly expiresIn: number;
  readonly publicBaseUrl: string | undefined;
  readonly verify: Verify;
  readonly minWidth: number;
  readonly minHeight: number;
  readonly maxWidth: number;
  readonly maxHeight: number;
  readonly maxPixels: number;
  readonly maxFrames: number;
  readonly maxFramePixels: number;
  readonly maxWorkPixels: number;
  readonly maxMemoryBytes: number;
  readonly cacheControl: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly recordOrigin: boolean;
  readonly originals: Originals;
  readonly promote: Promote;
  readonly createOnly: boolean | undefined;
  readonly variantWidths: readonly number[];
  readonly variantFormat: OutputFormat;
  readonly variantQuality: number;
  #private;
}
