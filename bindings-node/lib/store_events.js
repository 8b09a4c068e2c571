'use strict';
// Events of stores: what a Lambda function, a queue or a webhook is handed becomes the objects that were created.

const { isUint8Array } = require('node:util').types;

const args = require('./arguments.js');
const core = require('./core.js');
const { eventText } = require('./event_text.js');
const { decodeFields } = require('./wire.js');

function parseStoreEvents(event) {
  // Bytes need no JavaScript string.
  if (isUint8Array(event)) return decode(core.parseStoreEventsInBytes(args.bytes('event', event)));
  return decode(core.parseStoreEvents(eventText(event)));
}

/** Decodes the fields that src/store_events.rs writes. */
function decode(encoded) {
  const fields = decodeFields(encoded);
  let at = 1;
  const text = () => fields[at++];
  const optional = () => {
    const field = fields[at++];
    return field === '' ? null : field.slice(1);
  };
  const size = () => {
    const bytes = optional();
    return bytes === null ? null : Number(bytes);
  };
  const objects = Array.from({ length: Number(fields[0]) }, () =>
    Object.freeze({
      bucket: text(),
      key: text(),
      sizeBytes: size(),
      entityTag: optional(),
      versionId: optional(),
      sequencer: optional(),
      eventName: text(),
      eventTime: optional(),
      region: optional(),
      messageId: optional(),
      source: text(),
    }),
  );
  const ignored = [];
  while (at < fields.length) {
    const [reason, eventName, bucket] = [text(), optional(), optional()];
    ignored.push(Object.freeze({ reason, eventName, bucket, key: optional(), messageId: optional() }));
  }
  return Object.freeze({ objects: Object.freeze(objects), ignored: Object.freeze(ignored) });
}

function sqsBatchResponse(failedMessageIds) {
  const ids = args.list('failed_message_ids', failedMessageIds, (id) => args.text('failed_message_ids', id));
  return JSON.parse(core.sqsBatchResponse(ids));
}

module.exports = { parseStoreEvents, sqsBatchResponse };
