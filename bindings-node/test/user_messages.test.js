'use strict';
// The page says the same to its people as the back end, without asking it.

const assert = require('node:assert');
const path = require('node:path');
const { test } = require('node:test');
const { pathToFileURL } = require('node:url');
const presize = require('presize');
const { check, decode_data_uri: decodeDataUri } = require('./runner/images.js');
const { read } = require('./runner/inputs.js');

const { Bucket, Credentials, Presigner, Uploads } = presize;
const OF_THE_PAGE = [
  'image_format_unknown',
  'image_format_not_allowed',
  'image_format_mismatch',
  'image_format_unsupported',
  'image_corrupt',
];
const CALLS = { check, decode_data_uri: decodeDataUri };

/** The function that makes the errors of the page. Its module needs no page. */
async function pageFailure() {
  const folder = path.join(path.dirname(require.resolve('presize')), 'browser');
  return (await import(pathToFileURL(path.join(folder, 'errors.js')))).failure;
}

async function refusal(call) {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof presize.PresizeError, `${error?.stack}`);
    return error;
  }
  return assert.fail('accepted');
}

test('what the page checks by itself is said in the words of the core', async () => {
  const failure = await pageFailure();
  const seen = new Set();
  for (const { name, call, input, error } of read('user_messages.json').cases) {
    if (CALLS[call] === undefined) continue;
    const { code, message, details, userMessage } = await refusal(() => CALLS[call](input));
    assert.strictEqual(userMessage, error.user_message, name);
    if (!OF_THE_PAGE.includes(code) && details.what !== 'bytes') continue;
    seen.add(code);
    const same = failure(code, details);
    assert.deepStrictEqual([same.message, same.userMessage], [message, userMessage], name);
  }
  assert.ok(seen.size >= 7, [...seen].join());
});

test('sizes are rounded alike', async () => {
  const failure = await pageFailure();
  const presigner = new Presigner(Bucket.s3('eu-central-1', 'photos'), new Credentials('AKIDEXAMPLE', 'secret'));
  const sizes = [2, 100, 900, 999, 1001, 1023, 1025, 1536, 9_999, 102_400, 999_999, 1_020_000, 1_048_575, 1_500_000];
  sizes.push(1_572_864, 10_475_274, 10_485_761, 10_500_000, 1_073_741_823, 1_073_741_825, 4_294_967_295);
  for (let exponent = 1; exponent <= 31; exponent += 1) sizes.push(2 ** exponent);
  for (let exponent = 1; exponent <= 9; exponent += 1) sizes.push(10 ** exponent, 3 * 10 ** exponent);
  for (const max of sizes) {
    const { userMessageParameters } = presize.requestTooLarge(max);
    const { userMessage } = failure('image_too_large', { what: 'bytes', received: max + 1, max });
    assert.strictEqual(userMessage, `This file is larger than ${userMessageParameters.max}.`);
    const minBytes = max;
    const uploads = new Uploads(presigner, { minBytes, maxBytes: 4_294_967_295 });
    const small = await refusal(() => uploads.issue({ owner: 'a', contentType: 'image/png', sizeBytes: 1 }));
    const page = failure('image_too_small', { what: 'bytes', received: 1, min: minBytes });
    assert.strictEqual(page.userMessage, small.userMessage);
  }
});

test('every failure of the page has a sentence', async () => {
  const failure = await pageFailure();
  const details = { detected: 'x', allowed: [], declared: 'x', received: 1, min: 2, max: 0, what: 'bytes' };
  for (const code of ['option_invalid', 'encoding_unsupported', 'image_corrupt', 'image_format_unsupported']) {
    const { user_messages: sentences } = read('errors.json').errors.find((row) => row.code === code);
    assert.ok(sentences.includes(failure(code, details).userMessage), code);
  }
  for (const code of ['file_unreadable', 'network_failed', 'cors_refused', 'response_invalid', 'response_refused']) {
    assert.match(failure(code, details).userMessage, /^[A-Z].*\.$/, code);
  }
});
