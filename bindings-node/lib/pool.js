'use strict';
// Calls on libuv's pool of threads, as promises, and how a signal ends them.

const core = require('./core.js');
const { invalid, translate } = require('./error.js');
const { typeName } = require('./packed.js');

/**
 * Starts a call with what stops it. `caller` is the public function, whose caller's stack an error shows: when the pool
 * has an answer, that stack is gone.
 */
async function run(caller, signal, start, cancel = core.cancelNew()) {
  const trace = {};
  Error.captureStackTrace(trace, caller);
  expectSignal(signal);
  if (signal?.aborted) throw reasonOf(signal);
  const work = start(cancel).catch((error) => fail(error, trace));
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => {
      core.cancel(cancel);
      reject(reasonOf(signal));
    };
    // What the work ends with is the answer even where the signal cannot be listened to.
    let forget = () => {};
    work.then(resolve, reject).finally(() => forget());
    try {
      forget = listen(signal, stop);
    } catch (error) {
      core.cancel(cancel);
      throw error;
    }
    // A getter among the options may have ended it before anybody listened.
    if (signal.aborted) {
      forget();
      stop();
    }
  });
}

/** What each signal stops. One listener for all calls of a signal, since Node warns of more than ten. */
const LISTENING = new WeakMap();

/** Calls `stop` when the signal aborts. Gives a function that forgets it. */
function listen(signal, stop) {
  let stops = LISTENING.get(signal);
  if (stops === undefined) {
    stops = new Set();
    stops.abort = () => {
      LISTENING.delete(signal);
      for (const each of stops) each();
    };
    signal.addEventListener('abort', stops.abort, { once: true });
    LISTENING.set(signal, stops);
  }
  stops.add(stop);
  return () => {
    stops.delete(stop);
    if (stops.size > 0 || LISTENING.get(signal) !== stops) return;
    LISTENING.delete(signal);
    signal.removeEventListener('abort', stops.abort);
  };
}

async function fail(error, trace) {
  const translated = translate(error);
  const stack = trace.stack;
  if (translated !== error && typeof stack === 'string') {
    const frames = stack.indexOf('\n    at ');
    const shown = `${translated.name}: ${translated.message}${frames < 0 ? '' : stack.slice(frames)}`;
    Object.defineProperty(translated, 'stack', { value: shown, configurable: true, writable: true });
  }
  throw translated;
}

/** Signals that Node did not make may have none. */
function reasonOf(signal) {
  return signal.reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : signal.reason;
}

function expectSignal(signal) {
  if (signal !== undefined && !isSignal(signal)) throw invalid('signal', 'an AbortSignal', typeName(signal));
}

/** By what it does: there are signals that Node did not make. */
function isSignal(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof value.aborted === 'boolean' &&
    typeof value.addEventListener === 'function' &&
    typeof value.removeEventListener === 'function'
  );
}

module.exports = { expectSignal, isSignal, listen, reasonOf, run };
