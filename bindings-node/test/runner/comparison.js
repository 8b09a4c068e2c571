'use strict';
// How a result is held against the expected one.

const assert = require('node:assert');

/** All that a case can say of an error. */
function errorFields(error) {
  const { code, httpStatus, message, details, index = null } = error;
  const words = {
    user_message: error.userMessage,
    user_message_template: error.userMessageTemplate,
    user_message_parameters: error.userMessageParameters,
  };
  return { code, http_status: httpStatus, message, ...words, details, index };
}

/** The codes whose messages have names of options, or of what is counted. */
const NAMING = new Set([
  'bucket_invalid',
  'cloudfront_key_invalid',
  'cloudfront_policy_invalid',
  'credentials_invalid',
  'encoding_unsupported',
  'expiry_out_of_range',
  'image_too_large',
  'image_too_small',
  'option_invalid',
  'upload_format_not_allowed',
  'upload_too_large',
  'upload_too_small',
]);

/** Values of options, which are the same in every language. */
const WORDS = new Set(['as_is']);

/**
 * The message of a case as JavaScript has it: `maxBytes` for `max_bytes`. A name stands between spaces, commas and parentheses;
 * what is in quotes or braces is somebody's text, and so is a media type that was received.
 */
function messageInCamel({ code, message }) {
  if (message === undefined || !NAMING.has(code)) return message;
  const [own, ...received] = code === 'upload_format_not_allowed' ? message.split(', received ') : [message];
  const spelled = own.replace(/"(?:\\.|[^"\\])*"|\{[^}]*\}|(?<=^|[\s(])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?=$|[\s),])/g, (part) =>
    /^["{]/.test(part) || WORDS.has(part) ? part : part.replace(/_(.)/g, (_, letter) => letter.toUpperCase()),
  );
  return [spelled, ...received].join(', received ');
}

/** An error of a case as JavaScript has it. */
function inJavaScript(error) {
  return error.message === undefined ? error : { ...error, message: messageInCamel(error) };
}

/**
 * Everything named in `expected` is in `received` and equal; lists have the same length; numbers beneath `grid` differ by at
 * most 3.
 */
function compare(place, expected, received, tolerance = 0) {
  if (Array.isArray(expected) && Array.isArray(received)) {
    assert.strictEqual(received.length, expected.length, `${place}: the number of items`);
    expected.forEach((item, index) => compare(`${place}[${index}]`, item, received[index], tolerance));
  } else if (isObject(expected) && isObject(received)) {
    for (const [name, value] of Object.entries(expected)) {
      assert.ok(Object.hasOwn(received, name), `${place}.${name} is missing`);
      compare(`${place}.${name}`, value, received[name], name === 'grid' ? 3 : tolerance);
    }
  } else if (typeof expected === 'number' && typeof received === 'number') {
    assert.ok(Math.abs(expected - received) <= tolerance, `${place}: expected ${expected}, received ${received}`);
  } else {
    assert.strictEqual(received, expected, place);
  }
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

module.exports = { compare, errorFields, inJavaScript };
