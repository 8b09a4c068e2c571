'use strict';
// Validates and marshals the arguments of calls: options, texts, bytes, times. Nothing is coerced; unknown options are errors.

const { isDate, isSharedArrayBuffer, isUint8Array } = require('node:util').types;

const core = require('./core.js');
const { invalid } = require('./error.js');
const { isPlain, typeName } = require('./value_type.js');
const { encodeOptions, unknownName } = require('./wire.js');

/** Encodes an options object for the addon, whose tables check it. `undefined` becomes an empty text. */
function options(value, own) {
  if (value === undefined) return '';
  if (!isPlain(value)) throw invalid('options', 'an object', typeName(value));
  return encodeOptions(value, own);
}

// The getters of every typed array: a subclass of the caller may define `buffer` and `length` otherwise.
const TypedArray = Object.getPrototypeOf(Uint8Array.prototype);
const BUFFER = Object.getOwnPropertyDescriptor(TypedArray, 'buffer').get;
const LENGTH = Object.getOwnPropertyDescriptor(TypedArray, 'length').get;

/** Reads options that JavaScript handles itself, which may only be `names`. Options of a prototype do not count. */
function ownOptions(value, names) {
  const known = { __proto__: null };
  if (value === undefined) return known;
  if (!isPlain(value)) throw invalid('options', 'an object', typeName(value));
  for (const key of Object.keys(value)) {
    if (!names.includes(key)) throw invalid(unknownName(key), `a known option (${names.join(', ')})`, 'an unknown one');
    known[key] = value[key];
  }
  return known;
}

function text(name, value, index) {
  if (typeof value !== 'string') throw invalid(name, 'a string', typeName(value), index);
  if (!value.isWellFormed()) throw invalid(name, 'a string', 'one with half a surrogate pair', index);
  return value;
}

/**
 * Maps a list with `read`, which is called with each item and its index. Holes are read as `undefined`, and the caller's own
 * `map` is not called. `accept` is called with the length first, and may refuse it.
 */
function list(name, value, read, accept) {
  if (!Array.isArray(value)) throw invalid(name, 'a list', typeName(value));
  const { length } = value;
  accept?.(length);
  const all = [];
  for (let index = 0; index < length; index += 1) all.push(read(value[index], index));
  return all;
}

/**
 * Bytes that no other thread can write to while they are read. Shared memory is copied, unless `rules` refuse its length.
 */
function bytes(name, value, rules) {
  if (!isUint8Array(value)) {
    throw invalid(name, 'a Buffer or Uint8Array', describeBytes(value));
  }
  if (!isSharedArrayBuffer(BUFFER.call(value))) return value;
  if (rules !== undefined) core.acceptBytes(LENGTH.call(value), rules);
  return new Uint8Array(value);
}

/** What was received instead of bytes, with a hint for values that hold an image in another form. */
function describeBytes(value) {
  if (typeof value === 'string') return 'a string: text is decoded by decodeDataUri';
  // The File of a web form is a Blob.
  if (value instanceof Blob) return `a ${typeName(value)}: pass new Uint8Array(await blob.arrayBuffer())`;
  return typeName(value);
}

/**
 * Milliseconds since 1970, or NaN for `undefined`. An invalid Date as `now` becomes a time that the core refuses, as it refuses
 * every time outside of the years that can be signed.
 */
function time(name, value) {
  if (value === undefined) return NaN;
  if (!isDate(value)) throw invalid(name, 'a Date', typeName(value));
  const milliseconds = Date.prototype.getTime.call(value);
  if (!Number.isNaN(milliseconds)) return milliseconds;
  if (name === 'now') return -1;
  throw invalid(name, 'a Date', 'an invalid Date');
}

/**
 * Options that include `now`: the encoded options and the time. `own` has a function for each other option that JavaScript
 * handles itself.
 */
function optionsWithNow(value, own) {
  let now = NaN;
  const encoded = options(value, {
    ...own,
    now: (date) => {
      now = time('now', date);
    },
  });
  return [encoded, now];
}

/**
 * Calls `make` with a function that reads variables of an environment, and returns its result. The variables that were read are
 * added to `values`. The addon calls the function, and no exception may pass through the addon: it is thrown afterwards.
 */
function readEnvironment(env, values, make) {
  if (typeof env !== 'object' || env === null) throw invalid('env', 'an object', typeName(env));
  let failed;
  const read = (name) => {
    try {
      const value = env[name];
      if (value === undefined) return null;
      values[name] = text(name, value);
      return value;
    } catch (error) {
      failed ??= { error };
      return null;
    }
  };
  let made;
  try {
    made = make(read);
  } catch (error) {
    throw failed === undefined ? error : failed.error;
  }
  if (failed !== undefined) throw failed.error;
  return made;
}

/** A request whose owner is a text: an integer, such as the id of a row in a database, becomes its decimal digits. */
function withOwnerText(request) {
  if (!isPlain(request) || !Object.hasOwn(request, 'owner')) return request;
  const copy = { ...request };
  copy.owner = ownerText(copy.owner);
  return copy;
}

/** The core refuses what is neither a text nor an integer. */
function ownerText(owner) {
  if (typeof owner !== 'number' && typeof owner !== 'bigint') return owner;
  const isWhole = typeof owner === 'bigint' || Number.isSafeInteger(owner);
  if (!isWhole || owner < 0) {
    throw invalid('owner', 'a string, an integer from 0 to 2^53 - 1, or a bigint from 0', String(owner));
  }
  return BigInt(owner).toString();
}

module.exports = { bytes, list, options, optionsWithNow, ownOptions, ownerText, readEnvironment, text, time, withOwnerText };
