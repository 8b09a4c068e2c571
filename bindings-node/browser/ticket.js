// The back end's permission for one upload, in whichever of the two spellings it comes.

import { failure } from './errors.js';
import { postJson } from './request.js';

export async function requestTicket(file, mediaType, settings) {
  const fields = { filename: file.name, contentType: mediaType, fileSize: file.size };
  const answer = await postJson('back end', settings.ticketUrl, spell(fields, settings.case), settings);
  return readTicket(answer, mediaType);
}

const SNAKE = { contentType: 'content_type', fileSize: 'file_size', originalFilename: 'original_filename' };

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
  if (typeof url !== 'string' || typeof answer.key !== 'string') {
    const received = typeof url === 'string' ? 'no key' : 'no URL';
    throw failure('response_invalid', { expected: 'a ticket with a URL and a key', from: 'back end', received });
  }
  const seconds = answer.expiresIn ?? answer.expires_in;
  return {
    url,
    method: answer.method ?? (answer.fields ? 'POST' : 'PUT'),
    // A back end that names no headers has signed the type at most.
    headers: answer.headers ?? { 'content-type': mediaType },
    fields: answer.fields ?? null,
    key: answer.key,
    publicUrl: answer.publicUrl ?? answer.public_url ?? null,
    // By the page's own clock from now on: those of clients are often wrong.
    usableUntil: typeof seconds === 'number' ? performance.now() + seconds * 1000 : Infinity,
  };
}

export const isUsable = (ticket) => performance.now() < ticket.usableUntil;
