'use strict';

// Bodies that come in pieces of every size: what is kept of them takes no more than they are long.

const assert = require('node:assert/strict');
const path = require('node:path');
const { describe, test } = require('node:test');

const { readImage, readJson } = require('presize/http');
const { END, FORM, file, image } = require('./http_app.js');
// Not for programs.
const { BodyBuffer } = require(path.join(require.resolve('presize/package.json'), '../lib/http/body_buffer.js'));

const JPEG = image('baseline_420.jpg');

/** A request with a body in pieces of `size` bytes. */
function inPieces(whole, size, type) {
  let start = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (start >= whole.length) return controller.close();
      controller.enqueue(new Uint8Array(whole.subarray(start, start + size)));
      start += size;
    },
  });
  return new Request('http://x/', { method: 'POST', body, duplex: 'half', headers: { 'content-type': type } });
}

describe('bytes that are kept', () => {
  test('are those that came, in their order', () => {
    const sizes = [0, 1, 5000, 1, 1, 4095, 4096, 4097, 0, 3000, 70_000, 2, 4095, 4095, 100_000, 1];
    const kept = new BodyBuffer();
    const expected = [];
    for (let round = 0; round < 10; round += 1) {
      for (const size of sizes) {
        const piece = Buffer.from(Array.from({ length: size }, (_, index) => (index * 7 + size + round) % 256));
        kept.add(piece);
        expected.push(piece);
      }
    }
    const whole = Buffer.concat(expected);
    assert.equal(kept.length, whole.length);
    assert.ok(kept.take().equals(whole));
    assert.equal(kept.length, 0);
    assert.equal(kept.take().length, 0);
  });

  test('one by one take few objects', () => {
    const kept = new BodyBuffer();
    for (let index = 0; index < 1_000_000; index += 1) kept.add(Buffer.from([index & 255]));
    assert.ok(kept._chunks.length < 30, String(kept._chunks.length));
    assert.equal(kept.take().length, 1_000_000);
  });

  test('beside large ones they share their blocks', () => {
    const kept = new BodyBuffer();
    const large = Buffer.alloc(4096);
    for (let index = 0; index < 1000; index += 1) {
      kept.add(Buffer.from([1]));
      kept.add(large);
    }
    const blocks = new Set(kept._chunks.map(({ buffer }) => buffer).filter((buffer) => buffer !== large.buffer));
    assert.equal(blocks.size, 1);
  });

  test('form and JSON in small pieces', async () => {
    for (const size of [1, 7, 1000]) {
      const form = inPieces(Buffer.concat([file(JPEG), END]), size, FORM);
      assert.ok((await readImage(form)).bytes.equals(JPEG));
      const json = inPieces(Buffer.from('{"name": "고양이"}'), size, 'application/json');
      assert.deepEqual(await readJson(json, { maxBodyBytes: 100 }), { name: '고양이' });
    }
  });
});
