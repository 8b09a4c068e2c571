'use strict';
// A signal ends a call: the promise at once, the work before its next stage, and what is queued before it begins.

// One thread, so that what it does is seen by who comes next. It must be said before the pool is first used.
process.env.UV_THREADPOOL_SIZE = '1';

const assert = require('node:assert');
const { getEventListeners } = require('node:events');
const { after, before, test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const presize = require('presize');
const { image } = require('./runner/inputs.js');

const PHOTO = image('baseline_420.jpg');
const PIXELS = { bytes: Buffer.alloc(4 * 4 * 3), width: 4, height: 4, channels: 3 };
const URI = presize.encodeDataUri(PHOTO, 'jpeg');
const LARGE = { maxBytes: 100_000_000 };
const CALLS = {
  check: (signal) => presize.check(PHOTO, {}, { signal }),
  stripMetadata: (signal) => presize.stripMetadata(PHOTO, {}, { signal }),
  transform: (signal) => presize.transform(PHOTO, {}, { signal }),
  transformMany: (signal) => presize.transformMany(PHOTO, [{}], { signal }),
  decode: (signal) => presize.decode(PHOTO, {}, { signal }),
  encode: (signal) => presize.encode(PIXELS, { format: 'png' }, { signal }),
  decodeDataUri: (signal) => presize.decodeDataUri(URI, {}, { signal }),
  decodeDataUris: (signal) => presize.decodeDataUris([URI], {}, { signal }),
};
const unhandled = [];
const warnings = [];
let slow;

before(async () => {
  process.on('unhandledRejection', (reason) => unhandled.push(reason));
  process.on('warning', (warning) => warnings.push(warning));
  // A PNG of noise: reading its data takes long, and is stopped within it. So many bytes go back to the system when they
  // are freed.
  const side = 3600;
  const bytes = Buffer.alloc(side * side * 3);
  let state = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  slow = (await presize.encode({ bytes, width: side, height: side, channels: 3 }, { format: 'png' })).bytes;
});

after(async () => {
  // There is one thread: what it was given before is done, and what Node says of it is said in the next turn.
  await presize.check(PHOTO);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepStrictEqual(unhandled, []);
  assert.deepStrictEqual(warnings, []);
});

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name} rejects with the reason of its signal and leaves no listener`, async () => {
    await assert.rejects(call(AbortSignal.abort()), { name: 'AbortError', code: DOMException.ABORT_ERR });
    const reason = { own: 'reason' };
    await assert.rejects(call(AbortSignal.abort(reason)), (error) => error === reason);

    const controller = new AbortController();
    const { signal } = controller;
    await call(signal);
    assert.strictEqual(getEventListeners(signal, 'abort').length, 0);
    const promise = call(signal);
    assert.strictEqual(getEventListeners(signal, 'abort').length, 1);
    controller.abort();
    await assert.rejects(promise, (error) => error === signal.reason && error.name === 'AbortError');
    assert.strictEqual(getEventListeners(signal, 'abort').length, 0);
  });

  test(`${name} takes nothing else for a signal`, async () => {
    for (const wrong of [null, 5, 'abort', {}, new AbortController(), () => {}]) {
      await assert.rejects(call(wrong), { code: 'option_invalid', message: /expected an AbortSignal for signal/ });
    }
  });
}

test('a call that is refused leaves no listener', async () => {
  const { signal } = new AbortController();
  await assert.rejects(presize.transform(PHOTO, { width: 0 }, { signal }), { code: 'option_invalid' });
  await assert.rejects(presize.check(Buffer.from('no image'), {}, { signal }), { code: 'image_format_unknown' });
  assert.strictEqual(getEventListeners(signal, 'abort').length, 0);
});

test('a signal that comes too late changes nothing', async () => {
  const controller = new AbortController();
  const made = await presize.transform(PHOTO, { width: 9 }, { signal: controller.signal });
  controller.abort();
  assert.strictEqual(made.width, 9);
});

test('a time-out is its own reason', async () => {
  await assert.rejects(presize.check(slow, LARGE, { signal: AbortSignal.timeout(1) }), { name: 'TimeoutError' });
});

test('one signal ends many calls, without a warning', async () => {
  const controller = new AbortController();
  const calls = Array.from({ length: 60 }, () => presize.check(PHOTO, {}, { signal: controller.signal }));
  controller.abort();
  const settled = await Promise.allSettled(calls);
  assert.ok(settled.every(({ status, reason }) => status === 'rejected' && reason === controller.signal.reason));
});

test('a signal that ends while the options are read ends the call', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const options = {
    get width() {
      controller.abort();
      return 5;
    },
  };
  await assert.rejects(presize.transform(PHOTO, options, { signal }), (error) => error === signal.reason);
  assert.strictEqual(getEventListeners(signal, 'abort').length, 0);
});

test('a signal that cannot be listened to ends its own call and nothing else', async () => {
  const broken = new Error('broken');
  const signal = new EventTarget();
  signal.aborted = false;
  signal.addEventListener = () => {
    throw broken;
  };
  for (const bytes of [PHOTO, Buffer.from('no image')]) {
    for (let again = 0; again < 2; again += 1) await assert.rejects(presize.check(bytes, {}, { signal }), broken);
  }
  const half = { aborted: false, addEventListener() {} };
  await assert.rejects(presize.check(PHOTO, {}, { signal: half }), { code: 'option_invalid' });
});

test('a signal without a reason gives an AbortError', async () => {
  const signal = new EventTarget();
  signal.aborted = true;
  await assert.rejects(presize.check(PHOTO, {}, { signal }), { name: 'AbortError', code: DOMException.ABORT_ERR });
  signal.aborted = false;
  const promise = presize.check(PHOTO, {}, { signal });
  signal.dispatchEvent(new Event('abort'));
  await assert.rejects(promise, { name: 'AbortError' });
});

test('the promise does not wait for the work', async () => {
  const controller = new AbortController();
  let rejected = false;
  const promise = presize.check(slow, LARGE, { signal: controller.signal }).catch((reason) => {
    rejected = reason === controller.signal.reason;
  });
  controller.abort();
  // What the pool has done is told in a turn of the event loop, and there is none here.
  for (let step = 0; step < 20; step += 1) await null;
  assert.ok(rejected);
  await promise;
});

/** The processors' time that this process has used, in microseconds: how busy the machine is does not count. */
function used() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** How much of it the call takes that others are held against. */
async function whole() {
  const start = used();
  await presize.check(slow, LARGE);
  return used() - start;
}

test('work that runs stops', async () => {
  // This thread may come back only when the work is done; a call that does not stop never takes half of itself.
  const seen = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const takes = await whole();
    const controller = new AbortController();
    const promise = presize.check(slow, LARGE, { signal: controller.signal });
    const start = used();
    while (used() - start < takes / 8) await sleep(1);
    controller.abort();
    const [{ status }] = await Promise.allSettled([promise]);
    await presize.check(PHOTO);
    const took = used() - start;
    if (status === 'rejected' && took < takes / 2) return;
    seen.push({ status, takes, took });
  }
  assert.fail(JSON.stringify(seen));
});

test('what is queued is dropped, with its bytes', async () => {
  const takes = await whole();
  const controller = new AbortController();
  const running = presize.check(slow, LARGE);
  const queued = Array.from({ length: 10 }, () => presize.check(slow, LARGE, { signal: controller.signal }));
  const held = process.memoryUsage().rss;
  const start = used();
  controller.abort();
  const left = held - process.memoryUsage().rss;
  await Promise.allSettled(queued);
  await running;
  await presize.check(PHOTO);
  const took = used() - start;
  assert.ok(took < takes * 6, `${took} us, and one of them takes ${takes} us`);
  // Some of it is kept for other calls.
  assert.ok(left > slow.length * 2, `${left} bytes were freed at once`);
});
