// Requests to the back end and the store, and their failures as errors.

import { PresizeError, clip, failure } from './errors.js';
import { optionInvalid } from './options.js';
import { unlessAborted } from './unless_aborted.js';

// `fetch` that fails with `network_failed`. `from` names the receiver in messages.
export async function fetchFrom(from, url, init) {
  try {
    return await fetch(url, init);
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw failure('network_failed', { from }, { cause });
  }
}

// POSTs JSON and returns the JSON of the response, or null for a response without a body.
export async function postJson(from, url, body, { headers, credentials, signal }) {
  const all = await headersOf({ headers, signal });
  all.set('content-type', 'application/json');
  if (!all.has('accept')) all.set('accept', 'application/json');
  const init = { method: 'POST', headers: all, body: JSON.stringify(body), credentials, signal, cache: 'no-store' };
  const response = await fetchFrom(from, url, init);
  if (!response.ok) throw await answered(response, from, signal);
  return parse(await readText(response, from, signal), from);
}

// The application's headers, evaluated for each request.
export async function headersOf({ headers, signal }) {
  const evaluated = typeof headers === 'function' ? await unlessAborted(headers(), signal) : headers;
  try {
    return new Headers(evaluated);
  } catch {
    // Without the browser's message, which may repeat a token.
    throw optionInvalid('headers', 'names and values that HTTP allows', 'others');
  }
}

// The error of an unsuccessful response.
export async function answered(response, from, signal) {
  const body = await startOf(response).catch(() => '');
  signal?.throwIfAborted();
  return refused(from, response.status, body, response.headers.get('retry-after'));
}

// The error of a status and a body. A body `{"error": {"code", "message", "user_message", "details"}}` is passed on as it is;
// of other bodies the message is shown where it is where frameworks and S3 put it.
export function refused(from, status, body, retryAfterText) {
  const retryAfter = parseRetryAfter(retryAfterText);
  const json = tryParse(body);
  const error = json?.error;
  if (typeof error?.code === 'string') {
    const message = typeof error.message === 'string' ? error.message : error.code;
    const details = isMapping(error.details) ? error.details : {};
    const userMessage = typeof error.user_message === 'string' ? error.user_message : undefined;
    const index = Number.isInteger(error.index) ? error.index : undefined;
    return new PresizeError(error.code, message, { httpStatus: status, details, index, retryAfter, userMessage });
  }
  const reason = [error, error?.message, json?.message, json?.detail, s3Code(body)].find(
    (text) => typeof text === 'string',
  );
  const details = reason === undefined ? { from, status } : { from, status, reason: clip(reason) };
  return failure('response_refused', details, { httpStatus: status, retryAfter });
}

const MAX_ERROR_BYTES = 65_536;

// The start of a response body as text. Error bodies are short, and a faulty server may never end one.
async function startOf(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let received = 0; received < MAX_ERROR_BYTES; ) {
    const { done, value } = await reader.read();
    if (done) return text;
    received += value.byteLength;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

async function readText(response, from, signal) {
  try {
    return await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    throw failure('network_failed', { from }, { cause });
  }
}

function parse(body, from) {
  if (body.trim() === '') return null;
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw failure('response_invalid', { expected: 'JSON', from, received: 'other text' }, { cause });
  }
}

const isMapping = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function tryParse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

// Only the code: the rest of an S3 error document repeats what was signed.
function s3Code(body) {
  return /<Error>[^]*?<Code>(\w{1,60})<\/Code>/.exec(body)?.[1];
}

// Retry-After in seconds, or undefined. The header may also be a date.
function parseRetryAfter(value) {
  if (!value) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}
