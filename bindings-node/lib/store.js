'use strict';
// confirmUpload: drives a confirmation with fetch. Sends its requests, retries them with exponential backoff, enforces the
// timeout.

const args = require('./arguments.js');
const { abandonedEvent, answerConfirmation, cancelConfirmation, makesVariants } = require('./confirmation.js');
const { PresizeError, invalid } = require('./error.js');
const { awaitedListener, expectListener } = require('./event.js');
const { withFetchSlot } = require('./fetch_slots.js');
const { BodyBuffer } = require('./http/body_buffer.js');
const { expectClient, expectRoom } = require('./pool.js');
const { share } = require('./shared_confirmation.js');
const { abortReason, expectSignal } = require('./signal.js');
const { TimeLimit } = require('./time_limit.js');
const { expectUploads } = require('./uploads.js');
const { isPlain, typeName } = require('./value_type.js');

/** The pause before the first retry, doubled before each further one. */
const FIRST_PAUSE_MS = 200;
const MAX_RETRIES = 10;
/** The longest delay that setTimeout accepts. */
const MAX_TIMEOUT_MS = 2_147_483_647;

async function confirmUpload(uploads, request, options) {
  expectUploads(uploads);
  if (!isPlain(request)) throw invalid('request', 'an object', typeName(request));
  if (Object.hasOwn(request, 'onEvent')) throw invalid('on_event', 'one among the options', 'one in the request');
  const settings = readSettings(options);
  const { signal, onEvent } = settings;
  if (signal?.aborted) throw abortReason(signal);
  const { emit, settled } = awaitedListener(onEvent);
  const confirmRequest = args.withOwnerText({ ...request });
  try {
    const confirmation = uploads.confirm({ ...confirmRequest, onEvent: emit });
    const { confirmed, error, event } = await confirmShared(uploads, confirmation, confirmRequest, settings);
    emit?.(event());
    if (confirmed === undefined) throw error;
    return confirmed;
  } finally {
    await settled();
  }
}

/**
 * The outcome for this caller, and a function that makes its event. `confirmation` is the caller's own, which runs unless an
 * equal one is running already.
 */
async function confirmShared(uploads, confirmation, confirmRequest, settings) {
  const { owner, key } = confirmRequest;
  const call = { ...settings, client: settings.client ?? `owner ${owner}` };
  let shared;
  let outcome;
  try {
    const upload = JSON.stringify([owner, key]);
    const callArguments = JSON.stringify(Object.entries(confirmRequest).sort());
    shared = await share(uploads, upload, confirmation, callArguments, call, driveInTime);
    outcome = await shared.wait(settings.signal);
  } catch (error) {
    outcome = { error, hasLeft: true };
  }
  const { confirmed, error, hasLeft } = outcome;
  const event = () => {
    if (isBusy(error)) return abandonedEvent(confirmation, error.details.retry_after_seconds);
    return hasLeft ? abandonedEvent(confirmation) : shared.confirmation.event();
  };
  return { confirmed, error, event };
}

function isBusy(error) {
  return error instanceof PresizeError && error.code === 'server_busy';
}

const OPTIONS = ['signal', 'client', 'fetch', 'timeoutMs', 'retries', 'onEvent'];

function readSettings(options) {
  const { signal, client, fetch = globalThis.fetch, timeoutMs = 30_000, retries = 3, onEvent } = args.ownOptions(
    options,
    OPTIONS,
  );
  expectSignal(signal);
  expectClient(client);
  if (typeof fetch !== 'function') throw invalid('fetch', 'a function', typeName(fetch));
  if (onEvent !== undefined) expectListener(onEvent);
  return {
    signal,
    client,
    fetch,
    timeoutMs: integer('timeout_ms', timeoutMs, 1, MAX_TIMEOUT_MS),
    retries: integer('retries', retries, 0, MAX_RETRIES),
    onEvent,
  };
}

function integer(name, value, min, max) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw invalid(name, `an integer of ${min} to ${max}`, typeof value === 'number' ? String(value) : typeName(value));
  }
  return value;
}

/** Drives a confirmation until it ends, its time is over, or the signal aborts. */
async function driveInTime(confirmation, settings) {
  const { signal, client, timeoutMs } = settings;
  // Without room in the queue the image would be refused later: it is not even fetched.
  expectRoom(client);
  const end = new AbortController();
  const limit = new TimeLimit(timeoutMs, () => end.abort(new Error('the time for it is over')));
  signal.addEventListener('abort', () => end.abort(signal.reason), { once: true });
  try {
    return await drive(confirmation, settings, end.signal, limit);
  } catch (error) {
    if (isBusy(error)) cancelConfirmation(confirmation);
    if (!signal.aborted) throw error;
    return endAborted(confirmation, abortReason(signal));
  } finally {
    limit.pause();
  }
}

async function drive(confirmation, settings, end, limit) {
  let attempt = 0;
  for (let request = confirmation.nextRequest(); request !== null; request = confirmation.nextRequest()) {
    const step = () => exchange(confirmation, request, settings, end, limit);
    const failed = await (request.method === 'GET' ? withFetchSlot(settings, limit, step) : step());
    if (failed === undefined) {
      attempt = 0;
      continue;
    }
    const isLast = attempt >= settings.retries || !(await pause(FIRST_PAUSE_MS * 2 ** attempt, end));
    if (isLast) confirmation.fail(reasonFor(failed.error));
    attempt += 1;
  }
  return confirmation.finish();
}

/** Sends a request and processes its answer. Returns `{ error }` if another attempt is worthwhile. */
async function exchange(confirmation, request, { signal, client, fetch }, end, limit) {
  let answer;
  try {
    answer = await untilEnd(send(request, fetch, end), end);
  } catch (error) {
    if (signal.aborted) throw error;
    return { error };
  }
  try {
    await processAnswer(confirmation, answer, { signal, client }, limit);
  } catch (error) {
    // A fetch of the application's own may return something else than an answer. The client is not to blame for that.
    if (signal.aborted || isBusy(error) || !(error instanceof PresizeError)) throw error;
    confirmation.fail(error.message);
  }
  return undefined;
}

/** Processes an answer. The time limit is paused until the queue lets the work begin. */
async function processAnswer(confirmation, answer, call, limit) {
  let hasBegun = false;
  const onTurn = () => {
    hasBegun = true;
    limit.resume();
  };
  const hasImage = answer.body.length > 0 || makesVariants(confirmation);
  const processed = answerConfirmation(confirmation, answer, { ...call, onTurn, hasImage });
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
 * Ends a confirmation whose signal has aborted. An outcome that was decided before stays; otherwise the signal's reason is
 * thrown.
 */
function endAborted(confirmation, reason) {
  cancelConfirmation(confirmation);
  try {
    confirmation.nextRequest();
  } catch (error) {
    if (!(error instanceof PresizeError)) throw error;
    throw reason;
  }
  confirmation.fail('the call was stopped');
  try {
    return confirmation.finish();
  } catch (error) {
    // The signal aborted while an answer was being processed, which decided the outcome.
    if (error instanceof PresizeError && error.code === 'cancelled') throw reason;
    throw error;
  }
}

module.exports = { confirmUpload, readSettings };
