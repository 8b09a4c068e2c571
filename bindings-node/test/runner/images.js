'use strict';
// The calls on images and on data URIs.

const assert = require('node:assert');
const { createHash } = require('node:crypto');
const presize = require('presize');
const { data, options, snake } = require('./inputs.js');
const { grid, rgba, seen } = require('./pixel_grid.js');

/** Rules as a value for one half of the cases, as an object for the other: both are the same to every call. */
function rules(given) {
  const named = options(given.rules);
  return Object.keys(named).length % 2 === 0 ? new presize.ImageRules(named) : named;
}

async function check(given) {
  const bytes = data(given);
  const named = given.declared === undefined ? undefined : { declared: given.declared };
  const checked = await presize.check(bytes, rules(given), named);
  assert.deepStrictEqual(checked.bytes, bytes);
  const { info } = checked;
  assert.deepStrictEqual([checked.format, checked.width, checked.height], [info.format, info.width, info.height]);
  return { ...showInfo(info), is_complete: checked.isComplete };
}

function showInfo(info) {
  const { exifSummary } = info;
  return { ...snake(info), exif_summary: exifSummary === null ? null : snake(exifSummary) };
}

async function strip(given) {
  const bytes = data(given);
  const stripped = await presize.stripMetadata(bytes, rules(given));
  assert.notStrictEqual(stripped.bytes.buffer, bytes.buffer);
  return {
    format: stripped.format,
    bytes: stripped.bytes.length,
    sha256: createHash('sha256').update(stripped.bytes).digest('hex'),
    hex: stripped.bytes.toString('hex'),
    base64: stripped.bytes.toString('base64'),
    removed: stripped.removed,
  };
}

async function transform(given) {
  return seen(await presize.transform(data(given), options(given.options), { rules: rules(given) }));
}

async function transformMany(given) {
  const transforms = given.transforms.map((transform) => options(transform));
  const images = await presize.transformMany(data(given), transforms, { rules: rules(given) });
  return { images: await Promise.all(images.map(seen)) };
}

async function decode(given) {
  const pixels = await presize.decode(data(given), options(given.options), { rules: rules(given) });
  const { width, height, channels } = pixels;
  const shown = rgba(pixels);
  const hasAlpha = shown.some((value, at) => at % 4 === 3 && value < 255);
  const base64 = pixels.bytes.toString('base64');
  return { width, height, channels, has_alpha: hasAlpha, grid: grid(shown, width, height, hasAlpha), base64 };
}

async function encode(given) {
  const { width, height, channels } = given.pixels;
  const pixels = new presize.PixelImage(data(given.pixels), width, height, channels);
  return seen(await presize.encode(pixels, options(given.options), { rules: rules(given) }));
}

function show(image) {
  const { format, width, height } = image;
  return { format, width, height, size_bytes: image.bytes.length, text: image.toDataUri() };
}

module.exports = {
  inspect: (given) => showInfo(presize.inspect(data(given))),
  work_pixels: (given) => ({ work_pixels: presize.workPixels(data(given), rules(given)) }),
  check,
  check_totals: (given) => {
    presize.checkTotals(given.files.map(data), rules(given));
    return {};
  },
  strip,
  transform,
  transform_many: transformMany,
  explain: (given) => snake(presize.explain(data(given), options(given.options), { rules: rules(given) })),
  decode,
  encode,
  decode_data_uri: async (given) => show(await presize.decodeDataUri(given.text, rules(given))),
  decode_data_uris: async (given) => (await presize.decodeDataUris(given.texts, rules(given))).map(show),
  encode_data_uri: (given) => ({ text: presize.encodeDataUri(data(given), given.format) }),
};
