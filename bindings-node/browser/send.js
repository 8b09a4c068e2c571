// Sends the file to the store, with XMLHttpRequest, because `fetch` reports no upload progress.

import { failure } from './errors.js';
import { refused } from './request.js';

// Headers that the browser sets itself and does not let a page set.
const SET_BY_BROWSER = ['content-length', 'host'];

export function send(ticket, file, { onFraction, signal }) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    const body = bodyFor(request, ticket, file);
    const abort = () => request.abort();
    signal?.addEventListener('abort', abort, { once: true });
    request.onloadend = () => signal?.removeEventListener('abort', abort);
    const broken = () => failure('network_failed', { from: 'store' });
    // The browser also aborts when the user stops loading the page.
    request.onabort = () => reject(signal?.aborted ? signal.reason : broken());
    request.onerror = () => reject(broken());
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve();
      // Read only in this case: for a header that CORS hides, browsers log a warning.
      const retryAfter = [429, 503].includes(request.status) ? request.getResponseHeader('retry-after') : null;
      reject(refused('store', request.status, request.responseText, retryAfter));
    };
    request.upload.onprogress = ({ loaded, total }) => onFraction(total > 0 ? loaded / total : 0);
    request.send(body);
  });
}

// Opens the request of a ticket and returns its body.
function bodyFor(request, ticket, file) {
  try {
    request.open(ticket.method, ticket.url);
    return ticket.fields ? formOf(ticket, file) : bodyOf(request, ticket, file);
  } catch {
    // Without the browser's message, which repeats the signed URL.
    const expected = 'a ticket with a URL and headers that a browser can send';
    throw failure('response_invalid', { expected, from: 'back end', received: 'others' });
  }
}

// Sets exactly the headers of the ticket: with one more or one less the signature would not match.
function bodyOf(request, ticket, file) {
  let typed = false;
  for (const [name, value] of Object.entries(ticket.headers)) {
    const lower = name.toLowerCase();
    if (SET_BY_BROWSER.includes(lower)) continue;
    typed ||= lower === 'content-type';
    request.setRequestHeader(name, value);
  }
  // A blob without a type adds no content-type.
  return typed ? file : file.slice();
}

// The file is the last field, since S3 ignores fields after it.
function formOf(ticket, file) {
  const form = new FormData();
  for (const [name, value] of Object.entries(ticket.fields)) form.append(name, value);
  form.append('file', file);
  return form;
}
