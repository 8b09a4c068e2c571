// Written by `cargo xtask generate` from the tables of core; which types there are is in `.cargo/generate/src/surface.rs`.
import type { UploadEvent } from './event.js';

/**
 * An image format that presize knows by its bytes.
 * - `"jpeg"`: JPEG (ITU-T T.81).
 * - `"png"`: PNG (W3C), the first frame of APNG included.
 * - `"webp"`: WebP (RFC 9649): lossy, lossless, animated.
 * - `"gif"`: GIF 87a and 89a.
 * - `"heic"`: HEIF with HEVC: the photos of phones. Recognised; this build has no decoder.
 * - `"heif"`: HEIF with a codec that its brands do not tell. Recognised; this build has no decoder.
 * - `"avif"`: AVIF. Recognised; this build has no decoder.
 */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'heic' | 'heif' | 'avif';
/** As it may be given: `"jpg"` is read as `"jpeg"`, and never written. */
export type ImageFormatName = ImageFormat | 'jpg';

/**
 * A format that presize writes.
 * - `"jpeg"`: lossy, without alpha.
 * - `"png"`: lossless.
 * - `"webp"`: lossy, or lossless with `lossless`; with alpha.
 */
export type OutputFormat = 'jpeg' | 'png' | 'webp';
/** As it may be given: `"jpg"` is read as `"jpeg"`, and never written. */
export type OutputFormatName = OutputFormat | 'jpg';

/**
 * How a picture is brought to a width and a height. With only one of the two, or neither, the picture keeps its aspect
 * ratio whatever the fit.
 * - `"cover"`: fills the box and cuts off what stands out, where `position` says. Without `enlarge` the result has the
 *   aspect ratio of the box at the largest size that the picture can fill.
 * - `"contain"`: the whole picture within the box, the rest of the box in the background colour; the result has exactly
 *   the size of the box. Without `enlarge` a smaller picture is not scaled.
 * - `"fill"`: exactly the size of the box, distorted. Without `enlarge` neither side becomes longer than it was.
 * - `"inside"`: the largest size that lies within the box. Without `enlarge` at most the picture's own.
 * - `"outside"`: the smallest size that covers the box; nothing is cut off. Without `enlarge` at most the picture's
 *   own.
 */
export type Fit = 'cover' | 'contain' | 'fill' | 'inside' | 'outside';

/**
 * Which part `cover` keeps, and where `contain` puts the picture: on the picture as displayed.
 * - `"center"`: the middle.
 * - `"top"`: the middle of the top edge.
 * - `"top-right"`: the top right corner.
 * - `"right"`: the middle of the right edge.
 * - `"bottom-right"`: the bottom right corner.
 * - `"bottom"`: the middle of the bottom edge.
 * - `"bottom-left"`: the bottom left corner.
 * - `"left"`: the middle of the left edge.
 * - `"top-left"`: the top left corner.
 */
export type Position =
  | 'center'
  | 'top'
  | 'top-right'
  | 'right'
  | 'bottom-right'
  | 'bottom'
  | 'bottom-left'
  | 'left'
  | 'top-left';

/**
 * How finely a JPEG stores colour compared with brightness.
 * - `"4:2:0"`: one colour sample for four pixels: the smallest files.
 * - `"4:2:2"`: one colour sample for two pixels side by side.
 * - `"4:4:4"`: one colour sample for each pixel: for text and graphics.
 */
export type ChromaSubsampling = '4:2:0' | '4:2:2' | '4:4:4';

/**
 * What a JPEG may lose of its finest detail by being decoded at a fraction of its size before it is scaled down.
 * - `"fast"`: decoded at the smallest eighth that is at least 1.5 times the result.
 * - `"best"`: decoded at the smallest eighth, up to a half, that is at least 2 times the result; else in full.
 */
export type Scaling = 'fast' | 'best';

/**
 * How much time a lossy encoder spends to make the file smaller.
 * - `"normal"`: what a request can wait for.
 * - `"high"`: several times as long for a JPEG: each coefficient is rounded where it costs the fewest bits (trellis
 *   quantisation), and it is written in several passes, as with `progressive`. A WebP tries more modes.
 */
export type Effort = 'normal' | 'high';

/**
 * Along which path a picture is made of another.
 * - `"planes"`: the planes of a JPEG or a lossy WebP are scaled, and encoded as a JPEG or as a lossy WebP.
 * - `"rgb"`: the planes of a JPEG or a lossy WebP are scaled, and RGB is made of them at the size of the result.
 * - `"pixels"`: pixels are decoded row by row, and scaled or copied as they come.
 */
export type TransformPath = 'planes' | 'rgb' | 'pixels';

/**
 * A kind of metadata.
 * - `"exif"`: EXIF: camera, time, GPS position, maker notes, thumbnail. An orientation is written back on its own.
 * - `"xmp"`: XMP, extended XMP too: edits, ratings, places, face regions, and what else an editor or a phone has put
 *   there.
 * - `"iptc"`: IPTC and the other image resources of Photoshop: captions, names, places, paths, thumbnails.
 * - `"comment"`: comments and texts, and the time of the last change.
 * - `"thumbnail"`: a smaller copy of the picture outside EXIF.
 * - `"additional_images"`: further pictures and films in the same file: previews, depth and gain maps, the film of a
 *   motion photo.
 * - `"c2pa"`: C2PA content credentials. They are signed over the bytes of the file, so they could not stay valid.
 * - `"other"`: anything else that is not needed to show the picture: segments and chunks of makers and programs, bytes
 *   between the parts of a file and after its end.
 */
export type MetadataKind = 'exif' | 'xmp' | 'iptc' | 'comment' | 'thumbnail' | 'additional_images' | 'c2pa' | 'other';

/**
 * What a presigned request does.
 * - `"get"`: reads an object.
 * - `"put"`: writes an object.
 * - `"head"`: reads an object's headers.
 * - `"delete"`: removes an object.
 * - `"copy-object"`: writes an object as a copy of another one, which the store makes. The client sends no body, and
 *   reads the whole response: S3 can send status 200 before the copy is made, and reports a failure then as an `Error`
 *   in the XML.
 * - `"create-multipart-upload"`: begins a multipart upload; the response's XML contains its `UploadId`. The client
 *   sends no body.
 * - `"upload-part"`: writes one part; the response's `ETag` is needed to complete the upload.
 * - `"complete-multipart-upload"`: joins the parts to an object. The client sends what `completeMultipartBody` writes,
 *   and reads the whole response: S3 sends status 200 before the parts are joined, and reports a failure then as an
 *   `Error` in the XML.
 * - `"abort-multipart-upload"`: aborts a multipart upload and removes its parts.
 * - `"list-parts"`: lists the parts that were uploaded.
 */
export type Operation =
  | 'get'
  | 'put'
  | 'head'
  | 'delete'
  | 'copy-object'
  | 'create-multipart-upload'
  | 'upload-part'
  | 'complete-multipart-upload'
  | 'abort-multipart-upload'
  | 'list-parts';

/**
 * Where a copy takes its metadata and headers from.
 * - `"copy"`: from the source.
 * - `"replace"`: from the request; the copy has no others.
 */
export type MetadataDirective = 'copy' | 'replace';

/**
 * Where the bucket's name stands in a URL.
 * - `"path"`: `https://endpoint/bucket/key`.
 * - `"virtual-host"`: `https://bucket.endpoint/key`.
 */
export type UrlStyle = 'path' | 'virtual-host';

/**
 * Where R2 keeps a bucket; one made in a jurisdiction is reached only on the jurisdiction's host.
 * - `"eu"`: the European Union.
 * - `"fedramp"`: the programme of the United States' government, `FedRAMP`.
 */
export type Jurisdiction = 'eu' | 'fedramp';

/**
 * What a browser does with a file.
 * - `"inline"`: shows it.
 * - `"attachment"`: saves it.
 */
export type Disposition = 'inline' | 'attachment';

/**
 * How S3 checks the content of an upload.
 * - `"sha256"`: SHA-256 (FIPS 180-4), 32 bytes.
 * - `"crc32"`: CRC-32 (ISO 3309), 4 bytes, most significant first.
 * - `"crc32c"`: CRC-32C (Castagnoli), 4 bytes, most significant first.
 * - `"crc64nvme"`: CRC-64/NVME, 8 bytes, most significant first.
 */
export type ChecksumAlgorithm = 'sha256' | 'crc32' | 'crc32c' | 'crc64nvme';

/**
 * How S3 encrypts an object at rest. The words are those of AWS's header.
 * - `"AES256"`: keys that S3 manages.
 * - `"aws:kms"`: a key of the Key Management Service.
 * - `"aws:kms:dsse"`: two layers of encryption with a key of the Key Management Service.
 */
export type ServerSideEncryption = 'AES256' | 'aws:kms' | 'aws:kms:dsse';

/**
 * Who may use an object, by S3's canned access control lists. Buckets with object ownership enforced (the default of S3
 * since 2023) refuse all but `"bucket-owner-full-control"`.
 * - `"private"`: the owner alone.
 * - `"public-read"`: everybody may read.
 * - `"public-read-write"`: everybody may read and write.
 * - `"authenticated-read"`: everybody with an AWS account may read.
 * - `"aws-exec-read"`: EC2 may read machine images.
 * - `"bucket-owner-read"`: the bucket's owner may read.
 * - `"bucket-owner-full-control"`: the bucket's owner may do everything.
 */
export type CannedAcl =
  | 'private'
  | 'public-read'
  | 'public-read-write'
  | 'authenticated-read'
  | 'aws-exec-read'
  | 'bucket-owner-read'
  | 'bucket-owner-full-control';

/**
 * Which hash of the policy is signed.
 * - `"sha1"`: SHA-1: what CloudFront assumes where nothing is said.
 * - `"sha256"`: SHA-256: said by `Hash-Algorithm=SHA256` in the URL, by `CloudFront-Hash-Algorithm` among the cookies.
 */
export type CloudFrontHash = 'sha1' | 'sha256';

/**
 * Which kind of key signs.
 * - `"ecdsa-p256"`: ECDSA over the curve P-256, also called prime256v1 and secp256r1. Short signatures, quick to make.
 * - `"rsa"`: RSA with PKCS#1 v1.5 padding, of 2048 bits; keys of 3072 and 4096 bits are signed with too.
 */
export type CloudFrontKeyType = 'ecdsa-p256' | 'rsa';

/**
 * How a client uploads.
 * - `"put"`: a PUT of exactly the size and the type asked for.
 * - `"post"`: a POST form, which bounds the size. R2 and access points have none: `post_form_unsupported`.
 */
export type UploadMethod = 'put' | 'post';

/**
 * How an upload is checked before it is confirmed.
 * - `"full"`: the whole file is fetched, checked against all rules and decoded to its end.
 * - `"head"`: the first 256 KiB of the file are fetched and its header read: less is transferred, and damage further on
 *   is not found. The whole file, up to `maxBytes`, where the header comes later.
 */
export type Verify = 'full' | 'head';

/**
 * How a checked upload gets to its final key.
 * - `"auto"`: as `"copy"` on S3, access points among it, and R2, which document every condition; as `"write"`
 *   elsewhere.
 * - `"copy"`: the store copies it, unless something in the file has to be changed. On a store that ignores the
 *   condition on the source, what the client has uploaded since the check is at the final key until the copy is
 *   compared.
 * - `"write"`: the bytes that were checked are written themselves.
 */
export type Promote = 'auto' | 'copy' | 'write';

/**
 * What of an upload is stored at its final key.
 * - `"stripped"`: the file without what is not needed to show it, as `stripMetadata` leaves it: no pixel is touched,
 *   and its GPS position, all other EXIF, XMP, IPTC, comments and thumbnails are gone, and so are further pictures and
 *   films in the file: the gain map of an HDR photo, the film of a motion photo.
 * - `"as_is"`: the file as it was uploaded, with its GPS position and all it says of its owner.
 * - `"reencoded"`: the picture decoded and encoded again, upright and without metadata: a still JPEG, a still PNG, a
 *   still lossless WebP. Animations and lossy WebP, of which that would make files many times as large, are stripped.
 */
export type Originals = 'stripped' | 'as_is' | 'reencoded';

/**
 * The call that the event is about.
 * - `"issue"`: a ticket was requested.
 * - `"confirm"`: an upload was to be checked and stored under its final key.
 */
export type UploadAction = 'issue' | 'confirm';

/**
 * How the call ended.
 * - `"issued"`: with a ticket.
 * - `"confirmed"`: with the upload under its final key.
 * - `"rejected"`: with a refusal: the sender can do something about it.
 * - `"failed"`: with a failure that says nothing against the upload.
 */
export type UploadOutcome = 'issued' | 'confirmed' | 'rejected' | 'failed';

/**
 * The format of a variant.
 * - `"jpeg"`: JPEG.
 * - `"png"`: PNG.
 * - `"webp"`: WebP.
 * - `"baseline"`: a format that every client shows: JPEG, or PNG where the picture has alpha.
 */
export type VariantFormat = 'jpeg' | 'png' | 'webp' | 'baseline';
/** As it may be given: `"jpg"` is read as `"jpeg"`, and never written. */
export type VariantFormatName = VariantFormat | 'jpg';

/**
 * A set of widths that a front end is known to ask for.
 * - `"next"`: those of Next.js 16: 32, 48, 64, 96, 128, 256 and 384 for images of a fixed size, and 640, 750, 828,
 *   1080, 1200, 1920, 2048 and 3840 for those as wide as the screen.
 */
export type WidthSet = 'next';

/**
 * Which service wrote the event.
 * - `"s3"`: a notification of S3.
 * - `"eventbridge"`: an event of S3 through EventBridge.
 * - `"minio"`: a notification of MinIO.
 * - `"r2"`: a notification of Cloudflare R2.
 */
export type EventSource = 's3' | 'eventbridge' | 'minio' | 'r2';

/**
 * Why nothing follows from an event.
 * - `"test_event"`: the store tells that its notifications are switched on.
 * - `"subscription"`: SNS asks for its subscription to be confirmed, or tells that it has ended.
 * - `"not_created"`: no object was created: one was deleted, restored, tagged or copied elsewhere.
 * - `"key_invalid"`: the key cannot be decoded, or is one that is not signed.
 * - `"duplicate"`: the same event came twice.
 * - `"superseded"`: a later event tells of the same key.
 * - `"unknown_event"`: a message of another service, or of a form that is not known.
 */
export type IgnoredReason =
  | 'test_event'
  | 'subscription'
  | 'not_created'
  | 'key_invalid'
  | 'duplicate'
  | 'superseded'
  | 'unknown_event';

/**
 * Where a request says which variant it asks for.
 * - `"url"`: the path is the key, and the query asks for the variant: `/photos/cat.jpg?w=200`.
 * - `"path"`: the path begins with the size: `/300x300/photos/cat.jpg`.
 * - `"key"`: the parameter `"key"` of the query is such a path: `?key=300x300/photos/cat.jpg`. An S3 website can
 *   redirect to it what it does not have.
 */
export type RequestForm = 'url' | 'path' | 'key';

/**
 * When a request is redirected to the stored result.
 * - `"always"`: always: each variant is made once, and the function is not asked for it again.
 * - `"large"`: only where a result is too long for an answer of the function. Others are answered, and not stored.
 */
export type RedirectRule = 'always' | 'large';

/**
 * The body of an answer with an error.
 * - `"presize"`: `{"error": {"code": "variant_not_allowed", "message": "..."}}`.
 * - `"message"`: `{"message": "Forbidden: Resolution not allowed"}`: for front ends of the many functions that answer
 *   so.
 */
export type ErrorForm = 'presize' | 'message';

/**
 * Why an object was not resized. That is no error: its event is to be acknowledged.
 * - `"other_bucket"`: it is in another bucket than the originals.
 * - `"other_prefix"`: its key does not begin with the prefix of the originals.
 * - `"own_result"`: it is a result of presize itself.
 * - `"superseded"`: it was replaced, or results of a newer original are stored: that one has an event of its own.
 * - `"missing"`: it was deleted.
 */
export type SkippedReason = 'other_bucket' | 'other_prefix' | 'own_result' | 'superseded' | 'missing';

/** The options of `ImageRules`. One that is left out, or `undefined`, has its default; `null` is refused. */
export interface ImageRulesOptions {
  /**
   * The formats accepted. Words: `"jpeg"` (or `"jpg"`), `"png"`, `"webp"`, `"gif"`, `"heic"`, `"heif"`, `"avif"`.
   * Default: jpeg, png, webp, gif.
   */
  formats?: readonly ImageFormatName[] | undefined;
  /** The largest file, in bytes. Range: 1 to 4294967295. Default: 10485760 (10 MiB). */
  maxBytes?: number | undefined;
  /**
   * The longest data URI, in bytes of text with its header. Range: 1 to 8589934591. Default: none; `maxBytes` bounds
   * what it decodes to.
   */
  maxDataUriBytes?: number | undefined;
  /** The smallest width as displayed, in pixels. Range: 1 to 65535. Default: 1. */
  minWidth?: number | undefined;
  /** The smallest height as displayed, in pixels. Range: 1 to 65535. Default: 1. */
  minHeight?: number | undefined;
  /** The largest width as displayed, in pixels. Range: 1 to 65535. Default: 16384. */
  maxWidth?: number | undefined;
  /** The largest height as displayed, in pixels. Range: 1 to 65535. Default: 16384. */
  maxHeight?: number | undefined;
  /** The most pixels of one picture. Range: 1 to 4294836225. Default: 64000000. */
  maxPixels?: number | undefined;
  /** The most frames of an animation. Range: 1 to 1000000. Default: 1000. */
  maxFrames?: number | undefined;
  /** The most pixels of all frames of an animation together. Range: 1 to 10^12. Default: 64000000. */
  maxFramePixels?: number | undefined;
  /**
   * The most work of one file, in weighted pixels as `workPixels` counts them: every picture of `maxPixels` is within
   * the default, whatever its format and kind. Range: 1 to 10^12. Default: 256000000.
   */
  maxWorkPixels?: number | undefined;
  /**
   * The most memory that decoding and transforming may take, in bytes, as counted from the header: every picture of
   * `maxPixels` is within the default, whatever its format and kind. Range: 1048576 (1 MiB) to 17179869184 (16 GiB).
   * Default: 402653184 (384 MiB).
   */
  maxMemoryBytes?: number | undefined;
  /** The most scans of a JPEG. Range: 1 to 10000. Default: 100. */
  maxScans?: number | undefined;
  /** The largest ICC profile, in bytes when unpacked. Range: 0 to 67108864 (64 MiB). Default: 4194304 (4 MiB). */
  maxIccBytes?: number | undefined;
  /** The most images of one list. Range: 1 to 10000. Default: 10. */
  maxImages?: number | undefined;
  /**
   * The most bytes of all images of one list together. Range: 1 to 17179869184 (16 GiB). Default: 33554432 (32 MiB).
   */
  maxTotalBytes?: number | undefined;
  /**
   * The most pixels of all images of one list together, all frames of animations among them. Range: 1 to 10^12.
   * Default: 512000000.
   */
  maxTotalPixels?: number | undefined;
  /** The most work of all images of one list together, in weighted pixels. Range: 1 to 10^12. Default: 640000000. */
  maxTotalWorkPixels?: number | undefined;
  /** Accept base64 without a `data:` header. Default: false. */
  allowBareBase64?: boolean | undefined;
  /**
   * Accept spaces, tabs and line breaks within the base64 of a data URI, escaped ones (`%0A`) too, but not more of them
   * than there is base64; and spaces after the semicolons of its header. Default: false.
   */
  allowWhitespace?: boolean | undefined;
  /** Accept a file whose declared type differs from what its bytes say. Default: false. */
  allowTypeMismatch?: boolean | undefined;
  /** Accept a file that is also a page, a script, a document or an archive. Default: false. */
  allowPolyglots?: boolean | undefined;
  /** Accept a JPEG whose end is missing: gray where nothing arrived. Default: false. */
  allowTruncated?: boolean | undefined;
}

/** The options of `JsonScanner`. */
export interface JsonLimits {
  /**
   * The most bytes outside of strings that are no white space; the quotes of strings count. Range: 1 to 1073741824
   * (1 GiB). Default: 65536 (64 KiB).
   */
  maxStructureBytes?: number | undefined;
  /** The most objects and lists within each other. Range: 1 to 1000. Default: 32. */
  maxDepth?: number | undefined;
  /** The most strings that start with `data:`, in any case. Range: 0 to 10000. Default: none. */
  maxDataUris?: number | undefined;
  /**
   * The most escapes (`\n`, `\u00e9`) in all strings together: a parser unescapes them one by one, while it copies
   * other text as a whole. A data URI has one in 64 bytes where a client writes `/` as `\/`. Range: 0 to 1073741824.
   * Default: 1048576.
   */
  maxEscapes?: number | undefined;
}

/** The options of `decode`: how a picture is scaled and placed. */
export interface DecodeOptions {
  /**
   * The width, in pixels as displayed. Range: 1 to 16384. Default: from `height` by the aspect ratio; the picture's own
   * when neither is set.
   */
  width?: number | undefined;
  /**
   * The height, in pixels as displayed. Range: 1 to 16384. Default: from `width` by the aspect ratio; the picture's own
   * when neither is set.
   */
  height?: number | undefined;
  /**
   * How the picture is brought to `width` and `height`. `"cover"`: fills the box and cuts off what stands out, where
   * `position` says. Without `enlarge` the result has the aspect ratio of the box at the largest size that the picture
   * can fill. `"contain"`: the whole picture within the box, the rest of the box in the background colour; the result
   * has exactly the size of the box. Without `enlarge` a smaller picture is not scaled. `"fill"`: exactly the size of
   * the box, distorted. Without `enlarge` neither side becomes longer than it was. `"inside"`: the largest size that
   * lies within the box. Without `enlarge` at most the picture's own. `"outside"`: the smallest size that covers the
   * box; nothing is cut off. Without `enlarge` at most the picture's own. Default: `"cover"`.
   */
  fit?: Fit | undefined;
  /**
   * Which part `"cover"` keeps, and where `"contain"` puts the picture. Words: `"center"`, `"top"`, `"top-right"`,
   * `"right"`, `"bottom-right"`, `"bottom"`, `"bottom-left"`, `"left"`, `"top-left"`. Default: `"center"`.
   */
  position?: Position | undefined;
  /**
   * The colour of what `"contain"` adds, and of what shows through a picture with alpha that becomes a JPEG. Where the
   * result is a JPEG, a translucent background itself lies on white. Given in sRGB. A colour is `"#rgb"`, `"#rgba"`,
   * `"#rrggbb"`, `"#rrggbbaa"`, `"white"`, `"black"` or `"transparent"`. Default: transparent; white in a JPEG.
   */
  background?: string | undefined;
  /** Make the picture larger than it is where the box asks for it. Default: false. */
  enlarge?: boolean | undefined;
  /**
   * How closely a picture that becomes smaller follows the filter. Other formats than JPEG are always decoded in full.
   * `"fast"`: decoded at the smallest eighth that is at least 1.5 times the result. `"best"`: decoded at the smallest
   * eighth, up to a half, that is at least 2 times the result; else in full. Default: `"fast"`.
   */
  scaling?: Scaling | undefined;
}

/** The options of `transform`. */
export interface TransformOptions extends DecodeOptions {
  /**
   * The format of the result. Words: `"jpeg"` (or `"jpg"`), `"png"`, `"webp"`. Default: jpeg for a JPEG, png for a PNG
   * or a GIF; for a WebP jpeg, png where it has alpha, webp with `lossless`.
   */
  format?: OutputFormatName | undefined;
  /** The quality of lossy encodings; of a WebP on the scale of libwebp. Range: 1 to 100. Default: 80. */
  quality?: number | undefined;
  /** Write a JPEG in several passes, coarse to fine. Other formats ignore it. Default: false. */
  progressive?: boolean | undefined;
  /**
   * How finely a JPEG stores colour. Other formats ignore it. Words: `"4:2:0"`, `"4:2:2"`, `"4:4:4"`.
   * Default: `"4:2:0"`.
   */
  chromaSubsampling?: ChromaSubsampling | undefined;
  /**
   * How much time a JPEG or a lossy WebP is given to become smaller. Other formats ignore it. `"normal"`: what a
   * request can wait for. `"high"`: several times as long for a JPEG: each coefficient is rounded where it costs the
   * fewest bits (trellis quantisation), and it is written in several passes, as with `progressive`. A WebP tries more
   * modes. Default: `"normal"`.
   */
  effort?: Effort | undefined;
  /** Encode a WebP without loss. A PNG always is; a JPEG cannot be. Default: false. */
  lossless?: boolean | undefined;
  /**
   * Keep the colours as they are and write the ICC profile of the input, instead of converting to sRGB. A profile that
   * is damaged, does not describe the pixels, or cannot describe the result (a profile for gray in a WebP, or with a
   * coloured background) is not written. Colours that other chunks of a PNG declare are converted all the same.
   * Default: false.
   */
  keepIcc?: boolean | undefined;
}

/** The options of `UploadPolicy`. */
export interface UploadPolicyOptions {
  /**
   * The start of every key, without a slash at either end; may be nested (`"a/b"`) or empty, at most 512 bytes.
   * Default: `"uploads"`.
   */
  prefix?: string | undefined;
  /**
   * The start of the keys of uploads that are not confirmed yet, of the same form as `prefix`; neither may be the other
   * or the start of it. What is never confirmed stays there: let a lifecycle rule of the bucket delete it. Empty:
   * uploads go straight to their keys, and are served unchecked until they are confirmed, which checks them in place
   * and deletes what is bad; and again afterwards, because the ticket can be used until it expires to replace what was
   * confirmed. Default: `"incoming"`.
   */
  incomingPrefix?: string | undefined;
  /**
   * The form of a key, at most 256 bytes of `A-Z a-z 0-9 - _ . ~ /` with `{prefix}`, `{owner}`, `{unix_ms}` (the time
   * of the ticket), `{hex16}` (16 random hexadecimal digits), `{uuid}` (a random UUID), `{year}`, `{month}`, `{day}`
   * (of 4, 2 and 2 digits, in UTC) and `{ext}` (`.jpg`). It starts with `{prefix}/`, which falls away with an empty
   * prefix; `{owner}` is once a whole segment; `{ext}` is the end; `{hex16}` or `{uuid}` is in it; no segment is empty,
   * `.` or `..`; no digit comes right after `{unix_ms}`. Default: `"{prefix}/{owner}/{unix_ms}-{hex16}{ext}"`.
   */
  keyTemplate?: string | undefined;
  /**
   * How a client uploads. `"put"`: a PUT of exactly the size and the type asked for. `"post"`: a POST form, which
   * bounds the size. R2 and access points have none: `post_form_unsupported`. Default: `"put"`.
   */
  method?: UploadMethod | undefined;
  /**
   * The formats accepted, by the content type that the client declares; only formats that this build decodes, because
   * no other can be confirmed. Words: `"jpeg"` (or `"jpg"`), `"png"`, `"webp"`, `"gif"`, `"heic"`, `"heif"`, `"avif"`.
   * Default: jpeg, png, webp, gif.
   */
  formats?: readonly ImageFormatName[] | undefined;
  /**
   * The largest upload, in bytes; a single PUT of S3 takes 5 GiB. Range: 1 to 5368709120 (5 GiB). Default: 10485760
   * (10 MiB).
   */
  maxBytes?: number | undefined;
  /** The smallest upload, in bytes. Range: 1 to 5368709120 (5 GiB). Default: 1. */
  minBytes?: number | undefined;
  /** How long a ticket holds, in seconds. Range: 1 to 604800. Default: 300 (5 minutes). */
  expiresIn?: number | undefined;
  /**
   * Where uploads can be read later, for example a CDN before the bucket: an `http` or `https` URL without query and
   * fragment, with a path of `A-Z a-z 0-9 - _ . ~ /`. Default: unset, so that a ticket has no `publicUrl`.
   */
  publicBaseUrl?: string | undefined;
  /**
   * How an upload is checked before it is confirmed. `"full"`: the whole file is fetched, checked against all rules and
   * decoded to its end. `"head"`: the first 256 KiB of the file are fetched and its header read: less is transferred,
   * and damage further on is not found. The whole file, up to `maxBytes`, where the header comes later.
   * Default: `"full"`.
   */
  verify?: Verify | undefined;
  /** The smallest width as displayed, in pixels. Range: 1 to 65535. Default: 1. */
  minWidth?: number | undefined;
  /** The smallest height as displayed, in pixels. Range: 1 to 65535. Default: 1. */
  minHeight?: number | undefined;
  /** The largest width as displayed, in pixels. Range: 1 to 65535. Default: 16384. */
  maxWidth?: number | undefined;
  /** The largest height as displayed, in pixels. Range: 1 to 65535. Default: 16384. */
  maxHeight?: number | undefined;
  /** The most pixels of one picture. Range: 1 to 4294836225. Default: 64000000. */
  maxPixels?: number | undefined;
  /** The most frames of an animation. Range: 1 to 1000000. Default: 1000. */
  maxFrames?: number | undefined;
  /** The most pixels of all frames of an animation together. Range: 1 to 10^12. Default: 64000000. */
  maxFramePixels?: number | undefined;
  /**
   * The most work of checking an upload, in weighted pixels as `workPixels` counts them. Range: 1 to 10^12.
   * Default: 256000000.
   */
  maxWorkPixels?: number | undefined;
  /**
   * The most memory that decoding and transforming may take, in bytes, as counted from the header: every picture of
   * `maxPixels` is within the default, whatever its format and kind. Range: 1048576 (1 MiB) to 17179869184 (16 GiB).
   * Default: 402653184 (384 MiB).
   */
  maxMemoryBytes?: number | undefined;
  /** `Cache-Control` of a confirmed object and its variants. Default: unset. */
  cacheControl?: string | undefined;
  /** The metadata of a confirmed object, names with values, as in `Presigner.put`. Default: none. */
  metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * Add the metadata `original-filename`, `uploaded-by` and `upload-timestamp` (RFC 3339) to a confirmed object.
   * Default: false.
   */
  recordOrigin?: boolean | undefined;
  /**
   * What is stored at the final key. `"reencoded"` goes only with an incoming prefix and with `verify` of `"full"`.
   * Unless it is `"as_is"`, the whole file is fetched, also with `verify` of `"head"`. `"stripped"`: the file without
   * what is not needed to show it, as `stripMetadata` leaves it: no pixel is touched, and its GPS position, all other
   * EXIF, XMP, IPTC, comments and thumbnails are gone, and so are further pictures and films in the file: the gain map
   * of an HDR photo, the film of a motion photo. `"as_is"`: the file as it was uploaded, with its GPS position and all
   * it says of its owner. `"reencoded"`: the picture decoded and encoded again, upright and without metadata: a still
   * JPEG, a still PNG, a still lossless WebP. Animations and lossy WebP, of which that would make files many times as
   * large, are stripped. Default: `"stripped"`.
   */
  originals?: Originals | undefined;
  /**
   * How a checked upload gets to its final key. With `"write"`, and on a store that is neither S3 nor R2, the whole
   * file is fetched, also with `verify` of `"head"`. `"auto"`: as `"copy"` on S3, access points among it, and R2, which
   * document every condition; as `"write"` elsewhere. `"copy"`: the store copies it, unless something in the file has
   * to be changed. On a store that ignores the condition on the source, what the client has uploaded since the check is
   * at the final key until the copy is compared. `"write"`: the bytes that were checked are written themselves.
   * Default: `"auto"`.
   */
  promote?: Promote | undefined;
  /**
   * Whether a ticket's PUT creates an object and never replaces one: `if-none-match: *` is signed, and is among the
   * headers to send, which the bucket's CORS rule must allow. A store that answers it with 412 has the upload already:
   * confirm it. Not with `method` of `"post"`. Default: unset, which is `true` for a PUT to S3 or R2, and `false`
   * elsewhere.
   */
  createOnly?: boolean | undefined;
  /**
   * The widths of smaller pictures that are stored along with a confirmed one, in pixels: at most 10, none twice; only
   * with `verify` of `"full"`. Their keys have `/{width}.jpg` instead of the extension: `1-ab/320.jpg` for `1-ab.png`;
   * none is made larger than the picture. Range: 1 to 16384. Default: none.
   */
  variantWidths?: readonly number[] | undefined;
  /**
   * The format of the variants; a `"webp"` is lossy. Words: `"jpeg"` (or `"jpg"`), `"png"`, `"webp"`.
   * Default: `"jpeg"`.
   */
  variantFormat?: OutputFormatName | undefined;
  /** The quality of variants in a lossy format. Range: 1 to 100. Default: 80. */
  variantQuality?: number | undefined;
}

/** What a client wants to upload. All of it but the owner comes from the client, and none of it is trusted. */
export interface UploadRequest {
  /**
   * Who uploads, as your program knows them (never as the client says): 1 to 128 of `A-Z a-z 0-9 - _ . ~ @ + = : |`. An
   * integer from 0 stands for its decimal digits: 7 and `"7"` are the same owner.
   */
  owner: string | number | bigint;
  /**
   * The media type of the file. One that leaves the format open (empty, `application/octet-stream`, `image/*`) is
   * enough where the policy has one format, and refused elsewhere: the ticket signs a type.
   */
  contentType: string;
  /**
   * The exact size of the file, in bytes; 0, with a policy whose `method` is `"post"`, for a file of any size within
   * the policy's bounds.
   */
  sizeBytes: number;
  /** The name that the file has with the client, at most 255 bytes. It is never a part of the key. Default: unset. */
  filename?: string | undefined;
  /**
   * The SHA-256 of the file, 32 bytes in base64, as S3 has it: signed, so that a store that reads it refuses other
   * bytes; only with a policy whose `method` is `"put"`. Default: unset.
   */
  checksumSha256?: string | undefined;
  /** The time at which the ticket is issued. Default: the clock. */
  now?: Date | undefined;
  /**
   * Is told what happened, a refusal too. What it throws goes to `console.error`; a promise is not waited for.
   * Default: nobody.
   */
  onEvent?: ((event: UploadEvent) => void) | undefined;
}

/** Which upload is to be confirmed, and what was promised of it. */
export interface ConfirmRequest {
  /** Who confirms, as your program knows them (never as the client says): the owner that the ticket was issued for. */
  owner: string | number | bigint;
  /** The key of the ticket. */
  key: string;
  /**
   * The name that the file has with the client, at most 255 bytes: kept with the object where the policy says
   * `recordOrigin`. Default: unset.
   */
  filename?: string | undefined;
  /**
   * The size that was promised, in bytes, where your program remembers it: an upload of another size is refused.
   * Default: unset, so that any size within the policy is accepted.
   */
  sizeBytes?: number | undefined;
  /**
   * The media type that was promised, where your program remembers it: an upload of another type is refused. One that
   * leaves the format open promises nothing. Default: unset; the type is that of the key's extension in any case.
   */
  contentType?: string | undefined;
  /**
   * The SHA-256 that was promised, 32 bytes in base64, where your program remembers it: an upload with other bytes is
   * refused. It is that of the file as it was uploaded. The whole file is fetched for it, whatever the policy's
   * `verify` says. Default: unset.
   */
  checksumSha256?: string | undefined;
  /** The time at which it begins, which `recordOrigin` notes. Default: the clock. */
  now?: Date | undefined;
}

/** The options of every kind of `Bucket`. */
export interface BucketOptions {
  /** S3: the host that has IPv6 addresses too. Default: false. */
  dualStack?: boolean | undefined;
  /** S3: the host whose cryptography is validated by FIPS 140; not in China. Default: false. */
  fips?: boolean | undefined;
  /**
   * S3: the nearest edge of Transfer Acceleration, which must be turned on for the bucket; not for names with dots, not
   * for access points, not with `fips` or path style, not in China. Default: false.
   */
  accelerate?: boolean | undefined;
  /** R2: the jurisdiction that the bucket was made in. Words: `"eu"`, `"fedramp"`. Default: none. */
  jurisdiction?: Jurisdiction | undefined;
  /**
   * Where the bucket's name stands in a URL; an access point has only virtual hosts, and so has no path style, and S3's
   * certificates do not cover names with dots as virtual hosts. `"path"`: `https://endpoint/bucket/key`.
   * `"virtual-host"`: `https://bucket.endpoint/key`. Default: as the bucket was made.
   */
  urlStyle?: UrlStyle | undefined;
  /**
   * The `http` or `https` address under which clients reach the server, where it is not the one that the bucket was
   * made with: a proxy, a tunnel, a private link. It takes the place of the server's own address; the bucket's name
   * stands before its host or in its path, as `urlStyle` says. Requests are signed for this address, so that it has to
   * reach the server in the `Host` header: S3 on a private link and servers of one's own take that, R2 does not.
   * Default: none.
   */
  publicEndpoint?: string | undefined;
  /**
   * The proxy at `publicEndpoint` sends requests on with the server's own host and path: URLs have the public address,
   * and signatures are for the server's own. Default: false, the proxy leaves `Host` and path alone.
   */
  proxyRewritesHost?: boolean | undefined;
}

/** The options that every request has. */
export interface RequestOptions {
  /**
   * How long the request holds, in seconds, from 1 to 604800, and never longer than the credentials. Default: 900
   * (15 minutes).
   */
  expiresIn?: number | undefined;
  /** Whether the requester pays for the request and the transfer. Default: false. */
  requesterPays?: boolean | undefined;
  /** The account that the bucket must belong to, 12 digits. Default: unset. */
  expectedBucketOwner?: string | undefined;
  /** The time at which it is signed. Default: the clock. */
  now?: Date | undefined;
}

/** At most one of them. The store refuses another body. */
export interface ChecksumOptions {
  /**
   * The SHA-256 of the body, 32 bytes in base64. The store refuses another body. One checksum at most. Default: unset.
   */
  checksumSha256?: string | undefined;
  /** The CRC-32 of the body, 4 bytes in base64, as `checksumSha256`. Default: unset. */
  checksumCrc32?: string | undefined;
  /** The CRC-32C of the body, 4 bytes in base64, as `checksumSha256`. Default: unset. */
  checksumCrc32c?: string | undefined;
  /** The CRC-64/NVME of the body, 8 bytes in base64, as `checksumSha256`. Default: unset. */
  checksumCrc64nvme?: string | undefined;
}

/** The key of a customer. */
export interface CustomerKeyOptions {
  /**
   * The customer's own key (SSE-C), 32 bytes in base64. The client must send it: it is in the headers. Not together
   * with `serverSideEncryption`. Default: unset.
   */
  sseCustomerKey?: string | undefined;
}

/** What is said of the object itself. */
export interface ContentOptions {
  /**
   * The `Content-Type` that the client must send. ASCII, spaces collapsed. Default: unset, so that the client may send
   * any.
   */
  contentType?: string | undefined;
  /**
   * The object's own metadata, names (RFC 9110 tokens, lower-cased) with values. A value outside ASCII is sent in
   * encoded words (RFC 2047), as S3 wants it, and given back so. 2048 bytes in all on S3, 8192 elsewhere.
   * Default: none.
   */
  metadata?: Readonly<Record<string, string>> | undefined;
}

/** What an object gets when it is written, also as a copy. */
export interface StoredOptions extends ContentOptions, CustomerKeyOptions {
  /** `Content-Encoding` of the object. Default: unset. */
  contentEncoding?: string | undefined;
  /** `Content-Language` of the object. Default: unset. */
  contentLanguage?: string | undefined;
  /** `Content-Disposition` of the object, ASCII: `contentDisposition` makes it for any file name. Default: unset. */
  contentDisposition?: string | undefined;
  /** `Cache-Control` of the object. Default: unset. */
  cacheControl?: string | undefined;
  /** The storage class, as the store names it (`"STANDARD_IA"`). Default: unset, the bucket's own. */
  storageClass?: string | undefined;
  /**
   * Who may use the object. Words: `"private"`, `"public-read"`, `"public-read-write"`, `"authenticated-read"`,
   * `"aws-exec-read"`, `"bucket-owner-read"`, `"bucket-owner-full-control"`. Default: unset, the bucket's own rule.
   */
  acl?: CannedAcl | undefined;
  /**
   * How the object is encrypted at rest. Words: `"AES256"`, `"aws:kms"`, `"aws:kms:dsse"`. Default: unset, the bucket's
   * own rule.
   */
  serverSideEncryption?: ServerSideEncryption | undefined;
  /**
   * The key of the Key Management Service by id or ARN, with `serverSideEncryption` of `"aws:kms"` or `"aws:kms:dsse"`.
   * Default: unset, the service's own key.
   */
  sseKmsKeyId?: string | undefined;
  /** The encryption context, JSON in base64. Default: unset. */
  sseKmsEncryptionContext?: string | undefined;
  /**
   * Whether S3 keeps a key for the bucket, for fewer calls of the Key Management Service. Default: unset, the bucket's
   * own rule.
   */
  sseBucketKeyEnabled?: boolean | undefined;
}

/** What an object gets when it is created, not copied. */
export interface WrittenOptions extends StoredOptions {
  /** The object's tags, at most 10, names of 1 to 128 and values of at most 256 characters. Default: none. */
  tagging?: Readonly<Record<string, string>> | undefined;
}

/** The options of `get` and `head`. */
export interface GetOptions extends RequestOptions, CustomerKeyOptions {
  /**
   * The `ETag` that the object must have (RFC 9110, section 13.1.1); where one is written, the object that is replaced.
   * A copy within R2 has R2's own header for it. Default: unset.
   */
  ifMatch?: string | undefined;
  /**
   * The version of the object. Default: unset, the latest; a versioned bucket then marks a deleted object as removed.
   */
  versionId?: string | undefined;
  /** The number of a part; a read gives that part alone. Range: 1 to 10000. Default: unset. */
  partNumber?: number | undefined;
  /** The `Cache-Control` that the answer shall have. Default: unset, the object's own. */
  responseCacheControl?: string | undefined;
  /**
   * The `Content-Disposition` that the answer shall have, ASCII: `contentDisposition` makes it for any file name.
   * Default: unset, the object's own.
   */
  responseContentDisposition?: string | undefined;
  /** The `Content-Encoding` that the answer shall have. Default: unset, the object's own. */
  responseContentEncoding?: string | undefined;
  /** The `Content-Language` that the answer shall have. Default: unset, the object's own. */
  responseContentLanguage?: string | undefined;
  /** The `Content-Type` that the answer shall have. Default: unset, the object's own. */
  responseContentType?: string | undefined;
  /** The `Expires` that the answer shall have, an HTTP date. Default: unset, the object's own. */
  responseExpires?: string | undefined;
}

/** The options of `put`. */
export interface PutOptions extends RequestOptions, ChecksumOptions, WrittenOptions {
  /**
   * The `Content-Length` that the client must send, in bytes: the exact size of the body. Default: unset, so that the
   * client may send any amount.
   */
  contentLength?: number | undefined;
  /** The MD5 of the body, 16 bytes in base64 (RFC 1864). Default: unset. */
  contentMd5?: string | undefined;
  /**
   * The `ETag` that the object must have (RFC 9110, section 13.1.1); where one is written, the object that is replaced.
   * A copy within R2 has R2's own header for it. Default: unset.
   */
  ifMatch?: string | undefined;
  /**
   * `"*"`, so that an object is created and never replaced (RFC 9110, section 13.1.2). A copy within R2 has R2's own
   * header for it. Default: unset.
   */
  ifNoneMatch?: '*' | undefined;
}

/**
 * The options of `copy`. What the copy has instead of the source's own headers and metadata needs a `metadataDirective`
 * of `"replace"`; tags are copied.
 */
export interface CopyOptions extends RequestOptions, StoredOptions {
  /** The version of what is copied: 1 to 1024 of `A-Z a-z 0-9 - _ . ~ / + =`. Default: unset, the latest. */
  copySourceVersionId?: string | undefined;
  /** The `ETag` that what is copied must have; the copy is refused otherwise. Default: unset. */
  copySourceIfMatch?: string | undefined;
  /**
   * Where the copy has its metadata and headers from. `"copy"`: from the source. `"replace"`: from the request; the
   * copy has no others. Default: unset, from what is copied.
   */
  metadataDirective?: MetadataDirective | undefined;
  /**
   * The checksum that each part will carry, or that the store makes of a copy. Words: `"sha256"`, `"crc32"`,
   * `"crc32c"`, `"crc64nvme"`. Default: unset.
   */
  checksumAlgorithm?: ChecksumAlgorithm | undefined;
  /**
   * The `ETag` that the object must have (RFC 9110, section 13.1.1); where one is written, the object that is replaced.
   * A copy within R2 has R2's own header for it. Default: unset.
   */
  ifMatch?: string | undefined;
  /**
   * `"*"`, so that an object is created and never replaced (RFC 9110, section 13.1.2). A copy within R2 has R2's own
   * header for it. Default: unset.
   */
  ifNoneMatch?: '*' | undefined;
}

/** The options of `delete`. */
export interface DeleteOptions extends RequestOptions {
  /**
   * The `ETag` that the object must have (RFC 9110, section 13.1.1); where one is written, the object that is replaced.
   * A copy within R2 has R2's own header for it. Default: unset.
   */
  ifMatch?: string | undefined;
  /**
   * The version of the object. Default: unset, the latest; a versioned bucket then marks a deleted object as removed.
   */
  versionId?: string | undefined;
}

/** The options of `createMultipartUpload`. */
export interface CreateMultipartUploadOptions extends RequestOptions, WrittenOptions {
  /**
   * The checksum that each part will carry, or that the store makes of a copy. Words: `"sha256"`, `"crc32"`,
   * `"crc32c"`, `"crc64nvme"`. Default: unset.
   */
  checksumAlgorithm?: ChecksumAlgorithm | undefined;
}

/** The options of `uploadPart`. */
export interface UploadPartOptions extends RequestOptions, ChecksumOptions, CustomerKeyOptions {
  /**
   * The `Content-Length` that the client must send, in bytes: the exact size of the body. Default: unset, so that the
   * client may send any amount.
   */
  contentLength?: number | undefined;
  /** The MD5 of the body, 16 bytes in base64 (RFC 1864). Default: unset. */
  contentMd5?: string | undefined;
}

/** The options of `completeMultipartUpload`. */
export interface CompleteMultipartUploadOptions extends RequestOptions, ChecksumOptions, CustomerKeyOptions {
  /**
   * The `ETag` that the object must have (RFC 9110, section 13.1.1); where one is written, the object that is replaced.
   * A copy within R2 has R2's own header for it. Default: unset.
   */
  ifMatch?: string | undefined;
  /**
   * `"*"`, so that an object is created and never replaced (RFC 9110, section 13.1.2). A copy within R2 has R2's own
   * header for it. Default: unset.
   */
  ifNoneMatch?: '*' | undefined;
}

/** The options of `listParts`. */
export interface ListPartsOptions extends RequestOptions, CustomerKeyOptions {
  /** How many parts a list shows. Range: 1 to 1000. Default: unset, 1000. */
  maxParts?: number | undefined;
  /** The part after which a list begins. Range: 0 to 10000. Default: unset. */
  partNumberMarker?: number | undefined;
}

/**
 * Every option of every operation, for `request` and for many keys. One that the operation does not have is
 * `option_invalid`.
 */
export interface SignOptions extends GetOptions, PutOptions, CopyOptions, CreateMultipartUploadOptions, ListPartsOptions {
  /**
   * What is copied, `bucket/key`, the key as it is, without percent-encoding. `Bucket.copySource` makes it.
   * Default: unset.
   */
  copySource?: string | undefined;
  /** The id of an upload in parts, 1 to 2048 bytes. Default: unset. */
  uploadId?: string | undefined;
}

/** The options of `postForm`. */
export interface PostFormOptions {
  /** How long the form holds, in seconds, from 1 to 604800. Default: 900 (15 minutes). */
  expiresIn?: number | undefined;
  /** The smallest file, in bytes. Range: 0 to 5368709120 (5 GiB). Default: 1, so that an empty file is refused. */
  minBytes?: number | undefined;
  /**
   * The largest file, in bytes; it must be given, since a form without it takes 5 GiB. Range: 1 to 5368709120 (5 GiB).
   */
  maxBytes: number;
  /** The `Content-Type` that the object gets. Default: unset. */
  contentType?: string | undefined;
  /** What the `Content-Type` must start with (`"image/"`); the page adds the field `Content-Type`. Default: unset. */
  contentTypeStartsWith?: string | undefined;
  /** The `Cache-Control` that the object gets. Default: unset. */
  cacheControl?: string | undefined;
  /**
   * The `Content-Disposition` that the object gets, ASCII: `contentDisposition` makes it for any file name.
   * Default: unset.
   */
  contentDisposition?: string | undefined;
  /** The `Content-Encoding` that the object gets. Default: unset. */
  contentEncoding?: string | undefined;
  /**
   * Who may use the object. Words: `"private"`, `"public-read"`, `"public-read-write"`, `"authenticated-read"`,
   * `"aws-exec-read"`, `"bucket-owner-read"`, `"bucket-owner-full-control"`. Default: unset, the bucket's own rule.
   */
  acl?: CannedAcl | undefined;
  /** The storage class, as the store names it (`"STANDARD_IA"`). Default: unset, the bucket's own. */
  storageClass?: string | undefined;
  /**
   * How S3 encrypts the object at rest. Words: `"AES256"`, `"aws:kms"`, `"aws:kms:dsse"`. Default: unset, the bucket's
   * own rule.
   */
  serverSideEncryption?: ServerSideEncryption | undefined;
  /** The key's id or ARN, with `serverSideEncryption` of `"aws:kms"` or `"aws:kms:dsse"`. Default: unset. */
  sseKmsKeyId?: string | undefined;
  /**
   * User metadata: names without `x-amz-meta-`, put into lower case, and values in UTF-8; 2048 bytes in all on S3, 8192
   * elsewhere. Default: none.
   */
  metadata?: Readonly<Record<string, string>> | undefined;
  /** Tags: at most 10, names of 1 to 128 and values of at most 256 characters. Default: none. */
  tagging?: Readonly<Record<string, string>> | undefined;
  /**
   * At most 100 fields that the page adds, and what each must start with; an empty text allows any value. A field that
   * is in no condition is refused by S3. Default: none.
   */
  startsWith?: Readonly<Record<string, string>> | undefined;
  /**
   * The HTTP status of S3's answer: 200, 201 (with a document of XML) or 204. Range: 200 to 204. Default: unset, 204.
   */
  successActionStatus?: 200 | 201 | 204 | undefined;
  /**
   * The `http` or `https` URL that the browser goes to after the upload; S3 adds bucket, key and etag to its query. Not
   * together with `successActionStatus`. Default: unset.
   */
  successActionRedirect?: string | undefined;
  /** The time at which it is signed. Default: the clock. */
  now?: Date | undefined;
}

/**
 * The options of signed URLs and cookies. With no more than an expiry the policy is a *canned* one: the shorter form,
 * which names one file. `startsAt`, `ipRange` or `resource` make it a *custom* one, which travels with the request. A
 * URL with `*`, with a second `?`, or with a query that does not begin with `name=value` or has a slash, is signed with
 * a `resource` alone: `*` and `?` are wildcards, also under a canned policy, which its holder can send as a custom one.
 * A `*` of a name is written `%2A`.
 */
export interface CloudFrontOptions {
  /**
   * How long the URL or the cookies hold, in seconds from `now`, from 1 to 315360000 (3650 days). CloudFront itself
   * knows no limit; ten years is beyond the life of any key, and keeps a moment or a number of milliseconds from being
   * taken for a lifetime. Default: 900 (15 minutes).
   */
  expiresIn?: number | undefined;
  /**
   * The moment before which nothing is served, in seconds since 1970, before the expiry. Range: 1 to 253402300799.
   * Default: unset, so that it holds at once.
   */
  startsAt?: number | undefined;
  /**
   * The only addresses served: an IPv4 address, or a range of them as `192.0.2.0/24` (RFC 4632). CloudFront takes one
   * range, and no IPv6: the distribution must not answer over IPv6 then. Default: unset, so that every address is
   * served.
   */
  ipRange?: string | undefined;
  /**
   * What is opened, where that is more than the URL itself: `*` stands for any number of characters, `?` for one. It
   * starts with `http://`, `https://`, `http*` or `*`. That the URL fits it is the caller's to see to. Default: unset,
   * which is the URL itself.
   */
  resource?: string | undefined;
  /**
   * The hash that is signed. SHA-1 is what every distribution, every emulator and botocore take; it is broken against
   * chosen collisions, not against forging a signature over a policy that is written here. `"sha256"` is understood by
   * CloudFront since April 2026, and needed where the signer refuses SHA-1, as a KMS does. Words: `"sha1"`, `"sha256"`.
   * Default: `"sha1"`.
   */
  hash?: CloudFrontHash | undefined;
  /** The time at which it is signed. Default: the clock. */
  now?: Date | undefined;
}

/** The options of `VariantPolicy`. */
export interface VariantPolicyOptions {
  /**
   * The widths that may be asked for, in pixels; together with a height only where `heights` has it. Range: 1 to 16384.
   * Default: none.
   */
  widths?: readonly number[] | undefined;
  /**
   * The heights that may be asked for, in pixels; together with a width only where `widths` has it. Range: 1 to 16384.
   * Default: none.
   */
  heights?: readonly number[] | undefined;
  /** The boxes that may be asked for, such as `300x200`. Default: none. */
  sizes?: readonly string[] | undefined;
  /**
   * Widths that are allowed besides `widths`. `"next"`: those of Next.js 16: 32, 48, 64, 96, 128, 256 and 384 for
   * images of a fixed size, and 640, 750, 828, 1080, 1200, 1920, 2048 and 3840 for those as wide as the screen.
   * Default: unset.
   */
  widthSet?: WidthSet | undefined;
  /**
   * Whole transforms by name, such as `avatar`: a name has 1 to 32 characters of `a-z`, `0-9`, `-` and `_`. What is
   * cached and stored goes by the name: a preset that changes needs another one. Default: none.
   */
  presets?: Readonly<Record<string, TransformOptions>> | undefined;
  /**
   * Whether a request may name neither a width nor a height, so that the whole picture is encoded anew. Default: false.
   */
  originalSize?: boolean | undefined;
  /**
   * The formats that may be asked for, the preferred ones first: in this order they are chosen by the `Accept` header,
   * as far as they can be encoded. Words: `"jpeg"` (or `"jpg"`), `"png"`, `"webp"`. Default: jpeg, png.
   */
  formats?: readonly OutputFormatName[] | undefined;
  /**
   * Whether a request without a format, or with `f=auto`, is answered in the best one that its `Accept` header names.
   * If not, it gets the baseline: a JPEG, or a PNG where the picture has alpha. Default: true.
   */
  negotiate?: boolean | undefined;
  /** The quality of lossy formats where a request names none. Range: 1 to 100. Default: 80. */
  quality?: number | undefined;
  /** The qualities that may be asked for besides `quality`. Range: 1 to 100. Default: none. */
  qualities?: readonly number[] | undefined;
  /**
   * How a picture is brought to a width and a height where a request names no fit. `"cover"`: fills the box and cuts
   * off what stands out, where `position` says. Without `enlarge` the result has the aspect ratio of the box at the
   * largest size that the picture can fill. `"contain"`: the whole picture within the box, the rest of the box in the
   * background colour; the result has exactly the size of the box. Without `enlarge` a smaller picture is not scaled.
   * `"fill"`: exactly the size of the box, distorted. Without `enlarge` neither side becomes longer than it was.
   * `"inside"`: the largest size that lies within the box. Without `enlarge` at most the picture's own. `"outside"`:
   * the smallest size that covers the box; nothing is cut off. Without `enlarge` at most the picture's own.
   * Default: `"cover"`.
   */
  fit?: Fit | undefined;
  /**
   * The fits that may be asked for besides `fit`. `"cover"`: fills the box and cuts off what stands out, where
   * `position` says. Without `enlarge` the result has the aspect ratio of the box at the largest size that the picture
   * can fill. `"contain"`: the whole picture within the box, the rest of the box in the background colour; the result
   * has exactly the size of the box. Without `enlarge` a smaller picture is not scaled. `"fill"`: exactly the size of
   * the box, distorted. Without `enlarge` neither side becomes longer than it was. `"inside"`: the largest size that
   * lies within the box. Without `enlarge` at most the picture's own. `"outside"`: the smallest size that covers the
   * box; nothing is cut off. Without `enlarge` at most the picture's own. Default: none.
   */
  fits?: readonly Fit[] | undefined;
  /** The longest side of a result, in pixels, for signed requests too. Range: 1 to 16384. Default: 4096. */
  maxSide?: number | undefined;
  /**
   * The starts of the keys that may be asked for, without slashes at their ends. Default: none, which allows every key.
   */
  keyPrefixes?: readonly string[] | undefined;
  /**
   * The secrets that requests are signed with, each at least 32 bytes long. What is signed with any of them may have
   * every size up to `maxSide`; the first signs. They are never shown. Default: none.
   */
  signingKeys?: readonly string[] | undefined;
  /**
   * How long an answer may be cached, in seconds; of a signed one at most until it expires. Range: 0 to 31536000.
   * Default: 31536000 (a year).
   */
  maxAgeSeconds?: number | undefined;
  /**
   * Whether the object under a key never changes, as where keys hold a hash: browsers then never ask again.
   * Default: false.
   */
  immutable?: boolean | undefined;
  /**
   * How long a refusal, an answer with a status from 400 to 499, may be cached, in seconds. Range: 0 to 3600.
   * Default: 10.
   */
  errorMaxAgeSeconds?: number | undefined;
}

/** How an image is put on a page. */
export interface SrcsetOptions {
  /**
   * What stands before the key: an origin, a path, or both, without a query and without a slash at its end.
   * Default: empty, so that URLs start with the slash before the key.
   */
  baseUrl?: string | undefined;
  /**
   * The widest that the image is shown, in CSS pixels: wider screens show it as wide as that, and the candidates end at
   * twice as many pixels. Range: 1 to 16384. Default: unset, for an image as wide as the screen.
   */
  maxWidth?: number | undefined;
  /**
   * The `sizes` attribute, where the layout is another. Default: `100vw`, or with `maxWidth` of 600
   * `(min-width: 600px) 600px, 100vw`.
   */
  sizes?: string | undefined;
}

/** The options of `placeholder`. */
export interface PlaceholderOptions {
  /** Whether to make a tiny picture too, at most 16 pixels wide and high. Default: false. */
  dataUri?: boolean | undefined;
}

/** The options of `EdgeResizer`. */
export interface EdgeOptions {
  /**
   * Whether CloudFront may answer with the original: where a request asks for no variant, and where the variant that it
   * asks for cannot be made or is longer than the 1 MB that a function may answer with. An original has all its
   * metadata, such as the place where a photo was taken. Default: false.
   */
  originals?: boolean | undefined;
}

/** The options of `GatewayResizer`. */
export interface GatewayOptions {
  /**
   * Where a request says which variant it asks for. `"url"`: the path is the key, and the query asks for the variant:
   * `/photos/cat.jpg?w=200`. `"path"`: the path begins with the size: `/300x300/photos/cat.jpg`. `"key"`: the parameter
   * `"key"` of the query is such a path: `?key=300x300/photos/cat.jpg`. An S3 website can redirect to it what it does
   * not have. Default: `"url"`.
   */
  request?: RequestForm | undefined;
  /** The start of all paths, which is no part of a key, such as `/images`. Default: empty. */
  basePath?: string | undefined;
  /**
   * Where results are read from once they are stored, an http or https URL or a path on the same host: redirects lead
   * there. Default: unset, which is refused where there is a bucket for results.
   */
  resultsUrl?: string | undefined;
  /**
   * When a request is redirected to the stored result, where there is a bucket for results. `"always"`: always: each
   * variant is made once, and the function is not asked for it again. `"large"`: only where a result is too long for an
   * answer of the function. Others are answered, and not stored. Default: `"always"`.
   */
  redirect?: RedirectRule | undefined;
  /**
   * The body of an answer with an error. `"presize"`: `{"error": {"code": "variant_not_allowed", "message": "..."}}`.
   * `"message"`: `{"message": "Forbidden: Resolution not allowed"}`: for front ends of the many functions that answer
   * so. Default: `"presize"`.
   */
  errors?: ErrorForm | undefined;
}

/** The policy of an `EventResizer`. */
export interface EventResizePolicyOptions {
  /**
   * The widths of the results, in pixels: the height follows, and none is made larger than the original. With `presets`
   * at most 32. Range: 1 to 16384. Default: none.
   */
  widths?: readonly number[] | undefined;
  /**
   * Further results: whole transforms by name, such as `avatar`; the name stands for the width in `key`. A name has 1
   * to 32 characters of `a-z`, `0-9`, `-` and `_`. Default: none.
   */
  presets?: Readonly<Record<string, TransformOptions>> | undefined;
  /** The format of `widths`. Words: `"jpeg"` (or `"jpg"`), `"png"`, `"webp"`. Default: `"jpeg"`. */
  format?: OutputFormatName | undefined;
  /** The quality of `widths` in a lossy format. Range: 1 to 100. Default: 80. */
  quality?: number | undefined;
  /**
   * The keys of the results: `{key}` is the key of the original, `{width}` the width or the name of the preset, `{ext}`
   * the extension of the format with its dot (`.jpg`). Default: {width}/{key}{ext}.
   */
  key?: string | undefined;
  /**
   * Only objects whose keys begin with it and a slash are originals. Without a slash at its end. Results in the bucket
   * of the originals need it, and have to be stored elsewhere. Default: empty, for all objects.
   */
  prefix?: string | undefined;
  /**
   * `Cache-Control` of the results. An original that is replaced gets new results under the same keys. Default: unset.
   */
  cacheControl?: string | undefined;
}
