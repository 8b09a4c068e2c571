// Requests, and what went wrong with them as an error.

import { PresizeError, clip, failure } from './errors.js';

// `fetch` that fails with `network_failed`. `from` says in messages who was asked.
export async function fetchFrom(from, url, init) {
  try {
    return await fetch(url, init);
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw failure('network_failed', { from }, { cause });
  }
}

// POST of JSON; the answer's JSON, or null for an answer without a body.
export async function postJson(from, url, body, { headers, credentials, signal }) {
  const all = new Headers(typeof headers === 'function' ? await headers() : headers);
  all.set('content-type', 'application/json');
  if (!all.has('accept')) all.set('accept', 'application/json');
  const init = { method: 'POST', headers: all, body: JSON.stringify(body), credentials, signal, cache: 'no-store' };
  const response = await fetchFrom(from, url, init);
  if (!response.ok) throw await answered(response, from);
  return parse(await readText(response, from, signal), from);
}

// The error for an answer that is no success.
export async function answered(response, from) {
  const body = await response.text().catch(() => '');
  return refused(from, response.status, body, response.headers.get('retry-after'));
}

// The same from its parts. A body `{"error": {"code", "message", "details"}}` is passed on as it is; of other bodies
// the message is shown where it is where frameworks and S3 put it.
export function refused(from, status, body, retryAfterText) {
  const retryAfter = parseRetryAfter(retryAfterText);
  const json = tryParse(body);
  const error = json?.error;
  if (typeof error?.code === 'string') {
    const { code, message = code, details = {}, index } = error;
    return new PresizeError(code, String(message), { httpStatus: status, details, index, retryAfter });
  }
  const reason = [error, error?.message, json?.message, json?.detail, s3Code(body)].find(
    (text) => typeof text === 'string',
  );
  const details = reason === undefined ? { from, status } : { from, status, reason: clip(reason) };
  return failure('response_refused', details, { httpStatus: status, retryAfter });
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

function tryParse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

// Only the code: the rest of S3's answer repeats what was signed.
function s3Code(body) {
  return /<Error>[^]*?<Code>(\w{1,60})<\/Code>/.exec(body)?.[1];
}

// Seconds, or undefined. The header may be a date too.
function parseRetryAfter(value) {
  if (!value) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}
