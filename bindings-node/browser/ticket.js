// Tickets of the back end, in either of the two spellings.

import { failure } from './errors.js';
import { isUrl } from './options.js';
import { postJson } from './request.js';

export async function requestTicket({ file, mediaType, checksumSha256 }, settings) {
  const fields = { filename: file.name, contentType: mediaType, fileSize: file.size, checksumSha256 };
  // Measured from before the request, since the ticket may have been signed as early as then.
  const age = stopwatch();
  const answer = await postJson('back end', settings.ticketUrl, spell(fields, settings.case), settings);
  return { ...readTicket(answer, mediaType), age };
}

const SNAKE = {
  contentType: 'content_type',
  fileSize: 'file_size',
  checksumSha256: 'checksum_sha256',
  originalFilename: 'original_filename',
};

// The fields of a request in the chosen spelling. Back ends ignore unknown fields, so both spellings may be sent.
export function spell(fields, letterCase) {
  const spelt = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (letterCase !== 'snake') spelt[name] = value;
    if (letterCase !== 'camel') spelt[SNAKE[name] ?? name] = value;
  }
  return spelt;
}

function readTicket(answer, mediaType) {
  const url = answer?.uploadUrl ?? answer?.upload_url ?? answer?.url;
  const refuse = (expected, received) => failure('response_invalid', { expected, from: 'back end', received });
  if (typeof url !== 'string' || typeof answer.key !== 'string') {
    throw refuse('a ticket with a URL and a key', typeof url === 'string' ? 'no key' : 'no URL');
  }
  // Without fields it is not a form; some back ends send an empty object.
  const fields = isMapping(answer.fields) && Object.keys(answer.fields).length === 0 ? null : (answer.fields ?? null);
  const method = answer.method ?? (fields ? 'POST' : 'PUT');
  // A back end that returns no headers has signed at most the type.
  const headers = answer.headers ?? { 'content-type': mediaType };
  // The message does not repeat the response, which contains a signature.
  if (!isUrl(url)) throw refuse('a ticket with a URL', 'other text');
  if (!/^(?:PUT|POST)$/i.test(method)) throw refuse('a ticket for PUT or POST', 'another method');
  if (!isMapping(headers)) throw refuse('a ticket with headers by name', 'others');
  if (fields !== null && !isMapping(fields)) throw refuse('a ticket with fields by name', 'others');

  const publicUrl = answer.publicUrl ?? answer.public_url;
  const seconds = answer.expiresIn ?? answer.expires_in;
  return {
    url,
    method,
    headers,
    fields,
    key: answer.key,
    publicUrl: typeof publicUrl === 'string' ? publicUrl : null,
    // `expiresIn` by the page's monotonic clock, because the date of clients is often wrong.
    usableFor: typeof seconds === 'number' ? seconds * 1000 : Infinity,
  };
}

// Names and texts, or numbers such as a length.
function isMapping(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string' || typeof text === 'number');
}

// Whether the ticket is create-only: the store accepts one file for it.
export const isCreateOnly = ({ headers }) => Object.keys(headers).some((name) => name.toLowerCase() === 'if-none-match');

export const isUsable = ({ age, usableFor }) => age() < usableFor;

// Elapsed milliseconds. `performance.now` pauses while a laptop sleeps, and the date may be set back, so the larger one is right.
function stopwatch() {
  const began = performance.now();
  const date = Date.now();
  return () => Math.max(performance.now() - began, Date.now() - date);
}
