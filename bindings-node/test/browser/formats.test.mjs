// What the page takes the first bytes of a file for, held against the core: the known starts, then many that are nearly so.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { check, configurePool } from 'presize';

import { moduleOf } from './modules.mjs';

const { FORMATS, HEAD_BYTES, admits, extensionOf, formatOfMediaType, isUndeclared, mediaTypeOf, sniff } =
  await moduleOf('formats.js');

const STARTS = [
  '\xff\xd8\xff\xe0',
  '\x89PNG\r\n\x1a\n',
  'GIF87a',
  'GIF89a',
  'GIF99z',
  'RIFF\0\0\0\0WEBPVP8X',
  'RIFF\0\0\0\0WEBPVP8 ',
  'RIFF\0\0\0\0WEBPVP9 ',
  'RIFF\0\0\0\0WAVEfmt ',
  '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
  '\0\0\0\x18ftypmif1\0\0\0\0mif1avif',
  '\0\0\0\x14ftypmif1\0\0\0\0mif1',
  '\0\0\0\x14ftypisom\0\0\0\0mp41',
  '\0\0\0\x10ftypavis\0\0\0\0',
  '\0\0\0\0ftyp',
  '\xff\x0a',
  '\0\0\0\x0cJXL \r\n\x87\n',
  '\0\0\0\x0cjP  \r\n\x87\n',
  'II*\0',
  'MM\0*',
  'BM\0\0\0\0\0\0\0\0',
  'BMW is a car',
  '\0\0\x01\0',
  '\0\0\x02\0',
  '%PDF-1.7',
  'PK\x03\x04',
  '\x1f\x8b\x08',
  "<svg xmlns='http://www.w3.org/2000/svg'>",
  "\xef\xbb\xbf <?xml version='1.0'?><!-- a --><SVG>",
  '\xff\xfe<\0s\0v\0g\0>\0',
  '\xfe\xff\0<\0s\0v\0g\0>',
  '<!-- <p> --> <svg/>',
  '<!-- never ended',
  "<?xml version='1.0'?><rss/>",
  '<!DOCTYPE html>',
  '<!doctype SVG>',
  '\t\n\f\r <p>',
  '\x0b<p>',
  `<p>${' '.repeat(HEAD_BYTES - 8)}<svg>`,
  `<p>${' '.repeat(HEAD_BYTES - 7)}<svg>`,
  'hello',
  '\0',
].map((start) => Buffer.from(start, 'latin1'));

// By rules that accept GIF alone, the core names everything else.
async function named(bytes) {
  const { code, details } = await check(bytes, { formats: ['gif'] }).catch((error) => error);
  if (code === 'image_format_unknown') return 'unknown';
  return code === 'image_format_not_allowed' ? details.detected : 'gif';
}

async function compare(bytes) {
  const { format, other } = sniff(new Uint8Array(bytes.subarray(0, HEAD_BYTES)));
  assert.equal(format ?? other ?? 'unknown', await named(bytes), bytes.subarray(0, 60).toString('latin1'));
}

test('the starts of files are what they are to the core', async () => {
  for (const start of STARTS) {
    await compare(start);
    for (let length = 1; length < Math.min(start.length, 40); length += 1) await compare(start.subarray(0, length));
  }
});

test('so are starts that are nearly those', async () => {
  let state = 7;
  const random = (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const batch = [];
  configurePool({ maxWaiting: 6000 });
  for (let drawn = 0; drawn < 6000; drawn += 1) {
    const bytes = Buffer.concat([
      STARTS[random(STARTS.length)].subarray(0, 64),
      STARTS[random(STARTS.length)].subarray(0, 64),
    ]);
    for (let changes = random(3); changes > 0; changes -= 1) {
      bytes[random(Math.min(bytes.length, 24))] = [0, 0x20, 0x3c, 0xff, random(256)][random(5)];
    }
    batch.push(compare(bytes));
  }
  await Promise.all(batch);
});

test('media types and extensions are the registered ones', () => {
  assert.deepEqual(FORMATS.map(mediaTypeOf), [
    'image/jpeg',
    'image/png',
    'image/webp',
    'image/gif',
    'image/heic',
    'image/heif',
    'image/avif',
  ]);
  assert.deepEqual(FORMATS.map(extensionOf), ['.jpg', '.png', '.webp', '.gif', '.heic', '.heif', '.avif']);
  for (const format of FORMATS) assert.equal(formatOfMediaType(mediaTypeOf(format)), format);
  assert.equal(formatOfMediaType('IMAGE/JPG ; q=1'), 'jpeg');
  assert.equal(formatOfMediaType('image/x-citrix-png'), 'png');
  assert.equal(formatOfMediaType('image/svg+xml'), null);
  assert.equal(formatOfMediaType('constructor'), null);
  for (const open of ['', ' ;x=y', 'Application/Octet-Stream; charset=binary', 'binary/octet-stream', 'image/*', '*/*']) {
    assert.ok(isUndeclared(open) && formatOfMediaType(open) === null, open);
  }
  for (const other of ['image/jpeg', 'image/', 'text/*', 'octet-stream']) assert.ok(!isUndeclared(other), other);
  assert.ok(admits('heic', 'heif') && !admits('avif', 'heif') && !admits(null, 'jpeg'));
});
