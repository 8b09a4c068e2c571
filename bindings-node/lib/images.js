'use strict';
// Images: what they say of themselves, whether they are acceptable, and others made of them.

const core = require('./core.js');
const { invalid } = require('./error.js');
const { exifSummaryOf } = require('./exif_summary.js');
const given = require('./given.js');
const { item, typeName } = require('./packed.js');
const { run } = require('./pool.js');
const { rulesOf } = require('./rules.js');
const { shownAs } = require('./shown.js');

class ImageInfo {
  constructor({ exifSummary, ...header }) {
    Object.assign(this, header);
    this.exifSummary = exifSummaryOf(exifSummary);
    Object.freeze(this);
  }
}

class CheckedImage {
  constructor(bytes, info, isComplete) {
    this.bytes = bytes;
    this.info = info;
    this.isComplete = isComplete;
    Object.freeze(this);
  }

  get format() {
    return this.info.format;
  }

  get width() {
    return this.info.width;
  }

  get height() {
    return this.info.height;
  }

  get mediaType() {
    return `image/${this.info.format}`;
  }

  get extension() {
    return extensionOf(this.info.format);
  }

  toDataUri() {
    return encodeDataUri(this.bytes, this.info.format);
  }
}
shownAs(CheckedImage, show);

class Explanation {
  constructor(explained) {
    Object.assign(this, explained);
    Object.freeze(this);
  }
}

class EncodedImage {
  constructor(bytes, format, width, height) {
    this.bytes = bytes;
    this.format = format;
    this.width = width;
    this.height = height;
    Object.freeze(this);
  }

  get mediaType() {
    return `image/${this.format}`;
  }

  get extension() {
    return extensionOf(this.format);
  }

  toDataUri() {
    return encodeDataUri(this.bytes, this.format);
  }
}
shownAs(EncodedImage, show);

class StrippedImage {
  constructor({ bytes, format, removed }) {
    this.bytes = bytes;
    this.format = format;
    this.removed = Object.freeze(removed.map(Object.freeze));
    Object.freeze(this);
  }

  get mediaType() {
    return `image/${this.format}`;
  }

  get extension() {
    return extensionOf(this.format);
  }

  toDataUri() {
    return encodeDataUri(this.bytes, this.format);
  }
}
shownAs(StrippedImage, ({ format, bytes, removed }) => {
  const kinds = removed.map(({ kind }) => kind).join(', ');
  return `(${format}, ${bytes.length} bytes, without ${kinds === '' ? 'nothing' : kinds})`;
});

class PixelImage {
  constructor(bytes, width, height, channels) {
    this.bytes = bytes;
    this.width = width;
    this.height = height;
    this.channels = channels;
    Object.freeze(this);
  }
}
shownAs(PixelImage, (pixels) => `(${pixels.width}x${pixels.height}, ${pixels.channels} channels)`);

function show(image) {
  return `(${image.format}, ${image.width}x${image.height}, ${image.bytes.length} bytes)`;
}

function extensionOf(format) {
  return format === 'jpeg' ? '.jpg' : `.${format}`;
}

function inspect(bytes) {
  return new ImageInfo(core.inspect(given.bytes('bytes', bytes)));
}

function workPixels(bytes, rules) {
  const native = rulesOf(rules);
  return core.workPixels(given.bytes('bytes', bytes, native), native);
}

function checkTotals(files, rules) {
  const native = rulesOf(rules);
  core.checkTotals(
    given.list('files', files, (bytes) => given.bytes('bytes', bytes, native)),
    native,
  );
}

/** The same on the pool, for bytes that nobody else has. */
function checkTotalsLater(files, rules, call) {
  return run(checkTotalsLater, call, (cancel) => core.prepareTotals(files, rulesOf(rules), cancel));
}

async function check(bytes, rules, options) {
  const { declared, ...call } = given.beside(options, ['declared', 'signal', 'client']);
  const type = declared === undefined ? '' : item(declared);
  return checked(
    await run(check, call, (cancel) => {
      const native = rulesOf(rules);
      return core.check(given.bytes('bytes', bytes, native), native, type, cancel);
    }),
  );
}

async function stripMetadata(bytes, rules, options) {
  const call = given.beside(options, ['signal', 'client']);
  const stripped = await run(stripMetadata, call, (cancel) => {
    const native = rulesOf(rules);
    return core.stripMetadata(given.bytes('bytes', bytes, native), native, cancel);
  });
  return new StrippedImage(stripped);
}

async function transform(bytes, options, others) {
  const { rules, ...call } = given.beside(others, ['rules', 'signal', 'client']);
  return encoded(
    await run(transform, call, (cancel) => {
      const packed = given.options(options);
      const native = rulesOf(rules);
      return core.transform(given.bytes('bytes', bytes, native), packed, native, cancel);
    }),
  );
}

async function transformMany(bytes, transforms, others) {
  const { rules, ...call } = given.beside(others, ['rules', 'signal', 'client']);
  const images = await run(transformMany, call, (cancel) => {
    const packed = given.list('transforms', transforms, (options, index) => {
      if (options === undefined || options === null) {
        throw invalid('transforms', 'a list of objects', typeName(options), index);
      }
      return given.options(options);
    });
    const native = rulesOf(rules);
    return core.transformMany(given.bytes('bytes', bytes, native), packed, native, cancel);
  });
  return images.map(encoded);
}

function explain(bytes, options, others) {
  const { rules } = given.beside(others, ['rules']);
  const packed = given.options(options);
  const native = rulesOf(rules);
  return new Explanation(core.explainTransform(given.bytes('bytes', bytes, native), packed, native));
}

async function decode(bytes, options, others) {
  const { rules, ...call } = given.beside(others, ['rules', 'signal', 'client']);
  const pixels = await run(decode, call, (cancel) => {
    const packed = given.options(options);
    const native = rulesOf(rules);
    return core.decode(given.bytes('bytes', bytes, native), packed, native, cancel);
  });
  return new PixelImage(pixels.bytes, pixels.width, pixels.height, pixels.channels);
}

async function encode(pixels, options, others) {
  const { rules, ...call } = given.beside(others, ['rules', 'signal', 'client']);
  return encoded(
    await run(encode, call, (cancel) => {
      if (typeof pixels !== 'object' || pixels === null) throw invalid('pixels', 'a PixelImage', typeName(pixels));
      const shape = [item(pixels.width), item(pixels.height), item(pixels.channels)];
      const packed = given.options(options);
      return core.encode(given.bytes('bytes', pixels.bytes), shape, packed, rulesOf(rules), cancel);
    }),
  );
}

async function decodeDataUri(text, rules, options) {
  const call = given.beside(options, ['signal', 'client']);
  return checked(
    await run(decodeDataUri, call, (cancel) => {
      const native = rulesOf(rules);
      const uri = given.text('text', text);
      core.acceptText(Buffer.byteLength(uri), native);
      return core.decodeDataUri(uri, native, cancel);
    }),
  );
}

async function decodeDataUris(texts, rules, options) {
  const call = given.beside(options, ['signal', 'client']);
  const images = await run(decodeDataUris, call, (cancel) => {
    const native = rulesOf(rules);
    const read = (text, index) => given.text('text', text, index);
    const all = given.list('texts', texts, read, (length) => core.acceptCount(length, native));
    return core.decodeDataUris(all, native, cancel);
  });
  return images.map(checked);
}

/** The same of a list in a field of a JSON object, whose bytes come in pieces. */
async function decodeDataUrisOfJson(pieces, field, rules, call) {
  const images = await run(decodeDataUrisOfJson, call, (cancel) =>
    core.decodeDataUrisOfJson(pieces, field, rulesOf(rules), cancel),
  );
  return images.map(checked);
}

function encodeDataUri(bytes, format) {
  return core.encodeDataUri(given.bytes('bytes', bytes), item(format));
}

function checked({ bytes, info, isComplete }) {
  return new CheckedImage(bytes, new ImageInfo(info), isComplete);
}

function encoded({ bytes, format, width, height }) {
  return new EncodedImage(bytes, format, width, height);
}

module.exports = {
  CheckedImage,
  EncodedImage,
  Explanation,
  ImageInfo,
  PixelImage,
  StrippedImage,
  check,
  checkTotals,
  checkTotalsLater,
  decode,
  decodeDataUri,
  decodeDataUris,
  decodeDataUrisOfJson,
  encode,
  encodeDataUri,
  explain,
  inspect,
  stripMetadata,
  transform,
  transformMany,
  workPixels,
};
