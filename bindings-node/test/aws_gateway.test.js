'use strict';
// Resizing on the first miss, and functions that answer with the image itself: S3 websites, API Gateway, function URLs and load
// balancers before a real S3 server.

const assert = require('node:assert/strict');
const { after, before, beforeEach, describe, test } = require('node:test');
const { inspect: show } = require('node:util');

const { EdgeResizer, GatewayResizer, PresizeError, Variants, answerEvent, inspect } = require('presize');
const { gatewayHandler } = require('presize/aws');
const { startCountingStore } = require('./counting_store.js');
const { image, pngOf, serve } = require('./http_app.js');
const { serveFunction } = require('./lambda_http.js');
const { presignerFor, startS3 } = require('./s3.js');

let s3;
let source;
let results;
let originalsStore;
let resultsStore;

before(async () => {
  s3 = await startS3('photos', 'resized');
  originalsStore = await startCountingStore(s3.endpoint);
  resultsStore = await startCountingStore(s3.endpoint);
  source = presignerFor({ ...s3, endpoint: originalsStore.url }, 'photos');
  results = presignerFor({ ...s3, endpoint: resultsStore.url }, 'resized');
  const direct = presignerFor(s3, 'photos');
  for (const [key, bytes, contentType] of [
    ['blue_marble.jpg', image('gps.jpg'), 'image/jpeg'],
    ['photos/파란 구슬+1.png', pngOf(800, 800), 'image/png'],
    ['photos/cat.png', pngOf(800, 800), 'image/png'],
    ['broken.jpg', image('half_baseline_420.jpg'), 'image/jpeg'],
  ]) {
    const { url, headers } = direct.put(key, { contentType });
    assert.equal((await fetch(url, { method: 'PUT', headers, body: bytes })).status, 200);
  }
});
after(async () => {
  await Promise.all([originalsStore, resultsStore].map((store) => store?.close()));
  await s3?.stop();
});
beforeEach(() => {
  originalsStore.seen = [];
  resultsStore.seen = [];
});

/**
 * A website of S3 over the bucket of results, with the routing rule that redirects what is missing to the function: HttpRedirectCode
 * 307, ReplaceKeyPrefixWith `resize?key=`.
 */
function serveWebsite(functionUrl) {
  const bucket = presignerFor(s3, 'resized');
  return serve(async (request, response) => {
    const [path] = request.url.split('?');
    const { url, headers } = bucket[request.method.toLowerCase()](decodeURIComponent(path).slice(1));
    const answer = await fetch(url, { method: request.method, headers });
    if (answer.status === 404) {
      response.writeHead(307, { location: `${functionUrl()}/resize?key=${path.slice(1)}`, 'content-length': 0 }).end();
      return;
    }
    const body = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type'), 'content-length': body.length });
    response.end(body);
  });
}

describe('the first miss of an S3 website', () => {
  let website;
  let api;
  let handler;

  before(async () => {
    website = await serveWebsite(() => api.url);
    const variants = new Variants({ sizes: ['300x300', '32x32'] });
    const resizer = new GatewayResizer(variants, {
      source,
      results,
      resultsUrl: website.url,
      request: 'key',
      errors: 'message',
    });
    handler = gatewayHandler(resizer, { onError: () => {} });
    api = await serveFunction(handler, 'restApi');
  });
  after(() => Promise.all([website?.close(), api?.close()]));

  test('it is made, stored and redirected to; later the function is not asked', async () => {
    const asked = `${website.url}/300x300/photos/${encodeURIComponent('파란 구슬+1.png')}`;
    const manual = await fetch(asked, { redirect: 'manual' });
    assert.equal(manual.status, 307);
    const made = await fetch(manual.headers.get('location'), { redirect: 'manual' });
    assert.deepEqual([made.status, made.headers.get('cache-control')], [307, 'no-store'], await made.text());
    assert.equal(decodeURIComponent(made.headers.get('location')), decodeURIComponent(asked));
    const stored = resultsStore.seen.map(({ method, path, status }) => [method, path, status]);
    const key = '/resized/300x300/photos/파란 구슬+1.png';
    assert.deepEqual(stored, [['HEAD', key, 404], ['PUT', key, 200]]);
    const calls = api.calls.length;
    for (const _ of [1, 2]) {
      const answer = await fetch(asked, { redirect: 'error' });
      const { format, width, height } = inspect(Buffer.from(await answer.arrayBuffer()));
      assert.deepEqual([answer.status, width, height], [200, 300, 300]);
      assert.equal(answer.headers.get('content-type'), `image/${format}`, 'of the result, not of the original');
    }
    assert.equal(api.calls.length, calls, 'the function is not asked');
    // Somebody who asks the function itself is redirected without work.
    originalsStore.seen = [];
    assert.equal((await fetch(manual.headers.get('location'), { redirect: 'manual' })).status, 307);
    assert.deepEqual(originalsStore.seen, []);
  });

  test('a browser that follows redirects gets the image', async () => {
    const answer = await fetch(`${website.url}/32x32/blue_marble.jpg`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.deepEqual([answer.status, answer.redirected, inspect(bytes).width, inspect(bytes).height], [200, true, 32, 32]);
    assert.ok(!inspect(bytes).hasExif);
  });

  for (const [query, status, message] of [
    ['', 400, 'Bad Request: Missing key query parameter'],
    ['key=', 400, 'Bad Request: Missing key query parameter'],
    ['key=blue_marble.jpg', 400, 'Bad Request: Invalid key format'],
    ['key=300xabc/blue_marble.jpg', 400, 'Bad Request: Invalid key format'],
    ['key=301x300/blue_marble.jpg', 403, 'Forbidden: Resolution not allowed'],
    ['key=300x300/none.jpg', 404, 'Not Found: Original image not found'],
  ]) {
    test(`${query || 'no query'} is ${status} ${message}`, async () => {
      const answer = await fetch(`${api.url}/resize?${query}`, { redirect: 'manual' });
      assert.deepEqual([answer.status, await answer.json()], [status, { message }]);
      assert.match(answer.headers.get('cache-control'), /^(no-store|public, max-age=10)$/);
      assert.equal(answer.headers.get('location'), null);
      if (status !== 404) assert.deepEqual(originalsStore.seen, [], 'nothing is fetched');
    });
  }

  test('eight first misses at once store one result', async () => {
    const asked = `${api.url}/resize?key=300x300/photos/cat.png`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(asked, { redirect: 'manual' })));
    for (const { status, headers } of answers) {
      assert.deepEqual([status, headers.get('location')], [307, `${website.url}/300x300/photos/cat.png`]);
    }
    const puts = resultsStore.seen.filter(({ method }) => method === 'PUT');
    assert.ok(puts.every(({ headers }) => headers['if-none-match'] === '*'));
    assert.deepEqual(puts.map(({ status }) => status).sort(), [200, ...Array(puts.length - 1).fill(412)]);
  });

  test('an image that is damaged is no result', async () => {
    const answer = await fetch(`${api.url}/resize?key=300x300/broken.jpg`, { redirect: 'manual' });
    assert.equal(answer.status, 422);
    assert.ok(!resultsStore.seen.some(({ method }) => method === 'PUT'));
  });

  test('a redirect that leads back to the request is an error', async () => {
    const variants = new Variants({ sizes: ['300x300'] });
    const served = await serveFunction((event) => looping(event), 'httpApi');
    const resizer = new GatewayResizer(variants, { source, results, resultsUrl: served.url, request: 'path' });
    const looping = gatewayHandler(resizer, { onError: () => {} });
    try {
      const answer = await fetch(`${served.url}/300x300/photos/cat.png`, { redirect: 'manual' });
      assert.deepEqual([answer.status, (await answer.json()).error.code], [500, 'variant_redirect_loop']);
      assert.deepEqual(resultsStore.seen, []);
    } finally {
      await served.close();
    }
  });
});

for (const service of ['restApi', 'httpApi', 'functionUrl', 'loadBalancer']) {
  describe(`the image as the answer, ${service}`, () => {
    let served;
    let handler;

    before(async () => {
      const variants = new Variants({ widths: [200], heights: [150], formats: ['png', 'jpeg'] });
      handler = gatewayHandler(new GatewayResizer(variants, { source, basePath: '/images' }));
      served = await serveFunction(handler, service);
    });
    after(() => served?.close());

    test('GET and HEAD', async () => {
      const asked = `${served.url}/images/photos/cat.png?w=200&h=150&f=png&utm_source=a%20b`;
      const answer = await fetch(asked);
      const body = Buffer.from(await answer.arrayBuffer());
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'image/png'], String(body));
      assert.deepEqual([inspect(body).width, inspect(body).height], [200, 150]);
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000');
      const head = await fetch(asked, { method: 'HEAD' });
      assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'image/png']);
      assert.equal(served.answers.at(-1).body ?? '', '');
    });

    test('a key with a space, a plus and Korean letters', async () => {
      const answer = await fetch(`${served.url}/images/photos/${encodeURIComponent('파란 구슬+1.png')}?w=200`);
      assert.equal(answer.status, 200, await answer.clone().text());
      assert.equal(answer.headers.get('vary'), 'Accept');
      assert.equal(inspect(Buffer.from(await answer.arrayBuffer())).width, 200);
    });

    for (const [asked, status, code] of [
      ['/images/photos/cat.png?w=201', 403, 'variant_not_allowed'],
      ['/images/photos/cat.png?w=0200', 400, 'variant_malformed'],
      ['/images/photos/cat.png?w=200&w=200', 400, 'variant_malformed'],
      ['/images/photos/none.png?w=200', 404, 'original_not_found'],
      ['/elsewhere/photos/cat.png?w=200', 400, 'variant_malformed'],
      ['/images/broken.jpg?w=200', 422, 'image_corrupt'],
    ]) {
      // A load balancer hands over the last of several values.
      if (service === 'loadBalancer' && asked.includes('w=200&w=200')) continue;
      test(`${asked} is ${code}`, async () => {
        const answer = await fetch(`${served.url}${asked}`);
        assert.deepEqual([answer.status, (await answer.json()).error.code], [status, code]);
        assert.equal(answer.headers.get('cache-control'), 'public, max-age=10');
      });
    }

    test('other methods are refused', async () => {
      const answer = await fetch(`${served.url}/images/photos/cat.png?w=200`, { method: 'POST' });
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD']);
    });
  });
}

test('arguments are checked', async () => {
  const variants = new Variants({ widths: [200] });
  const refused = (call, name) =>
    assert.throws(call, (error) => error instanceof PresizeError && error.code === 'option_invalid' && error.details.name === name);
  refused(() => new GatewayResizer(undefined, { source }), 'variants');
  refused(() => new GatewayResizer(variants, {}), 'source');
  refused(() => new GatewayResizer(variants, { source, results: s3 }), 'results');
  refused(() => new GatewayResizer(variants, { source, results }), 'results_url');
  refused(() => new GatewayResizer(variants, { source, request: 'body' }), 'request');
  refused(() => new GatewayResizer(variants, { source, base_path: '/a' }), 'base_path');
  refused(() => gatewayHandler(variants), 'resizer');
  const resizer = new GatewayResizer(variants, { source });
  await assert.rejects(answerEvent(resizer, { Records: [] }), { code: 'event_malformed' });
  await assert.rejects(gatewayHandler(resizer)({}), { code: 'event_malformed' });
});

test('a resizer shows its options', () => {
  const variants = new Variants({ widths: [200] });
  const resizer = new GatewayResizer(variants, { source, results, resultsUrl: 'https://img.example.com' });
  const options = { request: 'url', basePath: '', resultsUrl: 'https://img.example.com', redirect: 'always', errors: 'presize' };
  assert.deepEqual(resizer.options, options);
  assert.ok(Object.isFrozen(resizer.options));
  assert.deepEqual(new EdgeResizer(variants, { source, originals: true }).options, { originals: true });
  const shown = show(resizer);
  assert.match(shown, /^GatewayResizer .*https:\/\/img\.example\.com/s);
  assert.ok(!shown.includes(s3.secret_access_key));
});

test('an answer takes at most 25 seconds, before a gateway or CloudFront gives up', async (context) => {
  const resizer = new GatewayResizer(new Variants({ widths: [200] }), { source });
  const event = {
    version: '2.0',
    rawPath: '/cat.png',
    rawQueryString: 'w=200',
    headers: {},
    requestContext: { http: { method: 'GET', path: '/cat.png' }, stage: '$default' },
  };
  const fetch = () => new Promise(() => {});
  for (const call of [() => answerEvent(resizer, event, { fetch }), () => gatewayHandler(resizer, { fetch })(event)]) {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    context.mock.method(console, 'error', () => {});
    let answer;
    const ended = call().then((value) => {
      answer = value;
    });
    await new Promise(setImmediate);
    context.mock.timers.tick(24_999);
    await new Promise(setImmediate);
    assert.equal(answer, undefined);
    context.mock.timers.tick(1);
    await ended;
    assert.equal(answer.statusCode, 503);
    context.mock.timers.reset();
    context.mock.restoreAll();
  }
});
