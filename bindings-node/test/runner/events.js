'use strict';
// The calls of events.json.

const assert = require('node:assert');
const presize = require('presize');
const { outcome, snake } = require('./inputs.js');

function parse({ event }) {
  const expected = outcome(() => show(presize.parseStoreEvents(event)));
  assert.deepStrictEqual(outcome(() => show(presize.parseStoreEvents(Buffer.from(event)))), expected);
  const object = parsed(event);
  // As Lambda hands it over.
  if (object !== undefined) assert.deepStrictEqual(outcome(() => show(presize.parseStoreEvents(object))), expected);
  return show(presize.parseStoreEvents(event));
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function show({ objects, ignored }) {
  return { objects: objects.map(snake), ignored: ignored.map(snake) };
}

module.exports = {
  parse_store_events: parse,
  sqs_batch_response: (given) => ({ text: JSON.stringify(presize.sqsBatchResponse(given.failed_message_ids)) }),
};
