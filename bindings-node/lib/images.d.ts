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
 * What an EXIF block says of the camera, the time and the author, to be kept in a database once the block is stripped. Frozen.
 *
 * All of it is what the file claims. A text has at most 255 bytes of UTF-8 on one line, and is `null` where there is none.
 */
export interface ExifSummary {
  /** The manufacturer of the camera. */
  readonly make: string | null;
  /** The model of the camera. */
  readonly model: string | null;
  /** The program that wrote the file, or the firmware of the camera. */
  readonly software: string | null;
  /**
   * When the picture was taken, or else digitised: `"2026-11-30T16:03:55"`, the camera's local time, with the offset from UTC
   * where the file states it: `"2026-11-30T16:03:55+01:00"`. `Date.parse` reads both, the first as the server's local time.
   */
  readonly takenAt: string | null;
  /** The person who took the picture. */
  readonly artist: string | null;
  /** The copyright notice: the photographer's, or else the editor's. */
  readonly copyright: string | null;
  /** Whether there is a latitude or a longitude. */
  readonly hasGps: boolean;
}

/** What the header of an image says. Frozen. */
export class ImageInfo {
  private constructor();
  /** The format, by its bytes. */
  readonly format: ImageFormat;
  /** Width in pixels, as displayed. */
  readonly width: number;
  /** Height in pixels, as displayed. */
  readonly height: number;
  /** The EXIF orientation, 1 to 8: how the stored picture is turned for display. Width and height have it applied. */
  readonly orientation: number;
  /** Whether the picture may have transparent pixels. Of an animation, the first frame. */
  readonly hasAlpha: boolean;
  /** Whether there is more than one frame. */
  readonly isAnimated: boolean;
  /** Whether a colour profile is embedded. */
  readonly hasIccProfile: boolean;
  /** Whether an EXIF block is embedded. It may hold a GPS position. */
  readonly hasExif: boolean;
  /** What the EXIF block says of the camera, the time and the author. `null` where there is no block, or none of this in it. */
  readonly exifSummary: ExifSummary | null;
}

/** Bytes that have been checked: an accepted format, within the limits, and decoded to the end once. Frozen. */
export class CheckedImage {
  private constructor();
  /** The bytes that were checked: a copy, which later changes to the caller's own do not reach. */
  readonly bytes: OwnedBuffer;
  /** All that the header says. */
  readonly info: ImageInfo;
  /**
   * Whether all of the picture is there. `false` for a progressive JPEG whose last scans are missing, which is shown with less
   * detail than it had, and for a JPEG of which only a part arrived, where the rules allow that (`allowTruncated`). The header
   * does not tell it, so `inspect` does not either.
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
   * The file name extension of the format, with its dot: `".jpg"`. A file is stored under it, and not under the name that the
   * sender gave: browsers take `photo.html` for a page.
   */
  get extension(): string;
  /** The image as a data URI, its bytes unchanged. */
  toDataUri(): string;
}

/** A picture that presize has written. It has no metadata: no EXIF, no GPS position, no comments. Frozen. */
export class EncodedImage {
  private constructor();
  /** The file. */
  readonly bytes: OwnedBuffer;
  /** The format that was written. */
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
  /** Its bytes in the file, those of the segments or chunks that held it included. */
  readonly bytes: number;
}

/** An image without its metadata: the pixels are those of the file, bit by bit. Frozen. */
export class StrippedImage {
  private constructor();
  /** The file: a copy, also where there was nothing to remove. */
  readonly bytes: OwnedBuffer;
  /** The format, by its bytes. */
  readonly format: ImageFormat;
  /** What was removed, each kind once. Empty where there was nothing to remove. */
  readonly removed: readonly RemovedMetadata[];
  /** The registered media type: `"image/jpeg"`. */
  get mediaType(): string;
  /** The file name extension of the format, with its dot: `".jpg"`. */
  get extension(): string;
  /** The image as a data URI. */
  toDataUri(): string;
}

/** What `transform` would do with a picture. Frozen. */
export class Explanation {
  private constructor();
  /** The format of the result. */
  readonly format: OutputFormat;
  /** The width of the result, in pixels. */
  readonly width: number;
  /** The height of the result, in pixels. */
  readonly height: number;
  /**
   * `"planes"`: the planes of a JPEG are scaled, and encoded as a JPEG. `"rgb"`: they are scaled, and RGB is made of them at
   * the size of the result. `"pixels"`: pixels are decoded row by row, and scaled or copied as they come.
   */
  readonly path: TransformPath;
  /** How much of the width and the height is decoded, in eighths: 8 is all, and less is possible for a JPEG. */
  readonly decodeEighths: number;
  /** The width that is decoded, in pixels as stored. */
  readonly decodedWidth: number;
  /** The height that is decoded, in pixels as stored. */
  readonly decodedHeight: number;
  /** The most memory that the call takes, in bytes: what `maxMemoryBytes` is held against. */
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
   * How many bytes a pixel has: 1 gray; 2 gray, alpha; 3 red, green, blue; 4 red, green, blue, alpha. Alpha is straight:
   * colours are not multiplied by it.
   */
  readonly channels: number;
}

/**
 * Reads the header of an image. Decodes no pixels, so it tells the size of a picture that `check` would refuse; a file
 * that is cut off after its header is not noticed. Synchronous: on the event loop a usual file takes well below a
 * millisecond, a hostile one that is headers to its end up to 10 ms a megabyte. `check` and its like read large files on the pool.
 *
 * Errors: `image_format_unknown`, `image_format_not_allowed` (markup and other types that are no images here),
 * `image_format_unsupported` (HEIC, HEIF, AVIF), `image_corrupt`, `image_too_small` for no bytes at all.
 */
export function inspect(bytes: Uint8Array): ImageInfo;

/**
 * What checking or decoding a picture costs, in weighted pixels: one is about the CPU time of a pixel of a baseline JPEG with
 * 4:2:0 sampling. Every scan of a progressive JPEG and every frame of an animation counts. Only headers are read.
 * Synchronous, at the cost of `inspect`.
 *
 * Of `rules`, `formats` and `maxBytes` hold; the size of the picture and its work are not judged.
 *
 * Errors: `image_format_unknown`, `image_format_not_allowed`, `image_format_unsupported`, `image_corrupt`, `image_too_large`
 * for more bytes than the rules allow, `image_too_small` for none at all.
 */
export function workPixels(bytes: Uint8Array, rules?: Rules): number;

/**
 * Checks that bytes are one complete image that the rules accept.
 *
 * The cheapest is checked first, and the first failure is the answer: the number of bytes (`image_too_small`,
 * `image_too_large`), the format (`image_format_unknown`, `image_format_not_allowed`, `image_format_unsupported`), the
 * declared type (`image_format_mismatch`), a second type in the same bytes (`image_polyglot`), the header and its limits
 * (`image_corrupt`, `image_too_large`, `image_too_small`), frames, work and memory (`image_too_large`), and then every pixel: a
 * file that ends early is `image_corrupt`.
 */
export function check(bytes: Uint8Array, rules?: Rules, options?: CheckOptions): Promise<CheckedImage>;

/**
 * Removes all metadata from a JPEG, PNG, WebP or GIF: GPS position, EXIF, maker notes, thumbnails, XMP, IPTC, comments and
 * texts, content credentials, further pictures, films, and whatever follows the end of the picture.
 *
 * Every pixel stays as it is, since nothing is decoded or encoded. The colour profile and everything else that decides how the
 * picture is shown stays too: an orientation becomes an EXIF block that holds nothing else. Every file that `check` accepts by
 * the same rules can be stripped, looks the same afterwards, and is at most 64 bytes longer; but one that would look like a second
 * type without its metadata, such as markup, is `image_polyglot`, unless `allowPolyglots` is on. What comes from strangers is
 * checked first, since only decoding finds damage in the pixels. A JPEG without an end-of-image marker is decoded once, within
 * the limits of `check`, so that what trails its data goes.
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
 * Checks what a list of files is together, from their headers: the pixels of all frames against `maxTotalPixels`, the work
 * against `maxTotalWorkPixels`. For lists whose files are then checked one by one; `decodeDataUris`, `imageFiles` and
 * `readImages` do it by themselves. Synchronous, at the cost of `inspect` for each file.
 *
 * Errors: `image_too_large` without an `index` for `total_pixels` and `total_work_pixels`; with the `index` of the first file
 * that is refused what `check` says of its header, frames and work.
 */
export function checkTotals(files: readonly Uint8Array[], rules?: Rules): void;

/**
 * Decodes a picture and makes another of it: turned as its EXIF orientation says, scaled, in sRGB, encoded, and without
 * any metadata. Of an animation the first frame is taken. The bytes are copied before the call returns.
 *
 * Errors: `option_invalid`, `encoding_unsupported`, `image_format_unknown`, `image_format_not_allowed`,
 * `image_format_unsupported`, `image_too_small`, `image_too_large`, `image_corrupt`.
 */
export function transform(
  bytes: Uint8Array,
  options?: TransformOptions,
  others?: TransformCallOptions,
): Promise<EncodedImage>;

/**
 * Makes several pictures of one, which is decoded once. The results are in the order of `transforms`.
 *
 * Errors: those of `transform`. An error of one of the transforms carries its `index`, one of the input does not; nothing
 * is decoded unless all transforms are valid for the input.
 */
export function transformMany(
  bytes: Uint8Array,
  transforms: readonly TransformOptions[],
  others?: TransformCallOptions,
): Promise<EncodedImage[]>;

/**
 * Says what `transform` would do, without decoding a pixel: how much of the picture is decoded, along which path, and with
 * how much memory, which may be above what the rules allow. Synchronous, at the cost of `inspect`.
 *
 * Errors: those of `transform` but for damage in the pixels and for memory.
 */
export function explain(bytes: Uint8Array, options?: TransformOptions, others?: { rules?: Rules | undefined }): Explanation;

/**
 * Decodes a picture as `transform` does, and stops before its encoder. The channels are those of the file: gray stays
 * gray, alpha stays. An option that only an encoder has is `option_invalid`.
 */
export function decode(
  bytes: Uint8Array,
  options?: DecodeOptions,
  others?: TransformCallOptions,
): Promise<PixelImage & { readonly bytes: OwnedBuffer }>;

/**
 * Scales and encodes pixels, as `transform` does with those of a file. Of the rules those on width, height, pixels and
 * memory hold; those on files say nothing of pixels.
 *
 * Errors: `option_invalid` (without `format`, and for pixels whose fields do not agree), `encoding_unsupported`,
 * `image_too_small`, `image_too_large`.
 */
export function encode(
  pixels: Pick<PixelImage, 'bytes' | 'width' | 'height' | 'channels'>,
  options: TransformOptions & { format: OutputFormatName },
  others?: TransformCallOptions,
): Promise<EncodedImage>;

/**
 * Decodes a data URI and checks the image in it as `check` does; its media type is the declared one. The grammar is that of
 * RFC 2397 with base64 required, the base64 that of RFC 4648, section 4: canonical and padded. The header ends at the first
 * comma, also within a quoted parameter, as it does in browsers. With `allowBareBase64` in the rules, text that does not start
 * with `data:` is taken as the data alone; with `allowWhitespace`, line breaks and spaces within the data are left out.
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
 * Writes bytes as a data URI. Synchronous.
 *
 * Error: `option_invalid`.
 */
export function encodeDataUri(bytes: Uint8Array, format: ImageFormatName): string;
