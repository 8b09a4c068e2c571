'use strict';
// The calls of cloudfront.json.

const assert = require('node:assert');
const { CloudFrontKeyPair, CloudFrontSigner } = require('presize');
const { dateOf, options, secondsOf } = require('./inputs.js');

/** In one step, with a private key in PEM or with a function that gives a signature made before, or fails. */
const sign = (prepare, finish) => (given) => {
  const signer = signerOf(given);
  const named = optionsOf(given);
  const prepared = signer.keyPair[prepare](given.url, named);
  return show(signer[finish](given.url, named), prepared);
};

/** In two steps, with a signature made before. */
const finish = (prepare) => (given) => {
  const pair = new CloudFrontKeyPair(given.key_pair_id, given.key.key_type);
  const prepared = pair[prepare](given.url, optionsOf(given));
  assert.strictEqual(prepared.keyType, pair.keyType);
  return show(prepared.finish(Buffer.from(given.key.signature, 'base64')), prepared);
};

function signerOf({ key, key_pair_id: id }) {
  if (key.pem !== undefined) return new CloudFrontSigner(id, key.pem);
  return CloudFrontSigner.withSigner(id, key.key_type, () => {
    if (key.signature === undefined) throw new Error('no answer');
    return Buffer.from(key.signature, 'base64');
  });
}

function optionsOf(given) {
  return { ...options(given.options), now: dateOf(given.now) };
}

function show(signed, prepared) {
  const shown = {
    policy: prepared.message.toString('latin1'),
    hash: prepared.hash,
    expires_in: signed.expiresIn,
    expires_at: secondsOf(signed.expiresAt),
  };
  if (signed.url !== undefined) return { ...shown, url: signed.url };
  return { ...shown, cookies: Object.entries(signed.cookies) };
}

module.exports = {
  cloudfront_sign_url: sign('prepareUrl', 'signUrl'),
  cloudfront_sign_cookies: sign('prepareCookies', 'signCookies'),
  cloudfront_finish_url: finish('prepareUrl'),
  cloudfront_finish_cookies: finish('prepareCookies'),
};
