'use strict';

// Bytes that are kept until all of them are there.

// A piece is an object of some hundred bytes. What comes byte by byte would take a thousand times its own size.
const SMALL = 4 * 1024;
const BLOCK = 64 * 1024;

/** Pieces of a body, or of a file in it. Small ones are copied beside each other. */
class KeptBytes {
  constructor() {
    this.length = 0;
    this._pieces = [];
    // Small pieces are in `_block` from `_start` to `_end`, if they are not yet among the others.
    this._block = Buffer.alloc(0);
    this._start = 0;
    this._end = 0;
  }

  add(piece) {
    if (piece.length >= SMALL) {
      this._close();
      this._pieces.push(piece);
    } else {
      if (piece.length > this._block.length - this._end) this._open();
      this._block.set(piece, this._end);
      this._end += piece.length;
    }
    this.length += piece.length;
  }

  /** All of it as one Buffer, which the caller has alone. */
  take() {
    this._close();
    const bytes = Buffer.concat(this._pieces, this.length);
    this._reset();
    return bytes;
  }

  /** The same in pieces, as they were kept. */
  takePieces() {
    this._close();
    const pieces = this._pieces;
    this._reset();
    return pieces;
  }

  _reset() {
    this._pieces = [];
    this._block = Buffer.alloc(0);
    this._start = this._end = this.length = 0;
  }

  _open() {
    this._close();
    // Most bodies are short.
    this._block = Buffer.allocUnsafeSlow(Math.min(Math.max(SMALL, this.length), BLOCK));
    this._start = this._end = 0;
  }

  _close() {
    if (this._end > this._start) this._pieces.push(this._block.subarray(this._start, this._end));
    this._start = this._end;
  }
}

module.exports = { KeptBytes };
