// Pictures for the tests.

import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';

const { PRESIZE_VECTORS } = process.env;
export const VECTORS = PRESIZE_VECTORS
  ? pathToFileURL(`${PRESIZE_VECTORS}/`)
  : new URL('../../../core/tests/vectors/', import.meta.url);

export const vectorImage = (name) => readFile(new URL(`images/${name}`, VECTORS));
export const vectors = async (name) => JSON.parse(await readFile(new URL(`${name}.json`, VECTORS), 'utf8'));

// A PNG of noise, which nothing makes smaller: about 3 bytes a pixel.
export function noisePng(width, height, seed = 1) {
  const rows = Buffer.alloc(height * (1 + 3 * width));
  let state = seed;
  for (let at = 0; at < rows.length; at += 1) {
    // A linear congruential generator; of its bits the high ones are the random ones.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    rows[at] = at % (1 + 3 * width) === 0 ? 0 : state >>> 24;
  }
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

// A JPEG with a segment that says how it is to be turned, as a phone writes it.
export function withOrientation(jpeg, orientation) {
  const exif = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
  exif.writeUInt16BE(orientation, 6 + 8 + 2 + 8);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(exif.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, exif, jpeg.subarray(2)]);
}
