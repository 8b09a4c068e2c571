// The file on its way to the store. XMLHttpRequest, because `fetch` tells nothing of how much has been sent.

import { failure } from './errors.js';
import { refused } from './request.js';

// Set by the browser itself, which refuses to be told.
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
    // The browser aborts too, when its user stops the page.
    request.onabort = () => reject(signal?.aborted ? signal.reason : broken());
    request.onerror = () => reject(broken());
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve();
      // Asked for only then: a header that CORS hides would be noted in the browser's console.
      const retryAfter = [429, 503].includes(request.status) ? request.getResponseHeader('retry-after') : null;
      reject(refused('store', request.status, request.responseText, retryAfter));
    };
    request.upload.onprogress = ({ loaded, total }) => onFraction(total > 0 ? loaded / total : 0);
    request.send(body);
  });
}

// Opens the request by the ticket and gives what it is to send.
function bodyFor(request, ticket, file) {
  try {
    request.open(ticket.method, ticket.url);
    return ticket.fields ? formOf(ticket, file) : bodyOf(request, ticket, file);
  } catch {
    // Without the browser's own words, which repeat what is signed.
    const expected = 'a ticket with a URL and headers that a browser can send';
    throw failure('response_invalid', { expected, from: 'back end', received: 'others' });
  }
}

// Exactly the headers of the ticket: one more or one less, and the signature does not hold.
function bodyOf(request, ticket, file) {
  let typed = false;
  for (const [name, value] of Object.entries(ticket.headers)) {
    const lower = name.toLowerCase();
    if (SET_BY_BROWSER.includes(lower)) continue;
    typed ||= lower === 'content-type';
    request.setRequestHeader(name, value);
  }
  // Without a type of its own a blob adds no content-type.
  return typed ? file : file.slice();
}

// S3 ignores what follows the file, so it comes last.
function formOf(ticket, file) {
  const form = new FormData();
  for (const [name, value] of Object.entries(ticket.fields)) form.append(name, value);
  form.append('file', file);
  return form;
}
