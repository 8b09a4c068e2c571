'use strict';
// The slots for confirmations that download a whole upload. Its bytes are in memory from then until they have been checked, and
// the queue of the thread pool counts them only once they have arrived.

const { serverBusy } = require('./error.js');
const { Job, WorkQueue } = require('./queue.js');
const { abortReason, onAbort } = require('./signal.js');

// Every job here is light and holds no bytes while it waits.
const LIMITS = { concurrency: 8, maxWaiting: 64, maxWaitingPerClient: 16, maxWaitingBytes: 0, heavyPixels: Infinity };

const queue = new WorkQueue(LIMITS, serverBusy);

/**
 * Calls `fetchAndCheck` once a slot is free, and returns its result. The time limit is paused until then, and the signal ends the
 * wait. Throws `server_busy` if too many wait.
 */
async function withFetchSlot({ client, signal }, limit, fetchAndCheck) {
  if (signal.aborted) throw abortReason(signal);
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  let removeCallback = () => {};
  try {
    // Awaiting a new promise keeps the async context of this call, not that of the call that released the slot.
    await new Promise((resolve, reject) => {
      const begin = () => {
        resolve();
        return released;
      };
      const job = new Job({ client, bytes: 0, workPixels: 0, begin });
      queue.add(job).catch(reject);
      if (!job.isWaiting) return;
      limit.pause();
      removeCallback = onAbort(signal, () => {
        queue.drop(job);
        reject(abortReason(signal));
      });
    });
    removeCallback();
    limit.resume();
    return await fetchAndCheck();
  } finally {
    removeCallback();
    release();
  }
}

module.exports = { withFetchSlot };
