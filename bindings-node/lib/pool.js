'use strict';
// Runs calls on libuv's thread pool: queues them, cancels them by their signal, and gives their errors the caller's stack.

const { availableParallelism } = require('node:os');
const { isMainThread } = require('node:worker_threads');

const args = require('./arguments.js');
const { UNKNOWN, currentClient } = require('./client.js');
const core = require('./core.js');
const { invalid, serverBusy, translate } = require('./error.js');
const { Job, WorkQueue } = require('./queue.js');
const { abortReason, expectSignal, untilAborted } = require('./signal.js');
const { typeName } = require('./value_type.js');
const { snakeCase } = require('./wire.js');

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
  const threads = Number.parseInt(process.env.UV_THREADPOOL_SIZE ?? '4', 10);
  return Math.min(Math.max(Number.isNaN(threads) ? 1 : threads, 1), 1024);
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
  for (const [name, value] of Object.entries(args.ownOptions(options, Object.keys(RANGES)))) {
    if (value === undefined) continue;
    const [min, max] = RANGES[name];
    if (!Number.isInteger(value) || value < min || value > max) {
      const received = typeof value === 'number' ? String(value) : typeName(value);
      throw invalid(snakeCase(name), `an integer of ${min} to ${max}`, received);
    }
    limits[name] = value;
  }
  queue.limits = withThreadLeft(limits);
}

/** An extra slot for a light call exists only if it leaves another thread of the pool free. */
function withThreadLeft(limits) {
  return { ...limits, maxRunning: Math.max(limits.concurrency, poolThreads() - 1) };
}

/**
 * Runs a call on the pool and returns its promise. `prepare(cancel)` reads the arguments and copies the bytes. `caller` is the
 * public function: an error shows the stack of its caller, which has unwound by the time the pool answers. `onTurn` is called
 * just before the work begins. A call without an image (`hasImage: false`) skips the queue.
 */
async function run(caller, call, prepare, cancel = core.cancelNew()) {
  const { signal, client: named, onTurn, hasImage = true } = { __proto__: null, ...call };
  const client = named === undefined ? currentClient() : named;
  const isAdmitted = named === undefined || named === UNKNOWN;
  const trace = {};
  Error.captureStackTrace(trace, caller);
  expectSignal(signal);
  expectClient(named);
  if (signal?.aborted) throw abortReason(signal);
  // A call that would be refused copies nothing.
  if (hasImage) queue.expectRoom(client, isAdmitted);
  const prepared = prepare(cancel);
  const job = new Job({
    client,
    isAdmitted,
    onTurn,
    bytes: core.queuedBytes(prepared),
    workPixels: core.queuedWork(prepared),
    weigh: () => core.weigh(prepared),
    begin: () => core.begin(prepared),
  });
  let work;
  try {
    work = (hasImage ? queue.add(job) : job.begin()).catch((error) => {
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

function expectClient(client) {
  if (client !== undefined && typeof client !== 'string') throw invalid('client', 'a string', typeName(client));
}

/** Throws `server_busy` if a call of this client would have to wait and the queue is full. */
function expectRoom(client) {
  queue.expectRoom(client);
}

module.exports = { configurePool, expectClient, expectRoom, run };
