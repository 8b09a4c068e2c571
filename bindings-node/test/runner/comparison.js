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

module.exports = { compare, errorFields };
