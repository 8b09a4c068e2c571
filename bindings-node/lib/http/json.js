'use strict';
// JSON bodies: media type, limits and parsing.

const { JsonScanner, requestMalformed, requestTypeUnsupported } = require('../../index.js');
const { BodyBuffer } = require('./body_buffer.js');

const MAX_SHOWN_CHARACTERS = 100;

/** Collects a body. Each chunk is scanned as it arrives, so a body that would be too costly to parse is refused early. */
async function bufferJson(chunks, limits) {
  const scanner = new JsonScanner(limits);
  const body = new BodyBuffer();
  for await (const chunk of chunks) {
    scanner.push(chunk);
    body.add(chunk);
  }
  return body;
}

/** Reads and parses a JSON body, which must be in UTF-8 (RFC 8259, section 8.1). Error: `request_malformed`. */
async function readJsonValue(chunks) {
  return parse((await bufferJson(chunks)).take());
}

/** Parses a JSON body that has been read. Error: `request_malformed`. */
function parseJson(body) {
  const scanner = new JsonScanner();
  scanner.push(body);
  return parse(body);
}

function parse(body) {
  try {
    // The decoder keeps a byte order mark, which JSON.parse then refuses.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    throw requestMalformed('a JSON object', 'text that is no JSON');
  }
}

/** Returns the value if it is an object. Error: `request_malformed`. */
function expectObject(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw requestMalformed('a JSON object', kindOf(value));
  }
  return value;
}

/** Whether a content type is JSON (RFC 8259, section 11; RFC 6839, section 3.1). Its parameters are ignored. */
function isJsonType(contentType) {
  return /^application\/([^/\s]+\+)?json$/.test(essence(contentType));
}

/** Whether a parser may be configured to parse this type as JSON: also `text/json`, and `+json` of any top-level type. */
function mayBeJson(contentType) {
  return /[/+]json$/.test(essence(contentType));
}

/** Whether a request has a valid content type (RFC 9110, section 8.3). */
function hasType(contentType) {
  return /^[^/\s]+\/[^/\s]+$/.test(essence(contentType));
}

/**
 * Whether the first chunk of a body starts an object or a list; `undefined` if it has only white space or a byte order mark,
 * which parsers remove. Any other JSON is a scalar, which costs a parser no more than its length.
 */
function startsAsJson(chunk) {
  const first = chunk.find((byte) => !SPACE.has(byte));
  return first === undefined ? undefined : first === 0x7b || first === 0x5b;
}

// White space (RFC 8259, section 2), and the bytes of U+FEFF in UTF-8.
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

/**
 * Accepts JSON only with a JSON content type. A page of another site may send any text as `text/plain`, or without a type, with
 * the user's cookies and without a CORS preflight. Error: `request_type_unsupported`.
 */
function expectJsonType(contentType) {
  if (!isJsonType(contentType)) throw requestTypeUnsupported('application/json', shownType(contentType));
}

/**
 * Refuses JSON that the application would decode to another text than the scanner sees: in another charset, or compressed. Error:
 * `request_type_unsupported`.
 */
function expectPlainUtf8(contentType, contentEncoding) {
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity') {
    throw requestTypeUnsupported('JSON that is not compressed', shownType(contentEncoding));
  }
  for (const parameter of (contentType ?? '').split(';').slice(1)) {
    const [, charset] = /^\s*charset\s*=\s*(.*?)\s*$/i.exec(parameter) ?? [];
    if (charset !== undefined && !/^"?utf-?8"?$/i.test(charset)) {
      throw requestTypeUnsupported('JSON in UTF-8', shownType(contentType));
    }
  }
}

function essence(contentType) {
  return (contentType ?? '').split(';', 1)[0].trim().toLowerCase();
}

function shownType(contentType) {
  return contentType ? JSON.stringify(contentType.slice(0, MAX_SHOWN_CHARACTERS)) : 'no content type';
}

function kindOf(value) {
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}

module.exports = {
  bufferJson,
  expectJsonType,
  expectObject,
  expectPlainUtf8,
  hasType,
  mayBeJson,
  parseJson,
  readJsonValue,
  shownType,
  startsAsJson,
};
