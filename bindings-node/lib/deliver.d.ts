import type { EdgeAnswer, EdgeResizer, GatewayAnswer, GatewayResizer, LambdaEvent } from './answers.js';
import type { EventResizer, Resized } from './resize.js';
import type { SendOptions } from './store.js';
import type { CreatedObject } from './store_events.js';

/**
 * Makes the smaller images of an object and stores them. Idempotent: what was made of the same object before stays.
 *
 * ```js
 * for (const object of parseStoreEvents(event).objects) await resizeObject(resizer, object);
 * ```
 *
 * Images are made on libuv's thread pool. At most eight objects are fetched at the same time. `s3Handler` of `presize/aws` does
 * this for every object of an event, and says which messages are to come again.
 *
 * Errors: those of `EventResizer.resize` and `Resizing.finish`, `server_busy`, `option_invalid`.
 */
export function resizeObject(
  resizer: EventResizer,
  object: Pick<CreatedObject, 'bucket' | 'key'> & Partial<CreatedObject>,
  options?: SendOptions,
): Promise<Resized>;

/**
 * Answers a request for a variant that a Lambda function was handed: fetches the original, makes the variant, and stores it where
 * the resizer has a bucket for results. Whatever is wrong with the request or the store is an answer too. The default of
 * `timeoutMs` is 25000, since CloudFront and API Gateway wait no longer than 30 seconds.
 *
 * ```js
 * const answer = await answerEvent(edge, event);
 * ```
 *
 * Images are made on libuv's thread pool. `edgeHandler` and `gatewayHandler` of `presize/aws` are functions of Lambda as they are.
 *
 * Errors: `event_malformed`, `server_busy`, `option_invalid`.
 */
export function answerEvent(resizer: EdgeResizer, event: LambdaEvent, options?: SendOptions): Promise<EdgeAnswer>;
export function answerEvent(resizer: GatewayResizer, event: LambdaEvent, options?: SendOptions): Promise<GatewayAnswer>;
