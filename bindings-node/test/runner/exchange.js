'use strict';
// Exchanges: a state machine is driven with the answers that a case has recorded, and every request that it makes is shown.

const assert = require('node:assert');
const { createHash } = require('node:crypto');
const { inspect: shown } = require('node:util');
const presize = require('presize');
const { data, dateOf } = require('./inputs.js');

// One that would be good news in every step.
const ODD_ANSWER = {
  status: 200,
  headers: { etag: '"0"', 'content-length': '1', 'content-type': 'image/jpeg' },
  body: Buffer.from('-'),
};

/** Drives a machine with the answers of a case. `finish` gives its outcome, or throws its error. */
async function drive(machine, given) {
  const now = dateOf(given.now);
  await machine.answer(ODD_ANSWER); // to nothing
  const requests = [];
  const answers = given.answers.values();
  let finish = () => machine.finish();
  for (;;) {
    const { value: answer, done } = answers.next();
    const clock = answer?.clock === undefined ? now : dateOf(answer.clock);
    let request;
    try {
      request = machine.nextRequest({ now: clock });
    } catch (error) {
      assert.throws(() => machine.finish(), { code: error.code });
      finish = thrower(error);
      break;
    }
    if (request === null) break;
    requests.push(showRequest(request));
    assert.deepStrictEqual(machine.nextRequest({ now: clock }), request, 'asked again, it is the same');
    if (done) break;
    if (answer.fail !== undefined) machine.fail(answer.fail);
    else await machine.answer(readAnswer(answer, requests.length));
  }
  assert.strictEqual(answers.next().done, true, 'answers that nobody asked for');
  return { requests, finish };
}

/** At the end nothing is sent any more, whatever comes. */
async function afterTheEnd(machine, given) {
  await machine.answer(ODD_ANSWER);
  machine.fail('too late');
  assert.strictEqual(machine.nextRequest({ now: dateOf(given.now) }), null);
  assert.ok(!shown(machine, { showHidden: true }).includes('X-Amz'));
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
    version_id: searchParams.get('versionId'),
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

module.exports = { afterTheEnd, drive, thrower };
