'use strict';
// Carries a confirmation out with fetch: sends its requests, tries again, gives up in time.

const { answerConfirmation, cancelConfirmation, isDrawing, leaverEvent } = require('./confirmation.js');
const { PresizeError, invalid } = require('./error.js');
const { expectListener, listening } = require('./event.js');
const { inPlace } = require('./fetch_places.js');
const given = require('./given.js');
const { KeptBytes } = require('./http/kept_bytes.js');
const { isPlain, typeName } = require('./packed.js');
const { expectClient, expectRoom, expectSignal, reasonOf } = require('./pool.js');
const { share } = require('./shared_confirmation.js');
const { TimeLimit } = require('./time_limit.js');
const { expectUploads } = require('./uploads.js');

/** Before the first retry; twice as long before each other. */
const FIRST_PAUSE_MS = 200;
const MAX_RETRIES = 10;
/** The longest time that a timer has. */
const MAX_TIMEOUT_MS = 2_147_483_647;

async function confirmUpload(uploads, request, options) {
  expectUploads(uploads);
  if (!isPlain(request)) throw invalid('request', 'an object', typeName(request));
  if (Object.hasOwn(request, 'onEvent')) throw invalid('on_event', 'one among the options', 'one in the request');
  const settings = readSettings(options);
  const { signal, onEvent } = settings;
  if (signal?.aborted) throw reasonOf(signal);
  const { tell, heard } = listening(onEvent);
  const asked = given.withOwner({ ...request });
  try {
    const confirmation = uploads.confirm({ ...asked, onEvent: tell });
    const { confirmed, error, event } = await confirmShared(uploads, confirmation, asked, settings);
    tell?.(event());
    if (confirmed === undefined) throw error;
    return confirmed;
  } finally {
    await heard();
  }
}

/** The outcome for this caller, and what makes its event. `confirmation` is its own, which is needed if no other runs. */
async function confirmShared(uploads, confirmation, asked, settings) {
  const { owner, key } = asked;
  const call = { ...settings, client: settings.client ?? `owner ${owner}` };
  let shared;
  let outcome;
  try {
    const upload = JSON.stringify([owner, key]);
    shared = await share(uploads, upload, confirmation, JSON.stringify(Object.entries(asked).sort()), call, driveInTime);
    outcome = await shared.wait(settings.signal);
  } catch (error) {
    outcome = { error, hasLeft: true };
  }
  const { confirmed, error, hasLeft } = outcome;
  const event = () => {
    if (isBusy(error)) return leaverEvent(confirmation, error.details.retry_after_seconds);
    return hasLeft ? leaverEvent(confirmation) : shared.confirmation.event();
  };
  return { confirmed, error, event };
}

function isBusy(error) {
  return error instanceof PresizeError && error.code === 'server_busy';
}

const OPTIONS = ['signal', 'client', 'fetch', 'timeoutMs', 'retries', 'onEvent'];

function readSettings(options) {
  const { signal, client, fetch = globalThis.fetch, timeoutMs = 30_000, retries = 3, onEvent } = given.beside(
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

/** The confirmation with its end: that of its time, or of the signal. */
async function driveInTime(confirmation, settings) {
  const { signal, client, timeoutMs } = settings;
  // What would be refused later is not fetched.
  expectRoom(client);
  const end = new AbortController();
  const limit = new TimeLimit(timeoutMs, () => end.abort(new Error('the time for it is over')));
  signal.addEventListener('abort', () => end.abort(signal.reason), { once: true });
  try {
    return await drive(confirmation, settings, end.signal, limit);
  } catch (error) {
    if (isBusy(error)) cancelConfirmation(confirmation);
    if (!signal.aborted) throw error;
    return endAborted(confirmation, reasonOf(signal));
  } finally {
    limit.pause();
  }
}

async function drive(confirmation, settings, end, limit) {
  let attempt = 0;
  for (let request = confirmation.nextRequest(); request !== null; request = confirmation.nextRequest()) {
    const step = () => ask(confirmation, request, settings, end, limit);
    const failed = await (request.method === 'GET' ? inPlace(settings, limit, step) : step());
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

/** Sends a request, and has its answer looked at. Gives `{ error }` where it is worth another attempt. */
async function ask(confirmation, request, { signal, client, fetch }, end, limit) {
  let answer;
  try {
    answer = await unlessOver(send(request, fetch, end), end);
  } catch (error) {
    if (signal.aborted) throw error;
    return { error };
  }
  try {
    await look(confirmation, answer, { signal, client }, limit);
  } catch (error) {
    // What another fetch gives may be no answer. That is nothing that whoever asks has done wrong.
    if (signal.aborted || isBusy(error) || !(error instanceof PresizeError)) throw error;
    confirmation.fail(error.message);
  }
  return undefined;
}

/** Has an answer looked at. The time limit stands still until that begins. */
async function look(confirmation, answer, call, limit) {
  let hasBegun = false;
  const onTurn = () => {
    hasBegun = true;
    limit.resume();
  };
  const hasPicture = answer.body.length > 0 || isDrawing(confirmation);
  const looked = answerConfirmation(confirmation, answer, { ...call, onTurn, hasPicture });
  if (hasPicture && !hasBegun) limit.pause();
  try {
    await looked;
  } finally {
    limit.resume();
  }
}

/** The answer as it is to be looked at. Throws where it is worth another attempt. */
async function send({ method, url, headers, body, maxBodyBytes }, fetch, end) {
  end.throwIfAborted();
  const sent = { ...headers };
  // fetch says it by itself. What it would add by itself is said here: nothing is to be packed on the way.
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
  const kept = await readAtMost(response.body, maxBodyBytes, end);
  // 501 is an answer: the store does not know what it was asked for, and will not the next time.
  if (status === 429 || (status >= 500 && status !== 501)) throw new Error(`the store answered ${status}${codeOf(kept.take())}`);
  return { status, headers: response.headers, body: kept.takePieces() };
}

/** The code of an error document, in brackets; an empty text where there is none. */
function codeOf(body) {
  const code = /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(body.toString('latin1'));
  return code === null ? '' : ` (${code[1]})`;
}

/** The result of work that may not heed the end by itself: a fetch of the caller's own need not. */
function unlessOver(work, end) {
  return new Promise((resolve, reject) => {
    const over = () => reject(end.reason);
    work.then(resolve, reject).finally(() => end.removeEventListener('abort', over));
    if (end.aborted) over();
    else end.addEventListener('abort', over, { once: true });
  });
}

async function readAtMost(body, maxBytes, end) {
  const kept = new KeptBytes();
  if (!body) return kept;
  for await (const piece of body) {
    const left = maxBytes - kept.length;
    kept.add(piece.length > left ? piece.subarray(0, left) : piece);
    // Leaving the loop cancels the rest.
    if (piece.length > left || end.aborted) break;
  }
  return kept;
}

/** Waits, and says whether there is time left. */
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

/** Why fetch has failed: what it says itself is `fetch failed`. */
function reasonFor(error) {
  const said = [error?.cause?.code, error?.cause?.message, error?.message, error?.name];
  return (said.find((text) => typeof text === 'string' && text !== '') ?? 'it could not be sent').toWellFormed();
}

/** What was decided before the signal came stays so; else the end is the signal's. */
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
    // The signal came while an answer was looked at, and that is what was decided.
    if (error instanceof PresizeError && error.code === 'cancelled') throw reason;
    throw error;
  }
}

module.exports = { confirmUpload, readSettings };
