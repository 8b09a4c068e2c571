// Trying again what may pass: after 1, 2, 4 seconds and so on, never what was refused for good.

import { PresizeError } from './errors.js';

// A server that wants to be left alone for longer is not asked again.
const LONGEST_WAIT = 60;

export async function withRetries(attempt, { retries, signal }) {
  for (let failed = 0; ; failed += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      const seconds = Math.max(2 ** failed, error?.retryAfter ?? 0);
      if (!mayPass(error) || failed >= retries || seconds > LONGEST_WAIT) throw error;
      await pause(seconds * 1000, signal);
    }
  }
}

// Network errors, 5xx and 429.
function mayPass(error) {
  if (!(error instanceof PresizeError)) return false;
  return error.code === 'network_failed' || error.httpStatus === 429 || error.httpStatus >= 500;
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
