'use strict';
// The calls of confirm.json: every request that a confirmation makes, and how it ends.

const assert = require('node:assert');
const { createHash } = require('node:crypto');
const { inspect: shown } = require('node:util');
const presize = require('presize');
const { data, dateOf, options, snake } = require('./inputs.js');
const { readUploads } = require('./signing.js');

// One that would be good news in every step.
const ODD_ANSWER = {
  status: 200,
  headers: { etag: '"0"', 'content-length': '1', 'content-type': 'image/jpeg' },
  body: Buffer.from('-'),
};

async function confirm(given) {
  const { requests, event, finish } = await run(given);
  return { confirmed: showConfirmed(finish()), requests, event };
}

/** What there is to compare beside an error: the requests that led to it, and the event. */
async function besideError(given) {
  let ran;
  try {
    ran = await run(given);
  } catch (error) {
    if (!(error instanceof presize.PresizeError)) throw error;
    return {};
  }
  return { requests: ran.requests, event: ran.event };
}

/** `finish` gives what became of it. The error is one that comes before there is a confirmation or a request for one. */
async function run(given) {
  const uploads = readUploads(given);
  const now = dateOf(given.now);
  const events = [];
  const onEvent = (event) => events.push(event);
  let confirmation;
  try {
    confirmation = uploads.confirm({ ...options(given.request), now, onEvent });
  } catch (error) {
    // A request that is none has no event.
    if (events.length === 0) throw error;
    return { requests: [], event: { ...events[0] }, finish: thrower(error) };
  }
  assert.strictEqual(events.length, 0);
  await confirmation.answer(ODD_ANSWER); // to nothing
  assert.throws(() => confirmation.finish(), { code: 'store_unavailable' });
  const requests = [];
  const answers = given.answers.values();
  let finish = () => confirmation.finish();
  for (;;) {
    const { value: answer, done } = answers.next();
    const clock = answer?.clock === undefined ? now : dateOf(answer.clock);
    let request;
    try {
      request = confirmation.nextRequest({ now: clock });
    } catch (error) {
      assert.throws(() => confirmation.finish(), { code: error.code });
      finish = thrower(error);
      break;
    }
    if (request === null) break;
    requests.push(showRequest(request));
    assert.deepStrictEqual(confirmation.nextRequest({ now: clock }), request, 'asked again, it is the same');
    if (done) break;
    if (answer.fail !== undefined) confirmation.fail(answer.fail);
    else await confirmation.answer(readAnswer(answer, requests.length));
  }
  assert.strictEqual(answers.next().done, true, 'answers that nobody asked for');
  const event = { ...confirmation.event({ now }) };
  await confirmation.answer(ODD_ANSWER);
  confirmation.fail('too late');
  assert.strictEqual(confirmation.nextRequest({ now }), null);
  assert.ok(!shown(confirmation, { showHidden: true }).includes('X-Amz'));
  return { requests, event, finish };
}

function thrower(error) {
  return () => {
    throw error;
  };
}

/** The same answer in all the ways in which clients have it. */
function readAnswer({ status, headers, body }, turn) {
  const whole = body === undefined ? Buffer.alloc(0) : bytesOf(body);
  const pairs = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
  const half = whole.length >> 1;
  return {
    status,
    headers: [headers, pairs, new Map(Object.entries(headers))][turn % 3],
    body: turn % 2 === 0 ? whole : [whole.subarray(0, half), new Uint8Array(whole.subarray(half))],
  };
}

/** All that `data` takes, texts, and parts of files. */
function bytesOf(given) {
  if (typeof given === 'string') return Buffer.from(given);
  if (given.parts !== undefined) return Buffer.concat(given.parts.map(bytesOf));
  return data(given).subarray(given.from ?? 0, given.to);
}

function showRequest({ method, url, headers, body, maxBodyBytes, ...request }) {
  assert.deepStrictEqual(request, {});
  const { host, pathname, searchParams } = new URL(url);
  const signed = searchParams.get('X-Amz-SignedHeaders');
  const told = Object.keys(headers).filter((name) => name !== 'range');
  assert.deepStrictEqual([...told, 'host'].sort(), signed.split(';'), 'headers are those that are signed, and range');
  return {
    method,
    host,
    path: pathname,
    signed,
    expires: searchParams.get('X-Amz-Expires'),
    headers,
    max_body_bytes: maxBodyBytes,
    body: showBody(headers, body),
  };
}

/** What is written, by what a reader sees: its bytes are the encoder's. */
function showBody(headers, body) {
  assert.ok(Buffer.isBuffer(body));
  if (body.length === 0) return null;
  assert.strictEqual(headers['content-length'], String(body.length));
  const info = presize.inspect(body);
  const marker = headers['x-amz-meta-presize-confirmed'];
  if (marker === undefined) {
    assert.deepStrictEqual([info.hasExif, info.hasIccProfile, info.orientation], [false, false, 1]);
  } else {
    const hash = createHash('sha256').update(body).digest('hex');
    assert.ok(marker.startsWith(`1.whole.${body.length}.${hash}.`), marker);
  }
  return { format: info.format, width: info.width, height: info.height };
}

function showConfirmed(confirmed) {
  assert.ok(confirmed instanceof presize.Confirmed && Object.isFrozen(confirmed));
  assert.ok(confirmed.variants.every((variant) => variant instanceof presize.Variant));
  const exif = confirmed.exif === null ? null : snake(confirmed.exif);
  return { ...snake(confirmed), exif, variants: confirmed.variants.map(snake) };
}

module.exports = { CALLS: { confirm }, besideError };
