'use strict';
// Presigned requests and forms.

const { bucketFrom, bucketOf, credentialsOf } = require('./bucket.js');
const core = require('./core.js');
const { invalid } = require('./error.js');
const given = require('./given.js');
const { fields, isPlain, item, pairs, typeName } = require('./packed.js');
const { shownAs, withoutKey, withoutQuery } = require('./shown.js');

const MADE = Symbol('made');
let presignerNative;

// Not frozen, because that takes as long as a tenth of the signature.
class PresignedRequest {
  constructor(method, url, headers, expiresIn, expiresAt) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.expiresIn = expiresIn;
    this.expiresAt = expiresAt;
  }
}
shownAs(PresignedRequest, (request) => ({
  ...request,
  url: withoutQuery(request.url),
  headers: withoutKey(request.headers),
}));

class PostForm {
  constructor(url, formFields, expiresIn, expiresAt) {
    this.url = url;
    this.fields = formFields;
    this.expiresIn = expiresIn;
    this.expiresAt = expiresAt;
  }
}
shownAs(PostForm, ({ url, expiresIn, expiresAt }) => ({ url, expiresIn, expiresAt }));

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
    const presigner = given.environment(env, {}, core.presignerFromVars);
    return new Presigner(MADE, { presigner, bucket: core.presignerBucket(presigner) });
  }

  get bucket() {
    return this.#bucket;
  }

  // `get` and `put` are called for each of many objects: their usual options go to the core as they are, the others by
  // name.

  get(key, options) {
    let expiresIn = NaN;
    let now = NaN;
    if (options !== undefined) {
      if (!isPlain(options)) return this.#sign('get', key, options);
      for (const name of Object.keys(options)) {
        const value = options[name];
        if (name === 'expiresIn' && typeof value === 'number' && !Number.isNaN(value)) expiresIn = value;
        else if (name === 'now') now = given.time('now', value);
        else return this.#sign('get', key, options);
      }
    }
    return read(core.signGet(this.#native, given.text('key', key), expiresIn, now));
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
          now = given.time('now', value);
        } else {
          return this.#sign('put', key, options);
        }
      }
    }
    return read(core.signPut(this.#native, given.text('key', key), contentType, contentLength, expiresIn, now));
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
    const [packed, now] = given.timed(options);
    const all = given.list('keys', keys, (key, index) => given.text('key', key, index));
    const signed = core.signMany(this.#native, item(operation), all, packed, now);
    return signed === '' ? [] : signed.split('\0').map(read);
  }

  postForm(key, options) {
    const [packed, now] = given.timed(options);
    const split = fields(core.postForm(this.#native, given.text('key', key), packed, now));
    const [url, expiresIn, expiresAt] = split;
    return new PostForm(url, pairs(split, 3), Number(expiresIn), dateOf(expiresAt));
  }

  /** The request with every stage of its signature, for the tests. */
  [Symbol.for('presize.explain')](operation, key, options) {
    const [packed, now] = given.timed(options);
    const stages = core.explain(this.#native, item(operation), given.text('key', key), packed, now);
    const [request, canonicalRequest, stringToSign, signature] = stages;
    return { request: read(request), canonicalRequest, stringToSign, signature };
  }

  #sign(operation, key, options) {
    const [packed, now] = given.timed(options);
    return read(core.sign(this.#native, item(operation), given.text('key', key), packed, now));
  }
}
shownAs(Presigner, ({ bucket }) => ({ bucket }));

const NAMES = { copySource: 'copy_source', uploadId: 'upload_id', partNumber: 'part_number' };

/** Arguments that are options to the core. Those of the table have their own value only once. */
function withArguments(options, positional) {
  if (options !== undefined && !isPlain(options)) throw invalid('options', 'an object', typeName(options));
  for (const name of Object.keys(positional)) {
    if (options !== undefined && Object.hasOwn(options, name)) {
      throw invalid(NAMES[name], 'an argument', 'an option of the same name');
    }
  }
  return { ...positional, ...options };
}

// The lines of a signed request, as src/signing.rs writes them. The first four are found one by one, since most requests
// have no others, and to split a text takes a third of the signature's own time.
function read(text) {
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
  const native = presignerNative(value);
  if (native === undefined) throw invalid('presigner', 'a Presigner', typeName(value));
  return native;
}

/** The presigner that the addon has made, with its bucket. */
function presignerFrom(presigner, bucket) {
  return new Presigner(MADE, { presigner, bucket });
}

function contentDisposition(disposition, filename) {
  return core.contentDisposition(item(disposition), item(filename));
}

function completeMultipartBody(parts) {
  const packed = given.list('parts', parts, (part, index) => {
    if (!isPlain(part)) throw invalid('parts', 'a list of objects', typeName(part), index);
    const { number, etag, checksumAlgorithm, checksum } = given.beside(part, [
      'number',
      'etag',
      'checksumAlgorithm',
      'checksum',
    ]);
    const optional = (value) => (value === undefined ? '' : item(value));
    return [item(number), item(etag), optional(checksumAlgorithm), optional(checksum)];
  });
  return core.completeMultipartBody(packed);
}

function parseUploadId(answer) {
  return core.parseUploadId(item(answer));
}

module.exports = {
  PostForm,
  PresignedRequest,
  Presigner,
  completeMultipartBody,
  contentDisposition,
  dateOf,
  parseUploadId,
  presignerFrom,
  presignerOf,
};
