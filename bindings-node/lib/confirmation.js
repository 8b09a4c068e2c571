'use strict';
// Confirming an upload: one request to the store at a time, until it is known what became of it. Nothing here sends
// anything.

const core = require('./core.js');
const { invalid, unwanted } = require('./error.js');
const { readEvent } = require('./event.js');
const { exifSummaryOf } = require('./exif_summary.js');
const given = require('./given.js');
const { fields, isPlain, pairs, typeName } = require('./packed.js');
const { run } = require('./pool.js');
const { shownAs, withoutKey, withoutQuery } = require('./shown.js');

const MADE = Symbol('made');
let cancelOf;
let answerOf;
let drawsOf;
let eventOfLeaver;

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
shownAs(StoreRequest, ({ method, url, headers, body, maxBodyBytes }) => ({
  method,
  url: withoutQuery(url),
  headers: withoutKey(headers),
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
    drawsOf = (confirmation) => core.confirmationDraws(confirmation.#native);
    answerOf = (confirmation, answer, call) => confirmation.#answer(answer, call);
    eventOfLeaver = (confirmation, retryAfterSeconds) =>
      readEvent(core.confirmationLeftEvent(confirmation.#native, retryAfterSeconds, NaN));
  }

  constructor(made, native, cancel) {
    if (made !== MADE) throw unwanted('Confirmation', 'uploads.confirm');
    this.#native = native;
    this.#cancel = cancel;
  }

  get key() {
    return core.confirmationKey(this.#native);
  }

  nextRequest(options) {
    const { now } = given.beside(options, ['now']);
    const asked = core.confirmationNext(this.#idle(), given.time('now', now));
    if (asked === null) return null;
    const split = fields(asked.shown);
    const [method, url, maxBodyBytes] = split;
    return new StoreRequest(method, url, pairs(split, 3), asked.body, Number(maxBodyBytes));
  }

  async answer(answer, options) {
    await this.#answer(answer, given.beside(options, ['signal', 'client']));
  }

  async #answer(answer, call) {
    const native = this.#idle();
    const prepare = () => {
      if (!isPlain(answer)) throw invalid('answer', 'an object', typeName(answer));
      const { status, headers, body } = given.beside(answer, ['status', 'headers', 'body']);
      const pieces = readBody(body);
      return core.confirmationAnswer(native, readStatus(status), readHeaders(headers), pieces, this.#cancel);
    };
    this.#isAnswering = true;
    try {
      await run(Confirmation.prototype.answer, call, prepare, this.#cancel);
    } finally {
      this.#isAnswering = false;
    }
  }

  fail(reason) {
    core.confirmationFail(this.#idle(), given.text('reason', reason));
  }

  finish() {
    return new Confirmed(core.confirmationFinish(this.#idle()));
  }

  event(options) {
    const { now } = given.beside(options, ['now']);
    return readEvent(core.confirmationEvent(this.#idle(), given.time('now', now)));
  }

  /** What the addon knows it by, unless an answer is at work. */
  #idle() {
    if (this.#isAnswering) throw new Error('the last answer is still looked at: await answer() before anything else');
    return this.#native;
  }
}
shownAs(Confirmation, ({ key }) => ({ key }));

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
    // node:http gives a list where a header may come more than once.
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

/** The pieces of a body, each of which no other thread writes to. */
function readBody(body) {
  if (body === undefined) return [];
  return Array.isArray(body) ? given.list('body', body, (piece) => given.bytes('body', piece)) : [given.bytes('body', body)];
}

function beginConfirmation(uploads, packed, now, tell) {
  const cancel = core.cancelNew();
  return new Confirmation(MADE, core.confirm(uploads, packed, now, cancel, tell), cancel);
}

/** Whether pictures may be made when the answer comes, though it has none itself. */
function isDrawing(confirmation) {
  return drawsOf(confirmation);
}

/** `answer` with what `run` has beyond its options: it is told when the work begins. */
function answerConfirmation(confirmation, answer, call) {
  return answerOf(confirmation, answer, call);
}

/** The event of a caller who waits no longer; with seconds, of one for whom there was no place. */
function leaverEvent(confirmation, retryAfterSeconds) {
  return eventOfLeaver(confirmation, retryAfterSeconds);
}

/** Stops a confirmation for good, unless it is decided already. */
function cancelConfirmation(confirmation) {
  core.cancel(cancelOf(confirmation));
}

module.exports = {
  Confirmation,
  Confirmed,
  StoreRequest,
  Variant,
  answerConfirmation,
  beginConfirmation,
  cancelConfirmation,
  isDrawing,
  leaverEvent,
};
