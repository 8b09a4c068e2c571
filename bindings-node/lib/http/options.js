'use strict';
// Options of the HTTP functions. A wrong one is a mistake of the application: a TypeError, never an answer to a client.

const { isSignal } = require('../signal.js');
const { isPlain, typeName } = require('../value_type.js');

/**
 * Reads options, which may only be `names`: a limit whose name is misspelt would not limit anything. Options of a prototype do
 * not count.
 */
function expectOptions(value, names) {
  const known = { __proto__: null };
  if (value === undefined) return known;
  if (!isPlain(value)) throw new TypeError(`expected an object for options, received ${typeName(value)}`);
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) throw new TypeError(`expected a known option (${names.join(', ')}), received ${name}`);
    known[name] = value[name];
  }
  return known;
}

function expectSignal(value) {
  if (value === undefined || isSignal(value)) return value;
  throw new TypeError(`expected an AbortSignal for signal, received ${typeName(value)}`);
}

function expectClient(value) {
  if (value === undefined || typeof value === 'string') return value;
  throw new TypeError(`expected a string for client, received ${typeName(value)}`);
}

module.exports = { expectClient, expectOptions, expectSignal };
