'use strict';

// Data URIs in a JSON body.

const { decodeDataUris, requestMalformed } = require('../../index.js');
const { byteCount, imageRules } = require('./images.js');
const { expectObject, kindOf } = require('./json.js');
const { expectOptions } = require('./options.js');

// For the other fields of the object, and for the header of each data URI.
const BYTES_BESIDE = 64 * 1024;
const BYTES_BESIDE_A_TEXT = 1024;
// Base64 has four characters for three bytes, and some writers of JSON put a backslash before every slash.
const CHARACTERS_OF_A_BYTE = (4 / 3) * (65 / 64);

const OPTIONS = ['field', 'maxBodyBytes', 'signal'];

function dataUriOptions(rules, options) {
  const checked = imageRules(rules);
  const total = Math.min(checked.maxTotalBytes, checked.maxBytes * checked.maxImages);
  const text = Math.ceil(total * CHARACTERS_OF_A_BYTE) + BYTES_BESIDE_A_TEXT * checked.maxImages;
  const { field = 'images', maxBodyBytes = text + BYTES_BESIDE, signal } = expectOptions(options, OPTIONS);
  if (typeof field !== 'string') throw new TypeError(`expected a string for field, received ${String(field)}`);
  return { rules: checked, field, maxBodyBytes: byteCount(maxBodyBytes, 'maxBodyBytes'), signal };
}

/** The checked images of a list of data URIs in a field of an object. */
function decodeField(value, { rules, field }, signal) {
  const object = expectObject(value);
  const texts = Object.hasOwn(object, field) ? object[field] : undefined;
  if (!Array.isArray(texts)) {
    throw requestMalformed(`a list of data URIs in the field ${field}`, texts === undefined ? 'none' : kindOf(texts));
  }
  const other = texts.find((text) => typeof text !== 'string');
  if (other !== undefined)
    throw requestMalformed(`a list of data URIs in the field ${field}`, `${kindOf(other)} in it`);
  return decodeDataUris(texts, rules, { signal });
}

module.exports = { dataUriOptions, decodeField };
