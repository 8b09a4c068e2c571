'use strict';
// PresizeError, and how an error of the addon becomes one.

const native = require('./native.js');
const { fields, pairs, typeName, unpack } = require('./packed.js');

const TRY_LATER = 'The server could not do this. Please try again later.';

class PresizeError extends Error {
  constructor(code, httpStatus, message, details = {}, index = undefined, options = undefined) {
    super(message, options);
    const { userMessageTemplate = TRY_LATER, userMessageParameters = {} } = options ?? {};
    this.code = code;
    this.httpStatus = httpStatus;
    // Where Express, Koa and Fastify look. Not enumerable, so that no log and no copy says the same three times.
    for (const name of ['status', 'statusCode']) {
      Object.defineProperty(this, name, { value: httpStatus, configurable: true, writable: true });
    }
    this.details = details;
    if (index !== undefined) this.index = index;
    Object.defineProperty(this, 'userMessageTemplate', { value: userMessageTemplate });
    Object.defineProperty(this, 'userMessageParameters', { value: userMessageParameters });
  }

  get userMessage() {
    return this.userMessageTemplate.replace(/\{(\w+)\}/g, (_, name) => this.userMessageParameters[name] ?? '');
  }

  toJSON() {
    const { code, message, userMessage, details, index } = this;
    const shown = { code, message, user_message: userMessage, details };
    return index === undefined ? shown : { ...shown, index };
  }
}
Object.defineProperty(PresizeError.prototype, 'name', { value: 'PresizeError', configurable: true, writable: true });

const START = 'presize\0';

/** The error that a packed text says. */
function parse(text, options) {
  const split = fields(text);
  const [, code, status, index, message, inSnakeCase, userMessageTemplate, count] = split;
  const end = 8 + 2 * Number(count);
  const words = { userMessageTemplate, userMessageParameters: pairs(split, 8, end) };
  const details = unpack(split, end, (name) => name);
  const at = index === '' ? undefined : Number(index);
  const error = new PresizeError(code, Number(status), message, details, at, { ...options, ...words });
  if (inSnakeCase !== '') SNAKE_CASE.set(error, inSnakeCase);
  return error;
}

/** Messages with names in snake_case, for answers of routes that speak so. */
const SNAKE_CASE = new WeakMap();

/** What a client is answered: the error with its names as the route spells them. */
function answerOf(error, written = 'camel') {
  const json = error.toJSON();
  if (written === 'snake') json.message = SNAKE_CASE.get(error) ?? json.message;
  return { error: json };
}

/** The same of whatever the addon throws. What is none of the core's stays as it is. */
function translate(error) {
  return typeof error?.message === 'string' && error.message.startsWith(START) ? parse(error.message) : error;
}

/** `option_invalid`. */
function invalid(name, expected, received, index = -1) {
  return parse(native.optionInvalid(name, expected, received, index));
}

/** A class that is made by functions of its own alone. */
function unwanted(name, ways) {
  return new TypeError(`${name} has no public constructor: use ${ways}`);
}

/** The addon would take any number for a number of bytes. */
function requestTooLarge(maxBytes) {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0) {
    throw invalid('max_bytes', 'a non-negative integer', typeName(maxBytes));
  }
  return parse(native.requestTooLarge(maxBytes));
}

function requestMalformed(expected, received) {
  return parse(native.requestMalformed(String(expected), String(received)));
}

function requestTypeUnsupported(expected, received) {
  return parse(native.requestTypeUnsupported(String(expected), String(received)));
}

function requestUnauthenticated() {
  return parse(native.requestUnauthenticated());
}

function serverBusy(retryAfterSeconds) {
  if (!Number.isSafeInteger(retryAfterSeconds) || retryAfterSeconds < 0) {
    throw invalid('retry_after_seconds', 'a non-negative integer', typeName(retryAfterSeconds));
  }
  return parse(native.serverBusy(retryAfterSeconds));
}

module.exports = {
  PresizeError,
  answerOf,
  invalid,
  parse,
  requestMalformed,
  requestTooLarge,
  requestTypeUnsupported,
  requestUnauthenticated,
  serverBusy,
  translate,
  unwanted,
};
