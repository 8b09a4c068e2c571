'use strict';
// UploadEvent: what happened to an upload, as plain data for a program's own log.

const { invalid } = require('./error.js');
const { fields, keyOf, typeName, unpack } = require('./packed.js');

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

/** The event that a text of the addon says. */
function readEvent(text) {
  return new UploadEvent(unpack(fields(text), 0, keyOf));
}

function expectListener(value) {
  if (typeof value !== 'function') throw invalid('on_event', 'a function', typeName(value));
  return value;
}

/**
 * Calls a listener of the program's own. What it throws, or what its promise rejects with, goes to `console.error`: an upload
 * does not fail because its log does, and no promise is left that would end the process. Gives a promise of its end, which
 * never rejects.
 */
async function notify(listener, news) {
  try {
    await listener(news);
  } catch (error) {
    console.error(error);
  }
}

/**
 * The option `onEvent` of a call of the addon. `own` reads it; `around` makes the call, with what the addon tells the event
 * to, and hands the event on when the addon is done: the listener must not run within it.
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
        if (told !== undefined) notify(onEvent, readEvent(told));
      }
    },
  };
}

/** A listener whose promises are waited for: `tell` is for a call that does not wait, `heard` waits in its place. */
function listening(onEvent) {
  if (onEvent === undefined) return { tell: undefined, heard: async () => {} };
  let told;
  return {
    tell(event) {
      told = notify(onEvent, event);
    },
    heard: async () => told && inTime(told),
  };
}

/** Waits for a listener, but not for ever: the upload is decided, and its caller waits for that. */
async function inTime(told) {
  let timer;
  const isLate = new Promise((resolve) => {
    timer = setTimeout(() => {
      console.error(new Error(`onEvent has not ended after ${MAX_LISTENER_MS / 1000} seconds, and is waited for no longer`));
      resolve();
    }, MAX_LISTENER_MS);
  });
  await Promise.race([told, isLate]);
  clearTimeout(timer);
}

module.exports = { UploadEvent, expectListener, listening, notify, readEvent, telling };
