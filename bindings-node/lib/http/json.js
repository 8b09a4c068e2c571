'use strict';

// JSON as clients send it.

const { requestMalformed } = require('../../index.js');

const SHOWN_CHARACTERS = 100;

/** The value that a body is, in UTF-8 (RFC 8259, section 8.1). Error: `request_malformed`. */
function parseJson(body) {
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

/**
 * Takes JSON only where it is called JSON. A page of another site may send any text as `text/plain` with the user's cookies,
 * and browsers would not ask first.
 */
function expectJsonType(contentType) {
  const essence = (contentType ?? '').split(';', 1)[0].trim().toLowerCase();
  if (!/^application\/([^/\s]+\+)?json$/.test(essence)) {
    throw requestMalformed('application/json', shownType(contentType));
  }
}

function shownType(contentType) {
  return contentType ? JSON.stringify(contentType.slice(0, SHOWN_CHARACTERS)) : 'no content type';
}

function kindOf(value) {
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}

module.exports = { expectJsonType, expectObject, kindOf, parseJson, shownType };
