// generated: begin ErrorCode
/** Every code that there is. They are the same in Rust and Python, and are never renamed. */
export type ErrorCode =
  | 'option_invalid'
  | 'data_uri_malformed'
  | 'data_uri_base64_invalid'
  | 'data_uri_too_large'
  | 'data_uri_count_exceeded'
  | 'data_uri_total_too_large'
  | 'image_format_unknown'
  | 'image_format_not_allowed'
  | 'image_format_unsupported'
  | 'image_format_mismatch'
  | 'image_polyglot'
  | 'image_too_small'
  | 'image_too_large'
  | 'image_corrupt'
  | 'encoding_unsupported'
  | 'encoding_failed'
  | 'cancelled'
  | 'upload_format_not_allowed'
  | 'upload_too_large'
  | 'upload_too_small'
  | 'upload_owner_invalid'
  | 'upload_key_invalid'
  | 'upload_owner_mismatch'
  | 'upload_prefix_mismatch'
  | 'upload_key_unknown'
  | 'upload_not_found'
  | 'upload_replaced'
  | 'upload_size_mismatch'
  | 'upload_checksum_mismatch'
  | 'request_malformed'
  | 'request_too_large'
  | 'request_unauthenticated'
  | 'request_type_unsupported'
  | 'request_invalid'
  | 'server_busy'
  | 'variant_malformed'
  | 'variant_not_allowed'
  | 'variant_signature_invalid'
  | 'original_not_found'
  | 'method_not_allowed'
  | 'variant_too_large'
  | 'variant_redirect_loop'
  | 'event_malformed'
  | 'variant_policy_open'
  | 'resize_loop'
  | 'expiry_out_of_range'
  | 'header_invalid'
  | 'bucket_invalid'
  | 'post_form_unsupported'
  | 'credentials_missing'
  | 'environment_incomplete'
  | 'credentials_invalid'
  | 'credentials_expired'
  | 'cloudfront_key_invalid'
  | 'cloudfront_url_invalid'
  | 'cloudfront_policy_invalid'
  | 'cloudfront_signature_invalid'
  | 'store_response_invalid'
  | 'store_refused'
  | 'bucket_not_found'
  | 'store_unavailable'
  | 'signing_failed';
// generated: end

/** An error as a response body shows it. */
export interface ErrorJson {
  code: string;
  message: string;
  user_message: string;
  details: Record<string, unknown>;
  index?: number;
}

/**
 * A failure with a stable code. No message and no detail holds a secret, a token, a signature or a whole presigned URL.
 *
 * ```js
 * try {
 *   await check(bytes, { maxBytes: 5_000_000 });
 * } catch (error) {
 *   if (!(error instanceof PresizeError)) throw error;
 *   response.status(error.httpStatus).json({ error });
 * }
 * ```
 *
 * A call that its signal ends rejects with the signal's `reason`, which is no `PresizeError`.
 */
export class PresizeError extends Error {
  constructor(
    code: ErrorCode,
    httpStatus: number,
    message: string,
    details?: Record<string, unknown>,
    index?: number,
    options?: {
      cause?: unknown;
      isWorthRetry?: boolean;
      userMessageTemplate?: string;
      userMessageParameters?: Record<string, string>;
    },
  );
  readonly name: 'PresizeError';
  /** The stable code, for programs: `"image_corrupt"`. */
  readonly code: ErrorCode;
  /** What a back end should answer with. 4xx is the sender's fault, 5xx is ours. */
  readonly httpStatus: number;
  /** `httpStatus` under the name where Express and Koa look for it. Not enumerable. */
  readonly status: number;
  /** `httpStatus` under the name where Fastify looks for it. Not enumerable. */
  readonly statusCode: number;
  /**
   * Whether the same call may succeed later, so that a queue should hand its message over again: the store was not reachable or
   * refused, the server was busy, the call was cancelled. What is wrong with an image or a request (4xx) stays wrong. Not
   * enumerable.
   */
  readonly isWorthRetry: boolean;
  /**
   * The fields of the message by name: strings, whole numbers and lists of strings. Names of options are the core's:
   * `max_bytes`, where JavaScript has `maxBytes`.
   */
  readonly details: Record<string, unknown>;
  /**
   * What went wrong in plain English and human units, for the people who use an app: "This file is larger than 10 MB." It has
   * no technical words and says nothing of the back end, and not which image of a list is meant: `index` does.
   */
  readonly userMessage: string;
  /** `userMessage` with the names of its parameters in braces: what a translation is looked up by. Not enumerable. */
  readonly userMessageTemplate: string;
  /**
   * The parameters of the template as they are shown: numbers, sizes with their unit (MB), names of formats. Not enumerable.
   */
  readonly userMessageParameters: Readonly<Record<string, string>>;
  /** The 0-based index of the image, transform or key, when the call took a list. */
  readonly index?: number;
  /** What the caller's own code threw, where that is why: the signer of `CloudFrontSigner.withSigner`. */
  readonly cause?: unknown;
  /** `code`, `message`, `user_message`, `details`, and `index` where there is one: what `JSON.stringify` writes. */
  toJSON(): ErrorJson;
}

/** `request_malformed` 400: the body of a request is not what the route takes. */
export function requestMalformed(expected: string, received: string): PresizeError;
/** `request_too_large` 413: the body of a request is longer than the route takes. */
export function requestTooLarge(maxBytes: number): PresizeError;
/** `request_unauthenticated` 401: nobody is logged in. */
export function requestUnauthenticated(): PresizeError;
/** `request_type_unsupported` 415: the content type of a request is not the one that the route takes. */
export function requestTypeUnsupported(expected: string, received: string): PresizeError;
/** `server_busy` 503: all places for image work are taken, and so are all places to wait for one. */
export function serverBusy(retryAfterSeconds: number): PresizeError;
