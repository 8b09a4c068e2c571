import type { OwnedBuffer } from './bytes.js';
import type { PresizeError } from './error.js';
import type { EncodedImage, TransformCallOptions } from './images.js';
import type {
  Fit,
  OutputFormat,
  PlaceholderOptions,
  SrcsetOptions,
  TransformOptions,
  VariantFormat,
  VariantPolicyOptions,
  WidthSet,
} from './options.js';

/**
 * Which variants of an image may be asked for, and how long answers are cached. Frozen.
 *
 * Without a list of sizes and without a key for signatures, any stranger could have any size made: `new Variants` refuses such a
 * policy.
 *
 * Error: `option_invalid`.
 */
export class VariantPolicy {
  constructor(options?: VariantPolicyOptions);
  readonly widths: readonly number[];
  readonly heights: readonly number[];
  readonly sizes: readonly string[];
  readonly widthSet: WidthSet | undefined;
  readonly presets: Readonly<Record<string, Readonly<TransformOptions>>>;
  readonly originalSize: boolean;
  readonly formats: readonly OutputFormat[];
  readonly negotiate: boolean;
  readonly quality: number;
  readonly qualities: readonly number[];
  readonly fit: Fit;
  readonly fits: readonly Fit[];
  readonly maxSide: number;
  readonly keyPrefixes: readonly string[];
  /** Never shown. */
  readonly signingKeys: undefined;
  readonly maxAgeSeconds: number;
  readonly immutable: boolean;
  readonly errorMaxAgeSeconds: number;
  #private;
}

export interface AcceptOptions {
  /** The `Accept` header, several of them joined with commas. Default: none. */
  accept?: string | undefined;
}

export interface VariantRequestOptions extends AcceptOptions {
  /** The time that a signature is checked at. Default: the clock. */
  now?: Date | undefined;
}

export interface VariantSigningOptions {
  /** How long the signature holds, in seconds. Default: for good. */
  expiresIn?: number | undefined;
  /** The time of signing. Default: the clock. */
  now?: Date | undefined;
}

/** The attributes of an `<img>`, not escaped for HTML: in double quotes no character in them needs it but `&`. Frozen. */
export interface Srcset {
  /** The URL for browsers that do not know `srcset`: the widest candidate. */
  readonly src: string;
  /** The candidates, each a URL with its width, from narrow to wide. */
  readonly srcset: string;
  /** How wide the image is shown. */
  readonly sizes: string;
  /** The width attribute, in pixels: with `height` it keeps the place for the image. */
  readonly width: number;
  /** The height attribute. */
  readonly height: number;
}

/** A variant that was made. Frozen. */
export interface RenderedVariant {
  /** The picture. */
  readonly image: EncodedImage;
  /** The headers of the answer, in lower case: `content-type`, `cache-control`, and `vary` where it varies. */
  readonly headers: Record<string, string>;
}

/**
 * A variant that the policy allows: what is made, of which object, and how the answer is cached. `Variants` makes it. Frozen.
 */
export class RequestedVariant {
  private constructor();
  /** The object key of the original, decoded. */
  readonly key: string;
  /** The format, chosen. */
  readonly format: VariantFormat;
  /** The query in its canonical form, for a redirect or a cache before the back end: `f=webp&fit=cover&h=150&q=90&w=200`. */
  readonly canonicalQuery: string;
  /** The key of a cache, the same for every spelling of a request: `v1/photos/cat.jpg?f=webp&fit=cover&h=150&q=90&w=200`. */
  readonly cacheKey: string;
  /**
   * The object key that a result can be stored under: `webp.cover.h150.q90.w200/photos/cat.jpg`; for a path in the baseline
   * format as it was asked for, `300x300/cat.jpg`.
   */
  readonly storeKey: string;
  /** The `Cache-Control` of the answer. */
  readonly cacheControl: string;
  /** Whether the `Accept` header was looked at: the answer then has `Vary: Accept`, in the baseline and without a body too. */
  readonly varies: boolean;
  /**
   * What is made of it, as options of `transform`. There is no `format` where that of the variant is `"baseline"`:
   * `transformFor` has it.
   */
  readonly transform: TransformOptions;
  /** The format for a picture with alpha or without. */
  outputFormat(hasAlpha: boolean): OutputFormat;
  /** What is made of a picture with alpha or without, as options of `transform`, `format` among them. */
  transformFor(hasAlpha: boolean): TransformOptions;
  /**
   * The headers of the answer for a picture with alpha or, by default, without, in lower case: `content-type`, `cache-control`,
   * and `vary` where it varies.
   */
  headers(hasAlpha?: boolean): Record<string, string>;
  /**
   * A weak entity tag for a server of one's own, made of the original's entity tag and of what is made of it. A client that sends
   * it back as `If-None-Match` can be answered with 304 before anything is fetched or decoded: `notModified`.
   */
  entityTag(original: string): string;
  /**
   * The headers of a 304, where the `If-None-Match` header names the entity tag of this variant of the original; otherwise `null`,
   * and the picture is to be sent, with `entityTag` as its `ETag`.
   *
   * `original` is the original's entity tag; `ifNoneMatch` the header, several of them joined with commas, `undefined` where there
   * is none. Tags are compared weakly, and `*` is every variant. The headers are in lower case: `etag`, `cache-control`, and `vary`
   * where it varies.
   */
  notModified(original: string, ifNoneMatch: string | undefined): Record<string, string> | null;
  /**
   * Makes the variant of the bytes of the original, on the thread pool.
   *
   * Errors: those of `inspect` and `transform`.
   */
  render(bytes: Uint8Array, options?: TransformCallOptions): Promise<RenderedVariant>;
  #private;
}

/**
 * Answers which variant a request asks for, and whether the policy allows it. Make it once and share it.
 *
 * ```js
 * const variants = new Variants({ widths: [200], heights: [150], qualities: [90] });
 * const variant = variants.fromQuery('photos/cat.jpg', 'w=200&q=90&h=150&utm_source=x', { accept: 'image/*' });
 * variant.cacheKey; // 'v1/photos/cat.jpg?f=baseline&fit=cover&h=150&q=90&w=200'
 * variants.fromQuery('photos/cat.jpg', 'w=4000'); // throws variant_not_allowed, 403
 * ```
 *
 * Errors of all calls for a variant: `variant_malformed` 400, `variant_not_allowed` 403, `variant_signature_invalid` 403,
 * `encoding_unsupported`, `option_invalid`.
 */
export class Variants {
  /**
   * Errors: `variant_policy_open` for a policy without a list of sizes and without a key, `option_invalid`,
   * `encoding_unsupported` for a preset that cannot be encoded.
   */
  constructor(policy: VariantPolicy | VariantPolicyOptions);
  /** The policy. */
  readonly policy: VariantPolicy;
  /**
   * The variant that a query asks for: `w`, `h`, `f`, `q`, `fit` or their long names (`width`, `height`, `format`, `quality`), or
   * `preset`, and `e` and `s` of a signature. Names that are not among them are passed over. `key` is the object key of the
   * original as frameworks give it, decoded.
   */
  fromQuery(key: string, query: string, options?: VariantRequestOptions): RequestedVariant;
  /**
   * The variant that a path with a query asks for, percent-encoded as it stands in a request: `/photos/cat%20.jpg?w=200`. It is
   * decoded once.
   */
  fromUrl(url: string, options?: VariantRequestOptions): RequestedVariant;
  /**
   * The variant that a path asks for, decoded as frameworks give it: `300x300/photos/cat.jpg`, `300x/photos/cat.jpg` or
   * `x300/photos/cat.jpg`. In the baseline format its `storeKey` is that path.
   */
  fromPath(path: string, options?: AcceptOptions): RequestedVariant;
  /** The variant of a preset. */
  fromPreset(name: string, key: string, options?: AcceptOptions): RequestedVariant;
  /**
   * The query of a request that may have any size up to `maxSide`: canonical, with `e` and `s`.
   *
   * Errors: `variant_malformed`, `variant_not_allowed`, `option_invalid` without a key to sign with, `signing_failed` for a time
   * outside 1970 to 9999.
   */
  sign(key: string, query: string, options?: VariantSigningOptions): string;
  /**
   * The attributes of an `<img>` that shows the image under a key, of which the size is known: the widths that the policy allows,
   * none of them above the original's.
   *
   * Errors: `variant_malformed` for the key, `variant_not_allowed`, `option_invalid`, also for a policy without widths.
   */
  srcset(key: string, width: number, height: number, options?: SrcsetOptions): Srcset;
  /**
   * The code of a CloudFront Function for the event `viewer-request` and the runtime `cloudfront-js-2.0`. It does what `fromUrl`
   * does, before CloudFront looks into its cache: an allowed variant goes on with its canonical query and the format chosen,
   * anything else is refused. A signed query goes on with `e` and `s` for the origin to verify, one that asks for no variant goes
   * on empty, and methods other than GET and HEAD go on as they are. `originPath` is the path of the origin, where CloudFront has
   * one: it is part of the key. Default: none.
   *
   * Error: `option_invalid`, also for a policy with which the function has more than 10,000 bytes; CloudFront takes 10 KB.
   */
  cloudfrontFunction(options?: { originPath?: string | undefined }): string;
  /**
   * The headers of an answer with an error, in lower case: `cache-control`, which is short for a refusal and `no-store` for a
   * failure of the server, and `vary` whenever the policy negotiates: whether a variant can be made may depend on its format. An
   * error that is not presize's is named by its status: 404 where there is no original.
   */
  errorHeaders(error: PresizeError | number): Record<string, string>;
  #private;
}

export interface PlaceholderCallOptions extends PlaceholderOptions, TransformCallOptions {}

/** What a page shows until the picture is there. Frozen. */
export interface Placeholder {
  /** The width of the picture as displayed, in pixels. */
  readonly width: number;
  /** The height of the picture as displayed, in pixels. */
  readonly height: number;
  /** The ThumbHash, 5 to 25 bytes. */
  readonly thumbhash: OwnedBuffer;
  /** The ThumbHash in base64, as front ends store it. */
  readonly thumbhashBase64: string;
  /** The mean colour, `#rrggbb`. Of a picture of which nothing is seen `#000000`. */
  readonly averageColor: string;
  /** The most frequent colour, `#rrggbb`. */
  readonly dominantColor: string;
  /** A tiny picture, JPEG or with alpha PNG, if it was asked for. */
  readonly dataUri: string | null;
}

/**
 * Makes a placeholder of a picture: its first frame, upright and in sRGB, decoded once and small.
 *
 * Errors: `option_invalid`, and those of `decode`.
 */
export function placeholder(bytes: Uint8Array, options?: PlaceholderCallOptions): Promise<Placeholder>;
