// Distinguishes a store whose CORS rules refuse the page from one that cannot be reached. Browsers report both alike.

import { failure } from './errors.js';

// In milliseconds, since the user waits for it.
const LONGEST_PROBE = 900;

// Whether the store answers at all. A no-cors response is opaque, but the page learns that there is one. The request is sent
// without the signature and without a body.
export async function isReachable(url, signal) {
  signal?.throwIfAborted();
  const { origin, pathname } = new URL(url, document.baseURI);
  const probe = new AbortController();
  const stop = () => probe.abort();
  const timer = setTimeout(stop, LONGEST_PROBE);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const init = { method: 'HEAD', mode: 'no-cors', credentials: 'omit', cache: 'no-store', signal: probe.signal };
    await fetch(origin + pathname, init);
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

export function corsRefused({ method, headers, fields }) {
  const sent = fields === null ? Object.keys(headers).map((name) => name.toLowerCase()) : ['content-type'];
  const names = sent.filter((name) => !['content-length', 'host'].includes(name));
  return failure('cors_refused', {
    from: 'store',
    origin: location.origin,
    method: method.toUpperCase(),
    headers: names.join(', ') || 'content-type',
  });
}
