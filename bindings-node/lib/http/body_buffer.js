'use strict';
// BodyBuffer: collects the chunks of a body.

// A chunk is an object of several hundred bytes, so a body sent byte by byte would take hundreds of times its size. Chunks below
// this size are copied into blocks.
const SMALL = 4 * 1024;
const BLOCK = 64 * 1024;

/** The chunks of a body, or of a file in a body. */
class BodyBuffer {
  constructor() {
    this.length = 0;
    this._chunks = [];
    // Small chunks are in `_block`, from `_start` to `_end`, until they are moved to `_chunks` as one.
    this._block = Buffer.alloc(0);
    this._start = 0;
    this._end = 0;
  }

  add(chunk) {
    if (chunk.length >= SMALL) {
      this._close();
      this._chunks.push(chunk);
    } else {
      if (chunk.length > this._block.length - this._end) this._open();
      this._block.set(chunk, this._end);
      this._end += chunk.length;
    }
    this.length += chunk.length;
  }

  /** Takes everything out as one Buffer. */
  take() {
    this._close();
    const bytes = Buffer.concat(this._chunks, this.length);
    this._reset();
    return bytes;
  }

  /** Takes everything out as a list of chunks. */
  takeChunks() {
    this._close();
    const chunks = this._chunks;
    this._reset();
    return chunks;
  }

  _reset() {
    this._chunks = [];
    this._block = Buffer.alloc(0);
    this._start = this._end = this.length = 0;
  }

  _open() {
    this._close();
    // Most bodies are short: blocks grow with the body.
    this._block = Buffer.allocUnsafeSlow(Math.min(Math.max(SMALL, this.length), BLOCK));
    this._start = this._end = 0;
  }

  _close() {
    if (this._end > this._start) this._chunks.push(this._block.subarray(this._start, this._end));
    this._start = this._end;
  }
}

module.exports = { BodyBuffer };
