'use strict';
// Runs calls on libuv's pool of threads: queues them, cancels them by their signal, and gives their errors the caller's stack.

const { availableParallelism } = require('node:os');
const { isMainThread } = require('node:worker_threads');

const { UNKNOWN, currentClient } = require('./client.js');
const core = require('./core.js');
const { invalid, serverBusy, translate } = require('./error.js');
const given = require('./given.js');
const { typeName } = require('./packed.js');
const { Job, WorkQueue } = require('./queue.js');

/** The range of each option: minimum and maximum. */
const RANGES = {
  concurrency: [1, 256],
  maxWaiting: [0, 10_000],
  maxWaitingPerClient: [0, 10_000],
  maxWaitingBytes: [0, 2 ** 40],
  heavyPixels: [1, Number.MAX_SAFE_INTEGER],
};

/** The number of threads in the pool, read from the environment as libuv reads it when the first work is queued. */
function poolThreads() {
  const said = Number.parseInt(process.env.UV_THREADPOOL_SIZE ?? '4', 10);
  return Math.min(Math.max(Number.isNaN(said) ? 1 : said, 1), 1024);
}

/** Leaves a thread for file system calls, name lookups and compression. Worker threads share the pool, so each uses one. */
function defaultConcurrency() {
  return isMainThread ? Math.max(1, Math.min(availableParallelism(), poolThreads() - 1)) : 1;
}

function defaults() {
  return {
    concurrency: defaultConcurrency(),
    maxWaiting: 64,
    maxWaitingPerClient: 16,
    maxWaitingBytes: 256 * 1024 * 1024,
    // About 0.15 s on a processor of 2020.
    heavyPixels: 8_000_000,
  };
}

const queue = new WorkQueue(withThreadLeft(defaults()), serverBusy);

function configurePool(options) {
  const limits = defaults();
  for (const [name, value] of Object.entries(given.beside(options, Object.keys(RANGES)))) {
    if (value === undefined) continue;
    const [min, max] = RANGES[name];
    if (!Number.isInteger(value) || value < min || value > max) {
      const received = typeof value === 'number' ? String(value) : typeName(value);
      throw invalid(coreName(name), `an integer of ${min} to ${max}`, received);
    }
    limits[name] = value;
  }
  queue.limits = withThreadLeft(limits);
}

/** The place for one more light call is opened only while another thread of the pool stays free. */
function withThreadLeft(limits) {
  return { ...limits, maxRunning: Math.max(limits.concurrency, poolThreads() - 1) };
}

function coreName(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Runs a call on the pool and returns its promise. `prepare(cancel)` reads the arguments and copies the bytes. `caller` is the
 * public function: an error shows the stack of its caller, which has unwound by the time the pool answers. `onTurn` is called
 * just before the work begins. A call without a picture (`hasPicture: false`) skips the queue.
 */
async function run(caller, call, prepare, cancel = core.cancelNew()) {
  const { signal, client: named, onTurn, hasPicture = true } = { __proto__: null, ...call };
  const client = named === undefined ? currentClient() : named;
  const isAdmitted = named === undefined || named === UNKNOWN;
  const trace = {};
  Error.captureStackTrace(trace, caller);
  expectSignal(signal);
  expectClient(named);
  if (signal?.aborted) throw reasonOf(signal);
  // A call that would be refused copies nothing.
  if (hasPicture) queue.expectRoom(client, isAdmitted);
  const prepared = prepare(cancel);
  const job = new Job({
    client,
    isAdmitted,
    onTurn,
    bytes: core.preparedBytes(prepared),
    workPixels: core.preparedWork(prepared),
    weigh: () => core.weigh(prepared),
    begin: () => core.begin(prepared),
  });
  let work;
  try {
    work = (hasPicture ? queue.add(job) : job.begin()).catch((error) => {
      core.discard(prepared);
      return fail(error, trace);
    });
  } catch (error) {
    core.discard(prepared);
    throw error;
  }
  if (signal === undefined) return work;
  return untilAborted(work, signal, () => {
    queue.drop(job);
    core.cancel(cancel);
  });
}

/** The result of `work`, or a rejection with the signal's reason as soon as it aborts, which also calls `stop`. */
function untilAborted(work, signal, stop) {
  return new Promise((resolve, reject) => {
    const end = () => {
      stop();
      reject(reasonOf(signal));
    };
    // If the signal cannot be listened to, the result of the work still counts.
    let forget = () => {};
    work.then(resolve, reject).finally(() => forget());
    try {
      forget = listen(signal, end);
    } catch (error) {
      stop();
      throw error;
    }
    // A getter among the options may have aborted it before the listener was added.
    if (signal.aborted) {
      forget();
      end();
    }
  });
}

/** The callbacks of each signal. A signal has one listener for all calls, since Node warns about more than ten. */
const LISTENING = new WeakMap();

/** Calls `stop` when the signal aborts. Returns a function that removes it again. */
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

/** The signal's reason. A polyfill's signal may have none. */
function reasonOf(signal) {
  return signal.reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : signal.reason;
}

function expectSignal(signal) {
  if (signal !== undefined && !isSignal(signal)) throw invalid('signal', 'an AbortSignal', typeName(signal));
}

/** Recognised by its interface, because polyfills have signals of their own. */
function isSignal(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof value.aborted === 'boolean' &&
    typeof value.addEventListener === 'function' &&
    typeof value.removeEventListener === 'function'
  );
}

function expectClient(client) {
  if (client !== undefined && typeof client !== 'string') throw invalid('client', 'a string', typeName(client));
}

/** Throws `server_busy` if a call of this client would have to wait and the queue is full. */
function expectRoom(client) {
  queue.expectRoom(client);
}

module.exports = { configurePool, expectClient, expectRoom, expectSignal, isSignal, listen, reasonOf, run };
