'use strict';
// Which bytes and texts calls accept, and that later changes to them do not affect a running call.

const assert = require('node:assert');
const { test } = require('node:test');
const vm = require('node:vm');
const presize = require('presize');
const { image } = require('./runner/inputs.js');

const PHOTO = image('baseline_420.jpg');

/** The same bytes in everything that they may come in. */
function inputs() {
  const padded = Buffer.concat([Buffer.alloc(7, 1), PHOTO, Buffer.alloc(9, 2)]);
  const shared = new Uint8Array(new SharedArrayBuffer(PHOTO.length + 8), 8);
  shared.set(PHOTO);
  class Chunk extends Uint8Array {}
  return {
    'a Buffer': PHOTO,
    'a Buffer of the pool': Buffer.from(PHOTO),
    'a Buffer of its own': Buffer.concat([PHOTO]),
    'a Uint8Array': new Uint8Array(PHOTO),
    'a view with an offset': new Uint8Array(padded.buffer, padded.byteOffset + 7, PHOTO.length),
    'a subarray': padded.subarray(7, 7 + PHOTO.length),
    'a class of its own': Chunk.from(PHOTO),
    'shared memory': shared,
    'shared memory as a Buffer': Buffer.from(shared.buffer, 8, PHOTO.length),
    'another realm': vm.runInNewContext('Uint8Array').from(PHOTO),
  };
}

for (const [name, bytes] of Object.entries(inputs())) {
  test(`bytes in ${name}`, async () => {
    assert.strictEqual(presize.inspect(bytes).width, 48);
    const checked = await presize.check(bytes);
    assert.ok(Buffer.isBuffer(checked.bytes));
    assert.deepStrictEqual(checked.bytes, PHOTO);
    const expected = await presize.transform(PHOTO, { width: 20 });
    assert.deepStrictEqual((await presize.transform(bytes, { width: 20 })).bytes, expected.bytes);
    assert.deepStrictEqual((await presize.transformMany(bytes, [{ width: 20 }]))[0].bytes, expected.bytes);
    assert.strictEqual(presize.encodeDataUri(bytes, 'jpeg'), checked.toDataUri());
    assert.deepStrictEqual(await presize.decode(bytes), await presize.decode(PHOTO));
  });
}

test('what is no Buffer and no Uint8Array is refused', async () => {
  const wrong = {
    undefined,
    null: null,
    number: 5,
    Array: [...PHOTO],
    ArrayBuffer: new ArrayBuffer(8),
    DataView: new DataView(new ArrayBuffer(8)),
    Uint8ClampedArray: new Uint8ClampedArray(8),
    Uint16Array: new Uint16Array(8),
    Object: { length: 5, 0: 1 },
    Promise: Promise.resolve(PHOTO),
  };
  for (const [name, bytes] of Object.entries(wrong)) {
    const expected = {
      code: 'option_invalid',
      message: `expected a Buffer or Uint8Array for bytes, received ${name}`,
    };
    assert.throws(() => presize.inspect(bytes), expected);
    assert.throws(() => presize.encodeDataUri(bytes, 'png'), expected);
    await assert.rejects(presize.check(bytes), expected);
    await assert.rejects(presize.transform(bytes), expected);
    await assert.rejects(presize.transformMany(bytes, []), expected);
    await assert.rejects(presize.decode(bytes), expected);
    await assert.rejects(presize.encode({ bytes, width: 1, height: 1, channels: 1 }, { format: 'png' }), expected);
  }
  await assert.rejects(presize.check('/tmp/a.jpg'), /text is decoded by decodeDataUri/);
  await assert.rejects(presize.check(new Proxy(PHOTO, {})), /expected a Buffer or Uint8Array/);
});

test('a Blob, as a web form has it, is refused with what to pass instead', async () => {
  const blob = new File([PHOTO], 'cat.jpg', { type: 'image/jpeg' });
  await assert.rejects(presize.check(blob), {
    code: 'option_invalid',
    message:
      'expected a Buffer or Uint8Array for bytes, received a File: pass new Uint8Array(await blob.arrayBuffer())',
  });
  assert.throws(() => presize.inspect(new Blob([PHOTO])), /received a Blob: pass/);
  // The advice works.
  assert.strictEqual((await presize.check(new Uint8Array(await blob.arrayBuffer()))).width, 48);
});

test('no bytes, and bytes that were given away, are an empty file', async () => {
  const given = new Uint8Array(PHOTO);
  structuredClone(given, { transfer: [given.buffer] });
  for (const bytes of [Buffer.alloc(0), given]) {
    await assert.rejects(presize.check(bytes), { code: 'image_too_small', details: { what: 'bytes', received: 0, min: 1 } });
  }
});

test('what is written into the bytes after the call does not reach it', async () => {
  const bytes = Buffer.from(PHOTO);
  const calls = [presize.check(bytes), presize.transform(bytes, { width: 9 }), presize.decode(bytes)];
  bytes.fill(0);
  const [checked, transformed, pixels] = await Promise.all(calls);
  assert.deepStrictEqual(checked.bytes, PHOTO);
  assert.deepStrictEqual(transformed.bytes, (await presize.transform(PHOTO, { width: 9 })).bytes);
  assert.deepStrictEqual(pixels, await presize.decode(PHOTO));
  const given = Buffer.from(pixels.bytes);
  const encoding = presize.encode({ ...pixels, bytes: given }, { format: 'png' });
  given.fill(0);
  assert.deepStrictEqual((await encoding).bytes, (await presize.encode(pixels, { format: 'png' })).bytes);
});

test('more bytes than the rules allow are refused before they are copied', async () => {
  const large = Buffer.alloc(64 * 1024 * 1024);
  const before = process.memoryUsage().rss;
  for (let count = 0; count < 50; count += 1) {
    await assert.rejects(presize.transform(large), {
      code: 'image_too_large',
      details: { what: 'bytes', received: large.length, max: 10485760 },
    });
  }
  assert.ok(process.memoryUsage().rss - before < 32 * 1024 * 1024);
});

/** By how much the process grows within a call that is refused. */
async function grows(call, expected) {
  const before = process.memoryUsage().rss;
  const refused = call();
  const grown = process.memoryUsage().rss - before;
  await assert.rejects(refused, expected);
  return grown;
}

test('what is refused for its length is refused before it is copied', async () => {
  const length = 200_000_000;
  const shared = new Uint8Array(new SharedArrayBuffer(length));
  const pixels = { bytes: Buffer.alloc(length, 1), width: 10_000, height: 10_000, channels: 3 };
  const text = Buffer.alloc(length, 'a').toString('latin1');
  const tooLarge = { code: 'image_too_large', details: { what: 'bytes', received: length, max: 10485760 } };
  for (const [call, expected] of [
    [() => presize.check(shared), tooLarge],
    [() => presize.transform(shared), tooLarge],
    [() => presize.transformMany(shared, [{}]), tooLarge],
    [() => presize.decode(shared), tooLarge],
    [() => presize.encode(pixels, { format: 'png' }), { code: 'option_invalid', message: /for bytes, received 200000000$/ }],
    [
      () => presize.decodeDataUri(text, { maxDataUriBytes: 1000 }),
      { code: 'data_uri_too_large', details: { what: 'text', received_bytes: length, max_bytes: 1000 } },
    ],
  ]) {
    const grown = await grows(call, expected);
    assert.ok(grown < length / 4, `${grown} bytes more: ${call}`);
  }
});

test('of a list that is too long no text is read', async () => {
  const texts = new Proxy(new Array(11).fill('data:,'), {
    get(target, name) {
      assert.strictEqual(name, 'length');
      return target[name];
    },
  });
  const details = { received_count: 11, max_count: 10 };
  await assert.rejects(presize.decodeDataUris(texts), { code: 'data_uri_count_exceeded', details });
});

test('shared memory is read as it is, whatever the view says of itself', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(PHOTO.length));
  shared.set(PHOTO);
  shared.valueOf = () => 'text';
  assert.strictEqual(presize.encodeDataUri(shared, 'jpeg'), presize.encodeDataUri(PHOTO, 'jpeg'));
});

test('texts are strings, whole and without half a surrogate pair', async () => {
  for (const text of [undefined, null, 5, Buffer.from('data:'), new String('data:')]) {
    await assert.rejects(presize.decodeDataUri(text), { code: 'option_invalid', message: /expected a string for text/ });
  }
  await assert.rejects(presize.decodeDataUri('data:image/png;base64,\ud800'), /half a surrogate pair/);
  for (const texts of [undefined, null, 'data:', { length: 1, 0: 'data:' }, new Set(['data:'])]) {
    await assert.rejects(presize.decodeDataUris(texts), /expected a list for texts/);
  }
  assert.deepStrictEqual(await presize.decodeDataUris([]), []);
});

test('results are Buffers of their own', async () => {
  const one = await presize.transform(PHOTO, { width: 9 });
  const other = await presize.transform(PHOTO, { width: 9 });
  one.bytes.fill(0);
  assert.notDeepStrictEqual(one.bytes, other.bytes);
  assert.strictEqual(other.bytes.byteOffset, 0);
  assert.strictEqual(other.bytes.buffer.byteLength, other.bytes.length);
});
