'use strict';
// The places of those who fetch an upload whole. Its bytes are in memory from then until they have been checked, and the queue
// in front of the pool knows of them only when they are there.

const { serverBusy } = require('./error.js');
const { listen, reasonOf } = require('./pool.js');
const { Job, WorkQueue } = require('./queue.js');

// All calls here are light, and nothing waits with them.
const LIMITS = { concurrency: 8, maxWaiting: 64, maxWaitingPerClient: 16, maxWaitingBytes: 0, heavyPixels: Infinity };

const queue = new WorkQueue(LIMITS, serverBusy);

/**
 * The result of `fetchAndCheck`, which is called when there is a place for it. The time limit stands still until then, and the
 * signal ends the wait. Throws `server_busy` where too many wait.
 */
async function inPlace({ client, signal }, limit, fetchAndCheck) {
  if (signal.aborted) throw reasonOf(signal);
  let leave;
  const hasLeft = new Promise((resolve) => {
    leave = resolve;
  });
  let forget = () => {};
  try {
    // What follows the turn belongs to this call, and not to the one that gave its place back.
    await new Promise((resolve, reject) => {
      const begin = () => {
        resolve();
        return hasLeft;
      };
      const job = new Job({ client, bytes: 0, workPixels: 0, begin });
      queue.add(job).catch(reject);
      if (!job.isWaiting) return;
      limit.pause();
      forget = listen(signal, () => {
        queue.drop(job);
        reject(reasonOf(signal));
      });
    });
    forget();
    limit.resume();
    return await fetchAndCheck();
  } finally {
    forget();
    leave();
  }
}

module.exports = { inPlace };
