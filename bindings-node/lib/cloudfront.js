'use strict';
// Signed URLs and signed cookies for CloudFront.

const args = require('./arguments.js');
const core = require('./core.js');
const { decodeError, invalid, notConstructible } = require('./error.js');
const { inspectAs } = require('./inspect.js');
const native = require('./native.js');
const { dateOf } = require('./presign.js');
const { typeName } = require('./value_type.js');
const { decodeFields, decodePairs, encodeValue } = require('./wire.js');

const MADE = Symbol('made');

class SignedUrl {
  constructor(url, expiresIn, expiresAt) {
    this.url = url;
    this.expiresIn = expiresIn;
    this.expiresAt = expiresAt;
    Object.freeze(this);
  }
}
inspectAs(SignedUrl, ({ expiresIn, expiresAt }) => ({ expiresIn, expiresAt }));

class SignedCookies {
  constructor(cookies, expiresIn, expiresAt) {
    this.cookies = cookies;
    this.expiresIn = expiresIn;
    this.expiresAt = expiresAt;
    Object.freeze(this);
  }
}
inspectAs(SignedCookies, ({ expiresIn, expiresAt }) => ({ expiresIn, expiresAt }));

class CloudFrontSigner {
  #native;
  #keyPair;
  #sign;

  constructor(keyPairId, pem) {
    if (keyPairId === MADE) {
      // A signer that calls a function of the application.
      this.#keyPair = pem.keyPair;
      this.#sign = pem.sign;
      return;
    }
    this.#native = core.signerFromPem(encodeValue(keyPairId), args.text('pem', pem));
    this.#keyPair = new CloudFrontKeyPair(MADE, core.signerKeyPair(this.#native));
  }

  static fromPem(keyPairId, pem) {
    return new CloudFrontSigner(keyPairId, pem);
  }

  static withSigner(keyPairId, keyType, sign) {
    if (typeof sign !== 'function') throw invalid('sign', 'a function', typeName(sign));
    return new CloudFrontSigner(MADE, { keyPair: new CloudFrontKeyPair(keyPairId, keyType), sign });
  }

  get keyPair() {
    return this.#keyPair;
  }

  signUrl(url, options) {
    if (this.#sign !== undefined) return this.#finish(this.#keyPair.prepareUrl(url, options));
    const [wireOptions, now] = args.optionsWithNow(options);
    return decodeUrl(core.signerUrl(this.#native, encodeValue(url), wireOptions, now));
  }

  signCookies(url, options) {
    if (this.#sign !== undefined) return this.#finish(this.#keyPair.prepareCookies(url, options));
    const [wireOptions, now] = args.optionsWithNow(options);
    return decodeCookies(core.signerCookies(this.#native, encodeValue(url), wireOptions, now));
  }

  /** Calls the application's own signer. What it throws becomes the cause of `signing_failed`. */
  #finish(prepared) {
    let signature;
    try {
      signature = args.bytes('signature', this.#sign(prepared.message, prepared.hash));
    } catch (cause) {
      throw decodeError(native.signingFailed(), { cause });
    }
    return prepared.finish(signature);
  }
}
inspectAs(CloudFrontSigner, ({ keyPair }) => ({ keyPair }));

class CloudFrontKeyPair {
  #native;
  #parts;

  constructor(id, keyType) {
    this.#native = id === MADE ? keyType : core.keyPairNew(encodeValue(id), encodeValue(keyType));
    this.#parts = core.keyPairParts(this.#native);
  }

  get id() {
    return this.#parts[0];
  }

  get keyType() {
    return this.#parts[1];
  }

  prepareUrl(url, options) {
    const [wireOptions, now] = args.optionsWithNow(options);
    return new PreparedUrl(MADE, core.prepareUrl(this.#native, encodeValue(url), wireOptions, now), decodeUrl);
  }

  prepareCookies(url, options) {
    const [wireOptions, now] = args.optionsWithNow(options);
    return new PreparedCookies(MADE, core.prepareCookies(this.#native, encodeValue(url), wireOptions, now), decodeCookies);
  }
}
inspectAs(CloudFrontKeyPair, ({ id, keyType }) => ({ id, keyType }));

class Prepared {
  #native;
  #decode;

  constructor(made, native, decode) {
    if (made !== MADE) throw notConstructible(new.target.name, 'the methods of CloudFrontKeyPair');
    this.#native = native;
    this.#decode = decode;
    Object.assign(this, core.preparedParts(native));
    Object.freeze(this);
  }

  finish(signature) {
    return this.#decode(core.preparedFinish(this.#native, args.bytes('signature', signature)));
  }
}

class PreparedUrl extends Prepared {}
class PreparedCookies extends Prepared {}

function decodeUrl(text) {
  const [expiresIn, expiresAt, url] = decodeFields(text);
  return new SignedUrl(url, Number(expiresIn), dateOf(expiresAt));
}

function decodeCookies(text) {
  const split = decodeFields(text);
  return new SignedCookies(decodePairs(split, 2), Number(split[0]), dateOf(split[1]));
}

module.exports = { CloudFrontKeyPair, CloudFrontSigner, PreparedCookies, PreparedUrl, SignedCookies, SignedUrl };
