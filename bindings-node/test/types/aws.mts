// What the compiler must accept of presize/aws and of what it is made of, and what it must not.

import {
  EdgeResizer,
  EventResizer,
  GatewayResizer,
  Presigner,
  PresizeError,
  Variants,
  answerEvent,
  parseStoreEvents,
  resizeObject,
} from 'presize';
import type { Answering, EdgeAnswer, GatewayAnswer, Resized, ResizedObject, Resizing, SkippedReason, StoreRequest } from 'presize';
import { edgeHandler, gatewayHandler, s3Handler } from 'presize/aws';
import type { BatchAnswer, LambdaContext } from 'presize/aws';

const source = Presigner.fromEnv({ ...process.env, AWS_BUCKET_NAME: 'photos' });
const destination = Presigner.fromEnv({ ...process.env, AWS_BUCKET_NAME: 'photos-resized' });
const variants = new Variants({ sizes: ['300x300'] });

const resizer = new EventResizer({
  source,
  destination,
  rules: { maxBytes: 20_000_000 },
  widths: [80, 500],
  presets: { avatar: { width: 64, height: 64, fit: 'cover', format: 'png' } },
  key: '{width}/{key}{ext}',
  prefix: 'photos',
  cacheControl: undefined,
});
const edge = new EdgeResizer(variants, { source, originals: true });
const gateway = new GatewayResizer(variants, {
  source,
  results: destination,
  resultsUrl: 'https://img.example.com',
  request: 'key',
  errors: 'message',
  redirect: 'large',
  basePath: '/images',
});

export const onUpload: (event: object, context: LambdaContext) => Promise<BatchAnswer> = s3Handler(resizer, {
  onResized: async ({ key, outputs, skipped }, { messageId }) => console.log(key, outputs.length, skipped, messageId),
  onError: (error, { bucket, key }) => console.error(bucket, key, error instanceof PresizeError && error.isWorthRetry),
  retries: 1,
});
export const atTheEdge: (event: object) => Promise<EdgeAnswer> = edgeHandler(edge, { onError: ({ code }) => console.error(code) });
export const onFirstMiss: (event: object) => Promise<GatewayAnswer> = gatewayHandler(gateway, { timeoutMs: 10_000, fetch });

export async function byHand(event: string): Promise<SkippedReason | null> {
  const [object] = parseStoreEvents(event).objects;
  if (object === undefined) return null;
  const resizing: Resizing = resizer.resize(object);
  const request: StoreRequest | null = resizing.nextRequest({ now: new Date() });
  if (request !== null) await resizing.answer({ status: 404 }, { client: 'user-7' });
  resizing.fail('no route');
  const resized: Resized = resizing.finish();
  const [first]: readonly ResizedObject[] = resized.outputs;
  console.log(first?.isNew, first?.width, resizer.policy.widths, edge.options.originals, gateway.options.resultsUrl);
  await resizeObject(resizer, { bucket: 'photos', key: 'a.jpg' }, { signal: new AbortController().signal });
  const answering: Answering<EdgeAnswer> = edge.answer(event, { now: new Date() });
  console.log(answering.error?.code, answering.finish().status, gateway.answer(event).finish().statusCode);
  const atEdge: EdgeAnswer = await answerEvent(edge, event, { retries: 0 });
  const atGateway: GatewayAnswer = await answerEvent(gateway, new Uint8Array(2));
  console.log(atEdge.body, atGateway.statusCode);
  return resized.skipped;
}

// @ts-expect-error there is no place for results
new EventResizer({ source, widths: [80] });
// @ts-expect-error the core's spelling
new EventResizer({ source, destination, cache_control: 'no-store' });
// @ts-expect-error a bucket for results is no option at the edge
new EdgeResizer(variants, { source, results: destination });
// @ts-expect-error a policy is no Variants
new EdgeResizer({ widths: [80] }, { source });
// @ts-expect-error a word that is none of the forms
new GatewayResizer(variants, { source, request: 'body' });
// @ts-expect-error a resizer of another kind
edgeHandler(gateway);
// @ts-expect-error a resizer of another kind
s3Handler(edge);
// @ts-expect-error an option of confirmUpload alone
void resizeObject(resizer, { bucket: 'photos', key: 'a.jpg' }, { onEvent: () => {} });
// @ts-expect-error the key is missing
resizer.resize({ bucket: 'photos' });
