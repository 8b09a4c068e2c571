'use strict';

// Data URIs in a JSON body.

const { decodeDataUrisOfJson } = require('../images.js');
const { byteCount, imageRules } = require('./images.js');
const { readJsonPieces } = require('./json.js');

// For the other fields of the object, and for the header of each data URI.
const BYTES_BESIDE = 64 * 1024;
const BYTES_BESIDE_A_TEXT = 1024;
// Base64 has four characters for three bytes, and some writers of JSON put a backslash before every slash.
const CHARACTERS_OF_A_BYTE = (4 / 3) * (65 / 64);
// White space, where the rules allow it: a line break after 64 characters is `\r\n` in JSON, four more.
const SPACED = 17 / 16;

/** What a body of data URIs must be; `given` are options. */
function dataUriOptions(rules, given) {
  const checked = imageRules(rules);
  const total = Math.min(checked.maxTotalBytes, checked.maxBytes * checked.maxImages);
  const spaced = checked.allowWhitespace ? SPACED : 1;
  const text = Math.ceil(total * CHARACTERS_OF_A_BYTE * spaced) + BYTES_BESIDE_A_TEXT * checked.maxImages;
  const { field = 'images', maxBodyBytes = text + BYTES_BESIDE } = given;
  if (typeof field !== 'string' || !field.isWellFormed()) {
    throw new TypeError(`expected a string for field, received ${String(field)}`);
  }
  return { rules: checked, field, maxBodyBytes: byteCount(maxBodyBytes, 'maxBodyBytes') };
}

/** The checked images of a list of data URIs in a field of an object. */
async function readFieldImages(pieces, { rules, field }, { signal, client }) {
  const body = await readJsonPieces(pieces);
  return decodeDataUrisOfJson(body.takePieces(), field, rules, { signal, client });
}

module.exports = { dataUriOptions, readFieldImages };
