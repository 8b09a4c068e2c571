'use strict';
// Uploads straight into the bucket: a policy says what is accepted, and a ticket is all that the client needs.

const core = require('./core.js');
const given = require('./given.js');
const { fields, pairs } = require('./packed.js');
const { dateOf, presignerOf } = require('./presign.js');
const { policyNative, policyOf } = require('./rules.js');
const { shownAs, withoutQuery } = require('./shown.js');

class UploadTicket {
  constructor({ method, url, headers, key, publicUrl, expiresIn, expiresAt }) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.key = key;
    this.publicUrl = publicUrl;
    this.expiresIn = expiresIn;
    this.expiresAt = expiresAt;
    Object.freeze(this);
  }
}
shownAs(UploadTicket, (ticket) => ({ ...ticket, url: withoutQuery(ticket.url) }));

class Uploads {
  #native;
  #presigner;
  #policy;

  constructor(presigner, policy) {
    this.#presigner = presigner;
    this.#policy = policyOf(policy);
    this.#native = core.uploadsNew(presignerOf(presigner), policyNative(this.#policy));
  }

  get presigner() {
    return this.#presigner;
  }

  get policy() {
    return this.#policy;
  }

  issue(request) {
    const [packed, now] = given.timed(request);
    const nonce = crypto.getRandomValues(new Uint8Array(8));
    const split = fields(core.issue(this.#native, packed, nonce, now));
    const [method, url, key, expiresIn, expiresAt, publicUrl] = split;
    return new UploadTicket({
      method,
      url,
      headers: pairs(split, 6),
      key,
      publicUrl: publicUrl === '' ? null : publicUrl,
      expiresIn: Number(expiresIn),
      expiresAt: dateOf(expiresAt),
    });
  }
}
shownAs(Uploads, ({ presigner, policy }) => ({ presigner, policy }));

module.exports = { UploadTicket, Uploads };
