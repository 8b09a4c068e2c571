'use strict';
// Images that are made as soon as an original is stored: events of S3 and batches of SQS, against a real S3 server.

const assert = require('node:assert/strict');
const { randomUUID } = require('node:crypto');
const { after, afterEach, before, test } = require('node:test');

const { EventResizer, PresizeError, inspect, parseStoreEvents, resizeObject } = require('presize');
const { s3Handler } = require('presize/aws');
const { startCountingStore } = require('./counting_store.js');
const { image, pngOf } = require('./http_app.js');
const { presignerFor, startS3 } = require('./s3.js');

const CORRUPT = image('half_baseline_420.jpg');
const JPEG = image('gps.jpg');

let s3;
let source;
let destination;
/** Before the originals and before the results. */
let originals;
let results;
let resizer;
/** Straight to the server. */
let direct;

before(async () => {
  s3 = await startS3('photos', 'photos-resized');
  originals = await startCountingStore(s3.endpoint);
  results = await startCountingStore(s3.endpoint);
  source = presignerFor({ ...s3, endpoint: originals.url }, 'photos');
  destination = presignerFor({ ...s3, endpoint: results.url }, 'photos-resized');
  direct = [presignerFor(s3, 'photos'), presignerFor(s3, 'photos-resized')];
  resizer = new EventResizer({ source, destination, widths: [80, 500], key: '{width}/{key}.jpg' });
});
after(async () => {
  await Promise.all([originals, results].map((store) => store?.close()));
  await s3?.stop();
});
afterEach(() => {
  for (const store of [originals, results]) {
    store.seen = [];
    store.refuse = () => undefined;
  }
});

/** Stores an original, and returns the record of S3's event about it. */
async function stored(key, bytes, contentType = 'image/png') {
  const { url, headers } = direct[0].put(key, { contentType });
  const answer = await fetch(url, { method: 'PUT', headers, body: bytes });
  assert.equal(answer.status, 200);
  return recordOf(key, bytes.length, answer.headers.get('etag').replaceAll('"', ''));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function recordOf(key, size, eTag) {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'us-east-1',
    eventTime: '2026-11-30T08:15:30.123Z',
    eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: 'AIDAEXAMPLE' },
    requestParameters: { sourceIPAddress: '203.0.113.7' },
    responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'resize',
      bucket: { name: 'photos', ownerIdentity: { principalId: 'A3NL1KOZZKExample' }, arn: 'arn:aws:s3:::photos' },
      object: { key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'), size, eTag, sequencer: '0055AED6DCD90281E5' },
    },
  };
}

const s3Event = (...records) => ({ Records: records });
/** Each message holds one event of S3, as its notifications to SQS do. */
const sqsEvent = (...events) => ({
  Records: events.map((event, index) => ({
    messageId: `message-${index}`,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    body: JSON.stringify(event),
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: {},
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:resize',
    awsRegion: 'us-east-1',
  })),
});

async function read(key) {
  const { url, headers } = direct[1].get(key);
  const answer = await fetch(url, { headers });
  return answer.status === 200 ? { headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) } : null;
}

/** A handler of this resizer, and what it tells. */
function listening(options) {
  const resized = [];
  const errors = [];
  const handler = s3Handler(resizer, {
    onResized: (each) => resized.push(each),
    onError: (error, object) => errors.push([object.key, error]),
    ...options,
  });
  return { handler, resized, errors };
}

test('an image that is stored gets its smaller ones in the other bucket', async () => {
  const key = `photos/my cat+1 고양이 ${randomUUID()}.png`;
  const event = s3Event(await stored(key, pngOf(1600, 1200)));
  assert.deepEqual(await s3Handler(resizer)(event, {}), { batchItemFailures: [] });
  for (const [width, height] of [[80, 60], [500, 375]]) {
    const { headers, bytes } = await read(`${width}/${key}.jpg`);
    assert.equal(headers.get('content-type'), 'image/jpeg');
    const info = inspect(bytes);
    assert.deepEqual([info.format, info.width, info.height], ['jpeg', width, height]);
  }
  assert.deepEqual(originals.seen.map(({ method }) => method), ['GET'], 'one fetch, one decoding');
});

test('an original that is not larger is not enlarged, and its GPS position goes', async () => {
  const key = `images/${randomUUID()}`;
  await s3Handler(resizer)(s3Event(await stored(key, JPEG, 'image/jpeg')));
  for (const width of [80, 500]) {
    const { bytes } = await read(`${width}/${key}.jpg`);
    const info = inspect(bytes);
    assert.deepEqual([info.width, info.height, info.hasExif], [36, 48, false]);
    assert.ok(!bytes.includes('Exif'));
  }
});

test('an event that comes again changes nothing', async () => {
  const record = await stored(`${randomUUID()}.png`, pngOf(640, 480));
  const { handler, resized } = listening();
  await handler(s3Event(record));
  const before = await read(`80/${record.s3.object.key}.jpg`);
  await handler(s3Event(record));
  assert.deepEqual(resized.map(({ outputs }) => outputs.map(({ isNew }) => isNew)), [[true, true], [false, false]]);
  const [first, second] = resized;
  assert.deepEqual({ ...second.outputs[1], isNew: true }, first.outputs[1]);
  const again = await read(`80/${record.s3.object.key}.jpg`);
  assert.equal(again.headers.get('last-modified'), before.headers.get('last-modified'));
});

test('of a batch, the message alone that may pass later comes again', async () => {
  const good = await stored(`${randomUUID()}.png`, pngOf(640, 480));
  const corrupt = await stored(`${randomUUID()}.jpg`, CORRUPT, 'image/jpeg');
  const failing = await stored(`${randomUUID()}.png`, pngOf(200, 100));
  const testEvent = { Service: 'Amazon S3', Event: 's3:TestEvent', Time: '2026-11-30T08:15:30.123Z', Bucket: 'photos' };
  originals.refuse = ({ path }) => (path.endsWith(failing.s3.object.key) ? 503 : undefined);
  const { handler, resized, errors } = listening({ retries: 0 });
  const batch = sqsEvent(testEvent, s3Event(corrupt), s3Event(failing), s3Event(good));
  assert.deepEqual(await handler(batch), { batchItemFailures: [{ itemIdentifier: 'message-2' }] });
  assert.deepEqual(resized.map(({ key }) => key), [good.s3.object.key]);
  assert.deepEqual(
    errors.map(([key, { code, isWorthRetry }]) => [key, code, isWorthRetry]),
    [
      [corrupt.s3.object.key, 'image_corrupt', false],
      [failing.s3.object.key, 'store_unavailable', true],
    ],
  );
  originals.refuse = () => undefined;
  assert.deepEqual(await handler(sqsEvent(s3Event(failing))), { batchItemFailures: [] });
  assert.ok(await read(`80/${failing.s3.object.key}.jpg`));
});

test('without a queue the function fails once the others are done, so that the event comes again', async () => {
  const failing = await stored(`${randomUUID()}.png`, pngOf(200, 100));
  const good = await stored(`${randomUUID()}.png`, pngOf(640, 480));
  const corrupt = await stored(`${randomUUID()}.jpg`, CORRUPT, 'image/jpeg');
  results.refuse = ({ method, path }) => (method === 'PUT' && path.includes(failing.s3.object.key) ? 500 : undefined);
  const { handler } = listening({ retries: 0 });
  await assert.rejects(handler(s3Event(failing, good)), { code: 'store_unavailable' });
  assert.ok(await read(`80/${good.s3.object.key}.jpg`));
  assert.deepEqual(await handler(s3Event(corrupt)), { batchItemFailures: [] });
});

test('what a program throws on its own makes the message come again', async () => {
  const good = await stored(`${randomUUID()}.png`, pngOf(64, 48));
  const errors = [];
  const handler = s3Handler(resizer, {
    onResized: () => Promise.reject(new Error('no database')),
    onError: (error) => errors.push(error.message),
  });
  assert.deepEqual(await handler(sqsEvent(s3Event(good))), { batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  assert.deepEqual(errors, ['no database']);
});

test('what was deleted or is elsewhere is skipped', async () => {
  const gone = recordOf(`${randomUUID()}.png`, 5, 'd41d8cd98f00b204e9800998ecf8427e');
  const elsewhere = recordOf('a.png', 5, 'd41d8cd98f00b204e9800998ecf8427e');
  elsewhere.s3.bucket.name = 'other';
  const { handler, resized, errors } = listening();
  assert.deepEqual(await handler(s3Event(gone, elsewhere)), { batchItemFailures: [] });
  assert.deepEqual(resized.map(({ skipped }) => skipped), ['missing', 'other_bucket']);
  assert.deepEqual(errors, []);
});

test('requests end before the time of the function does', async () => {
  const record = await stored(`${randomUUID()}.png`, pngOf(64, 48));
  const never = () => new Promise(() => {});
  const { handler, errors } = listening({ fetch: never });
  const context = { getRemainingTimeInMillis: () => 520 };
  const answer = await handler(sqsEvent(s3Event(record), s3Event(await stored(`${randomUUID()}.png`, pngOf(64, 48)))), context);
  assert.deepEqual(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), ['message-0', 'message-1']);
  assert.deepEqual(errors.map(([, { code }]) => code), ['store_unavailable', 'store_unavailable']);
});

test('results in the bucket of the originals need a prefix', () => {
  const same = { source, destination: source, widths: [80] };
  assert.throws(() => new EventResizer(same), ({ code, httpStatus }) => code === 'resize_loop' && httpStatus === 500);
  assert.throws(() => new EventResizer({ ...same, prefix: '80' }), { code: 'resize_loop' });
  const apart = new EventResizer({ ...same, prefix: 'photos' });
  assert.equal(apart.policy.prefix, 'photos');
});

test('by itself, and with a machine that is driven by hand', async () => {
  const record = await stored(`${randomUUID()}.png`, pngOf(640, 480));
  const [object] = parseStoreEvents(s3Event(record)).objects;
  const resizing = resizer.resize(object);
  assert.throws(() => resizing.finish(), { code: 'store_unavailable' });
  const byHand = resizer.resize(object);
  for (let request; (request = byHand.nextRequest()) !== null; ) {
    const { method, url, headers, body } = request;
    const { 'content-length': _, ...sent } = headers;
    const answer = await fetch(url, { method, headers: sent, body: body.length > 0 ? body : undefined });
    await byHand.answer({ status: answer.status, headers: answer.headers, body: new Uint8Array(await answer.arrayBuffer()) });
  }
  const resized = byHand.finish();
  assert.deepEqual(
    resized.outputs.map(({ key, format, width, height, isNew }) => [key, format, width, height, isNew]),
    [
      [`80/${object.key}.jpg`, 'jpeg', 80, 60, true],
      [`500/${object.key}.jpg`, 'jpeg', 500, 375, true],
    ],
  );
  assert.ok([resized, resized.outputs, ...resized.outputs].every(Object.isFrozen));
  const { bucket, key } = object;
  const again = await resizeObject(resizer, { bucket, key });
  assert.deepEqual([again.skipped, again.outputs.map(({ isNew }) => isNew)], [null, [false, false]]);
});

test('a signal ends it with its reason', async () => {
  const record = await stored(`${randomUUID()}.png`, pngOf(64, 48));
  const [object] = parseStoreEvents(s3Event(record)).objects;
  const controller = new AbortController();
  const why = new Error('enough');
  const fetchThenAbort = () => {
    controller.abort(why);
    return new Promise(() => {});
  };
  await assert.rejects(resizeObject(resizer, object, { signal: controller.signal, fetch: fetchThenAbort }), why);
  await assert.rejects(resizeObject(resizer, object, { signal: AbortSignal.abort(why) }), why);
});

test('arguments are checked', async () => {
  const [object] = parseStoreEvents(s3Event(recordOf('a.png', 5, 'ab'))).objects;
  const refused = (call, name) =>
    assert.throws(call, (error) => error instanceof PresizeError && error.code === 'option_invalid' && error.details.name === name);
  refused(() => new EventResizer(), 'source');
  refused(() => new EventResizer({ source, widths: [80] }), 'destination');
  refused(() => new EventResizer({ source, destination, widths: [80], width: 5 }), 'width');
  refused(() => new EventResizer({ source, destination }), 'widths');
  refused(() => new EventResizer({ source, destination, widths: [80], rules: 5 }), 'rules');
  refused(() => resizer.resize(), 'object');
  refused(() => resizer.resize({ key: 'a.png' }), 'bucket');
  refused(() => resizer.resize({ bucket: 'photos' }), 'key');
  refused(() => resizer.resize({ ...object, sizeBytes: '5' }), 'size_bytes');
  refused(() => resizer.resize({ ...object, size: 5 }), 'size');
  refused(() => s3Handler({}), 'resizer');
  assert.throws(() => s3Handler(resizer, { onErrors: () => {} }), TypeError);
  assert.throws(() => s3Handler(resizer, { onError: 'log' }), TypeError);
  refused(() => s3Handler(resizer, { retries: -1 }), 'retries');
  await assert.rejects(resizeObject({}, object), { code: 'option_invalid' });
  await assert.rejects(resizeObject(resizer, object, { onEvent: () => {} }), { code: 'option_invalid' });
  await assert.rejects(s3Handler(resizer)({ hello: 'world' }), { code: 'event_malformed' });
});

test('a key in the log is one line, as it is written', async (context) => {
  const logged = [];
  context.mock.method(console, 'error', (...all) => logged.push(all.map(String).join(' ')));
  const fetch = async () => new Response(null, { status: 404 });
  const onResized = () => {
    throw new Error('the database is away');
  };
  const event = { Records: [recordOf('a\u2028b\u202e"\\.png', 10, 'abc')] };
  await assert.rejects(s3Handler(resizer, { fetch, onResized })(event), /the database is away/);
  assert.deepEqual(logged, [String.raw`presize: {"bucket":"photos","key":"a\u2028b\u202e\"\\.png"} Error: the database is away`]);
});
