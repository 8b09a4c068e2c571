'use strict';
// Bodies of web `Request`s.

const { onAbort } = require('../signal.js');
const { DrainLimit } = require('./drain.js');

/**
 * The chunks of a body. In most servers, cancelling a body closes the connection before the answer is sent, so when iteration
 * ends early the rest is drained, within limits. When the signal aborts, iteration fails, also while it waits for a chunk.
 */
async function* readStream(body, signal) {
  if (body === null || body === undefined) return;
  const reader = body.getReader();
  const stop = () => reader.releaseLock();
  const removeCallback = signal === undefined ? undefined : onAbort(signal, stop);
  if (signal?.aborted) stop();
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isOver = done;
      if (done) return;
      yield value;
    }
  } catch (error) {
    isOver = !signal?.aborted;
    throw error;
  } finally {
    removeCallback?.();
    if (!isOver) {
      reader.releaseLock();
      drain(body.getReader());
    }
  }
}

async function drain(reader) {
  let isExceeded = false;
  const limit = new DrainLimit(() => {
    isExceeded = true;
    reader.cancel().catch(() => {});
  });
  try {
    while (!isExceeded) {
      const { done, value } = await reader.read();
      if (done) break;
      limit.count(value);
    }
  } catch {
    // The client has disconnected.
  }
  limit.end();
}

/** Drains a body that was not read, when the request is answered without it. */
function drainUnread({ body, bodyUsed }) {
  if (body && !bodyUsed && !body.locked) drain(body.getReader());
}

module.exports = { drainUnread, readStream };
