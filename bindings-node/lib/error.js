'use strict';
// PresizeError, and the conversion of the addon's errors into it.

const native = require('./native.js');
const { typeName } = require('./value_type.js');
const { decodeFields, decodeOptions, decodePairs } = require('./wire.js');

const TRY_LATER = 'The server could not do this. Please try again later.';

class PresizeError extends Error {
  constructor(code, httpStatus, message, details = {}, index = undefined, options = undefined) {
    super(message, options);
    const { userMessageTemplate = TRY_LATER, userMessageParameters = {}, isWorthRetry = httpStatus >= 500 } = options ?? {};
    this.code = code;
    this.httpStatus = httpStatus;
    // The names that Express, Koa and Fastify look for. Not enumerable, so that logs and copies do not repeat the status.
    for (const name of ['status', 'statusCode']) {
      Object.defineProperty(this, name, { value: httpStatus, configurable: true, writable: true });
    }
    this.details = details;
    if (index !== undefined) this.index = index;
    Object.defineProperty(this, 'isWorthRetry', { value: isWorthRetry });
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

/** Decodes an error of the addon; `src/error.rs` describes the fields. */
function decodeError(text, options) {
  const split = decodeFields(text);
  const [, code, status, index, retry, message, snakeCaseMessage, userMessageTemplate, count] = split;
  const end = 9 + 2 * Number(count);
  const words = { userMessageTemplate, userMessageParameters: decodePairs(split, 9, end), isWorthRetry: retry !== '' };
  const details = decodeOptions(split, end, (name) => name);
  const at = index === '' ? undefined : Number(index);
  const error = new PresizeError(code, Number(status), message, details, at, { ...options, ...words });
  if (snakeCaseMessage !== '') SNAKE_CASE_MESSAGES.set(error, snakeCaseMessage);
  return error;
}

/** Messages that spell names in snake_case, for routes that answer in snake_case. */
const SNAKE_CASE_MESSAGES = new WeakMap();

/** The body of an error response, with names in the spelling of the route. */
function errorBody(error, spelling = 'camel') {
  const json = error.toJSON();
  if (spelling === 'snake') json.message = SNAKE_CASE_MESSAGES.get(error) ?? json.message;
  return { error: json };
}

/** Converts what the addon throws. Errors that are not of the core are returned as they are. */
function translate(error) {
  return typeof error?.message === 'string' && error.message.startsWith(START) ? decodeError(error.message) : error;
}

/** The error `option_invalid`. */
function invalid(name, expected, received, index = -1) {
  return decodeError(native.optionInvalid(name, expected, received, index));
}

/** The error of calling a constructor that is not public. */
function notConstructible(name, ways) {
  return new TypeError(`${name} has no public constructor: use ${ways}`);
}

/** The number is checked here, because the addon would accept any number. */
function requestTooLarge(maxBytes) {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0) {
    throw invalid('max_bytes', 'a non-negative integer', typeName(maxBytes));
  }
  return decodeError(native.requestTooLarge(maxBytes));
}

function requestMalformed(expected, received) {
  return decodeError(native.requestMalformed(String(expected), String(received)));
}

function requestTypeUnsupported(expected, received) {
  return decodeError(native.requestTypeUnsupported(String(expected), String(received)));
}

function requestUnauthenticated() {
  return decodeError(native.requestUnauthenticated());
}

function serverBusy(retryAfterSeconds) {
  if (!Number.isSafeInteger(retryAfterSeconds) || retryAfterSeconds < 0) {
    throw invalid('retry_after_seconds', 'a non-negative integer', typeName(retryAfterSeconds));
  }
  return decodeError(native.serverBusy(retryAfterSeconds));
}

module.exports = {
  PresizeError,
  decodeError,
  errorBody,
  invalid,
  notConstructible,
  requestMalformed,
  requestTooLarge,
  requestTypeUnsupported,
  requestUnauthenticated,
  serverBusy,
  translate,
};
