'use strict';
// Variants at the edge: a small CloudFront with a cache before a real S3 server, and the function between the two.

const assert = require('node:assert/strict');
const { randomBytes } = require('node:crypto');
const { after, before, describe, test } = require('node:test');
const { deflateSync } = require('node:zlib');

const { EdgeResizer, PresizeError, Variants, answerEvent, inspect } = require('presize');
const { edgeHandler } = require('presize/aws');
const { startCountingStore } = require('./counting_store.js');
const { image, pngOf } = require('./http_app.js');
const { presignerFor, startS3 } = require('./s3.js');
const { serveCloudFront, viewerRequest } = require('./tiny_cloudfront.js');

const CHROME = 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8';
const variants = new Variants({ widths: [200, 1200], heights: [150], qualities: [90], formats: ['png', 'jpeg'] });

let s3;
let store;
let source;

before(async () => {
  s3 = await startS3();
  store = await startCountingStore(s3.endpoint);
  source = presignerFor({ ...s3, endpoint: store.url });
  const direct = presignerFor(s3);
  for (const [key, bytes, contentType] of [
    ['photos/cat.png', pngOf(800, 800), 'image/png'],
    ['photos/my cat+1.png', pngOf(400, 300), 'image/png'],
    ['photos/noise.png', noise(1200, 900), 'image/png'],
    ['photos/gps.jpg', image('gps.jpg'), 'image/jpeg'],
    ['photos/broken.jpg', image('half_baseline_420.jpg'), 'image/jpeg'],
  ]) {
    const { url, headers } = direct.put(key, { contentType, metadata: { owner: 'user-7' }, cacheControl: 'max-age=5' });
    assert.equal((await fetch(url, { method: 'PUT', headers, body: bytes })).status, 200);
  }
});
after(async () => {
  await store?.close();
  await s3?.stop();
});

/** A PNG that no JPEG of its size is much shorter than. */
function noise(width, height) {
  const [signature, ...blocks] = [pngOf(width, height)].map((png) => [png.subarray(0, 33), png.subarray(-12)]).flat();
  const rows = Buffer.concat(Array.from({ length: height }, () => Buffer.concat([Buffer.from([0]), randomBytes(3 * width)])));
  const data = deflateSync(rows, { level: 0 });
  const block = Buffer.concat([Buffer.from('IDAT'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(require('node:zlib').crc32(block));
  return Buffer.concat([signature, size, block, sum, ...blocks]);
}

/** The origin of CloudFront, as it signs for its bucket. */
const origin = (method, uri) => {
  const { url, headers } = presignerFor(s3)[method.toLowerCase()](decodeURIComponent(uri).slice(1));
  return fetch(url, { method, headers });
};

const viewer = viewerRequest(variants.cloudfrontFunction());

for (const eventType of ['origin-response', 'origin-request']) {
  describe(eventType, () => {
    let front;
    let edge;
    const errors = [];

    before(async () => {
      edge = edgeHandler(new EdgeResizer(variants, { source }), { onError: ({ code }) => errors.push(code) });
      front = await serveCloudFront({ edge, eventType, viewer, origin });
    });
    after(() => front?.close());

    const ask = async (path, init) => {
      store.seen = [];
      const answer = await fetch(`${front.url}${path}`, { headers: { accept: CHROME }, ...init });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.from(await answer.arrayBuffer()) };
    };

    test('800x800 becomes 200x150: a miss, then hits for every spelling', async () => {
      const first = await ask('/photos/cat.png?w=200&h=150&f=jpeg&q=90');
      assert.deepEqual([first.status, first.headers['x-cache']], [200, 'Miss from cloudfront'], String(first.body));
      assert.equal(first.headers['content-type'], 'image/jpeg');
      const { format, width, height } = inspect(first.body);
      assert.deepEqual([format, width, height], ['jpeg', 200, 150]);
      assert.equal(Number(first.headers['content-length']), first.body.length);
      assert.equal(first.headers['cache-control'], 'public, max-age=31536000');
      assert.ok(!Object.keys(first.headers).some((name) => name.startsWith('x-amz-meta-')), 'of the original');
      const calls = front.calls.length;
      for (const query of ['w=200&h=150&f=jpeg&q=90', 'q=90&f=jpeg&h=150&w=200', 'utm_source=x&width=200&height=150&quality=90&format=jpeg&fit=cover']) {
        const again = await ask(`/photos/cat.png?${query}`);
        assert.deepEqual([again.status, again.headers['x-cache']], [200, 'Hit from cloudfront'], query);
        assert.ok(again.body.equals(first.body));
      }
      assert.equal(front.calls.length, calls, 'the function is not called');
      assert.deepEqual(store.seen, []);
    });

    test('the key is decoded once', async () => {
      const { status, headers, body } = await ask('/photos/my%20cat+1.png?w=200&f=png');
      assert.deepEqual([status, headers['content-type']], [200, 'image/png'], String(body));
      assert.deepEqual([inspect(body).width, inspect(body).height], [200, 150]);
    });

    test('HEAD has the headers of GET and no body, and decides nothing', async () => {
      const asked = '/photos/cat.png?w=200&h=150&f=png';
      const head = await ask(asked, { method: 'HEAD' });
      assert.deepEqual([head.status, head.body.length], [200, 0]);
      assert.equal(head.headers['content-type'], 'image/png');
      const get = await ask(asked);
      assert.equal(get.headers['x-cache'], 'Miss from cloudfront');
      assert.equal(inspect(get.body).format, 'png');
      for (const name of ['content-type', 'cache-control']) assert.equal(head.headers[name], get.headers[name]);
    });

    test('an original that is missing is 404, for seconds', async () => {
      const { status, headers } = await ask('/photos/none.png?w=200');
      assert.equal(status, 404);
      assert.ok(!/max-age=\d{3}/.test(headers['cache-control'] ?? ''), headers['cache-control']);
    });

    test('what the policy does not list costs no request to the store', async () => {
      // Straight to the function, as without a function for viewers.
      const event = eventOf(eventType, '/photos/cat.png', 'w=201');
      store.seen = [];
      const answer = await edge(event, {});
      assert.deepEqual([answer.status, JSON.parse(answer.body).error.code], ['403', 'variant_not_allowed']);
      assert.match(answer.headers['cache-control'][0].value, /max-age=10$/);
      assert.deepEqual(store.seen, []);
      assert.equal(errors.at(-1), 'variant_not_allowed');
      const viewer = await ask('/photos/cat.png?w=201');
      assert.equal(viewer.status, 403);
    });

    test('an image of more than 1 MB is an error, or the original if that may be shown', async () => {
      const { status, headers } = await ask('/photos/noise.png?w=1200&q=90&f=jpeg');
      assert.deepEqual([status, errors.at(-1)], [500, 'variant_too_large']);
      assert.equal(headers['cache-control'], 'no-store');
      const open = new EdgeResizer(variants, { source, originals: true });
      const event = eventOf(eventType, '/photos/noise.png', 'w=1200&q=90&f=jpeg');
      const answer = await answerEvent(open, event);
      const { request, response } = event.Records[0].cf;
      assert.deepEqual(answer, response ?? request);
    });

    test('an image that is damaged is an error, never the original', async () => {
      const { status, headers, body } = await ask('/photos/broken.jpg?w=200');
      assert.deepEqual([status, JSON.parse(body).error.code], [422, 'image_corrupt']);
      assert.notEqual(headers['cache-control'], 'public, max-age=31536000');
    });

    test('the GPS position of the original does not get out', async () => {
      const { status, body } = await ask('/photos/gps.jpg?w=200');
      assert.equal(status, 200);
      assert.ok(!body.includes('Exif') && !inspect(body).hasExif);
    });

    test('a store that fails is 503, and is not cached', async () => {
      store.refuse = ({ path }) => (path.endsWith('cat.png') ? 503 : undefined);
      const failing = new EdgeResizer(variants, { source });
      const answer = await answerEvent(failing, eventOf(eventType, '/photos/cat.png', 'w=200'), { retries: 0 });
      store.refuse = () => undefined;
      assert.equal(answer.status, '503');
      assert.equal(answer.headers['cache-control'][0].value, 'no-store');
    });
  });
}

function eventOf(eventType, uri, querystring) {
  const request = { clientIp: '203.0.113.178', headers: {}, method: 'GET', querystring, uri };
  const response = { status: '200', statusDescription: 'OK', headers: { 'content-type': [{ key: 'Content-Type', value: 'image/png' }] } };
  const config = { distributionDomainName: 'd111111abcdef8.cloudfront.net', distributionId: 'EDFDVBD6EXAMPLE', eventType, requestId: '4T' };
  const cf = eventType === 'origin-response' ? { config, request, response } : { config, request };
  return { Records: [{ cf }] };
}

test('the path of the origin is part of the key', async () => {
  const edge = edgeHandler(new EdgeResizer(variants, { source }));
  const front = await serveCloudFront({ edge, viewer: viewerRequest(variants.cloudfrontFunction({ originPath: '/photos' })), origin, path: '/photos' });
  try {
    const answer = await fetch(`${front.url}/cat.png?w=200&h=150`);
    assert.deepEqual([answer.status, answer.headers.get('x-cache')], [200, 'Miss from cloudfront']);
  } finally {
    await front.close();
  }
});

test('other statuses of the origin pass', async () => {
  const event = eventOf('origin-response', '/photos/cat.png', 'w=200');
  const { response } = event.Records[0].cf;
  for (const status of ['304', '403', '404', '500']) {
    response.status = status;
    assert.deepEqual(await answerEvent(new EdgeResizer(variants, { source }), event), response);
  }
});

test('a failure is logged, a refusal is not', async (t) => {
  const logged = t.mock.method(console, 'error', () => {});
  const handler = edgeHandler(new EdgeResizer(variants, { source }), { retries: 0, fetch: () => Promise.reject(new Error('no route')) });
  assert.equal((await handler(eventOf('origin-response', '/photos/cat.png', 'w=201'))).status, '403');
  assert.equal(logged.mock.callCount(), 0);
  assert.equal((await handler(eventOf('origin-response', '/photos/cat.png', 'w=200'))).status, '503');
  assert.equal(logged.mock.calls[0].arguments[0].code, 'store_unavailable');
});

test('the machine by hand, and what is wrong with its arguments', async () => {
  const edge = new EdgeResizer(variants, { source });
  const answering = edge.answer(JSON.stringify(eventOf('origin-response', '/photos/cat.png', 'w=200&h=150&q=90&f=jpeg')));
  const { method, url, headers } = answering.nextRequest();
  assert.equal(method, 'GET');
  const answer = await fetch(url, { headers });
  await answering.answer({ status: answer.status, headers: answer.headers, body: new Uint8Array(await answer.arrayBuffer()) });
  assert.equal(answering.nextRequest(), null);
  assert.equal(answering.error, null);
  assert.equal(answering.finish().status, '200');
  const unanswered = edge.answer(Buffer.from(JSON.stringify(eventOf('origin-response', '/photos/cat.png', 'w=200'))));
  assert.equal(unanswered.finish().status, '503');
  assert.equal(unanswered.error.code, 'store_unavailable');
  const refused = (call, name) =>
    assert.throws(call, (error) => error instanceof PresizeError && error.code === 'option_invalid' && error.details.name === name);
  refused(() => new EdgeResizer({}, { source }), 'variants');
  refused(() => new EdgeResizer(variants), 'source');
  refused(() => new EdgeResizer(variants, { source, results: source }), 'results');
  refused(() => new EdgeResizer(variants, { source, originals: 'yes' }), 'originals');
  refused(() => edge.answer(5), 'event');
  refused(() => edge.answer({}, { now: 5 }), 'now');
  refused(() => edgeHandler(variants), 'resizer');
  for (const wrong of ['', '{', '{}', 'a\ud800', Buffer.from([0xff])]) assert.throws(() => edge.answer(wrong), { code: 'event_malformed' });
  await assert.rejects(answerEvent(variants, {}), { code: 'option_invalid' });
  await assert.rejects(edgeHandler(edge)({ Records: [] }), { code: 'event_malformed' });
});

test('a signal ends it with its reason', async () => {
  const controller = new AbortController();
  const why = new Error('enough');
  const fetchThenAbort = () => {
    controller.abort(why);
    return new Promise(() => {});
  };
  const options = { signal: controller.signal, fetch: fetchThenAbort };
  const event = eventOf('origin-response', '/photos/cat.png', 'w=200');
  await assert.rejects(answerEvent(new EdgeResizer(variants, { source, originals: true }), event, options), why);
});
