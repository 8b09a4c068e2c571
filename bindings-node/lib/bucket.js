'use strict';
// Where objects lie, and who signs.

const core = require('./core.js');
const { invalid, unwanted } = require('./error.js');
const given = require('./given.js');
const { item, typeName } = require('./packed.js');
const { shownAs } = require('./shown.js');

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
    if (made !== MADE) throw unwanted('Bucket', 'Bucket.s3, Bucket.r2, Bucket.custom or Bucket.accessPoint');
    this.#native = native;
    this.#parts = core.bucketParts(native);
  }

  static s3(region, name, options) {
    return new Bucket(MADE, core.bucketS3(item(region), item(name), given.options(options)));
  }

  static r2(account, name, options) {
    return new Bucket(MADE, core.bucketR2(item(account), item(name), given.options(options)));
  }

  static custom(endpoint, region, name, style, options) {
    const packed = given.options(options);
    return new Bucket(MADE, core.bucketCustom(item(endpoint), item(region), item(name), item(style), packed));
  }

  static accessPoint(arn, options) {
    return new Bucket(MADE, core.bucketAccessPoint(item(arn), given.options(options)));
  }

  internal() {
    return new Bucket(MADE, core.bucketInternal(this.#native));
  }

  copySource(key) {
    return core.bucketCopySource(this.#native, item(key));
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
shownAs(Bucket, ({ name, region, host }) => ({ name, region, host }));

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
    const { sessionToken, expiresAt } = given.beside(options, ['sessionToken', 'expiresAt']);
    // A secret that is no string is not repeated in the message.
    const secret = given.text('secret_access_key', secretAccessKey);
    const token = sessionToken === undefined ? undefined : given.text('session_token', sessionToken);
    this.#native = core.credentialsNew(item(accessKeyId), secret, token, given.time('expires_at', expiresAt));
    this.#accessKeyId = accessKeyId;
  }

  static fromEnv(env = process.env) {
    const values = {};
    const native = given.environment(env, values, core.credentialsFromVars);
    return new Credentials(MADE, native, values.AWS_ACCESS_KEY_ID);
  }

  get accessKeyId() {
    return this.#accessKeyId;
  }
}
shownAs(Credentials, ({ accessKeyId }) => ({ accessKeyId }));

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

/** The bucket that the addon has made. */
function bucketFrom(native) {
  return new Bucket(MADE, native);
}

module.exports = { Bucket, Credentials, bucketFrom, bucketOf, credentialsOf };
