'use strict';
// The type of a value that a caller passed.

/**
 * The name of a value's type, for messages: that of its class. Nothing that an object of the caller does here can fail the call,
 * and no text of the caller is repeated: in an object parsed from JSON, `constructor` is a field like any other.
 */
function typeName(value) {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  try {
    const { name } = Object.getPrototypeOf(value).constructor;
    return typeof name === 'string' && name !== '' ? name : 'object';
  } catch {
    return 'object';
  }
}

/** Whether a value is a plain object: one that `{}` makes, in any realm, or one without a prototype. */
function isPlain(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

module.exports = { isPlain, typeName };
