export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'heic' | 'heif' | 'avif';

/** The options of `ImageRules`. One that is left out, or `undefined`, has its default; `null` is refused. */
export interface ImageRulesOptions {
  /** The formats accepted. Default: jpeg, png, webp, gif. */
  formats?: readonly ImageFormat[] | undefined;
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
  /** The most pixels of all frames together, 1 to 10^12. Default: 256000000. */
  maxFramePixels?: number | undefined;
  /** The most memory for decoding and transforming, in bytes, counted from the header, 1 MiB to 16 GiB. Default: 268435456 (256 MiB). */
  maxMemoryBytes?: number | undefined;
  /** The most scans of a JPEG, 1 to 10000. Default: 100. */
  maxScans?: number | undefined;
  /** The largest colour profile when unpacked, in bytes, 0 to 67108864. Default: 4194304 (4 MiB). */
  maxIccBytes?: number | undefined;
  /** The most images of one list, 1 to 10000. Default: 10. */
  maxImages?: number | undefined;
  /** The most bytes of all images of one list together, 1 to 16 GiB. Default: 33554432 (32 MiB). */
  maxTotalBytes?: number | undefined;
  /** Accept base64 without a `data:` header. Default: false. */
  allowBareBase64?: boolean | undefined;
  /** Accept a declared type that differs from what the bytes say. Default: false. */
  allowTypeMismatch?: boolean | undefined;
  /** Accept a file that is also a page, a script, a document or an archive. Default: false. */
  allowPolyglots?: boolean | undefined;
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
  readonly maxMemoryBytes: number;
  readonly maxScans: number;
  readonly maxIccBytes: number;
  readonly maxImages: number;
  readonly maxTotalBytes: number;
  readonly allowBareBase64: boolean;
  readonly allowTypeMismatch: boolean;
  readonly allowPolyglots: boolean;
  #private;
}

/** The options of `UploadPolicy`. */
export interface UploadPolicyOptions {
  /** The start of every key, without a slash at either end; may be nested (`"a/b"`) or empty, at most 512 bytes. Default: `"uploads"`. */
  prefix?: string | undefined;
  /** The formats accepted, by the content type that the client declares. Default: jpeg, png, webp, gif. */
  formats?: readonly ImageFormat[] | undefined;
  /** The largest upload, in bytes, 1 to 5368709120. Default: 10485760 (10 MiB). */
  maxBytes?: number | undefined;
  /** The smallest upload, in bytes, 1 to 5368709120. Default: 1. */
  minBytes?: number | undefined;
  /** How long a ticket holds, in seconds, 1 to 604800. Default: 300 (5 minutes). */
  expiresIn?: number | undefined;
  /** Where uploads can be read later, for example a CDN: an `http` or `https` URL without query and fragment. Default: unset. */
  publicBaseUrl?: string | undefined;
}

/**
 * What may be uploaded, and where it goes. Frozen.
 *
 * Error: `option_invalid`.
 */
export class UploadPolicy {
  constructor(options?: UploadPolicyOptions);
  readonly prefix: string;
  readonly formats: readonly ImageFormat[];
  readonly maxBytes: number;
  readonly minBytes: number;
  readonly expiresIn: number;
  readonly publicBaseUrl: string | undefined;
  #private;
}
