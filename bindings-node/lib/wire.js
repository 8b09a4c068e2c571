'use strict';
// The text encoding in which options and results cross into the addon and back (its grammar is in src/wire.rs). One string is
// passed instead of an object, because each property that the addon reads of an object is a call back into V8, while a string
// is copied in one piece.
//
//     encodeOptions({ width: 320, format: 'webp' })     "width\0n320\0format\0swebp"
//     encodeValue(['jpeg', 'png'])                      "l2\0sjpeg\0spng"
//
// This is the only file that turns the camelCase of JavaScript into the core's snake_case, and back.

const { isPlain, typeName } = require('./value_type.js');

const SPECIAL = /[\0\x01]/;
const SNAKE_CASE = new Map();
/** More values than any option takes. */
const MAX_ITEMS = 10_000;

/** Encodes an options object. `own` has a function for each option that JavaScript handles itself. */
function encodeOptions(options, own) {
  let text = '';
  for (const key of Object.keys(options)) {
    const value = options[key];
    if (value === undefined) continue;
    if (own !== undefined && Object.hasOwn(own, key)) {
      own[key](value);
      continue;
    }
    text += `${text === '' ? '' : '\0'}${snakeCase(key)}\0${encodeValue(value)}`;
  }
  return text;
}

/** Encodes one value. */
function encodeValue(value) {
  if (typeof value !== 'object' || value === null) return encodeScalar(value);
  if (Array.isArray(value)) {
    const { length } = value;
    if (length > MAX_ITEMS) return `oa list of ${length} values`;
    let text = `l${length}`;
    for (let index = 0; index < length; index += 1) text += `\0${encodeScalar(value[index])}`;
    return text;
  }
  return isPlain(value) ? encodeMap(value) : encodeScalar(value);
}

function encodeMap(value) {
  let text = '';
  let count = 0;
  for (const name of Object.keys(value)) {
    const entry = value[name];
    if (entry === undefined) continue;
    if (!name.isWellFormed()) return 'oan object with half a surrogate pair in a name';
    text += `\0${escape(name)}\0${isPlain(entry) ? encodeInnerOptions(entry) : encodeScalar(entry)}`;
    count += 1;
  }
  return `m${count}${text}`;
}

/** Encodes an object inside of an object, which has the options of a preset. */
function encodeInnerOptions(options) {
  let text = '';
  let count = 0;
  for (const key of Object.keys(options)) {
    const value = options[key];
    if (value === undefined) continue;
    text += `\0${snakeCase(key)}\0${encodeScalar(value)}`;
    count += 1;
  }
  return `m${count}${text}`;
}

/** A value inside of a list, or of an object inside of an object, is a scalar: no option of the core nests deeper. */
function encodeScalar(value) {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? `s${escape(value)}` : 'oa string with half a surrogate pair';
    case 'number':
      return `n${value}`;
    case 'boolean':
      return value ? 'b1' : 'b0';
    default:
      return value === null ? 'z' : `o${escape(typeName(value).toWellFormed())}`;
  }
}

function escape(text) {
  return SPECIAL.test(text) ? text.replaceAll('\x01', '\x011').replaceAll('\0', '\x010') : text;
}

/** `max_bytes` for `maxBytes`. A key that contains an underscore is the name of no option in JavaScript. */
function snakeCase(key) {
  let name = SNAKE_CASE.get(key);
  if (name === undefined) {
    const wellFormed = key.toWellFormed();
    const isUnknown = wellFormed.includes('_');
    name = escape(isUnknown ? unknownName(wellFormed) : wellFormed.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    // Keys can come from a client, so the cache is bounded. There are fewer options than this.
    if (SNAKE_CASE.size < 200) SNAKE_CASE.set(key, name);
  }
  return name;
}

/** Marks a name that no option has: without the mark, an error would spell a key `max_bytes` as `maxBytes`. */
function unknownName(key) {
  return key.includes('_') ? `!${key}` : key;
}

/** `maxBytes` for `max_bytes`. */
function camelCase(name) {
  return name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

/** Splits a text of the addon into its fields. */
function decodeFields(text) {
  const split = text.split('\0');
  split.pop();
  if (!text.includes('\x01')) return split;
  return split.map((field) => field.replaceAll('\x010', '\0').replaceAll('\x011', '\x01'));
}

/** Decodes pairs of a name and a value, from field `start` on, into an object. `toKey` turns a name into a key. */
function decodeOptions(split, start, toKey) {
  const values = {};
  let at = start;
  // The names in a mapping are the caller's own; those in a mapping inside of it are options.
  const next = (isInner = false) => {
    const field = split[at];
    at += 1;
    const rest = field.slice(1);
    switch (field[0]) {
      case 's':
        return rest;
      case 'n':
        return Number(rest);
      case 'b':
        return rest === '1';
      case 'l':
        return Array.from({ length: Number(rest) }, () => next());
      case 'm': {
        const entry = () => [isInner ? toKey(split[at++]) : split[at++], next(true)];
        return Object.fromEntries(Array.from({ length: Number(rest) }, entry));
      }
      default:
        return undefined;
    }
  };
  while (at < split.length) {
    const name = split[at];
    at += 1;
    values[toKey(name)] = next();
  }
  return values;
}

/** Decodes pairs of a name and a text, from field `start` up to `end`, into an object. */
function decodePairs(split, start, end = split.length) {
  const values = {};
  for (let at = start; at + 1 < end; at += 2) values[split[at]] = split[at + 1];
  return values;
}

module.exports = { camelCase, decodeFields, decodeOptions, decodePairs, encodeOptions, encodeValue, snakeCase, unknownName };
