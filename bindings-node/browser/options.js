// Options checked by tables, with the errors of the core. Messages use JavaScript's spelling of names, details that of the core.

import { clip, failure } from './errors.js';

const asGiven = (value) => value;
const row = (expected, takes, preset, read = asGiven) => ({ expected, takes, preset, read });

export const integer = (min, max, preset) =>
  row(`an integer from ${min} to ${max}`, (value) => Number.isInteger(value) && value >= min && value <= max, preset);
export const fraction = (preset) =>
  row('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1, preset);
export const oneOf = (words, preset) => row(`one of ${words.join(', ')}`, (value) => words.includes(value), preset);
// `named` returns the canonical name of a value.
export const listOf = (words, preset, named = asGiven) =>
  row(
    `a list of ${words.join(', ')}`,
    // A copy, because `every` leaves out the places of a list that hold nothing.
    (value) => Array.isArray(value) && [...value].every((word) => words.includes(named(word))),
    preset,
    (value) => value.map(named),
  );
export const text = (preset) => row('a string', (value) => typeof value === 'string', preset);
export const callback = () => row('a function', (value) => typeof value === 'function');
export const signal = () => row('an AbortSignal', (value) => typeof value?.throwIfAborted === 'function');
export const requestHeaders = () =>
  row(
    'headers or a function that gives them',
    (value) => typeof value === 'function' || Array.isArray(value) || isObject(value),
  );
export const url = (preset) => row('a URL', (value) => typeof value === 'string' && isUrl(value), preset);
export const nested = () =>
  row('true, false or an object of options', (value) => typeof value === 'boolean' || isObject(value), false);
export const any = (expected, takes, preset) => row(expected, takes, preset);

// Checks options and fills in defaults. `undefined` counts as left out, `null` is a value.
export function readOptions(table, options = {}) {
  if (!isObject(options)) throw optionInvalid('options', 'an object of options', describe(options));
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(table, name)) {
      throw optionInvalid(clip(name), `a known option (${Object.keys(table).join(', ')})`, 'an unknown one');
    }
  }
  const read = {};
  for (const [name, { expected, takes, preset, read: readValue }] of Object.entries(table)) {
    // Own properties only: scripts may have extended Object.prototype.
    const value = Object.hasOwn(options, name) ? options[name] : undefined;
    if (value !== undefined && !takes(value)) throw optionInvalid(name, expected, describe(value));
    read[name] = value === undefined ? preset : readValue(value);
  }
  return read;
}

// The options of `values` that `table` has.
export function pick(table, values) {
  return Object.fromEntries(Object.keys(table).map((name) => [name, values[name]]));
}

export function checkFile(file) {
  if (!(file instanceof Blob)) throw optionInvalid('file', 'a File or Blob', describe(file));
}

// The names are those of JavaScript.
export function optionInvalid(name, expected, received) {
  const details = { name: snakeCase(name), expected: expected.replace(/\b[a-z]+[A-Z]\w*/g, snakeCase), received };
  return failure('option_invalid', details, { message: `expected ${expected} for ${name}, received ${received}` });
}

// Without a page, as in server-side rendering, any base will do, since only the syntax is checked.
export function isUrl(value) {
  try {
    new URL(value, globalThis.document?.baseURI ?? 'http://localhost');
    return true;
  } catch {
    return false;
  }
}

export function describe(value) {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return `"${clip(value)}"`;
  if (Array.isArray(value)) return `a list of ${value.length} values`;
  if (isObject(value)) return `a mapping of ${Object.keys(value).length} names`;
  return clip(value?.constructor?.name || typeof value);
}

function isObject(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  // Apart from Headers, instances of classes are a mistake.
  const prototype = Object.getPrototypeOf(value);
  return (
    prototype === null ||
    prototype === Object.prototype ||
    Object.getPrototypeOf(prototype) === null ||
    value instanceof Headers
  );
}

const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
