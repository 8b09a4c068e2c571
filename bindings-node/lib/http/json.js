'use strict';

// JSON as clients send it.

const { JsonScanner, requestMalformed, requestTypeUnsupported } = require('../../index.js');
const { KeptBytes } = require('./kept_bytes.js');

const SHOWN_CHARACTERS = 100;

/** A whole body, in the pieces in which it came. Each is scanned before the next: a body that would cost too much has an end. */
async function readJsonPieces(pieces, limits) {
  const scanner = new JsonScanner(limits);
  const kept = new KeptBytes();
  for await (const piece of pieces) {
    scanner.push(piece);
    kept.add(piece);
  }
  return kept;
}

/** The value that a body is, in UTF-8 (RFC 8259, section 8.1). Error: `request_malformed`. */
async function readJsonValue(pieces) {
  return parse((await readJsonPieces(pieces)).take());
}

/** The same of bytes that are here. */
function parseJson(body) {
  const scanner = new JsonScanner();
  scanner.push(body);
  return parse(body);
}

function parse(body) {
  try {
    // A byte order mark stays, and is no JSON.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    throw requestMalformed('a JSON object', 'text that is no JSON');
  }
}

/** The same value if it is an object. Error: `request_malformed`. */
function expectObject(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw requestMalformed('a JSON object', kindOf(value));
  }
  return value;
}

/** Whether a content type is one of JSON (RFC 8259, section 11; RFC 6839, section 3.1). Its parameters are ignored. */
function isJsonType(contentType) {
  return /^application\/([^/\s]+\+)?json$/.test(essence(contentType));
}

/** Whether a parser may be set up to take a type for JSON: also `text/json`, and `+json` of every kind. */
function mayBeJson(contentType) {
  return /[/+]json$/.test(essence(contentType));
}

/** Whether a request says what its body is (RFC 9110, section 8.3). */
function hasType(contentType) {
  return /^[^/\s]+\/[^/\s]+$/.test(essence(contentType));
}

/**
 * Whether the first piece of a body starts an object or a list; `undefined` where it has only white space, or a byte order
 * mark, which parsers remove. Any other JSON is a single value, which costs a parser no more than its length.
 */
function startsAsJson(piece) {
  const first = piece.find((byte) => !SPACE.has(byte));
  return first === undefined ? undefined : first === 0x7b || first === 0x5b;
}

// RFC 8259, section 2, and the bytes of U+FEFF.
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

/**
 * Takes JSON only where it is called JSON. A page of another site may send any text as `text/plain`, or without a type, with
 * the user's cookies, and browsers would not ask first. Error: `request_type_unsupported`.
 */
function expectJsonType(contentType) {
  if (!isJsonType(contentType)) throw requestTypeUnsupported('application/json', shownType(contentType));
}

/**
 * For JSON that others parse, who may read it in another encoding than the scanner, or unpack it after the scanner has seen
 * it. Error: `request_type_unsupported`.
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
  return contentType ? JSON.stringify(contentType.slice(0, SHOWN_CHARACTERS)) : 'no content type';
}

function kindOf(value) {
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}

module.exports = {
  expectJsonType,
  expectObject,
  expectPlainUtf8,
  hasType,
  mayBeJson,
  parseJson,
  readJsonPieces,
  readJsonValue,
  shownType,
  startsAsJson,
};
