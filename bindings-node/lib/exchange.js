'use strict';
// StoreExchange: the base of the state machines that talk to a store. One request at a time goes out and its answer comes in;
// nothing is sent here.

const args = require('./arguments.js');
const core = require('./core.js');
const { invalid } = require('./error.js');
const { inspectAs, redactHeaders, redactQuery } = require('./inspect.js');
const { run } = require('./pool.js');
const { isPlain, typeName } = require('./value_type.js');
const { decodeFields, decodePairs } = require('./wire.js');

let idleOf;
let machineFor;

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

class StoreExchange {
  #native;
  #cancel;
  #isAnswering = false;

  static {
    idleOf = (exchange) => exchange.#idle();
    machineFor = (exchange) => ({
      nextRequest: () => exchange.nextRequest(),
      answer: (answer, call) => exchange.#answer(answer, call),
      workPixels: () => core.exchangeWorkPixels(exchange.#native),
      fail: (reason) => exchange.fail(reason),
      finish: () => exchange.finish(),
      cancel: () => core.cancel(exchange.#cancel),
    });
  }

  /** `native` is an exchange of the addon, which was made with the token `cancel`. */
  constructor(native, cancel) {
    this.#native = native;
    this.#cancel = cancel;
  }

  nextRequest(options) {
    const { now } = args.ownOptions(options, ['now']);
    const request = core.exchangeNext(this.#idle(), args.time('now', now));
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
      return core.exchangeAnswer(native, readStatus(status), readHeaders(headers), chunks, this.#cancel);
    };
    this.#isAnswering = true;
    try {
      await run(StoreExchange.prototype.answer, call, prepare, this.#cancel);
    } finally {
      this.#isAnswering = false;
    }
  }

  fail(reason) {
    core.exchangeFail(this.#idle(), args.text('reason', reason));
  }

  /** The exchange of the addon, unless an answer is being processed. */
  #idle() {
    if (this.#isAnswering) throw new Error('the last answer is still being processed: await answer() before anything else');
    return this.#native;
  }
}

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

/** Throws an error while an answer of the exchange is being processed. */
function expectIdle(exchange) {
  idleOf(exchange);
}

/** The exchange as `lib/drive.js` drives it: `answer` takes options of `run` that are not public, such as `onTurn`. */
function machineOf(exchange) {
  return machineFor(exchange);
}

module.exports = { StoreExchange, StoreRequest, expectIdle, machineOf };
