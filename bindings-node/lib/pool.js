'use strict';
// Calls on libuv's pool of threads, as promises: in what order they run, and how a signal ends them.

const { availableParallelism } = require('node:os');
const { isMainThread } = require('node:worker_threads');

const { UNKNOWN, currentClient } = require('./client.js');
const core = require('./core.js');
const { invalid, serverBusy, translate } = require('./error.js');
const given = require('./given.js');
const { typeName } = require('./packed.js');
const { Job, WorkQueue } = require('./queue.js');

/** The least and the most that an option may be. */
const RANGES = {
  concurrency: [1, 256],
  maxWaiting: [0, 10_000],
  maxWaitingPerClient: [0, 10_000],
  maxWaitingBytes: [0, 2 ** 40],
  heavyPixels: [1, Number.MAX_SAFE_INTEGER],
};

/** The threads of the pool, which libuv reads when the first work comes. */
function poolThreads() {
  const said = Number.parseInt(process.env.UV_THREADPOOL_SIZE ?? '4', 10);
  return Math.min(Math.max(Number.isNaN(said) ? 1 : said, 1), 1024);
}

/** A thread stays free for files, names and compression. Worker threads share one pool, so that each takes one thread. */
function defaultConcurrency() {
  return isMainThread ? Math.max(1, Math.min(availableParallelism(), poolThreads() - 1)) : 1;
}

function defaults() {
  return {
    concurrency: defaultConcurrency(),
    maxWaiting: 64,
    maxWaitingPerClient: 16,
    maxWaitingBytes: 256 * 1024 * 1024,
    // What takes about 0.15 s on a processor of 2020.
    heavyPixels: 8_000_000,
  };
}

const queue = new WorkQueue(defaults(), serverBusy);

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
  queue.limits = limits;
}

function coreName(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Runs a call that works on images. `prepare` makes it ready to begin, with what stops it. `caller` is the public function,
 * whose caller's stack an error shows: when the pool has an answer, that stack is gone. `onTurn` is called when it begins.
 * What has no picture need not take turns.
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
  // What would be refused is not copied.
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

/** The result of work, or the reason of its signal, which stops it. */
function untilAborted(work, signal, stop) {
  return new Promise((resolve, reject) => {
    const end = () => {
      stop();
      reject(reasonOf(signal));
    };
    // What the work ends with is the answer even where the signal cannot be listened to.
    let forget = () => {};
    work.then(resolve, reject).finally(() => forget());
    try {
      forget = listen(signal, end);
    } catch (error) {
      stop();
      throw error;
    }
    // A getter among the options may have ended it before anybody listened.
    if (signal.aborted) {
      forget();
      end();
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

function expectClient(client) {
  if (client !== undefined && typeof client !== 'string') throw invalid('client', 'a string', typeName(client));
}

/** Throws `server_busy` where a call of this client would find no place to wait in. */
function expectRoom(client) {
  queue.expectRoom(client);
}

module.exports = { configurePool, expectClient, expectRoom, expectSignal, isSignal, listen, reasonOf, run };
