'use strict';

// The body of a web `Request`.

const { listen } = require('../pool.js');
const { Rest } = require('./rest.js');

/**
 * The pieces of a body. Cancelling a body that is left early would close the connection under the answer in most servers,
 * so the rest is read and thrown away, within limits. A signal that aborts ends it with an error, also while it waits for
 * a piece.
 */
async function* streamOf(body, signal) {
  if (body === null || body === undefined) return;
  const reader = body.getReader();
  const stop = () => reader.releaseLock();
  const forget = signal === undefined ? undefined : listen(signal, stop);
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
    forget?.();
    if (!isOver) {
      reader.releaseLock();
      discard(body.getReader());
    }
  }
}

async function discard(reader) {
  let isCut = false;
  const rest = new Rest(() => {
    isCut = true;
    reader.cancel().catch(() => {});
  });
  try {
    while (!isCut) {
      const { done, value } = await reader.read();
      if (done) break;
      rest.count(value);
    }
  } catch {
    // The client is gone.
  }
  rest.end();
}

/** Does the same with a body that nobody has looked at, when the answer is there without it. */
function discardUnread({ body, bodyUsed }) {
  if (body && !bodyUsed && !body.locked) discard(body.getReader());
}

module.exports = { discardUnread, streamOf };
