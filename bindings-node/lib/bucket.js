'use strict';
// Buckets and credentials: where objects are stored, and the key that signs.

const args = require('./arguments.js');
const core = require('./core.js');
const { invalid, notConstructible } = require('./error.js');
const { inspectAs } = require('./inspect.js');
const { typeName } = require('./value_type.js');
const { encodeValue } = require('./wire.js');

const MADE = Symbol('made');
let bucketNative;
let credentialsNative;

class Bucket {
  #native;
  #parts;

  static {
    bucketNative = (value) => (typeof value === 'object' && value !== null && #native in value ? value.#native : undefined);
  }

  constructor(made, native) {
    if (made !== MADE) throw notConstructible('Bucket', 'Bucket.s3, Bucket.r2, Bucket.custom or Bucket.accessPoint');
    this.#native = native;
    this.#parts = core.bucketParts(native);
  }

  static s3(region, name, options) {
    return new Bucket(MADE, core.bucketS3(encodeValue(region), encodeValue(name), args.options(options)));
  }

  static r2(account, name, options) {
    return new Bucket(MADE, core.bucketR2(encodeValue(account), encodeValue(name), args.options(options)));
  }

  static custom(endpoint, region, name, style, options) {
    const wireOptions = args.options(options);
    const values = [endpoint, region, name, style].map(encodeValue);
    return new Bucket(MADE, core.bucketCustom(...values, wireOptions));
  }

  static accessPoint(arn, options) {
    return new Bucket(MADE, core.bucketAccessPoint(encodeValue(arn), args.options(options)));
  }

  internal() {
    return new Bucket(MADE, core.bucketInternal(this.#native));
  }

  copySource(key) {
    return core.bucketCopySource(this.#native, encodeValue(key));
  }

  get name() {
    return this.#parts[0];
  }

  get region() {
    return this.#parts[1];
  }

  get host() {
    return this.#parts[2];
  }
}
inspectAs(Bucket, ({ name, region, host }) => ({ name, region, host }));

class Credentials {
  #native;
  #accessKeyId;

  static {
    credentialsNative = (value) =>
      typeof value === 'object' && value !== null && #native in value ? value.#native : undefined;
  }

  constructor(accessKeyId, secretAccessKey, options) {
    if (accessKeyId === MADE) {
      this.#native = secretAccessKey;
      this.#accessKeyId = options;
      return;
    }
    const { sessionToken, expiresAt } = args.ownOptions(options, ['sessionToken', 'expiresAt']);
    // The message names the type of a secret, never its value.
    const secret = args.text('secret_access_key', secretAccessKey);
    const token = sessionToken === undefined ? undefined : args.text('session_token', sessionToken);
    this.#native = core.credentialsNew(encodeValue(accessKeyId), secret, token, args.time('expires_at', expiresAt));
    this.#accessKeyId = accessKeyId;
  }

  static fromEnv(env = process.env) {
    const values = {};
    const native = args.readEnvironment(env, values, core.credentialsFromVars);
    return new Credentials(MADE, native, values.AWS_ACCESS_KEY_ID);
  }

  get accessKeyId() {
    return this.#accessKeyId;
  }
}
inspectAs(Credentials, ({ accessKeyId }) => ({ accessKeyId }));

function bucketOf(value) {
  const native = bucketNative(value);
  if (native === undefined) throw invalid('bucket', 'a Bucket', typeName(value));
  return native;
}

function credentialsOf(value) {
  const native = credentialsNative(value);
  if (native === undefined) throw invalid('credentials', 'Credentials', typeName(value));
  return native;
}

/** Wraps a bucket of the addon. */
function bucketFrom(native) {
  return new Bucket(MADE, native);
}

module.exports = { Bucket, Credentials, bucketFrom, bucketOf, credentialsOf };
