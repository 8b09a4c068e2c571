'use strict';
// The JSON of an event: a Lambda function is handed an object, a webhook a text or bytes.

const { isUint8Array } = require('node:util').types;

const args = require('./arguments.js');
const { invalid } = require('./error.js');
const { isPlain, typeName } = require('./value_type.js');

/** The text of an event; `null` stands for a text that is no UTF-8, or has half a surrogate pair. */
function eventText(event) {
  if (isUint8Array(event)) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(args.bytes('event', event));
    } catch {
      return null;
    }
  }
  const text = isPlain(event) ? JSON.stringify(event) : event;
  if (typeof text !== 'string') throw invalid('event', 'a string, a Buffer or Uint8Array, or an object', typeName(event));
  return text.isWellFormed() ? text : null;
}

module.exports = { eventText };
