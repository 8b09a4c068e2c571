import type { OwnedBuffer } from './bytes.js';
import type {
  DecodeOptions,
  ImageFormat,
  ImageFormatName,
  ImageRulesOptions,
  MetadataKind,
  OutputFormat,
  OutputFormatName,
  TransformOptions,
  TransformPath,
} from './options.js';
import type { ImageRules } from './rules.js';

/** Rules, or the options to make them of. Rules that are made once are parsed once. */
export type Rules = ImageRules | ImageRulesOptions;

export interface CallOptions {
  /**
   * Ends the call: one that waits is dropped, one that runs stops before its next stage, picture or frame.
   * The promise rejects at once with the signal's `reason`, an `AbortError` unless the caller gave another one.
   */
  signal?: AbortSignal | undefined;
  /**
   * For whom the call is: a user, an address. Clients take turns in the queue, as `configurePool` says. Default: in handlers of
   * Express after `imageFile` and its like, or after `bodyLimit`, the client of the request; elsewhere nobody in particular.
   */
  client?: string | undefined;
}

export interface CheckOptions extends CallOptions {
  /**
   * The media type that the sender gave; its parameters are ignored. One that leaves the format open declares nothing: `""`,
   * `application/octet-stream`, `binary/octet-stream`, `image/*`, `application/unknown`, `unknown/unknown`. Default:
   * none, so that every accepted format will do.
   */
  declared?: string | undefined;
}

export interface TransformCallOptions extends CallOptions {
  /** What bounds the input and the memory. Default: `new ImageRules()`. */
  rules?: Rules | undefined;
}

/**
 * The camera, time and author in an EXIF block. Keep them in a database if the block is stripped. Frozen.
 *
 * They are claims of the file. A text has at most 255 bytes of UTF-8, without line breaks, and is `null` if it is missing.
 */
export interface ExifSummary {
  /** The manufacturer of the camera. */
  readonly make: string | null;
  /** The model of the camera. */
  readonly model: string | null;
  /** The program that wrote the file, or the firmware of the camera. */
  readonly software: string | null;
  /**
   * When the photo was taken, otherwise digitised: `"2026-11-30T16:03:55"`, the camera's local time, with the offset from UTC
   * where the file states it: `"2026-11-30T16:03:55+01:00"`. `Date.parse` reads both, the first as the server's local time.
   */
  readonly takenAt: string | null;
  /** The photographer. */
  readonly artist: string | null;
  /** The copyright notice: the photographer's, or else the editor's. */
  readonly copyright: string | null;
  /** Whether there is a latitude or a longitude. */
  readonly hasGps: boolean;
}

/** Everything the header of an image says. Frozen. */
export class ImageInfo {
  private constructor();
  /** The format, by its bytes. */
  readonly format: ImageFormat;
  /** Width in pixels, as displayed. */
  readonly width: number;
  /** Height in pixels, as displayed. */
  readonly height: number;
  /** The EXIF orientation, 1 to 8: how the stored image is turned for display. Width and height have it applied. */
  readonly orientation: number;
  /** Whether the image, or the first frame of an animation, may have transparent pixels. */
  readonly hasAlpha: boolean;
  /** Whether there is more than one frame. */
  readonly isAnimated: boolean;
  /** Whether a colour profile is embedded. */
  readonly hasIccProfile: boolean;
  /** Whether an EXIF block is embedded. It may hold a GPS position. */
  readonly hasExif: boolean;
  /** The camera, time and author in the EXIF block. `null` if there is no block, or nothing of this in it. */
  readonly exifSummary: ExifSummary | null;
}

/** A checked image: its format is accepted, it is within the limits, and it was decoded completely. Frozen. */
export class CheckedImage {
  private constructor();
  /** A copy of the checked bytes, which later changes to the argument do not affect. */
  readonly bytes: OwnedBuffer;
  /** Everything the header says. */
  readonly info: ImageInfo;
  /**
   * Whether the image is complete. `false` for a progressive JPEG whose last scans are missing, which has less detail, and for
   * a JPEG whose data ends early, if the rules allow that (`allowTruncated`). Only decoding tells, so `inspect` does not.
   */
  readonly isComplete: boolean;
  get format(): ImageFormat;
  /** Width in pixels, as displayed. */
  get width(): number;
  /** Height in pixels, as displayed. */
  get height(): number;
  /** The registered media type: `"image/jpeg"`. */
  get mediaType(): string;
  /**
   * The file name extension of the format, with its dot: `".jpg"`. Store the file with it, not with the name that the client
   * sent: a browser may treat `photo.html` as a page.
   */
  get extension(): string;
  /** The image as a data URI, its bytes unchanged. */
  toDataUri(): string;
}

/** An image that presize has encoded. It has no metadata: no EXIF, no GPS position, no comments. Frozen. */
export class EncodedImage {
  private constructor();
  /** The file. */
  readonly bytes: OwnedBuffer;
  /** The format of the file. */
  readonly format: OutputFormat;
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** The registered media type: `"image/jpeg"`. */
  get mediaType(): string;
  /** The file name extension, with its dot: `".jpg"`. */
  get extension(): string;
  /** The image as a data URI. */
  toDataUri(): string;
}

/** Metadata that was removed from an image. Frozen. */
export interface RemovedMetadata {
  /**
   * What it was:
   * - `"exif"`: camera, time, GPS position, maker notes, thumbnail. An orientation is written back on its own.
   * - `"xmp"`: edits, ratings, places, face regions, and what else an editor or a phone has put there.
   * - `"iptc"`: it and the other image resources of Photoshop: captions, names, places, paths, thumbnails.
   * - `"comment"`: comments and texts, and the time of the last change.
   * - `"thumbnail"`: a smaller copy of the picture outside EXIF.
   * - `"additional_images"`: previews, depth and gain maps, the film of a motion photo.
   * - `"c2pa"`: content credentials. They are signed over the bytes of the file, so they could not stay valid.
   * - `"other"`: anything else that is not needed to show the picture, and bytes between the parts of a file and after its end.
   */
  readonly kind: MetadataKind;
  /** Its size in the file, in bytes, including the segments or chunks that held it. */
  readonly bytes: number;
}

/** An image without its metadata. Its pixels are bit-identical to those of the file. Frozen. */
export class StrippedImage {
  private constructor();
  /** The file, always a copy. */
  readonly bytes: OwnedBuffer;
  /** The format, by its bytes. */
  readonly format: ImageFormat;
  /** What was removed, each kind once. Empty if there was nothing to remove. */
  readonly removed: readonly RemovedMetadata[];
  /** The registered media type: `"image/jpeg"`. */
  get mediaType(): string;
  /** The file name extension of the format, with its dot: `".jpg"`. */
  get extension(): string;
  /** The image as a data URI. */
  toDataUri(): string;
}

/** What `transform` would do with an image. Frozen. */
export class Explanation {
  private constructor();
  /** The format of the result. */
  readonly format: OutputFormat;
  /** The width of the result, in pixels. */
  readonly width: number;
  /** The height of the result, in pixels. */
  readonly height: number;
  /**
   * `"planes"`: the planes of a JPEG or a lossy WebP are scaled, and encoded as a JPEG. `"rgb"`: they are scaled, and RGB is made
   * of them at the size of the result. `"pixels"`: pixels are decoded row by row, and scaled or copied row by row.
   */
  readonly path: TransformPath;
  /** The scale at which the image is decoded, in eighths of width and height: 8 is full size; less is possible for a JPEG. */
  readonly decodeEighths: number;
  /** The width that is decoded, in pixels as stored. */
  readonly decodedWidth: number;
  /** The height that is decoded, in pixels as stored. */
  readonly decodedHeight: number;
  /** The memory that the call needs at most, in bytes, which `maxMemoryBytes` limits. */
  readonly memoryBytes: number;
}

/**
 * Pixels in sRGB, 8 bits a channel, as displayed: rows from the top down, each from left to right, without padding. Its
 * own fields are frozen.
 */
export class PixelImage {
  constructor(bytes: Uint8Array, width: number, height: number, channels: number);
  /** `width * height * channels` bytes. */
  readonly bytes: Uint8Array;
  /** Width in pixels, 1 to 65535. */
  readonly width: number;
  /** Height in pixels, 1 to 65535. */
  readonly height: number;
  /**
   * The number of bytes of a pixel: 1 gray; 2 gray, alpha; 3 red, green, blue; 4 red, green, blue, alpha. Alpha is straight, not
   * premultiplied.
   */
  readonly channels: number;
}

/**
 * Reads the header of an image. No pixels are decoded, so it works for images that `check` would refuse, and does not notice a
 * file that is cut off after its header. Synchronous: on the event loop an ordinary file takes well below a millisecond, a
 * hostile one that consists of headers up to 10 ms per megabyte. `check` and the other async calls read the headers of large
 * files on the thread pool.
 *
 * Errors: `image_format_unknown`, `image_format_not_allowed` (markup and other types that are no images here),
 * `image_format_unsupported` (HEIC, HEIF, AVIF), `image_corrupt`, `image_too_small` for no bytes at all.
 */
export function inspect(bytes: Uint8Array): ImageInfo;

/**
 * The cost of checking or decoding an image, in weighted pixels: one is about the CPU time of a pixel of a baseline JPEG with
 * 4:2:0 sampling. Every scan of a progressive JPEG and every frame of an animation counts. Only headers are read. Synchronous,
 * at the cost of `inspect`.
 *
 * Of `rules`, only `formats` and `maxBytes` apply; the size of the image and its cost are not limited.
 *
 * Errors: `image_format_unknown`, `image_format_not_allowed`, `image_format_unsupported`, `image_corrupt`, `image_too_large`
 * for more bytes than the rules allow, `image_too_small` for none at all.
 */
export function workPixels(bytes: Uint8Array, rules?: Rules): number;

/**
 * Checks that bytes are one complete image that the rules accept.
 *
 * Cheap checks come first, and the first failure is reported: the number of bytes (`image_too_small`,
 * `image_too_large`), the format (`image_format_unknown`, `image_format_not_allowed`, `image_format_unsupported`), the
 * declared type (`image_format_mismatch`), a second type in the same bytes (`image_polyglot`), the header and its limits
 * (`image_corrupt`, `image_too_large`, `image_too_small`), frames, work and memory (`image_too_large`), and then every pixel: a
 * file that ends early is `image_corrupt`.
 */
export function check(bytes: Uint8Array, rules?: Rules, options?: CheckOptions): Promise<CheckedImage>;

/**
 * Removes all metadata from a JPEG, PNG, WebP or GIF: GPS position, EXIF, maker notes, thumbnails, XMP, IPTC, comments and
 * texts, content credentials, embedded images and videos, and data after the end of the image.
 *
 * Pixels do not change, since nothing is decoded or encoded. The colour profile and everything else that affects rendering is
 * kept: an orientation becomes an EXIF block that holds nothing else. Every file that `check` accepts by the same rules can be
 * stripped, looks the same afterwards, and is at most 64 bytes longer; but one that would look like a second type without its
 * metadata, such as markup, is `image_polyglot`, unless `allowPolyglots` is on. Call `check` first for untrusted files, since
 * only decoding finds damage in the pixels. A JPEG without an end-of-image marker is decoded once, within the limits of
 * `check`, so that data after its end is removed.
 *
 * ```js
 * const { bytes, removed } = await stripMetadata(photo);
 * removed; // [{ kind: 'exif', bytes: 18_342 }, { kind: 'xmp', bytes: 2_871 }]
 * ```
 *
 * Errors: `image_too_small`, `image_too_large` (the bytes, the memory, the scans of a JPEG, and the size of one that is
 * decoded), `image_format_unknown`, `image_format_not_allowed`, `image_format_unsupported`, `image_polyglot`, `image_corrupt`.
 */
export function stripMetadata(bytes: Uint8Array, rules?: Rules, options?: CallOptions): Promise<StrippedImage>;

/**
 * Checks the totals of a list of files, from their headers: the pixels of all frames against `maxTotalPixels`, the cost against
 * `maxTotalWorkPixels`. For lists whose files are then checked one by one; `decodeDataUris`, `imageFiles` and
 * `readImages` do it themselves. Synchronous, at the cost of `inspect` for each file.
 *
 * Errors: `image_too_large` without an `index` for `total_pixels` and `total_work_pixels`; with the `index` of the first refused
 * file, the errors of `check` for its header, frames and cost.
 */
export function checkTotals(files: readonly Uint8Array[], rules?: Rules): void;

/**
 * Decodes an image, applies its EXIF orientation, scales it, converts it to sRGB and encodes it without metadata. Of an
 * animation, the first frame is used. The bytes are copied before the call returns.
 *
 * Errors: `option_invalid`, `encoding_unsupported`, `image_format_unknown`, `image_format_not_allowed`,
 * `image_format_unsupported`, `image_too_small`, `image_too_large`, `image_corrupt`.
 */
export function transform(
  bytes: Uint8Array,
  options?: TransformOptions,
  callOptions?: TransformCallOptions,
): Promise<EncodedImage>;

/**
 * Applies several transforms to one image, which is decoded once. The results are in the order of `transforms`.
 *
 * Errors: those of `transform`. An error of one of the transforms has its `index`, one of the input does not; nothing
 * is decoded unless all transforms are valid for the input.
 */
export function transformMany(
  bytes: Uint8Array,
  transforms: readonly TransformOptions[],
  callOptions?: TransformCallOptions,
): Promise<EncodedImage[]>;

/**
 * Explains what `transform` would do, without decoding pixels: how much of the image is decoded, by which path, and with how much
 * memory, which may exceed what the rules allow. Synchronous, at the cost of `inspect`.
 *
 * Errors: those of `transform`, except for damaged pixels and for memory.
 */
export function explain(bytes: Uint8Array, options?: TransformOptions, callOptions?: { rules?: Rules | undefined }): Explanation;

/**
 * Decodes an image like `transform`, without encoding it. The channels are those of the file: gray stays gray, alpha is kept.
 * Options of encoders are `option_invalid`.
 */
export function decode(
  bytes: Uint8Array,
  options?: DecodeOptions,
  callOptions?: TransformCallOptions,
): Promise<PixelImage & { readonly bytes: OwnedBuffer }>;

/**
 * Scales and encodes pixels like `transform`. Of the rules, those on width, height, pixels and memory apply.
 *
 * Errors: `option_invalid` (without `format`, and for pixels whose fields do not agree), `encoding_unsupported`,
 * `image_too_small`, `image_too_large`.
 */
export function encode(
  pixels: Pick<PixelImage, 'bytes' | 'width' | 'height' | 'channels'>,
  options: TransformOptions & { format: OutputFormatName },
  callOptions?: TransformCallOptions,
): Promise<EncodedImage>;

/**
 * Decodes a data URI and checks the image in it as `check` does; its media type is the declared one. The grammar is that of
 * RFC 2397 with base64 required, the base64 that of RFC 4648, section 4: canonical and padded. The header ends at the first
 * comma, also within a quoted parameter, as it does in browsers. With `allowBareBase64` in the rules, text that does not start
 * with `data:` is taken as bare base64; with `allowWhitespace`, line breaks and spaces in the data are skipped.
 *
 * Errors: `data_uri_malformed`, `data_uri_too_large` (found before decoding), `data_uri_base64_invalid` (with the offset of
 * the first bad byte of the text), and those of `check`.
 */
export function decodeDataUri(text: string, rules?: Rules, options?: CallOptions): Promise<CheckedImage>;

/**
 * Decodes a list of data URIs. Their number and their sizes, one by one and together, are checked before any of them is
 * decoded; the headers of all images, and their pixels and their work together, before a pixel of any.
 *
 * Errors: `data_uri_count_exceeded`, `data_uri_total_too_large`, `image_too_large` without an `index` for `total_pixels` and
 * `total_work_pixels`, and those of `decodeDataUri` with the `index` of the first
 * image that is refused.
 */
export function decodeDataUris(texts: readonly string[], rules?: Rules, options?: CallOptions): Promise<CheckedImage[]>;

/**
 * Encodes bytes as a data URI. Synchronous.
 *
 * Error: `option_invalid`.
 */
export function encodeDataUri(bytes: Uint8Array, format: ImageFormatName): string;
