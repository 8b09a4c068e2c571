'use strict';
// Confirmation: the state machine that validates an upload, one request to the store at a time. It sends nothing itself.

const args = require('./arguments.js');
const core = require('./core.js');
const { invalid, notConstructible } = require('./error.js');
const { decodeEvent } = require('./event.js');
const { exifSummaryOf } = require('./exif_summary.js');
const { inspectAs, redactHeaders, redactQuery } = require('./inspect.js');
const { run } = require('./pool.js');
const { isPlain, typeName } = require('./value_type.js');
const { decodeFields, decodePairs } = require('./wire.js');

const MADE = Symbol('made');
let cancelOf;
let answerOf;
let makesVariantsOf;
let abandonedEventOf;

class StoreRequest {
  constructor(method, url, headers, body, maxBodyBytes) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.body = body;
    this.maxBodyBytes = maxBodyBytes;
    Object.freeze(this);
  }
}
inspectAs(StoreRequest, ({ method, url, headers, body, maxBodyBytes }) => ({
  method,
  url: redactQuery(url),
  headers: redactHeaders(headers),
  bodyBytes: body.length,
  maxBodyBytes,
}));

class Variant {
  constructor({ key, publicUrl, format, width, height }) {
    this.key = key;
    this.publicUrl = publicUrl ?? null;
    this.format = format;
    this.width = width;
    this.height = height;
    Object.freeze(this);
  }
}

class Confirmed {
  constructor({ key, publicUrl, format, width, height, exif, bytes, etag, variants }) {
    this.key = key;
    this.publicUrl = publicUrl ?? null;
    this.format = format;
    this.width = width;
    this.height = height;
    this.exif = exifSummaryOf(exif);
    this.bytes = bytes;
    this.etag = etag;
    this.variants = Object.freeze(variants.map((variant) => new Variant(variant)));
    Object.freeze(this);
  }
}

class Confirmation {
  #native;
  #cancel;
  #isAnswering = false;

  static {
    cancelOf = (confirmation) => confirmation.#cancel;
    makesVariantsOf = (confirmation) => core.confirmationMakesVariants(confirmation.#native);
    answerOf = (confirmation, answer, call) => confirmation.#answer(answer, call);
    abandonedEventOf = (confirmation, retryAfterSeconds) =>
      decodeEvent(core.confirmationAbandonedEvent(confirmation.#native, retryAfterSeconds, NaN));
  }

  constructor(made, native, cancel) {
    if (made !== MADE) throw notConstructible('Confirmation', 'uploads.confirm');
    this.#native = native;
    this.#cancel = cancel;
  }

  get key() {
    return core.confirmationKey(this.#native);
  }

  nextRequest(options) {
    const { now } = args.ownOptions(options, ['now']);
    const request = core.confirmationNext(this.#idle(), args.time('now', now));
    if (request === null) return null;
    const split = decodeFields(request.head);
    const [method, url, maxBodyBytes] = split;
    return new StoreRequest(method, url, decodePairs(split, 3), request.body, Number(maxBodyBytes));
  }

  async answer(answer, options) {
    await this.#answer(answer, args.ownOptions(options, ['signal', 'client']));
  }

  async #answer(answer, call) {
    const native = this.#idle();
    const prepare = () => {
      if (!isPlain(answer)) throw invalid('answer', 'an object', typeName(answer));
      const { status, headers, body } = args.ownOptions(answer, ['status', 'headers', 'body']);
      const chunks = readBody(body);
      return core.confirmationAnswer(native, readStatus(status), readHeaders(headers), chunks, this.#cancel);
    };
    this.#isAnswering = true;
    try {
      await run(Confirmation.prototype.answer, call, prepare, this.#cancel);
    } finally {
      this.#isAnswering = false;
    }
  }

  fail(reason) {
    core.confirmationFail(this.#idle(), args.text('reason', reason));
  }

  finish() {
    return new Confirmed(core.confirmationFinish(this.#idle()));
  }

  event(options) {
    const { now } = args.ownOptions(options, ['now']);
    return decodeEvent(core.confirmationEvent(this.#idle(), args.time('now', now)));
  }

  /** The native confirmation, unless an answer is being processed. */
  #idle() {
    if (this.#isAnswering) throw new Error('the last answer is still being processed: await answer() before anything else');
    return this.#native;
  }
}
inspectAs(Confirmation, ({ key }) => ({ key }));

function readStatus(status) {
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw invalid('status', 'a number of 100 to 999', typeof status === 'number' ? String(status) : typeName(status));
  }
  return status;
}

/** Names and values in turn: of an object, or of pairs such as those of `Headers`. */
function readHeaders(headers) {
  if (headers === undefined) return [];
  if (typeof headers !== 'object' || headers === null) throw wrongHeaders(headers);
  const isIterable = typeof headers[Symbol.iterator] === 'function';
  if (!isIterable && !isPlain(headers)) throw wrongHeaders(headers);
  const named = [];
  for (const pair of isIterable ? headers : Object.entries(headers)) {
    if (!Array.isArray(pair) || pair.length !== 2) throw wrongHeaders(pair);
    const [name, value] = pair;
    if (value === undefined) continue;
    // node:http represents repeated headers as a list.
    for (const each of Array.isArray(value) ? value : [value]) {
      named.push(headerText(name), headerText(each));
    }
  }
  return named;
}

function headerText(value) {
  if (typeof value !== 'string') throw wrongHeaders(value);
  return value.toWellFormed();
}

function wrongHeaders(value) {
  return invalid('headers', 'names and texts: an object, Headers, or a list of pairs', typeName(value));
}

/** The chunks of a body, none of which another thread can write to. */
function readBody(body) {
  if (body === undefined) return [];
  return Array.isArray(body) ? args.list('body', body, (chunk) => args.bytes('body', chunk)) : [args.bytes('body', body)];
}

function beginConfirmation(uploads, wireOptions, now, emit) {
  const cancel = core.cancelNew();
  return new Confirmation(MADE, core.confirm(uploads, wireOptions, now, cancel, emit), cancel);
}

/** Whether the next answer leads to variants being made, though its own body may be empty. */
function makesVariants(confirmation) {
  return makesVariantsOf(confirmation);
}

/** `answer` with options of `run` that are not public, such as `onTurn`. */
function answerConfirmation(confirmation, answer, call) {
  return answerOf(confirmation, answer, call);
}

/** The event of a caller that no longer waits, or with `retryAfterSeconds` of one that got no slot in the queue. */
function abandonedEvent(confirmation, retryAfterSeconds) {
  return abandonedEventOf(confirmation, retryAfterSeconds);
}

/** Cancels a confirmation, unless it is decided already. */
function cancelConfirmation(confirmation) {
  core.cancel(cancelOf(confirmation));
}

module.exports = {
  Confirmation,
  Confirmed,
  StoreRequest,
  Variant,
  abandonedEvent,
  answerConfirmation,
  beginConfirmation,
  cancelConfirmation,
  makesVariants,
};
