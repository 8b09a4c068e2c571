'use strict';

// The body of a web `Request`.

const { Rest } = require('./rest.js');

/**
 * The pieces of a body. Cancelling a body that is left early would close the connection under the answer in most servers, so
 * the rest is read and thrown away, within limits.
 */
async function* streamOf(body) {
  if (body === null || body === undefined) return;
  const reader = body.getReader();
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isOver = done;
      if (done) return;
      yield value;
    }
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    if (!isOver) discard(reader);
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
