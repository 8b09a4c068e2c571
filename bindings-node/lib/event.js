'use strict';
// UploadEvent: what happened to an upload, as plain data for the application's own log, and the calls of its listeners.

const { invalid } = require('./error.js');
const { typeName } = require('./value_type.js');
const { camelCase, decodeFields, decodeOptions } = require('./wire.js');

/** The longest time that a listener is waited for. */
const MAX_LISTENER_MS = 5000;

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

/** Decodes an event of the addon. */
function decodeEvent(text) {
  return new UploadEvent(decodeOptions(decodeFields(text), 0, camelCase));
}

function expectListener(value) {
  if (typeof value !== 'function') throw invalid('on_event', 'a function', typeName(value));
  return value;
}

/**
 * Calls a listener of the application. What it throws, or what its promise rejects with, goes to `console.error`: an upload does
 * not fail because its log does, and an unhandled rejection would end the process. Returns a promise that never rejects.
 */
async function notify(listener, value) {
  try {
    await listener(value);
  } catch (error) {
    console.error(error);
  }
}

/**
 * The option `onEvent` of a call of the addon. `reader` reads it from the options. `run` makes the call with a callback for the
 * addon, and notifies the listener after the addon has returned, because no JavaScript of the application may run inside it.
 */
function eventOption() {
  let onEvent;
  return {
    reader: {
      onEvent: (value) => {
        onEvent = expectListener(value);
      },
    },
    run(call) {
      if (onEvent === undefined) return call(undefined);
      let encoded;
      try {
        return call((text) => {
          encoded = text;
        });
      } finally {
        if (encoded !== undefined) notify(onEvent, decodeEvent(encoded));
      }
    },
  };
}

/**
 * A listener whose promise can be waited for: `emit` calls it from a call that does not wait, `settled` waits for it afterwards.
 * Without a listener `emit` is `undefined`.
 */
function awaitedListener(onEvent) {
  if (onEvent === undefined) return { emit: undefined, settled: async () => {} };
  let notified;
  return {
    emit(event) {
      notified = notify(onEvent, event);
    },
    settled: async () => notified && withTimeout(notified),
  };
}

/** Waits for a listener, but not forever: the upload is decided, and the client waits for its answer. */
async function withTimeout(notified) {
  let timer;
  const isLate = new Promise((resolve) => {
    timer = setTimeout(() => {
      console.error(new Error(`onEvent has not ended after ${MAX_LISTENER_MS / 1000} seconds, and is waited for no longer`));
      resolve();
    }, MAX_LISTENER_MS);
  });
  await Promise.race([notified, isLate]);
  clearTimeout(timer);
}

module.exports = { UploadEvent, awaitedListener, decodeEvent, eventOption, expectListener, notify };
