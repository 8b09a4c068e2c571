'use strict';
// AbortSignals: the end of calls that the application no longer needs.

const { invalid } = require('./error.js');
const { typeName } = require('./value_type.js');

/** Recognises a signal by its interface, because polyfills have classes of their own. */
function isSignal(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof value.aborted === 'boolean' &&
    typeof value.addEventListener === 'function' &&
    typeof value.removeEventListener === 'function'
  );
}

function expectSignal(signal) {
  if (signal !== undefined && !isSignal(signal)) throw invalid('signal', 'an AbortSignal', typeName(signal));
}

/** The reason of an aborted signal. The signal of a polyfill may have none. */
function abortReason(signal) {
  return signal.reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : signal.reason;
}

/** The callbacks of each signal. A signal has one listener for all calls, since Node.js warns about more than ten. */
const CALLBACKS = new WeakMap();

/** Calls `callback` when the signal aborts. Returns a function that removes it again. */
function onAbort(signal, callback) {
  let callbacks = CALLBACKS.get(signal);
  if (callbacks === undefined) {
    callbacks = new Set();
    callbacks.abort = () => {
      CALLBACKS.delete(signal);
      for (const each of callbacks) each();
    };
    signal.addEventListener('abort', callbacks.abort, { once: true });
    CALLBACKS.set(signal, callbacks);
  }
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size > 0 || CALLBACKS.get(signal) !== callbacks) return;
    CALLBACKS.delete(signal);
    signal.removeEventListener('abort', callbacks.abort);
  };
}

/** The result of `work`. When the signal aborts first, calls `stop` and rejects with the signal's reason. */
function untilAborted(work, signal, stop) {
  return new Promise((resolve, reject) => {
    const end = () => {
      stop();
      reject(abortReason(signal));
    };
    // If the signal refuses a listener, the result of the work still counts.
    let removeCallback = () => {};
    work.then(resolve, reject).finally(() => removeCallback());
    try {
      removeCallback = onAbort(signal, end);
    } catch (error) {
      stop();
      throw error;
    }
    // A getter of the options may have aborted it before the listener was added.
    if (signal.aborted) {
      removeCallback();
      end();
    }
  });
}

module.exports = { abortReason, expectSignal, isSignal, onAbort, untilAborted };
