'use strict';
// UploadEvent: what happened to an upload, as plain data for a program's own log.

const { invalid } = require('./error.js');
const { fields, keyOf, typeName, unpack } = require('./packed.js');

class UploadEvent {
  constructor(event) {
    this.timestamp = event.timestamp ?? null;
    this.action = event.action;
    this.owner = event.owner;
    this.key = event.key ?? null;
    this.bytes = event.bytes ?? null;
    this.outcome = event.outcome;
    this.code = event.code ?? null;
    Object.freeze(this);
  }
}

/** The event that a text of the addon says. */
function readEvent(text) {
  return new UploadEvent(unpack(fields(text), 0, keyOf));
}

function expectListener(value) {
  if (typeof value !== 'function') throw invalid('on_event', 'a function', typeName(value));
  return value;
}

/**
 * The option `onEvent` of a call of the addon. `own` reads it; `around` makes the call, with what the addon tells the event
 * to, and hands the event on when the addon is done: what the listener throws must not pass through it.
 */
function telling() {
  let onEvent;
  return {
    own: {
      onEvent: (given) => {
        onEvent = expectListener(given);
      },
    },
    around(call) {
      if (onEvent === undefined) return call(undefined);
      let told;
      try {
        return call((text) => {
          told = text;
        });
      } finally {
        if (told !== undefined) onEvent(readEvent(told));
      }
    },
  };
}

/** A listener whose promises are not lost: `tell` is for a call that does not wait, `heard` waits in its place. */
function listening(onEvent) {
  if (onEvent === undefined) return { tell: undefined, heard: async () => {} };
  let told;
  return {
    tell(event) {
      told = onEvent(event);
    },
    heard: async () => void (await told),
  };
}

module.exports = { UploadEvent, expectListener, listening, readEvent, telling };
