'use strict';
// The call `scan_json`.

const { JsonScanner } = require('presize');
const { data, options } = require('./inputs.js');

/** The pieces, each pushed by itself; with `piece_bytes`, all of them together in pieces of that length. */
function scan(given) {
  const scanner = new JsonScanner(options(given.limits));
  let pieces = given.pieces.map(bytes);
  if (given.piece_bytes !== undefined) {
    const whole = Buffer.concat(pieces);
    const starts = Array.from({ length: Math.ceil(whole.length / given.piece_bytes) }, (_, index) => index * given.piece_bytes);
    pieces = starts.map((start) => whole.subarray(start, start + given.piece_bytes));
  }
  for (const piece of pieces) scanner.push(piece);
  scanner.finish();
  return { complete: true };
}

function bytes(piece) {
  if (typeof piece === 'string') return Buffer.from(piece);
  if (piece.repeat !== undefined) return Buffer.from(piece.repeat.repeat(piece.count));
  return data(piece);
}

module.exports = { scan_json: scan };
