'use strict';
// The event loop turns while pictures are worked on.

const assert = require('node:assert');
const { randomFill } = require('node:crypto');
const fs = require('node:fs');
const { performance } = require('node:perf_hooks');
const { test } = require('node:test');
const { promisify } = require('node:util');
const presize = require('presize');
const { image } = require('./runner/inputs.js');

const MAX_LATE_MS = 50;

/** A JPEG of 12 megapixels: smooth colours with some noise. */
async function photo() {
  const [width, height] = [4000, 3000];
  const bytes = Buffer.alloc(width * height * 3);
  let state = 1;
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const noise = state >>> 28;
      bytes[at++] = (x * 239) / width + noise;
      bytes[at++] = (y * 239) / height + noise;
      bytes[at++] = ((x + y) % 240) + noise;
    }
  }
  return (await presize.encode({ bytes, width, height, channels: 3 }, { format: 'jpeg', quality: 90 })).bytes;
}

/**
 * How long this thread could have run and was given no processor, in milliseconds: what of its lateness is the machine's.
 * Only Linux says so; elsewhere NaN.
 */
function waited() {
  try {
    const [, nanoseconds] = fs.readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ').map(Number);
    return nanoseconds / 1e6;
  } catch {
    return NaN;
  }
}

const IS_COUNTED = waited() >= 0;

/** The most that a timer of 10 ms is late while `work` goes on, and how often it rang. */
async function lateness(work) {
  let most = 0;
  let times = 0;
  let due = performance.now() + 10;
  let before = waited();
  const timer = setInterval(() => {
    const late = performance.now() - due;
    const without = waited();
    most = Math.max(most, IS_COUNTED ? late - (without - before) : late);
    times += 1;
    before = without;
    due = performance.now() + 10;
  }, 10);
  await work();
  clearInterval(timer);
  return { most, times };
}

/** As many threads busy for as long with memory of their own, without presize: what is late then is the machine. */
function without(milliseconds) {
  const end = performance.now() + milliseconds;
  const fill = promisify(randomFill);
  const again = async () => {
    while (performance.now() < end) await fill(Buffer.allocUnsafe(32 * 1024 * 1024));
  };
  return Promise.all(Array.from({ length: 4 }, again));
}

test('a timer of 10 ms is never late by more than 50 ms while 16 transforms of 12 megapixels run', async (t) => {
  const bytes = await photo();
  assert.ok(bytes.length > 1_000_000, `${bytes.length} bytes`);
  const work = () => Promise.all(Array.from({ length: 16 }, () => presize.transform(bytes, { width: 320 })));
  // As in a server that has run for a while: the first copies of so many bytes wait for pages from the system.
  await work();
  // The processors may belong to other programs for a while. A loop that is held up is so every time.
  const seen = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const { most, times } = await lateness(work);
    assert.ok(times > 10, `the timer rang only ${times} times`);
    seen.push(Math.round(most));
    if (most <= MAX_LATE_MS) break;
    if (IS_COUNTED) continue;
    const machine = await lateness(() => without(3000));
    if (machine.most > MAX_LATE_MS) {
      const without = `${Math.round(machine.most)} ms without presize, ${seen.join(', ')} ms with it`;
      t.skip(`this machine is late by itself while others use its processors: ${without}`);
      return;
    }
  }
  t.diagnostic(`late by at most ${seen.join(', ')} ms`);
  assert.ok(Math.min(...seen) <= MAX_LATE_MS, `late by ${seen.join(', ')} ms`);
});

/** Files of 10 MB that are headers to their end: empty segments and chunks, which a decoder reads over. */
const HEADERS_ALONE = {
  jpeg: () => Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(10_000_000, Buffer.from([0xff, 0xfe, 0, 2]))]),
  png: () => {
    // A PNG of the suite, with chunks `abCd` after the 33 bytes of its signature and IHDR.
    const png = image('rgb.png');
    const empty = Buffer.from([0, 0, 0, 0, 0x61, 0x62, 0x43, 0x64, ...crcOf(Buffer.from('abCd'))]);
    return Buffer.concat([png.subarray(0, 33), Buffer.alloc(9_999_996, empty), png.subarray(33)]);
  },
  webp: () => {
    const webp = Buffer.alloc(9_999_998 - (9_999_998 % 8) + 30);
    webp.write('RIFF');
    webp.writeUInt32LE(webp.length - 8, 4);
    webp.write('WEBPVP8X', 8);
    webp.writeUInt32LE(10, 16);
    return webp.fill(Buffer.from('ABCD\0\0\0\0', 'latin1'), 30);
  },
};

function crcOf(data) {
  let sum = 0xffffffff;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((sum ^ 0xffffffff) >>> 0);
  return bytes;
}

/** The shortest of five times that `call` keeps this thread. */
async function held(call) {
  const times = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const start = performance.now();
    const pending = call();
    times.push(performance.now() - start);
    await pending;
  }
  return Math.min(...times);
}

for (const [format, make] of Object.entries(HEADERS_ALONE)) {
  test(`a call returns at once, and the headers of a ${format} that has nothing else are read on the pool`, async (t) => {
    const bytes = make();
    const gone = (promise) => promise.then(() => {}, () => {});
    const uploads = new presize.Uploads(
      new presize.Presigner(presize.Bucket.s3('eu-central-1', 'photos'), new presize.Credentials('AKIDEXAMPLE', 'secret')),
    );
    const { key } = uploads.issue({ owner: 'a', contentType: `image/${format}`, sizeBytes: 1 });
    const answer = () => {
      const confirmation = uploads.confirm({ owner: 'a', key });
      confirmation.nextRequest();
      return confirmation.answer({ status: 200, body: bytes });
    };
    // What the headers take where they are read: this call is synchronous.
    const headers = await held(async () => {
      try {
        presize.workPixels(bytes);
      } catch {
        // It has no picture.
      }
    });
    // What must remain: the bytes are copied before a call returns, into memory that may be fresh.
    const copy = await held(async () => Buffer.from(bytes));
    const most = headers / 2 + 4 * copy;
    const calls = {
      check: () => presize.check(bytes),
      transform: () => presize.transform(bytes, { width: 1 }),
      transformMany: () => presize.transformMany(bytes, [{ width: 1 }]),
      decode: () => presize.decode(bytes),
      answer,
    };
    for (const [name, call] of Object.entries(calls)) {
      const time = await held(() => gone(call()));
      t.diagnostic(`${name}: ${time.toFixed(1)} ms of ${headers.toFixed(1)} ms`);
      assert.ok(time < most, `${name} keeps the thread for ${time} ms, the headers take ${headers} ms, a copy ${copy} ms`);
    }
  });
}
