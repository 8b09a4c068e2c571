'use strict';
// What callers give: options, texts, bytes, times. Nothing is coerced, and nothing is ignored.

const { isDate, isSharedArrayBuffer, isUint8Array } = require('node:util').types;

const core = require('./core.js');
const { invalid } = require('./error.js');
const { isPlain, noOption, pack, typeName } = require('./packed.js');

/** An options object, packed; without one, no text. */
function options(value, own) {
  if (value === undefined) return '';
  if (!isPlain(value)) throw invalid('options', 'an object', typeName(value));
  return pack(value, own);
}

// The bytes of an array as they are, whatever a class of the caller's calls `buffer` and `length`.
const TypedArray = Object.getPrototypeOf(Uint8Array.prototype);
const BUFFER = Object.getOwnPropertyDescriptor(TypedArray, 'buffer').get;
const LENGTH = Object.getOwnPropertyDescriptor(TypedArray, 'length').get;

/** Options that are JavaScript's alone: an object with some of `names`, and nothing that a prototype could bring in. */
function beside(value, names) {
  const given = { __proto__: null };
  if (value === undefined) return given;
  if (!isPlain(value)) throw invalid('options', 'an object', typeName(value));
  for (const key of Object.keys(value)) {
    if (!names.includes(key)) throw invalid(noOption(key), `a known option (${names.join(', ')})`, 'an unknown one');
    given[key] = value[key];
  }
  return given;
}

function text(name, value, index) {
  if (typeof value !== 'string') throw invalid(name, 'a string', typeName(value), index);
  if (!value.isWellFormed()) throw invalid(name, 'a string', 'one with half a surrogate pair', index);
  return value;
}

/**
 * A list, with what `read` makes of each item and its index. A hole is an item too, and `map` may be the caller's own.
 * `accept` is given the length first, and may refuse it.
 */
function list(name, value, read, accept) {
  if (!Array.isArray(value)) throw invalid(name, 'a list', typeName(value));
  const { length } = value;
  accept?.(length);
  const all = [];
  for (let index = 0; index < length; index += 1) all.push(read(value[index], index));
  return all;
}

/** Bytes that no other thread writes to while they are read: a copy where one could, unless the rules refuse its length. */
function bytes(name, value, rules) {
  if (!isUint8Array(value)) {
    const received = typeof value === 'string' ? 'a string: text is decoded by decodeDataUri' : typeName(value);
    throw invalid(name, 'a Buffer or Uint8Array', received);
  }
  if (!isSharedArrayBuffer(BUFFER.call(value))) return value;
  if (rules !== undefined) core.acceptBytes(LENGTH.call(value), rules);
  return new Uint8Array(value);
}

/**
 * Milliseconds since 1970; NaN where there is no time. An invalid Date as `now` becomes one that the core refuses, as it
 * refuses every time outside of its years.
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
 * Options with `now` among them: both, as the addon takes them. `own` has a function for each other option that JavaScript
 * keeps for itself.
 */
function timed(value, own) {
  let now = NaN;
  const packed = options(value, {
    ...own,
    now: (given) => {
      now = time('now', given);
    },
  });
  return [packed, now];
}

/**
 * What `make` makes of a function that reads variables of an environment; those that it has read are in `values`. The
 * function is called by the addon, which an error must not pass through.
 */
function environment(env, values, make) {
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

/**
 * A request with its owner as text: an integer, as databases number users, becomes its decimal digits. The core refuses what is
 * neither.
 */
function withOwner(request) {
  if (!isPlain(request) || !Object.hasOwn(request, 'owner')) return request;
  const copy = { ...request };
  copy.owner = ownerText(copy.owner);
  return copy;
}

function ownerText(owner) {
  if (typeof owner !== 'number' && typeof owner !== 'bigint') return owner;
  const isWhole = typeof owner === 'bigint' || Number.isSafeInteger(owner);
  if (!isWhole || owner < 0) {
    throw invalid('owner', 'a string, an integer from 0 to 2^53 - 1, or a bigint from 0', String(owner));
  }
  return BigInt(owner).toString();
}

module.exports = { beside, bytes, environment, list, options, ownerText, text, time, timed, withOwner };
