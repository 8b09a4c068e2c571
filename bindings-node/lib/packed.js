'use strict';
// Values as the addon takes and gives them: one text, which src/wire.rs describes. The only place where a name is
// turned from camelCase into the core's, and back.

const SPECIAL = /[\0\x01]/;
const NAMES = new Map();
/** No option takes as many values. */
const MAX_ITEMS = 10_000;

/** An options object as packed text. `own` has a function for each option that JavaScript keeps for itself. */
function pack(options, own) {
  let text = '';
  for (const key of Object.keys(options)) {
    const value = options[key];
    if (value === undefined) continue;
    if (own !== undefined && Object.hasOwn(own, key)) {
      own[key](value);
      continue;
    }
    text += `${text === '' ? '' : '\0'}${nameOf(key)}\0${item(value)}`;
  }
  return text;
}

/** A value as one item, with what it holds. */
function item(value) {
  if (typeof value !== 'object' || value === null) return simple(value);
  if (Array.isArray(value)) {
    const { length } = value;
    if (length > MAX_ITEMS) return `oa list of ${length} values`;
    let text = `l${length}`;
    for (let index = 0; index < length; index += 1) text += `\0${simple(value[index])}`;
    return text;
  }
  return isPlain(value) ? map(value) : simple(value);
}

function map(value) {
  let text = '';
  let count = 0;
  for (const name of Object.keys(value)) {
    const entry = value[name];
    if (entry === undefined) continue;
    if (!name.isWellFormed()) return 'oan object with half a surrogate pair in a name';
    text += `\0${escape(name)}\0${simple(entry)}`;
    count += 1;
  }
  return `m${count}${text}`;
}

/** A value that holds no others: none of the core's options nests deeper than one list or object. */
function simple(value) {
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

/**
 * What a value is, for messages: the name of its class. Nothing that a caller's own object does here can fail the call, and
 * nothing that came as JSON is repeated: an own `constructor` is a field like any other.
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

/** An object as `{}` makes it, of whichever realm, or one without a prototype. */
function isPlain(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** The core's name of an option: `max_bytes` for `maxBytes`. A key that has an underscore already is no name here. */
function nameOf(key) {
  let name = NAMES.get(key);
  if (name === undefined) {
    const given = key.toWellFormed();
    name = escape(given.includes('_') ? noOption(given) : given.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    // Keys can come from a client: only as many are kept as there are options.
    if (NAMES.size < 200) NAMES.set(key, name);
  }
  return name;
}

/** A name that no option has. The mark keeps an error from showing `max_bytes` as `maxBytes`, which it is not. */
function noOption(key) {
  return key.includes('_') ? `!${key}` : key;
}

/** `maxBytes` for `max_bytes`. */
function keyOf(name) {
  return name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

/** The fields of a text that the addon gives. */
function fields(text) {
  const split = text.split('\0');
  split.pop();
  if (!text.includes('\x01')) return split;
  return split.map((field) => field.replaceAll('\x010', '\0').replaceAll('\x011', '\x01'));
}

/** Names and items of such fields, from `start` on, as an object. `toKey` makes a key of a name. */
function unpack(split, start, toKey) {
  const values = {};
  let at = start;
  const next = () => {
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
        return Array.from({ length: Number(rest) }, next);
      case 'm':
        return Object.fromEntries(Array.from({ length: Number(rest) }, () => [split[at++], next()]));
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

/** Fields in pairs of a name and a text, from `start` on (and up to `end`), as an object. */
function pairs(split, start, end = split.length) {
  const values = {};
  for (let at = start; at + 1 < end; at += 2) values[split[at]] = split[at + 1];
  return values;
}

module.exports = { fields, isPlain, item, keyOf, noOption, pack, pairs, typeName, unpack };
