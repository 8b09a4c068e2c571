import type {
  ImageFormat,
  ImageRulesOptions,
  Originals,
  OutputFormat,
  Promote,
  UploadMethod,
  UploadPolicyOptions,
  Verify,
} from './options.js';

/**
 * What an image must be to be accepted, and every limit on what checking it may cost: parsed once, frozen, and good for
 * every call. `{ ...rules, maxBytes: 5 }` are options for others like it.
 *
 * Error: `option_invalid`.
 */
export class ImageRules {
  constructor(options?: ImageRulesOptions);
  // generated: begin ImageRules
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
  // generated: end
  #private;
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
  /** The rules that an upload is checked against when it is confirmed. */
  rules(): ImageRules;
  // generated: begin UploadPolicy
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
  // generated: end
  #private;
}
