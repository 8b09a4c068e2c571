'use strict';
// Uploads straight into the bucket: a policy says what is accepted, a ticket is all that the client needs, and what has
// arrived is confirmed.

const { beginConfirmation } = require('./confirmation.js');
const core = require('./core.js');
const { invalid } = require('./error.js');
const { telling } = require('./event.js');
const given = require('./given.js');
const { fields, pairs, typeName } = require('./packed.js');
const { dateOf, presignerFrom, presignerOf } = require('./presign.js');
const { policyFrom, policyNative, policyOf } = require('./rules.js');
const { shownAs, withoutQuery, withoutSecrets } = require('./shown.js');

const MADE = Symbol('made');
let uploadsNative;

class UploadTicket {
  constructor({ method, url, headers, fields: formFields, key, publicUrl, expiresIn, expiresAt }) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.fields = formFields;
    this.key = key;
    this.publicUrl = publicUrl;
    this.expiresIn = expiresIn;
    this.expiresAt = expiresAt;
    Object.freeze(this);
  }
}
shownAs(UploadTicket, (ticket) => ({
  ...ticket,
  url: withoutQuery(ticket.url),
  fields: withoutSecrets(ticket.fields),
}));

class Uploads {
  #native;
  #presigner;
  #policy;

  static {
    uploadsNative = (value) => (typeof value === 'object' && value !== null && #native in value ? value.#native : undefined);
  }

  constructor(presigner, policy) {
    if (presigner === MADE) {
      this.#native = policy;
      this.#presigner = presignerFrom(core.uploadsPresigner(policy), core.uploadsBucket(policy));
      this.#policy = policyFrom(core.uploadsPolicy(policy));
      return;
    }
    this.#presigner = presigner;
    this.#policy = policyOf(policy);
    this.#native = core.uploadsNew(presignerOf(presigner), policyNative(this.#policy));
  }

  static fromEnv(policy, env = process.env) {
    const native = policyNative(policyOf(policy));
    return new Uploads(MADE, given.environment(env, {}, (read) => core.uploadsFromVars(native, read)));
  }

  get presigner() {
    return this.#presigner;
  }

  get policy() {
    return this.#policy;
  }

  issue(request) {
    const event = telling();
    const [packed, now] = given.timed(given.withOwner(request), event.own);
    const nonce = crypto.getRandomValues(new Uint8Array(16));
    return event.around((tell) => readTicket(core.issue(this.#native, packed, nonce, now, tell)));
  }

  confirm(request) {
    const event = telling();
    const [packed, now] = given.timed(given.withOwner(request), event.own);
    return event.around((tell) => beginConfirmation(this.#native, packed, now, tell));
  }
}
shownAs(Uploads, ({ presigner, policy }) => ({ presigner, policy }));

/** Method, URL, key, lifetime, end, public URL, how many headers, the headers, the fields of the form. */
function readTicket(text) {
  const split = fields(text);
  const [method, url, key, expiresIn, expiresAt, publicUrl, headerCount] = split;
  const headersEnd = 7 + 2 * Number(headerCount);
  return new UploadTicket({
    method,
    url,
    headers: pairs(split, 7, headersEnd),
    fields: pairs(split, headersEnd),
    key,
    publicUrl: publicUrl === '' ? null : publicUrl,
    expiresIn: Number(expiresIn),
    expiresAt: dateOf(expiresAt),
  });
}

function isUploads(value) {
  return uploadsNative(value) !== undefined;
}

/** Error: `option_invalid`. */
function expectUploads(value) {
  if (!isUploads(value)) throw invalid('uploads', 'Uploads', typeName(value));
  return value;
}

module.exports = { UploadTicket, Uploads, expectUploads, isUploads };
