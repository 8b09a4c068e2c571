'use strict';
// Reads lists of data URIs from JSON bodies.

const { decodeDataUrisOfJson } = require('../images.js');
const { byteCount, imageRules } = require('./images.js');
const { bufferJson } = require('./json.js');

// Allowances for the other fields of the object, and for the header of each data URI.
const OTHER_BYTES = 64 * 1024;
const HEADER_BYTES = 1024;
// Base64 writes three bytes as four characters, and some JSON encoders escape each slash, which is one character in 64.
const CHARACTERS_PER_BYTE = (4 / 3) * (65 / 64);
// White space, if the rules allow it: a line break after every 64 characters, which is `\r\n` in JSON, adds four characters.
const WHITESPACE_FACTOR = 17 / 16;

/** Checks the options of reading data URIs. The default of `maxBodyBytes` follows from the rules. */
function dataUriOptions(rules, options) {
  const checked = imageRules(rules);
  const total = Math.min(checked.maxTotalBytes, checked.maxBytes * checked.maxImages);
  const whitespace = checked.allowWhitespace ? WHITESPACE_FACTOR : 1;
  const text = Math.ceil(total * CHARACTERS_PER_BYTE * whitespace) + HEADER_BYTES * checked.maxImages;
  const { field = 'images', maxBodyBytes = text + OTHER_BYTES } = options;
  if (typeof field !== 'string' || !field.isWellFormed()) {
    throw new TypeError(`expected a string for field, received ${String(field)}`);
  }
  return { rules: checked, field, maxBodyBytes: byteCount(maxBodyBytes, 'maxBodyBytes') };
}

/** The checked images of the list of data URIs in a field of a JSON object. */
async function readFieldImages(chunks, { rules, field }, { signal, client }) {
  const body = await bufferJson(chunks);
  return decodeDataUrisOfJson(body.takeChunks(), field, rules, { signal, client });
}

module.exports = { dataUriOptions, readFieldImages };
