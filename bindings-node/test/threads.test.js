'use strict';
// Worker threads load the addon, each for itself, and one that ends takes nothing with it.

const assert = require('node:assert');
const { once } = require('node:events');
const { test } = require('node:test');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
const presize = require('presize');
const { image } = require('./runner/inputs.js');

const now = new Date(1_700_000_000_000);

async function work(photo) {
  const presigner = new presize.Presigner(
    presize.Bucket.s3('eu-central-1', 'photos'),
    new presize.Credentials('AKIDEXAMPLE', 'secret'),
  );
  const { bytes } = await presize.transform(photo, { width: 20 });
  const refused = await presize.check(photo, { maxWidth: 1 }).catch((error) => error);
  return { bytes: Buffer.from(bytes).toString('base64'), url: presigner.get('a', { now }).url, refused: refused.toJSON() };
}

if (!isMainThread) {
  if (workerData.forever) {
    const again = () => presize.transform(workerData.photo, { width: 20 }).then(again);
    for (let count = 0; count < 8; count += 1) again();
    parentPort.postMessage('begun');
  } else {
    work(workerData.photo).then((done) => parentPort.postMessage(done));
  }
} else {
  const photo = image('transform-photo.jpg');

  test('worker threads give what the main thread gives', async () => {
    const expected = await work(photo);
    const workers = Array.from({ length: 4 }, () => new Worker(__filename, { workerData: { photo } }));
    for (const [done] of await Promise.all(workers.map((worker) => once(worker, 'message')))) {
      assert.deepStrictEqual(done, expected);
    }
    await Promise.all(workers.map((worker) => worker.terminate()));
  });

  test('a worker thread that is ended in the middle of its calls does no harm', async () => {
    for (let round = 0; round < 5; round += 1) {
      const worker = new Worker(__filename, { workerData: { photo, forever: true } });
      await once(worker, 'message');
      await worker.terminate();
    }
    assert.strictEqual((await presize.transform(photo, { width: 20 })).width, 20);
  });

  test('bytes that are given to another thread are those of the picture', async () => {
    const { bytes } = await presize.transform(photo, { width: 20 });
    const copy = Buffer.from(bytes);
    const moved = structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    assert.deepStrictEqual(Buffer.from(moved), copy);
  });
}
