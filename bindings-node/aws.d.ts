/**
 * presize on AWS Lambda: functions that resize what was stored, and that answer requests for variants. They have no dependency
 * and run on Node 20 and later. Leave the type of `handler` to inference: those of `@types/aws-lambda` name one service each.
 *
 * ```js
 * import { Bucket, Credentials, EventResizer, Presigner } from 'presize';
 * import { s3Handler } from 'presize/aws';
 *
 * const presigner = (name) => new Presigner(Bucket.s3('ap-northeast-2', name), Credentials.fromEnv());
 * export const handler = s3Handler(
 *   new EventResizer({ source: presigner('photos'), destination: presigner('photos-resized'), widths: [80, 500] }),
 * );
 * ```
 */
import type {
  CreatedObject,
  EdgeAnswer,
  EdgeResizer,
  EventResizer,
  GatewayAnswer,
  GatewayResizer,
  PresizeError,
  Resized,
  SendOptions,
} from './index.js';

/** Options of handlers, among them those that concern the store. */
export interface HandlerOptions extends Pick<SendOptions, 'fetch' | 'retries'> {
  /**
   * The time after which no more requests are sent for one object or answer, in milliseconds, 1 to 2147483647. Requests end a
   * second before the function's own time does, as its context tells. Default: 30000 for `s3Handler`, and 25000 for the others,
   * since CloudFront and API Gateway wait no longer than 30 seconds.
   */
  timeoutMs?: number | undefined;
}

/** Options of `edgeHandler` and `gatewayHandler`. */
export interface AnsweringHandlerOptions extends HandlerOptions {
  /**
   * Called with the error of every answer that is not the image, for a log. A promise that it returns is awaited. Default:
   * `console.error` for errors of status 500 and above.
   */
  onError?: ((error: PresizeError) => void | PromiseLike<void>) | undefined;
}

/** Options of `s3Handler`. */
export interface S3HandlerOptions extends HandlerOptions {
  /**
   * Called with every error and the object that it is about, for a log, also where the event does not come again. A promise that it
   * returns is awaited. Default: `console.error`.
   */
  onError?: ((error: unknown, object: CreatedObject) => void | PromiseLike<void>) | undefined;
  /**
   * Called with what was stored of each object, skipped ones among them, for example to write a row of a database. A promise that
   * it returns is awaited. If it throws, the event comes again. Default: none.
   */
  onResized?: ((resized: Resized, object: CreatedObject) => unknown) | undefined;
}

/** The context of an invocation, as far as it is read. */
export interface LambdaContext {
  getRemainingTimeInMillis?: (() => number) | undefined;
}

/** A partial answer to a batch of SQS messages: those that are to come again. */
export interface BatchAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}

/**
 * A function that resizes every object of an event: of S3, EventBridge, SNS, or SQS with `ReportBatchItemFailures`.
 *
 * Objects are resized one after the other. An error that may pass (`PresizeError.isWorthRetry`) makes the message of SQS come again,
 * and no other one of its batch; without SQS the function throws it once it is done with all objects, and Lambda calls it again. An
 * image that is damaged or refused stays refused, and its event is acknowledged.
 *
 * Errors: `option_invalid`, and a `TypeError` for options that a handler does not have.
 */
export function s3Handler(
  resizer: EventResizer,
  options?: S3HandlerOptions,
): (event: object, context?: LambdaContext) => Promise<BatchAnswer>;

/**
 * A function of Lambda@Edge for origin requests or origin responses. Without variables of the environment there, the configuration
 * is part of the program.
 *
 * Errors: `option_invalid`, and a `TypeError` for options that a handler does not have. The function itself throws `event_malformed`
 * for an event of something else than CloudFront.
 */
export function edgeHandler(
  resizer: EdgeResizer,
  options?: AnsweringHandlerOptions,
): (event: object, context?: LambdaContext) => Promise<EdgeAnswer>;

/**
 * A function behind API Gateway (REST and HTTP APIs), a function URL or an Application Load Balancer.
 *
 * Errors: `option_invalid`, and a `TypeError` for options that a handler does not have. The function itself throws `event_malformed`
 * for an event of something else.
 */
export function gatewayHandler(
  resizer: GatewayResizer,
  options?: AnsweringHandlerOptions,
): (event: object, context?: LambdaContext) => Promise<GatewayAnswer>;
