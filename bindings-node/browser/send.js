// The file on its way to the store. XMLHttpRequest, because `fetch` tells nothing of how much has been sent.

import { failure } from './errors.js';
import { refused } from './request.js';

// Set by the browser itself, which refuses to be told.
const SET_BY_BROWSER = ['content-length', 'host'];

export function send(ticket, file, { onFraction, signal }) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open(ticket.method, ticket.url);
    const abort = () => request.abort();
    signal?.addEventListener('abort', abort, { once: true });
    request.onloadend = () => signal?.removeEventListener('abort', abort);
    request.onabort = () => reject(signal.reason);
    request.onerror = () => reject(failure('network_failed', { from: 'store' }));
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve();
      // Asked for only then: a header that CORS hides would be noted in the browser's console.
      const retryAfter = [429, 503].includes(request.status) ? request.getResponseHeader('retry-after') : null;
      reject(refused('store', request.status, request.responseText, retryAfter));
    };
    request.upload.onprogress = ({ loaded, total }) => onFraction(total > 0 ? loaded / total : 0);
    request.send(ticket.fields ? formOf(ticket, file) : bodyOf(request, ticket, file));
  });
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
