'use strict';
// What callers give: options, texts, bytes, times. Nothing is coerced, and nothing is ignored.

const { isDate, isSharedArrayBuffer, isUint8Array } = require('node:util').types;

const { invalid } = require('./error.js');
const { isPlain, pack, typeName } = require('./packed.js');

/** An options object, packed; without one, no text. */
function options(value, own) {
  if (value === undefined) return '';
  if (!isPlain(value)) throw invalid('options', 'an object', typeName(value));
  return pack(value, own);
}

/** Options that are JavaScript's alone: an object with some of `names`. */
function beside(value, names) {
  if (value === undefined) return {};
  if (!isPlain(value)) throw invalid('options', 'an object', typeName(value));
  const given = {};
  for (const key of Object.keys(value)) {
    if (!names.includes(key)) throw invalid(key, `a known option (${names.join(', ')})`, 'an unknown one');
    given[key] = value[key];
  }
  return given;
}

function text(name, value, index) {
  if (typeof value !== 'string') throw invalid(name, 'a string', typeName(value), index);
  if (!value.isWellFormed()) throw invalid(name, 'a string', 'one with half a surrogate pair', index);
  return value;
}

function list(name, value) {
  if (!Array.isArray(value)) throw invalid(name, 'a list', typeName(value));
  return value;
}

/** Bytes that no other thread writes to while they are read. */
function bytes(name, value) {
  if (!isUint8Array(value)) {
    const received = typeof value === 'string' ? 'a string: text is decoded by decodeDataUri' : typeName(value);
    throw invalid(name, 'a Buffer or Uint8Array', received);
  }
  return isSharedArrayBuffer(value.buffer) ? Buffer.from(value) : value;
}

/** Milliseconds since 1970; NaN where there is no time. */
function time(name, value) {
  if (value === undefined) return NaN;
  if (!isDate(value)) throw invalid(name, 'a Date', typeName(value));
  const milliseconds = Date.prototype.getTime.call(value);
  if (Number.isNaN(milliseconds)) throw invalid(name, 'a Date', 'an invalid Date');
  return milliseconds;
}

/** Options with `now` among them: both, as the addon takes them. */
function timed(value) {
  let now = NaN;
  const packed = options(value, {
    now: (given) => {
      now = time('now', given);
    },
  });
  return [packed, now];
}

module.exports = { beside, bytes, list, options, text, time, timed };
