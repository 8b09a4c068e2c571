'use strict';
// The inputs that several calls share.

const fs = require('node:fs');
const path = require('node:path');
const { PresizeError } = require('presize');

const VECTORS = process.env.PRESIZE_VECTORS ?? path.join(__dirname, '../../../core/tests/vectors');

// One value of each type that a case may name where JSON has none.
const OF_TYPE = { bytes: Buffer.from('80'), set: new Set([80]), object: new (class Thing {})() };

function read(name) {
  return JSON.parse(fs.readFileSync(path.join(VECTORS, name), 'utf8'));
}

function image(name) {
  return fs.readFileSync(path.join(VECTORS, 'images', name));
}

/**
 * The bytes of `{"file": "images/a.jpg"}`, `{"base64": "..."}` or `{"text": "..."}`, of a repetition, and of several of them one
 * after the other: `{"parts": [{"repeat": "a", "count": 5}, ...]}`.
 */
function data(given) {
  if (given.parts !== undefined) return Buffer.concat(given.parts.map(data));
  if (given.repeat !== undefined) return Buffer.from(given.repeat.repeat(given.count));
  if (given.file !== undefined) return fs.readFileSync(path.join(VECTORS, given.file));
  if (given.base64 !== undefined) return Buffer.from(given.base64, 'base64');
  return Buffer.from(given.text);
}

/** Options as a program would give them; `{"$number": "NaN"}` and `{"$type": "bytes"}` are what JSON cannot say. */
function options(given = {}) {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [spelled(name), raw(value)]));
}

/** As JavaScript spells it. What a case spells in camelCase is no name in Rust, so it is what is no name here. */
function spelled(name) {
  return /[A-Z]/.test(name) ? Object.keys(snake({ [name]: 0 }))[0] : camel(name);
}

function raw(value) {
  if (Array.isArray(value)) return value.map(raw);
  if (typeof value !== 'object' || value === null) return value;
  if (value.$number !== undefined) return Number(value.$number);
  if (value.$type !== undefined) return OF_TYPE[value.$type];
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, raw(item)]));
}

function camel(name) {
  return name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

function snake(values) {
  const name = (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [name(key), value]));
}

function dateOf(seconds) {
  return new Date(seconds * 1000);
}

/** Seconds since 1970 of a time that must be whole. */
function secondsOf(date) {
  const seconds = date.getTime() / 1000;
  if (!(date instanceof Date) || !Number.isInteger(seconds)) throw new Error(`no whole second: ${date}`);
  return seconds;
}

/** What a call gives or throws, to be held against another way to the same. */
function outcome(call) {
  try {
    return { ok: call() };
  } catch (error) {
    if (!(error instanceof PresizeError)) throw error;
    return { status: error.httpStatus, error: error.toJSON() };
  }
}

module.exports = { VECTORS, camel, data, dateOf, image, options, outcome, read, secondsOf, snake };
