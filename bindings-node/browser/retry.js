// Retries transient failures after 1, 2, 4 seconds and so on, up to a minute. Final refusals are not retried.

import { PresizeError } from './errors.js';

// In seconds. If Retry-After is longer, there is no retry.
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

// Network errors, 5xx and 429; from a store also 412, a failed precondition, and 409, concurrent attempts.
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
