// Trying again what may pass: after 1, 2, 4 seconds and so on up to a minute, never what was refused for good.

import { PresizeError } from './errors.js';

// In seconds. A server that wants to be left alone for longer is not asked again.
const LONGEST_WAIT = 60;

export async function withRetries(attempt, { retries, signal }) {
  for (let failed = 0; ; failed += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      const asked = error?.retryAfter ?? 0;
      if (!mayPass(error) || failed >= retries || asked > LONGEST_WAIT) throw error;
      const seconds = Math.max(Math.min(2 ** failed, LONGEST_WAIT), asked);
      await pause(seconds * 1000, signal);
    }
  }
}

// Network errors, 5xx and 429; of a store also a condition that did not hold (412), and two attempts at once (409).
function mayPass(error) {
  if (!(error instanceof PresizeError)) return false;
  const { code, httpStatus, details } = error;
  const isCondition = details.from === 'store' && (httpStatus === 409 || httpStatus === 412);
  return code === 'network_failed' || httpStatus === 429 || httpStatus >= 500 || isCondition;
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
