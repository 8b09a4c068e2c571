'use strict';
// Signed URLs and cookies of CloudFront.

const core = require('./core.js');
const { invalid, parse, unwanted } = require('./error.js');
const given = require('./given.js');
const native = require('./native.js');
const { fields, item, pairs, typeName } = require('./packed.js');
const { dateOf } = require('./presign.js');
const { shownAs } = require('./shown.js');

const MADE = Symbol('made');

class SignedUrl {
  constructor(url, expiresIn, expiresAt) {
    this.url = url;
    this.expiresIn = expiresIn;
    this.expiresAt = expiresAt;
    Object.freeze(this);
  }
}
shownAs(SignedUrl, ({ expiresIn, expiresAt }) => ({ expiresIn, expiresAt }));

class SignedCookies {
  constructor(cookies, expiresIn, expiresAt) {
    this.cookies = cookies;
    this.expiresIn = expiresIn;
    this.expiresAt = expiresAt;
    Object.freeze(this);
  }
}
shownAs(SignedCookies, ({ expiresIn, expiresAt }) => ({ expiresIn, expiresAt }));

class CloudFrontSigner {
  #native;
  #keyPair;
  #sign;

  constructor(keyPairId, pem) {
    if (keyPairId === MADE) {
      // By a function of the caller's own.
      this.#keyPair = pem.keyPair;
      this.#sign = pem.sign;
      return;
    }
    this.#native = core.signerFromPem(item(keyPairId), given.text('pem', pem));
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
    const [packed, now] = given.timed(options);
    return readUrl(core.signerUrl(this.#native, item(url), packed, now));
  }

  signCookies(url, options) {
    if (this.#sign !== undefined) return this.#finish(this.#keyPair.prepareCookies(url, options));
    const [packed, now] = given.timed(options);
    return readCookies(core.signerCookies(this.#native, item(url), packed, now));
  }

  /** Asks the caller's own signer. What it throws is the cause of `signing_failed`. */
  #finish(prepared) {
    let signature;
    try {
      signature = given.bytes('signature', this.#sign(prepared.message, prepared.hash));
    } catch (cause) {
      throw parse(native.signingFailed(), { cause });
    }
    return prepared.finish(signature);
  }
}
shownAs(CloudFrontSigner, ({ keyPair }) => ({ keyPair }));

class CloudFrontKeyPair {
  #native;
  #parts;

  constructor(id, keyType) {
    this.#native = id === MADE ? keyType : core.keyPairNew(item(id), item(keyType));
    this.#parts = core.keyPairParts(this.#native);
  }

  get id() {
    return this.#parts[0];
  }

  get keyType() {
    return this.#parts[1];
  }

  prepareUrl(url, options) {
    const [packed, now] = given.timed(options);
    return new PreparedUrl(MADE, core.prepareUrl(this.#native, item(url), packed, now), readUrl);
  }

  prepareCookies(url, options) {
    const [packed, now] = given.timed(options);
    return new PreparedCookies(MADE, core.prepareCookies(this.#native, item(url), packed, now), readCookies);
  }
}
shownAs(CloudFrontKeyPair, ({ id, keyType }) => ({ id, keyType }));

class Prepared {
  #native;
  #read;

  constructor(made, draft, read) {
    if (made !== MADE) throw unwanted(new.target.name, 'the methods of CloudFrontKeyPair');
    this.#native = draft;
    this.#read = read;
    Object.assign(this, core.draftParts(draft));
    Object.freeze(this);
  }

  finish(signature) {
    return this.#read(core.draftFinish(this.#native, given.bytes('signature', signature)));
  }
}

class PreparedUrl extends Prepared {}
class PreparedCookies extends Prepared {}

function readUrl(text) {
  const [expiresIn, expiresAt, url] = fields(text);
  return new SignedUrl(url, Number(expiresIn), dateOf(expiresAt));
}

function readCookies(text) {
  const split = fields(text);
  return new SignedCookies(pairs(split, 2), Number(split[0]), dateOf(split[1]));
}

module.exports = { CloudFrontKeyPair, CloudFrontSigner, PreparedCookies, PreparedUrl, SignedCookies, SignedUrl };
