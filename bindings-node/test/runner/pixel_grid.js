'use strict';
// A picture as a reader of the file sees it, and the grid that cases hold it against.

const assert = require('node:assert');
const sharp = require('sharp');

/** What sharp finds in a file that presize wrote. */
async function seen(image) {
  const file = sharp(image.bytes, { ignoreIcc: true });
  const { format, width, height, hasAlpha, icc } = await file.metadata();
  assert.strictEqual(format, image.format);
  assert.deepStrictEqual([image.width, image.height], [width, height], 'the size that is said');
  const { data, info } = await file.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  assert.strictEqual(info.channels, 4);
  return {
    format,
    width,
    height,
    has_alpha: hasAlpha,
    has_icc_profile: icc !== undefined,
    grid: grid(data, width, height, hasAlpha),
  };
}

/** Pixels of 1 to 4 channels as RGBA. */
function rgba({ bytes, width, height, channels }) {
  assert.strictEqual(bytes.length, width * height * channels);
  const pixels = Buffer.alloc(width * height * 4, 255);
  for (let at = 0; at < width * height; at += 1) {
    const pixel = bytes.subarray(at * channels, (at + 1) * channels);
    for (let channel = 0; channel < 3; channel += 1) pixels[at * 4 + channel] = pixel[channels < 3 ? 0 : channel];
    if (channels % 2 === 0) pixels[at * 4 + 3] = pixel[channels - 1];
  }
  return pixels;
}

/** 8 x 8 mean colours, weighted by alpha: what a transparent pixel's colour is, nobody can see. */
function grid(pixels, width, height, hasAlpha) {
  const cells = [];
  for (const [top, bottom] of spans(height)) {
    for (const [left, right] of spans(width)) {
      const sums = [0, 0, 0, 0];
      for (let y = top; y < bottom; y += 1) {
        for (let x = left; x < right; x += 1) {
          const at = (y * width + x) * 4;
          const alpha = pixels[at + 3];
          for (let channel = 0; channel < 3; channel += 1) sums[channel] += (pixels[at + channel] * alpha) / 255;
          sums[3] += alpha;
        }
      }
      const count = (bottom - top) * (right - left);
      cells.push(sums.slice(0, hasAlpha ? 4 : 3).map((sum) => Math.floor(sum / count + 0.5)));
    }
  }
  return cells;
}

function spans(length) {
  return Array.from({ length: 8 }, (_, index) => {
    const start = Math.min(Math.floor((index * length) / 8), length - 1);
    return [start, Math.max(start + 1, Math.floor(((index + 1) * length) / 8))];
  });
}

module.exports = { grid, rgba, seen };
