'use strict';
// Calls on images: inspect, check, strip, transform, decode, encode, and data URIs.

const args = require('./arguments.js');
const core = require('./core.js');
const { invalid } = require('./error.js');
const { exifSummaryOf } = require('./exif_summary.js');
const { inspectAs } = require('./inspect.js');
const { run } = require('./pool.js');
const { rulesOf } = require('./rules.js');
const { typeName } = require('./value_type.js');
const { encodeValue } = require('./wire.js');

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
inspectAs(CheckedImage, summary);

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
inspectAs(EncodedImage, summary);

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
inspectAs(StrippedImage, ({ format, bytes, removed }) => {
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
inspectAs(PixelImage, (pixels) => `(${pixels.width}x${pixels.height}, ${pixels.channels} channels)`);

function summary(image) {
  return `(${image.format}, ${image.width}x${image.height}, ${image.bytes.length} bytes)`;
}

function extensionOf(format) {
  return format === 'jpeg' ? '.jpg' : `.${format}`;
}

function inspect(bytes) {
  return new ImageInfo(core.inspect(args.bytes('bytes', bytes)));
}

function workPixels(bytes, rules) {
  const native = rulesOf(rules);
  return core.workPixels(args.bytes('bytes', bytes, native), native);
}

function checkTotals(files, rules) {
  const native = rulesOf(rules);
  core.checkTotals(
    args.list('files', files, (bytes) => args.bytes('bytes', bytes, native)),
    native,
  );
}

/** `checkTotals` on the thread pool. */
function checkTotalsOnPool(files, rules, call) {
  return run(checkTotalsOnPool, call, (cancel) => core.prepareTotals(files, rulesOf(rules), cancel));
}

async function check(bytes, rules, options) {
  const { declared, ...call } = args.ownOptions(options, ['declared', 'signal', 'client']);
  const type = declared === undefined ? '' : encodeValue(declared);
  return checked(
    await run(check, call, (cancel) => {
      const native = rulesOf(rules);
      return core.check(args.bytes('bytes', bytes, native), native, type, cancel);
    }),
  );
}

async function stripMetadata(bytes, rules, options) {
  const call = args.ownOptions(options, ['signal', 'client']);
  const stripped = await run(stripMetadata, call, (cancel) => {
    const native = rulesOf(rules);
    return core.stripMetadata(args.bytes('bytes', bytes, native), native, cancel);
  });
  return new StrippedImage(stripped);
}

async function transform(bytes, options, callOptions) {
  const { rules, ...call } = args.ownOptions(callOptions, ['rules', 'signal', 'client']);
  return encoded(
    await run(transform, call, (cancel) => {
      const wireOptions = args.options(options);
      const native = rulesOf(rules);
      return core.transform(args.bytes('bytes', bytes, native), wireOptions, native, cancel);
    }),
  );
}

async function transformMany(bytes, transforms, callOptions) {
  const { rules, ...call } = args.ownOptions(callOptions, ['rules', 'signal', 'client']);
  const images = await run(transformMany, call, (cancel) => {
    const wireOptions = args.list('transforms', transforms, (options, index) => {
      if (options === undefined || options === null) {
        throw invalid('transforms', 'a list of objects', typeName(options), index);
      }
      return args.options(options);
    });
    const native = rulesOf(rules);
    return core.transformMany(args.bytes('bytes', bytes, native), wireOptions, native, cancel);
  });
  return images.map(encoded);
}

function explain(bytes, options, callOptions) {
  const { rules } = args.ownOptions(callOptions, ['rules']);
  const wireOptions = args.options(options);
  const native = rulesOf(rules);
  return new Explanation(core.explainTransform(args.bytes('bytes', bytes, native), wireOptions, native));
}

async function decode(bytes, options, callOptions) {
  const { rules, ...call } = args.ownOptions(callOptions, ['rules', 'signal', 'client']);
  const pixels = await run(decode, call, (cancel) => {
    const wireOptions = args.options(options);
    const native = rulesOf(rules);
    return core.decode(args.bytes('bytes', bytes, native), wireOptions, native, cancel);
  });
  return new PixelImage(pixels.bytes, pixels.width, pixels.height, pixels.channels);
}

async function encode(pixels, options, callOptions) {
  const { rules, ...call } = args.ownOptions(callOptions, ['rules', 'signal', 'client']);
  return encoded(
    await run(encode, call, (cancel) => {
      if (typeof pixels !== 'object' || pixels === null) throw invalid('pixels', 'a PixelImage', typeName(pixels));
      const shape = [encodeValue(pixels.width), encodeValue(pixels.height), encodeValue(pixels.channels)];
      const wireOptions = args.options(options);
      return core.encode(args.bytes('bytes', pixels.bytes), shape, wireOptions, rulesOf(rules), cancel);
    }),
  );
}

async function decodeDataUri(text, rules, options) {
  const call = args.ownOptions(options, ['signal', 'client']);
  return checked(
    await run(decodeDataUri, call, (cancel) => {
      const native = rulesOf(rules);
      const uri = args.text('text', text);
      core.acceptText(Buffer.byteLength(uri), native);
      return core.decodeDataUri(uri, native, cancel);
    }),
  );
}

async function decodeDataUris(texts, rules, options) {
  const call = args.ownOptions(options, ['signal', 'client']);
  const images = await run(decodeDataUris, call, (cancel) => {
    const native = rulesOf(rules);
    const read = (text, index) => args.text('text', text, index);
    const all = args.list('texts', texts, read, (length) => core.acceptCount(length, native));
    return core.decodeDataUris(all, native, cancel);
  });
  return images.map(checked);
}

/** `decodeDataUris` of the list in a field of a JSON object, whose bytes are in `chunks`. */
async function decodeDataUrisOfJson(chunks, field, rules, call) {
  const images = await run(decodeDataUrisOfJson, call, (cancel) =>
    core.decodeDataUrisOfJson(chunks, field, rulesOf(rules), cancel),
  );
  return images.map(checked);
}

function encodeDataUri(bytes, format) {
  return core.encodeDataUri(args.bytes('bytes', bytes), encodeValue(format));
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
  checkTotalsOnPool,
  decode,
  decodeDataUri,
  decodeDataUris,
  decodeDataUrisOfJson,
  encode,
  encodeDataUri,
  encoded,
  explain,
  inspect,
  stripMetadata,
  transform,
  transformMany,
  workPixels,
};
