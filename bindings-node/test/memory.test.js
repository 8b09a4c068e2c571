'use strict';
// The memory of the process does not grow with the number of pictures.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { test } = require('node:test');
const v8 = require('node:v8');
const vm = require('node:vm');
const presize = require('presize');
const { image } = require('./runner/inputs.js');

v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc');

const MAX_GROWTH_BYTES = 16 * 1024 * 1024;

async function resident() {
  for (let round = 0; round < 3; round += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().rss;
}

/** Runs `call` so often, four at a time. Node frees what an addon has made in a turn of the event loop of its own. */
async function repeat(times, call) {
  for (let done = 0; done < times; done += 4) {
    await Promise.all([call(done), call(done + 1), call(done + 2), call(done + 3)]);
    if (done % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function staysFlat(times, call) {
  await repeat(times / 4, call);
  // What the allocator keeps for more threads at once than before is kept only once; what leaks, leaks every time.
  const seen = [];
  for (let round = 0; round < 3; round += 1) {
    const before = await resident();
    await repeat(times, call);
    const grown = (await resident()) - before;
    console.log(`${times} calls: ${grown} bytes more than before them`);
    if (grown < MAX_GROWTH_BYTES) return;
    seen.push(grown);
  }
  assert.fail(`${seen.join(', ')} bytes more`);
}

// With a tail that decoders do not read: two thousand such inputs are far more than may stay.
const photo = Buffer.concat([image('transform-photo.jpg'), Buffer.alloc(100_000)]);

test('2000 transforms', () => {
  return staysFlat(2000, () => presize.transform(photo, { width: 200, format: 'png' }));
});

test('2000 calls that fail, and 2000 that are ended', async () => {
  const wide = { code: 'image_too_large' };
  await staysFlat(2000, () => assert.rejects(presize.check(photo, { maxWidth: 10 }), wide));
  await staysFlat(2000, (index) => {
    const controller = new AbortController();
    const call = presize.transform(photo, { width: 200 }, { signal: controller.signal }).catch(() => {});
    if (index % 2 === 0) controller.abort();
    return call;
  });
});

test('20000 tickets, rules and requests', () => {
  const bucket = presize.Bucket.s3('eu-central-1', 'photos');
  return staysFlat(20_000, () => {
    const presigner = new presize.Presigner(bucket, new presize.Credentials('AKIDEXAMPLE', 'secret'));
    const uploads = new presize.Uploads(presigner, { maxBytes: 5 });
    uploads.issue({ owner: 'a', contentType: 'image/png', sizeBytes: 5 });
  });
});

const DECODING = `
const presize = require('presize');
const file = require('node:fs').readFileSync(0);
const peak = () => process.resourceUsage().maxRSS * 1024;
(async () => {
  await presize.decode(file, { width: 64 });
  const before = peak();
  const { bytes } = await presize.decode(file);
  console.log(JSON.stringify([peak() - before, bytes.length, bytes[0], bytes.at(-1)]));
})();
`;

test('decoded pixels are in memory once', { skip: process.platform !== 'linux' }, async () => {
  const [width, height] = [5000, 4000];
  const bytes = Buffer.alloc(3 * width * height, 7);
  bytes[bytes.length - 1] = 9;
  const file = await presize.encode({ bytes, width, height, channels: 3 }, { format: 'png' });
  const run = spawnSync(process.execPath, ['-e', DECODING], { input: file.bytes, cwd: __dirname, encoding: 'utf8' });
  assert.strictEqual(run.status, 0, run.stderr);
  const [grown, ...seen] = JSON.parse(run.stdout);
  assert.deepStrictEqual(seen, [bytes.length, 7, 9]);
  assert.ok(grown < 1.5 * bytes.length, `${grown} bytes for ${bytes.length} bytes of pixels`);
});
