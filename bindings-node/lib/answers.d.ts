import type { Variants } from './delivery.js';
import type { PresizeError } from './error.js';
import type { StoreAnswer, StoreRequest } from './exchange.js';
import type { Rules } from './images.js';
import type { EdgeOptions, GatewayOptions } from './options.js';
import type { Presigner } from './presign.js';

/** Where originals are, and how a function at the edge answers. */
export interface EdgeResizerOptions extends EdgeOptions {
  /** Signs for the bucket of the originals. */
  source: Presigner;
  /** Which originals are accepted. Default: those of `ImageRules`. */
  rules?: Rules | undefined;
}

/** Where originals are, where results go, and how a function behind a gateway is asked and answers. */
export interface GatewayResizerOptions extends GatewayOptions {
  /** Signs for the bucket of the originals. */
  source: Presigner;
  /** Signs for the bucket of the results, which needs `resultsUrl`. Default: none, nothing is stored. */
  results?: Presigner | undefined;
  /** Which originals are accepted. Default: those of `ImageRules`. */
  rules?: Rules | undefined;
}

/** An event, as Lambda hands it over, or its JSON. */
export type LambdaEvent = Uint8Array | string | object;

/**
 * What a function of Lambda@Edge returns: a response with these fields; or, unchanged, the request or the response of the event.
 */
export interface EdgeAnswer {
  status?: string;
  statusDescription?: string;
  headers: Record<string, { key?: string; value: string }[]>;
  body?: string;
  bodyEncoding?: 'base64' | 'text';
  [field: string]: unknown;
}

/** What a function behind API Gateway, a function URL or a load balancer returns. */
export interface GatewayAnswer {
  statusCode: number;
  statusDescription?: string;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  body?: string;
  isBase64Encoded?: boolean;
}

/**
 * Answers events of CloudFront, as a function of Lambda@Edge that is called for origin requests or origin responses: a path with a
 * query, `/photos/cat.jpg?w=200&h=150&f=webp&q=90`, becomes the variant of the object under that key. Make it once and share it.
 *
 * ```js
 * const variants = new Variants({ widths: [200, 400, 800] });
 * const edge = new EdgeResizer(variants, { source: new Presigner(Bucket.s3('us-east-1', 'photos'), credentials) });
 * export const handler = edgeHandler(edge); // of presize/aws
 * ```
 *
 * - An origin response with a status other than 200 and 206 is passed on as it is. The path of the origin is part of the key.
 * - A request that the policy does not allow is refused before anything is fetched. Errors are cached for seconds, or not at all.
 * - CloudFront takes 1 MB for the whole answer, which has the image in base64: images of about 734,000 bytes fit. A larger one is
 *   the error `variant_too_large`, or, with `originals`, the original with all its metadata.
 * - With `originals`, an original in place of a variant that cannot be made is cached as briefly as the error would be.
 */
export class EdgeResizer {
  /** Error: `option_invalid`. */
  constructor(variants: Variants, options: EdgeResizerOptions);
  /** Every option with its value. Frozen. */
  get options(): Readonly<EdgeOptions>;
  /**
   * Begins to answer an event.
   *
   * - `now`: the time that a signature is checked at. Default: the current time.
   *
   * Error: `event_malformed`, if it is none of an origin request or an origin response.
   */
  answer(event: LambdaEvent, options?: { now?: Date | undefined }): Answering<EdgeAnswer>;
  #private;
}

/**
 * Answers events of API Gateway (REST and HTTP APIs), of a function URL and of an Application Load Balancer. Make it once and share
 * it.
 *
 * Without a bucket for results every request is answered with its variant. With one, each variant is made once: the function looks
 * for it there, makes and stores it if it is missing, and redirects to it. That is how an S3 website resizes on the first miss: it
 * redirects what it does not have to the function.
 *
 * ```js
 * const resizer = new GatewayResizer(new Variants({ sizes: ['300x300'] }), {
 *   source: originals,
 *   results: resized,
 *   resultsUrl: 'https://img.example.com',
 *   request: 'key',
 *   errors: 'message',
 * });
 * export const handler = gatewayHandler(resizer); // of presize/aws
 * ```
 *
 * - A redirect is 307 with `no-store`. One that would lead to the request itself is the error `variant_redirect_loop`.
 * - A result that is asked for as an original is `original_not_found`.
 * - A result is never replaced: of several requests at once, one stores it. What is stored is public, even where the request was
 *   signed.
 * - An answer may have 6 MB with its image in base64, behind a load balancer 1 MB. A larger one is stored and redirected to, or,
 *   without a bucket for results, the error `variant_too_large`.
 */
export class GatewayResizer {
  /** Error: `option_invalid`. */
  constructor(variants: Variants, options: GatewayResizerOptions);
  /** Every option with its value. Frozen. */
  get options(): Readonly<GatewayOptions>;
  /**
   * Begins to answer an event.
   *
   * - `now`: the time that a signature is checked at. Default: the current time.
   *
   * Error: `event_malformed`, if it is none of a service that is known.
   */
  answer(event: LambdaEvent, options?: { now?: Date | undefined }): Answering<GatewayAnswer>;
  #private;
}

/**
 * The answer to one event, as a state machine: it returns one request at a time, your HTTP client sends it, and it takes the
 * answer. `EdgeResizer.answer` and `GatewayResizer.answer` begin one. `answerEvent` does all of this with `fetch`.
 *
 * Every error is an answer too, with its status. While `answer` is running, every other method throws an `Error`.
 */
export class Answering<Answer = EdgeAnswer | GatewayAnswer> {
  private constructor();
  /**
   * The next request to send, which is valid for 5 minutes; `null` at the end. Called again before the answer, for a retry, it
   * returns the same request with a new signature.
   *
   * - `now`: the time of signing. Default: the current time.
   */
  nextRequest(options?: { now?: Date | undefined }): StoreRequest | null;
  /**
   * Processes the store's answer to the last request. The variant is made here, on libuv's thread pool. An answer without a request
   * is ignored.
   *
   * - `signal`: cancels the work, and with it the answer, whose error is then `cancelled`. Default: none.
   * - `client`: the client that the call belongs to in the queue of `configurePool`. Default: none.
   *
   * Errors: `option_invalid`; `server_busy` if the queue is full, after which the same answer can be passed again.
   */
  answer(
    answer: StoreAnswer,
    options?: { signal?: AbortSignal | undefined; client?: string | undefined },
  ): Promise<void>;
  /** Reports that no answer could be obtained, and why. What the function returns is then 503, unless it is decided already. */
  fail(reason: string): void;
  /** What the function returns. Before the end it is the answer for `store_unavailable`, which ends it. */
  finish(): Answer;
  /** Why what the function returns is not the image, for a log; also where CloudFront answers with the original instead. */
  get error(): PresizeError | null;
  #private;
}
