// The back end's permission for one upload, in whichever of the two spellings it comes.

import { failure } from './errors.js';
import { isUrl } from './options.js';
import { postJson } from './request.js';

export async function requestTicket({ file, mediaType, checksumSha256 }, settings) {
  const fields = { filename: file.name, contentType: mediaType, fileSize: file.size, checksumSha256 };
  // The time of the answer counts too: the ticket may be as old as the question.
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

// The fields of a request by the names of the case. Back ends ignore names that they do not know, so both may be there.
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
  // No fields, no form: back ends may say so by an empty object.
  const fields = isMapping(answer.fields) && Object.keys(answer.fields).length === 0 ? null : (answer.fields ?? null);
  const method = answer.method ?? (fields ? 'POST' : 'PUT');
  // A back end that names no headers has signed the type at most.
  const headers = answer.headers ?? { 'content-type': mediaType };
  // Never what was received instead: it is signed.
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
    // By the page's own clock: those of clients are often wrong.
    usableFor: typeof seconds === 'number' ? seconds * 1000 : Infinity,
  };
}

// Names with texts, or with numbers such as a length.
function isMapping(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string' || typeof text === 'number');
}

// Whether the store takes one file under this ticket, and no other after it.
export const isCreateOnly = ({ headers }) => Object.keys(headers).some((name) => name.toLowerCase() === 'if-none-match');

export const isUsable = ({ age, usableFor }) => age() < usableFor;

// Milliseconds from now on. `performance.now` stands still while a laptop sleeps, and the date may be set back: what
// has gone further is right.
function stopwatch() {
  const began = performance.now();
  const date = Date.now();
  return () => Math.max(performance.now() - began, Date.now() - date);
}
