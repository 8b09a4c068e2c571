'use strict';
// What an error carries, wherever it goes: its fields, its stack, its cause, and no secret.

const assert = require('node:assert');
const { once } = require('node:events');
const { test } = require('node:test');
const { inspect } = require('node:util');
const presize = require('presize');
const { image, read } = require('./runner/inputs.js');

const { Bucket, CloudFrontSigner, Credentials, ImageRules, Presigner, PresizeError, Uploads } = presize;
const PHOTO = image('baseline_420.jpg');
const STATUS = Object.fromEntries(read('errors.json').errors.map((row) => [row.code, row.http_status]));

async function refused(call) {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof PresizeError, `${error?.stack}`);
    assert.strictEqual(error.httpStatus, STATUS[error.code]);
    return error;
  }
  return assert.fail('accepted');
}

test('an error of the core has all fields', async () => {
  const error = await refused(() => presize.check(PHOTO, { maxWidth: 10 }));
  assert.ok(error instanceof Error);
  assert.strictEqual(error.name, 'PresizeError');
  assert.strictEqual(error.code, 'image_too_large');
  assert.strictEqual(error.httpStatus, 413);
  assert.strictEqual(error.message, 'expected at most 10 for width, received 48');
  assert.deepStrictEqual(error.details, { what: 'width', received: 48, max: 10 });
  assert.ok(!('index' in error));
  assert.strictEqual(error.userMessage, 'This picture is 48 pixels wide; the limit is 10.');
  assert.strictEqual(error.userMessageTemplate, 'This picture is {received} pixels wide; the limit is {max}.');
  assert.deepStrictEqual(error.userMessageParameters, { received: '48', max: '10' });
  const { code, message, userMessage, details } = error;
  const shown = { code, message, user_message: userMessage, details };
  assert.deepStrictEqual(JSON.parse(JSON.stringify({ error })), { error: shown });
  assert.strictEqual(String(error), `PresizeError: ${message}`);
});

test('an error of a list says which', async () => {
  const photo = presize.encodeDataUri(PHOTO, 'jpeg');
  for (const [index, call] of [
    [0, () => presize.decodeDataUris(['data:,'])],
    [1, () => presize.decodeDataUris([photo, 'data:,'])],
    [1, () => presize.decodeDataUris([photo, 5])],
    [2, () => presize.transformMany(PHOTO, [{}, { width: 1 }, { width: 0 }])],
    [1, () => presize.transformMany(PHOTO, [{}, null])],
    [3, () => presigner().signMany('get', ['a', 'b', 'c', '..'])],
    [2, () => presigner().signMany('get', ['a', 'b', null])],
    [1, () => presize.completeMultipartBody([{ number: 1, etag: 'a' }, { number: 2.5, etag: 'b' }])],
  ]) {
    const error = await refused(call);
    assert.strictEqual(error.index, index);
    assert.strictEqual(error.toJSON().index, index);
    assert.ok(error.message.includes(` ${index}: `), error.message);
  }
});

test('an error of a module for a framework is made by its function', () => {
  const reload = 'This could not be done. Please reload the page and try again.';
  for (const [error, code, message, details, words] of [
    [
      presize.requestMalformed('a JSON object', 'a list'),
      'request_malformed',
      'expected a JSON object for the request, received a list',
      { expected: 'a JSON object', received: 'a list' },
      reload,
    ],
    [
      presize.requestTooLarge(16384),
      'request_too_large',
      'expected at most 16384 bytes for the request, received more',
      { max_bytes: 16384 },
      'This is more than can be sent at once; the limit is 16 KB.',
    ],
    [
      presize.requestUnauthenticated(),
      'request_unauthenticated',
      'expected an authenticated user, received none',
      {},
      'Please log in first.',
    ],
    [
      presize.requestTypeUnsupported('application/json', 'no content type'),
      'request_type_unsupported',
      'expected application/json for the content type of the request, received no content type',
      { expected: 'application/json', received: 'no content type' },
      reload,
    ],
    [
      presize.serverBusy(2),
      'server_busy',
      'expected a free place for image work, found all taken: try again in 2 seconds',
      { retry_after_seconds: 2 },
      'The server is busy. Please try again in a moment.',
    ],
  ]) {
    assert.ok(error instanceof PresizeError);
    assert.strictEqual(error.httpStatus, STATUS[code]);
    assert.deepStrictEqual(error.toJSON(), { code, message, user_message: words, details });
  }
  for (const wrong of [-1, 1.5, NaN, '5', null]) assert.throws(() => presize.requestTooLarge(wrong), PresizeError);
});

test('an error that a program makes by itself has neutral words, or its own', () => {
  const error = new PresizeError('a', 500, 'b', {});
  assert.strictEqual(error.userMessage, 'The server could not do this. Please try again later.');
  const words = { userMessageTemplate: 'At most {max}, {missing}.', userMessageParameters: { max: '$& 10 MB' } };
  assert.strictEqual(new PresizeError('a', 500, 'b', {}, undefined, words).userMessage, 'At most $& 10 MB, .');
  assert.ok(!inspect(error).includes('userMessage'));
});

test('the answers of frameworks without a handler of ours have its status', async () => {
  const error = presize.requestTooLarge(16384);
  for (const name of ['status', 'statusCode']) {
    assert.strictEqual(error[name], 413);
    assert.ok(!Object.keys(error).includes(name));
    assert.ok(!inspect(error).includes(`${name}:`));
    assert.ok(!(name in error.toJSON()));
    // As http-errors and others do with an error that they pass on.
    error[name] = 400;
    assert.strictEqual(error[name], 400);
    assert.strictEqual(error.httpStatus, 413);
  }
  for (const name of ['express5', 'express4']) {
    const app = require(name)();
    app.set('env', 'test');
    app.get('/', (_request, _response, next) => presize.check(Buffer.from('no image')).catch(next));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    assert.strictEqual((await fetch(`http://127.0.0.1:${server.address().port}/`)).status, 415, name);
    server.closeAllConnections();
    server.close();
  }
  const app = require('fastify')();
  app.get('/', () => presize.check(Buffer.from('no image')));
  const answer = await app.inject('/');
  assert.strictEqual(answer.statusCode, 415);
  assert.strictEqual(answer.json().code, 'image_format_unknown');
  await app.close();
});

test('nothing that came as JSON is taken for the name of a class', async () => {
  const sent = JSON.parse('{"constructor": {"name": "<script>"}, "__proto__": {"constructor": {"name": "<script>"}}}');
  for (const call of [
    () => presize.check(sent),
    () => presize.check(PHOTO, {}, { signal: sent }),
    () => presize.decodeDataUris([sent]),
    () => presize.transformMany(PHOTO, [[sent]]),
    () => presize.encode({ bytes: sent, width: 1, height: 1, channels: 1 }, { format: 'png' }),
    () => presigner().get(sent),
    () => presigner().signMany('get', [sent]),
    () => new ImageRules({ formats: [sent] }),
    () => new Credentials('AKIDEXAMPLE', sent),
    () => presize.requestTooLarge(sent),
  ]) {
    const error = await refused(call);
    assert.ok(!error.message.includes('<script>'), error.message);
  }
});

test('an ES module has the same class', async () => {
  const esm = await import('presize');
  assert.strictEqual(esm.PresizeError, PresizeError);
  await assert.rejects(esm.transform(PHOTO, { width: 0 }), PresizeError);
  await assert.rejects(presize.transform(PHOTO, { width: 0 }), esm.PresizeError);
});

test('the stack is that of the caller, also where the pool was waited for', async () => {
  function askedHere(call) {
    return call();
  }
  const calls = {
    'at once': () => presize.inspect(Buffer.from('no image')),
    'before the pool': () => presize.transform(PHOTO, { width: -1 }),
    'in the pool': () => presize.check(Buffer.from('no image')),
    'in the pool, with a signal': () =>
      presize.check(Buffer.from('no image'), undefined, { signal: new AbortController().signal }),
    'of a list': () => presize.transformMany(Buffer.from('no image'), [{}]),
    'of text': () => presize.decodeDataUri('data:'),
  };
  for (const [name, call] of Object.entries(calls)) {
    const { stack, message } = await refused(() => askedHere(call));
    assert.ok(stack.startsWith(`PresizeError: ${message}\n    at `), `${name}: ${stack}`);
    assert.match(stack, /askedHere/, name);
    assert.match(stack, /errors\.test\.js/, name);
  }
});

test('no stack, and a stack that somebody formats, do no harm', async () => {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 0;
    const short = await refused(() => presize.check(Buffer.from('no image')));
    assert.ok(short.stack.startsWith('PresizeError: '));
    Error.stackTraceLimit = 10;
    Error.prepareStackTrace = (error, sites) => sites;
    assert.strictEqual((await refused(() => presize.check(Buffer.from('no image')))).code, 'image_format_unknown');
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
});

function sign(signer) {
  return CloudFrontSigner.withSigner('K2JCJMDEHXQW5F', 'rsa', signer).signUrl('https://cdn.example.com/1.jpg');
}

test('what a signer throws is the cause', async () => {
  const down = new Error('the key service is down');
  const error = await refused(() =>
    sign(() => {
      throw down;
    }),
  );
  assert.strictEqual(error.code, 'signing_failed');
  assert.strictEqual(error.cause, down);
  assert.ok(!JSON.stringify(error).includes('down'));
  for (const wrong of ['a signature as text', undefined, Promise.resolve(Buffer.alloc(256)), [1, 2]]) {
    const failed = await refused(() => sign(() => wrong));
    assert.strictEqual(failed.code, 'signing_failed');
    assert.match(failed.cause.message, /expected a Buffer or Uint8Array for signature/);
  }
  assert.strictEqual((await refused(() => sign(() => Buffer.alloc(5)))).code, 'cloudfront_signature_invalid');
});

const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';

function presigner(options) {
  return new Presigner(Bucket.s3('eu-central-1', 'photos'), new Credentials('AKIDEXAMPLE', SECRET, options));
}

test('no error holds a secret', async () => {
  for (const call of [
    () => new Credentials('AKIDEXAMPLE', `${SECRET}\n`),
    () => new Credentials('AKIDEXAMPLE', [SECRET]),
    () => new Credentials('AKIDEXAMPLE', { [SECRET]: SECRET, toString: () => SECRET }),
    () => new Credentials('AKIDEXAMPLE', `${SECRET}\ud800`),
    () => new Credentials('AKIDEXAMPLE', 'another', { sessionToken: `${SECRET}\n` }),
    () => new Credentials('AKIDEXAMPLE', 'another', { sessionToken: { [SECRET]: 1 } }),
    () => Credentials.fromEnv({ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: `${SECRET} ` }),
    () => Credentials.fromEnv({ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: [SECRET] }),
    () => Credentials.fromEnv({ AWS_SECRET_ACCESS_KEY: SECRET }),
    () => presigner({ expiresAt: new Date(1000) }).get('a', { now: new Date(2000) }),
    () => presigner().put('a', { sseCustomerKey: SECRET }),
    () => presigner().put('a', { expiresIn: 0 }),
    () => presigner().put('a', { sseCustomerKey: SECRET.padEnd(43, 'A') + '=', nonsense: 1 }),
    () => presigner().get('a', { sseCustomerKey: [SECRET] }),
    () => presigner({ sessionToken: SECRET }).signMany('put', ['a', '/../'], { contentType: `${SECRET}\n` }),
    () => new Uploads(presigner({ sessionToken: SECRET })).issue({ owner: 'a', contentType: 'b', sizeBytes: 1 }),
    () => new Uploads(presigner()).issue({ owner: '', contentType: 'image/png', sizeBytes: 1 }),
    () => CloudFrontSigner.fromPem('K2', `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`),
    () => CloudFrontSigner.fromPem('K2', SECRET),
    () => Bucket.custom(`https://user:${SECRET}@example.com`, 'auto', 'photos', 'path'),
  ]) {
    const error = await refused(call);
    assert.ok(!`${inspect(error)}${error.stack}${JSON.stringify(error)}`.includes(SECRET), call.toString());
  }
});

test('an environment that cannot be read is an error of its own, and no crash', () => {
  const broken = new Error('broken');
  const env = {
    get AWS_ACCESS_KEY_ID() {
      throw broken;
    },
  };
  assert.throws(() => Credentials.fromEnv(env), broken);
  for (const wrong of [null, 5, 'a']) assert.throws(() => Credentials.fromEnv(wrong), { code: 'option_invalid' });
});

test('an error says whether the same call may succeed later', async () => {
  assert.strictEqual((await refused(() => presize.check(PHOTO, { maxWidth: 10 }))).isWorthRetry, false);
  assert.strictEqual(presize.requestUnauthenticated().isWorthRetry, false);
  const busy = presize.serverBusy(3);
  assert.strictEqual(busy.isWorthRetry, true);
  assert.ok(!Object.keys(busy).includes('isWorthRetry') && !('isWorthRetry' in busy.toJSON()));
  const uploads = new Uploads(presigner());
  const confirmation = uploads.confirm({ owner: 'user-7', key: uploads.issue({ owner: 'user-7', contentType: 'image/jpeg', sizeBytes: 5 }).key });
  confirmation.fail('no route');
  assert.strictEqual((await refused(() => confirmation.finish())).isWorthRetry, true);
  assert.deepStrictEqual(
    [422, 503].map((status) => new PresizeError('image_corrupt', status, '-').isWorthRetry),
    [false, true],
  );
  assert.strictEqual(new PresizeError('store_refused', 502, '-', {}, undefined, { isWorthRetry: false }).isWorthRetry, false);
});
