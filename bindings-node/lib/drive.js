'use strict';
// Drives a state machine of the core with fetch: sends its requests, retries them with exponential backoff, enforces the timeout.
//
// A machine has nextRequest(), answer(answer, call), workPixels(), fail(reason), finish() and cancel(), as `machineOf` of
// exchange.js makes them.

const { PresizeError, invalid } = require('./error.js');
const { withFetchSlot } = require('./fetch_slots.js');
const { BodyBuffer } = require('./http/body_buffer.js');
const { expectClient, expectRoom } = require('./pool.js');
const { abortReason, expectSignal, onAbort } = require('./signal.js');
const { TimeLimit } = require('./time_limit.js');
const { typeName } = require('./value_type.js');

/** The pause before the first retry, doubled before each further one. */
const FIRST_PAUSE_MS = 200;
const MAX_RETRIES = 10;
/** The longest delay that setTimeout accepts. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** The options of every call that sends requests. */
const SENDING_OPTIONS = ['signal', 'client', 'fetch', 'timeoutMs', 'retries'];

const NEVER_ABORTED = new AbortController().signal;

/** The settings of a call that sends requests, checked. Error: `option_invalid`. */
function sendingSettings(options, defaultTimeoutMs = 30_000) {
  const { signal, client, fetch = globalThis.fetch, timeoutMs = defaultTimeoutMs, retries = 3 } = options;
  expectSignal(signal);
  expectClient(client);
  if (typeof fetch !== 'function') throw invalid('fetch', 'a function', typeName(fetch));
  return {
    signal,
    client,
    fetch,
    timeoutMs: integer('timeout_ms', timeoutMs, 1, MAX_TIMEOUT_MS),
    retries: integer('retries', retries, 0, MAX_RETRIES),
  };
}

function integer(name, value, min, max) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw invalid(name, `an integer of ${min} to ${max}`, typeof value === 'number' ? String(value) : typeName(value));
  }
  return value;
}

/** Drives a machine until it ends, its time is over, or the signal aborts. Returns what its `finish` does. */
async function driveInTime(machine, settings) {
  const { signal = NEVER_ABORTED, client, timeoutMs } = settings;
  const call = { ...settings, signal };
  // Without room in the queue the image would be refused later: it is not even fetched.
  expectRoom(client);
  const end = new AbortController();
  const limit = new TimeLimit(timeoutMs, () => end.abort(new Error('the time for it is over')));
  let removeCallback = () => {};
  try {
    removeCallback = onAbort(signal, () => end.abort(abortReason(signal)));
    if (signal.aborted) end.abort(abortReason(signal));
    return await drive(machine, call, end.signal, limit);
  } catch (error) {
    if (isBusy(error)) machine.cancel();
    if (!signal.aborted) throw error;
    return endAborted(machine, abortReason(signal));
  } finally {
    removeCallback();
    limit.pause();
  }
}

function isBusy(error) {
  return error instanceof PresizeError && error.code === 'server_busy';
}

async function drive(machine, settings, end, limit) {
  let attempt = 0;
  for (let request = machine.nextRequest(); request !== null; request = machine.nextRequest()) {
    const step = () => exchange(machine, request, settings, end, limit);
    const failed = await (request.method === 'GET' ? withFetchSlot(settings, limit, step) : step());
    if (failed === undefined) {
      attempt = 0;
      continue;
    }
    const isLast = attempt >= settings.retries || !(await pause(FIRST_PAUSE_MS * 2 ** attempt, end));
    if (isLast) machine.fail(reasonFor(failed.error));
    attempt += 1;
  }
  return machine.finish();
}

/** Sends a request and processes its answer. Returns `{ error }` if another attempt is worthwhile. */
async function exchange(machine, request, { signal, client, fetch }, end, limit) {
  let answer;
  try {
    answer = await untilEnd(send(request, fetch, end), end);
  } catch (error) {
    if (signal.aborted) throw error;
    return { error };
  }
  try {
    await processAnswer(machine, answer, { signal, client }, limit);
  } catch (error) {
    // A fetch of the application's own may return something else than an answer. The client is not to blame for that.
    if (signal.aborted || isBusy(error) || !(error instanceof PresizeError)) throw error;
    machine.fail(error.message);
  }
  return undefined;
}

/** Processes an answer. The time limit is paused until the queue lets the work begin. */
async function processAnswer(machine, answer, call, limit) {
  let hasBegun = false;
  const onTurn = () => {
    hasBegun = true;
    limit.resume();
  };
  const hasImage = answer.body.length > 0 || machine.workPixels() > 0;
  const processed = machine.answer(answer, { ...call, onTurn, hasImage });
  if (hasImage && !hasBegun) limit.pause();
  try {
    await processed;
  } finally {
    limit.resume();
  }
}

/** Sends a request and returns the answer. Throws if another attempt is worthwhile. */
async function send({ method, url, headers, body, maxBodyBytes }, fetch, end) {
  end.throwIfAborted();
  const sent = { ...headers };
  // fetch sets the length itself. It would also ask for compression, which must not happen to an image on its way.
  delete sent['content-length'];
  sent['accept-encoding'] = 'identity';
  const response = await fetch(url, {
    method,
    headers: sent,
    body: body.length === 0 ? undefined : body,
    redirect: 'manual',
    signal: end,
  });
  const { status } = response;
  const buffer = await readAtMost(response.body, maxBodyBytes, end);
  // 501 is final: the store does not implement the request, and will not implement it a second later.
  if (status === 429 || (status >= 500 && status !== 501)) throw new Error(`the store answered ${status}${codeOf(buffer.take())}`);
  return { status, headers: response.headers, body: buffer.takeChunks() };
}

/** The code of an S3 error document, in brackets, or an empty text. */
function codeOf(body) {
  const code = /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(body.toString('latin1'));
  return code === null ? '' : ` (${code[1]})`;
}

/** The result of work, or a rejection when `end` aborts: a fetch of the application's own may ignore the signal. */
function untilEnd(work, end) {
  return new Promise((resolve, reject) => {
    const over = () => reject(end.reason);
    work.then(resolve, reject).finally(() => end.removeEventListener('abort', over));
    if (end.aborted) over();
    else end.addEventListener('abort', over, { once: true });
  });
}

async function readAtMost(body, maxBytes, end) {
  const buffer = new BodyBuffer();
  if (!body) return buffer;
  for await (const chunk of body) {
    const left = maxBytes - buffer.length;
    buffer.add(chunk.length > left ? chunk.subarray(0, left) : chunk);
    // Leaving the loop cancels the stream.
    if (chunk.length > left || end.aborted) break;
  }
  return buffer;
}

/** Waits, and returns whether there is time left. */
function pause(milliseconds, end) {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      end.removeEventListener('abort', over);
      resolve(true);
    }, milliseconds);
    if (end.aborted) over();
    else end.addEventListener('abort', over, { once: true });
  });
}

/** The reason why fetch failed. Its own message is only `fetch failed`. */
function reasonFor(error) {
  const texts = [error?.cause?.code, error?.cause?.message, error?.message, error?.name];
  return (texts.find((text) => typeof text === 'string' && text !== '') ?? 'it could not be sent').toWellFormed();
}

/**
 * Ends a machine whose signal has aborted. An outcome that was decided before stays; otherwise the signal's reason is
 * thrown.
 */
function endAborted(machine, reason) {
  machine.cancel();
  try {
    machine.nextRequest();
  } catch (error) {
    if (!(error instanceof PresizeError)) throw error;
    throw reason;
  }
  machine.fail('the call was stopped');
  try {
    return machine.finish();
  } catch (error) {
    // The signal aborted while an answer was being processed, which decided the outcome.
    if (error instanceof PresizeError && error.code === 'cancelled') throw reason;
    throw error;
  }
}

module.exports = { SENDING_OPTIONS, driveInTime, isBusy, sendingSettings };
