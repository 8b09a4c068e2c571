'use strict';

// Bodies that are read as they come, and refused as soon as they are too long.

const { PresizeError, requestMalformed, requestTooLarge } = require('../../index.js');

// Longer than any number of 64 bits is longer than any body.
const MOST_DIGITS = 20;

/**
 * The pieces of a body of at most `maxBytes` bytes. `source` is an async iterable that stays open when it is left early:
 * whoever answers decides what becomes of the rest.
 */
async function* piecesOf(source, contentLength, maxBytes) {
  const announced = announcedBytes(contentLength);
  if (announced !== undefined && announced > maxBytes) throw requestTooLarge(maxBytes);
  let received = 0;
  try {
    for await (const piece of source) {
      received += piece.length;
      if (received > maxBytes) throw requestTooLarge(maxBytes);
      yield piece;
    }
  } catch (error) {
    throw error instanceof PresizeError ? error : brokenOff();
  }
}

/** The length that the client announces; `undefined` for a chunked body, and for what is no number. */
function announcedBytes(contentLength) {
  if (!/^[0-9]+$/.test(contentLength ?? '')) return undefined;
  return contentLength.length > MOST_DIGITS ? Infinity : Number(contentLength);
}

function brokenOff() {
  return requestMalformed('a complete request', 'a part of it');
}

module.exports = { announcedBytes, brokenOff, piecesOf };
