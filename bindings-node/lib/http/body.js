'use strict';
// Reads request bodies chunk by chunk, and refuses them as soon as they are too long.

const { PresizeError, requestMalformed, requestTooLarge } = require('../../index.js');

// A Content-Length with more digits than any 64-bit number is larger than any body.
const MAX_DIGITS = 20;

/**
 * The chunks of a body of at most `maxBytes` bytes. `source` is an async iterable that stays open when iteration ends early: the
 * code that answers decides what happens to the rest.
 */
async function* limitedChunks(source, contentLength, maxBytes) {
  const announced = announcedBytes(contentLength);
  if (announced !== undefined && announced > maxBytes) throw requestTooLarge(maxBytes);
  let received = 0;
  try {
    for await (const chunk of source) {
      received += chunk.length;
      if (received > maxBytes) throw requestTooLarge(maxBytes);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof PresizeError ? error : incompleteBody();
  }
}

/** The value of `Content-Length`; `undefined` for a chunked body, and for a value that is not a number. */
function announcedBytes(contentLength) {
  if (!/^[0-9]+$/.test(contentLength ?? '')) return undefined;
  return contentLength.length > MAX_DIGITS ? Infinity : Number(contentLength);
}

function incompleteBody() {
  return requestMalformed('a complete request', 'a part of it');
}

module.exports = { announcedBytes, incompleteBody, limitedChunks };
