'use strict';
// Calls on libuv's pool of threads, as promises, and how a signal ends them.

const core = require('./core.js');
const { invalid, translate } = require('./error.js');
const { typeName } = require('./packed.js');

/**
 * Starts a call with what stops it. `caller` is the public function, whose caller's stack an error shows: when the pool
 * has an answer, that stack is gone.
 */
async function run(caller, signal, start) {
  const trace = {};
  Error.captureStackTrace(trace, caller);
  if (signal !== undefined && !isSignal(signal)) throw invalid('signal', 'an AbortSignal', typeName(signal));
  if (signal?.aborted) throw signal.reason;
  const cancel = core.cancelNew();
  const work = start(cancel);
  if (signal === undefined) return work.catch((error) => fail(error, trace));
  return new Promise((resolve, reject) => {
    const stop = () => {
      core.cancel(cancel);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    work.then(
      (value) => {
        signal.removeEventListener('abort', stop);
        resolve(value);
      },
      (error) => {
        signal.removeEventListener('abort', stop);
        fail(error, trace).catch(reject);
      },
    );
  });
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

/** By what it does: there are signals that Node did not make. */
function isSignal(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof value.aborted === 'boolean' &&
    typeof value.addEventListener === 'function'
  );
}

module.exports = { run };
