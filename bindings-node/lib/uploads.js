'use strict';
// Uploads directly into the bucket. A policy says what is accepted, a ticket authorises one client to send one file, and a
// confirmation validates what has arrived.

const args = require('./arguments.js');
const { beginConfirmation } = require('./confirmation.js');
const core = require('./core.js');
const { invalid } = require('./error.js');
const { eventOption } = require('./event.js');
const { inspectAs, redactFields, redactQuery } = require('./inspect.js');
const { dateOf, presignerFrom, presignerOf } = require('./presign.js');
const { policyFrom, policyNative, policyOf } = require('./rules.js');
const { typeName } = require('./value_type.js');
const { decodeFields, decodePairs } = require('./wire.js');

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
inspectAs(UploadTicket, (ticket) => ({
  ...ticket,
  url: redactQuery(ticket.url),
  fields: redactFields(ticket.fields),
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
    return new Uploads(MADE, args.readEnvironment(env, {}, (read) => core.uploadsFromVars(native, read)));
  }

  get presigner() {
    return this.#presigner;
  }

  get policy() {
    return this.#policy;
  }

  issue(request) {
    const event = eventOption();
    const [wireOptions, now] = args.optionsWithNow(args.withOwnerText(request), event.reader);
    const nonce = crypto.getRandomValues(new Uint8Array(16));
    return event.run((emit) => decodeTicket(core.issue(this.#native, wireOptions, nonce, now, emit)));
  }

  confirm(request) {
    const event = eventOption();
    const [wireOptions, now] = args.optionsWithNow(args.withOwnerText(request), event.reader);
    return event.run((emit) => beginConfirmation(this.#native, wireOptions, now, emit));
  }
}
inspectAs(Uploads, ({ presigner, policy }) => ({ presigner, policy }));

/** Decodes a ticket: method, URL, key, lifetime, expiry, public URL, number of headers, the headers, the fields of the form. */
function decodeTicket(text) {
  const split = decodeFields(text);
  const [method, url, key, expiresIn, expiresAt, publicUrl, headerCount] = split;
  const headersEnd = 7 + 2 * Number(headerCount);
  return new UploadTicket({
    method,
    url,
    headers: decodePairs(split, 7, headersEnd),
    fields: decodePairs(split, headersEnd),
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
