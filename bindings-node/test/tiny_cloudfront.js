'use strict';

// A small CloudFront: a viewer-request function, a cache, an origin in S3, and a function of Lambda@Edge. The event is that of
// AWS's documentation, and what the function returns is held to what CloudFront takes.

const assert = require('node:assert/strict');
const vm = require('node:vm');

const { serve } = require('./http_app.js');

/** Headers that a function may neither add, change nor delete in a response of an origin. */
const READ_ONLY = ['transfer-encoding', 'via'];
/** Some of the headers that CloudFront lets no function add. */
const DISALLOWED = ['connection', 'content-length', 'expect', 'keep-alive', 'trailer', 'upgrade', 'x-cache', 'x-edge-location', 'x-amz-cf-id'];
/** What a function may return for an origin request or response, encoded and with its headers. */
const MAX_BYTES = 1_000_000;

/**
 * Serves `edge`, a function for `eventType`. `viewer` is a function of `viewerRequest`. `origin(method, uri)` asks the store; `path` is
 * the origin's path.
 */
async function serveCloudFront({ edge, eventType = 'origin-response', viewer, origin, path = '' }) {
  const cache = new Map();
  const calls = [];
  const served = await serve(async (request, response) => {
    const { method } = request;
    const viewed = viewer(method, request.url, request.headers.accept ?? '');
    if (viewed.statusCode !== undefined) {
      response.writeHead(viewed.statusCode, { 'content-type': 'application/json' }).end(viewed.body);
      return;
    }
    // The Accept header is part of the key, as it is where a cache policy names it. CloudFront answers GET and HEAD from one cache,
    // but keeps nothing of a HEAD that it has sent on.
    const { uri, query, accept } = viewed;
    const cacheKey = JSON.stringify([uri, query, accept]);
    const hit = cache.get(cacheKey);
    if (hit !== undefined && hit.until > Date.now()) {
      send(response, method, hit, 'Hit from cloudfront');
      return;
    }
    try {
      const made = await miss({ method, uri, query, accept });
      const maxAge = /(?:^|[ ,])max-age=(\d+)/.exec(made.headers['cache-control'] ?? '')?.[1] ?? 0;
      const isKept = method === 'GET' && !/no-store|private/.test(made.headers['cache-control'] ?? '');
      if (isKept) cache.set(cacheKey, { ...made, until: Date.now() + Number(maxAge) * 1000 });
      send(response, method, made, made.status === 200 ? 'Miss from cloudfront' : 'Error from cloudfront');
    } catch (error) {
      send(response, method, { status: 502, headers: {}, body: Buffer.from(String(error.stack)) }, 'LambdaValidationError from cloudfront');
    }
  });

  async function miss({ method, uri, query, accept }) {
    const request = requestOf({ method, uri, query, accept, path });
    if (eventType === 'origin-request') {
      const returned = await call({ request });
      if ('status' in returned) return readGenerated(returned, method);
      return readOrigin(await origin(method, `${path}${returned.uri}`));
    }
    const original = await readOrigin(await origin(method, `${path}${uri}`));
    const given = eventResponse(original);
    const returned = await call({ request, response: given });
    for (const name of READ_ONLY) assert.deepEqual(returned.headers[name], given.headers[name], `${name} is read-only`);
    const { body } = returned;
    // Without a body of its own, the response has that of the origin.
    if (body === undefined) return { ...readGenerated({ ...returned, body: '' }, method), body: original.body };
    return readGenerated(returned, method);
  }

  async function call(cf) {
    const event = { Records: [{ cf: { config: { ...CONFIG, eventType }, ...cf } }] };
    calls.push(event);
    return edge(JSON.parse(JSON.stringify(event)), { getRemainingTimeInMillis: () => 30_000 });
  }

  return { ...served, calls, cache };
}

const CONFIG = {
  distributionDomainName: 'd111111abcdef8.cloudfront.net',
  distributionId: 'EDFDVBD6EXAMPLE',
  requestId: '4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==',
};

const headerOf = (name, value) => [{ key: name, value }];

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html */
function requestOf({ method, uri, query, accept, path }) {
  return {
    clientIp: '203.0.113.178',
    headers: {
      'x-forwarded-for': headerOf('X-Forwarded-For', '203.0.113.178'),
      'user-agent': headerOf('User-Agent', 'Amazon CloudFront'),
      via: headerOf('Via', '2.0 2afae0d44e2540f472c0635ab62c232b.cloudfront.net (CloudFront)'),
      host: headerOf('Host', 'photos.s3.us-east-1.amazonaws.com'),
      ...(accept !== undefined && { accept: headerOf('Accept', accept) }),
    },
    method,
    origin: {
      s3: {
        authMethod: 'none',
        customHeaders: {},
        domainName: 'photos.s3.us-east-1.amazonaws.com',
        path,
        region: 'us-east-1',
      },
    },
    querystring: query,
    uri,
  };
}

function eventResponse({ status, headers }) {
  const named = Object.entries({ ...headers, via: '1.1 a.cloudfront.net', 'transfer-encoding': 'chunked' });
  return {
    headers: Object.fromEntries(named.map(([name, value]) => [name, headerOf(name, value)])),
    status: String(status),
    statusDescription: status === 200 ? 'OK' : 'Other',
  };
}

async function readOrigin(answer) {
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.from(await answer.arrayBuffer()) };
}

/** Reads a response of a function, or throws where CloudFront answers with 502. */
function readGenerated(returned, method) {
  const { status, headers, body = '', bodyEncoding = 'text' } = returned;
  assert.match(status, /^[1-5]\d\d$/, 'a status is a text');
  assert.ok(['base64', 'text'].includes(bodyEncoding));
  assert.ok(Buffer.byteLength(JSON.stringify({ headers, body })) <= MAX_BYTES, 'the response is longer than 1 MB');
  for (const [name, values] of Object.entries(headers)) {
    assert.equal(name, name.toLowerCase());
    assert.ok(Array.isArray(values) && values.every(({ value }) => typeof value === 'string'), name);
    assert.ok(values.every(({ key = name }) => key.toLowerCase() === name), name);
  }
  if (method === 'HEAD') assert.equal(body, '', 'an answer to HEAD has no body');
  const flat = Object.entries(headers).map(([name, values]) => [name, values.map(({ value }) => value).join(', ')]);
  return { status: Number(status), headers: Object.fromEntries(flat), body: Buffer.from(body, bodyEncoding === 'base64' ? 'base64' : 'utf8') };
}

function send(response, method, { status, headers, body }, cacheResult) {
  const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => ![...DISALLOWED, ...READ_ONLY].includes(name)));
  response.writeHead(status, { ...sent, 'x-cache': cacheResult, 'content-length': body.length });
  response.end(method === 'HEAD' ? undefined : body);
}

/** The code of a CloudFront Function as a function of a method, a URL and the `Accept` header. */
function viewerRequest(code) {
  const handler = vm.runInNewContext(`${code}\n;handler`, {}, { contextCodeGeneration: { strings: false, wasm: false } });
  return (method, url, accept) => {
    const [uri, query = ''] = url.split(/\?(.*)/s);
    const querystring = {};
    for (const part of query.split('&').filter(Boolean)) {
      const [name, value = ''] = part.split(/=(.*)/s);
      if (querystring[name] === undefined) querystring[name] = { value };
      else (querystring[name].multiValue ??= [{ value: querystring[name].value }]).push({ value });
    }
    const headers = accept === '' ? {} : { accept: { value: accept } };
    const given = { method, uri, querystring, headers, cookies: {} };
    const context = { ...CONFIG, eventType: 'viewer-request' };
    const event = JSON.parse(JSON.stringify({ version: '1.0', context, viewer: { ip: '203.0.113.178' }, request: given }));
    event.request.rawQueryString = () => (query === '' ? undefined : query);
    const returned = handler(event);
    if (returned.statusCode !== undefined) return { statusCode: returned.statusCode, body: returned.body ?? '' };
    return { uri: returned.uri, query: returned.querystring, accept: returned.headers.accept?.value };
  };
}

module.exports = { serveCloudFront, viewerRequest };
