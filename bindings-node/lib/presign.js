'use strict';
// Presigned requests and forms.

const args = require('./arguments.js');
const { bucketFrom, bucketOf, credentialsOf } = require('./bucket.js');
const core = require('./core.js');
const { invalid } = require('./error.js');
const { inspectAs, redactHeaders, redactQuery } = require('./inspect.js');
const { isPlain, typeName } = require('./value_type.js');
const { decodeFields, decodePairs, encodeValue } = require('./wire.js');

const MADE = Symbol('made');
let presignerNative;

// Not frozen: freezing takes a tenth as long as signing.
class PresignedRequest {
  constructor(method, url, headers, expiresIn, expiresAt) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.expiresIn = expiresIn;
    this.expiresAt = expiresAt;
  }
}
inspectAs(PresignedRequest, (request) => ({
  ...request,
  url: redactQuery(request.url),
  headers: redactHeaders(request.headers),
}));

class PostForm {
  constructor(url, formFields, expiresIn, expiresAt) {
    this.url = url;
    this.fields = formFields;
    this.expiresIn = expiresIn;
    this.expiresAt = expiresAt;
  }
}
inspectAs(PostForm, ({ url, expiresIn, expiresAt }) => ({ url, expiresIn, expiresAt }));

class Presigner {
  #native;
  #bucket;

  static {
    presignerNative = (value) =>
      typeof value === 'object' && value !== null && #native in value ? value.#native : undefined;
  }

  constructor(bucket, credentials) {
    if (bucket === MADE) {
      this.#native = credentials.presigner;
      this.#bucket = bucketFrom(credentials.bucket);
      return;
    }
    this.#native = core.presignerNew(bucketOf(bucket), credentialsOf(credentials));
    this.#bucket = bucket;
  }

  static fromEnv(env = process.env) {
    const presigner = args.readEnvironment(env, {}, core.presignerFromVars);
    return new Presigner(MADE, { presigner, bucket: core.presignerBucket(presigner) });
  }

  get bucket() {
    return this.#bucket;
  }

  // `get` and `put` are often called for many objects in a row. Their usual options therefore go to the addon as plain arguments,
  // which avoids the encoding; all others go by name.

  get(key, options) {
    let expiresIn = NaN;
    let now = NaN;
    if (options !== undefined) {
      if (!isPlain(options)) return this.#sign('get', key, options);
      for (const name of Object.keys(options)) {
        const value = options[name];
        if (name === 'expiresIn' && typeof value === 'number' && !Number.isNaN(value)) expiresIn = value;
        else if (name === 'now') now = args.time('now', value);
        else return this.#sign('get', key, options);
      }
    }
    return decodeRequest(core.signGet(this.#native, args.text('key', key), expiresIn, now));
  }

  put(key, options) {
    let contentType = '';
    let contentLength = NaN;
    let expiresIn = NaN;
    let now = NaN;
    if (options !== undefined) {
      if (!isPlain(options)) return this.#sign('put', key, options);
      for (const name of Object.keys(options)) {
        const value = options[name];
        if (name === 'contentType' && typeof value === 'string' && value !== '' && value.isWellFormed()) {
          contentType = value;
        } else if (typeof value === 'number' && !Number.isNaN(value)) {
          if (name === 'contentLength') contentLength = value;
          else if (name === 'expiresIn') expiresIn = value;
          else return this.#sign('put', key, options);
        } else if (name === 'now') {
          now = args.time('now', value);
        } else {
          return this.#sign('put', key, options);
        }
      }
    }
    return decodeRequest(core.signPut(this.#native, args.text('key', key), contentType, contentLength, expiresIn, now));
  }

  head(key, options) {
    return this.#sign('head', key, options);
  }

  delete(key, options) {
    return this.#sign('delete', key, options);
  }

  copy(key, copySource, options) {
    return this.#sign('copy-object', key, withArguments(options, { copySource }));
  }

  createMultipartUpload(key, options) {
    return this.#sign('create-multipart-upload', key, options);
  }

  uploadPart(key, uploadId, partNumber, options) {
    return this.#sign('upload-part', key, withArguments(options, { uploadId, partNumber }));
  }

  completeMultipartUpload(key, uploadId, options) {
    return this.#sign('complete-multipart-upload', key, withArguments(options, { uploadId }));
  }

  abortMultipartUpload(key, uploadId, options) {
    return this.#sign('abort-multipart-upload', key, withArguments(options, { uploadId }));
  }

  listParts(key, uploadId, options) {
    return this.#sign('list-parts', key, withArguments(options, { uploadId }));
  }

  request(operation, key, options) {
    return this.#sign(operation, key, options);
  }

  signMany(operation, keys, options) {
    const [wireOptions, now] = args.optionsWithNow(options);
    const all = args.list('keys', keys, (key, index) => args.text('key', key, index));
    const signed = core.signMany(this.#native, encodeValue(operation), all, wireOptions, now);
    return signed === '' ? [] : signed.split('\0').map(decodeRequest);
  }

  postForm(key, options) {
    const [wireOptions, now] = args.optionsWithNow(options);
    const split = decodeFields(core.postForm(this.#native, args.text('key', key), wireOptions, now));
    const [url, expiresIn, expiresAt] = split;
    return new PostForm(url, decodePairs(split, 3), Number(expiresIn), dateOf(expiresAt));
  }

  /** The signed request and every intermediate result of its signature, for the tests. */
  [Symbol.for('presize.explain')](operation, key, options) {
    const [wireOptions, now] = args.optionsWithNow(options);
    const stages = core.explain(this.#native, encodeValue(operation), args.text('key', key), wireOptions, now);
    const [request, canonicalRequest, stringToSign, signature] = stages;
    return { request: decodeRequest(request), canonicalRequest, stringToSign, signature };
  }

  #sign(operation, key, options) {
    const [wireOptions, now] = args.optionsWithNow(options);
    return decodeRequest(core.sign(this.#native, encodeValue(operation), args.text('key', key), wireOptions, now));
  }
}
inspectAs(Presigner, ({ bucket }) => ({ bucket }));

const NAMES = { copySource: 'copy_source', uploadId: 'upload_id', partNumber: 'part_number' };

/** Adds positional arguments that the core takes as options. They may not also be given as options. */
function withArguments(options, positional) {
  if (options !== undefined && !isPlain(options)) throw invalid('options', 'an object', typeName(options));
  for (const name of Object.keys(positional)) {
    if (options !== undefined && Object.hasOwn(options, name)) {
      throw invalid(NAMES[name], 'an argument', 'an option of the same name');
    }
  }
  return { ...positional, ...options };
}

// Decodes a signed request from lines, which src/signing.rs describes. The first four are found one by one, because most requests
// have no others, and splitting the text takes a third as long as signing.
function decodeRequest(text) {
  const method = text.indexOf('\n');
  const expiresIn = text.indexOf('\n', method + 1);
  const expiresAt = text.indexOf('\n', expiresIn + 1);
  const url = text.indexOf('\n', expiresAt + 1);
  const headers = {};
  if (url >= 0) {
    const lines = text.slice(url + 1).split('\n');
    for (let at = 0; at < lines.length; at += 2) headers[lines[at]] = lines[at + 1];
  }
  return new PresignedRequest(
    text.slice(0, method),
    text.slice(expiresAt + 1, url < 0 ? text.length : url),
    headers,
    Number(text.slice(method + 1, expiresIn)),
    dateOf(text.slice(expiresIn + 1, expiresAt)),
  );
}

function dateOf(seconds) {
  return new Date(Number(seconds) * 1000);
}

function presignerOf(value) {
  return expectPresigner('presigner', value);
}

/** The native presigner of the argument or option `name`. */
function expectPresigner(name, value) {
  const native = presignerNative(value);
  if (native === undefined) throw invalid(name, 'a Presigner', typeName(value));
  return native;
}

/** Wraps a presigner of the addon, with its bucket. */
function presignerFrom(presigner, bucket) {
  return new Presigner(MADE, { presigner, bucket });
}

function contentDisposition(disposition, filename) {
  return core.contentDisposition(encodeValue(disposition), encodeValue(filename));
}

function completeMultipartBody(parts) {
  const wireOptions = args.list('parts', parts, (part, index) => {
    if (!isPlain(part)) throw invalid('parts', 'a list of objects', typeName(part), index);
    const { number, etag, checksumAlgorithm, checksum } = args.ownOptions(part, [
      'number',
      'etag',
      'checksumAlgorithm',
      'checksum',
    ]);
    const optional = (value) => (value === undefined ? '' : encodeValue(value));
    return [encodeValue(number), encodeValue(etag), optional(checksumAlgorithm), optional(checksum)];
  });
  return core.completeMultipartBody(wireOptions);
}

function parseUploadId(answer) {
  return core.parseUploadId(encodeValue(answer));
}

module.exports = {
  PostForm,
  PresignedRequest,
  Presigner,
  completeMultipartBody,
  contentDisposition,
  dateOf,
  expectPresigner,
  parseUploadId,
  presignerFrom,
  presignerOf,
};
