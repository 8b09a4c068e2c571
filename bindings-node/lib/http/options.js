'use strict';

// Options of the calls here. What is wrong with them is the program's own mistake: no error that a client is answered.

const { isPlain, typeName } = require('../packed.js');
const { isSignal } = require('../pool.js');

/**
 * Options, of which there are only these, and nothing that a prototype could bring in. A limit under a name that is misspelt
 * would be none.
 */
function expectOptions(value, names) {
  const given = { __proto__: null };
  if (value === undefined) return given;
  if (!isPlain(value)) throw new TypeError(`expected an object for options, received ${typeName(value)}`);
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) throw new TypeError(`expected a known option (${names.join(', ')}), received ${name}`);
    given[name] = value[name];
  }
  return given;
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
