'use strict';
// Draining: the rest of a refused body is read and discarded. Most clients read the answer only after they have sent everything,
// so the server has to keep reading; these limits keep an endless body from being read forever.

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_MILLISECONDS = 30_000;

/** Counts drained bytes, and calls `onExceeded` once when they are too many or take too long. */
class DrainLimit {
  constructor(onExceeded) {
    this._left = MAX_BYTES;
    this._onExceeded = onExceeded;
    this._timer = setTimeout(() => this._exceed(), MAX_MILLISECONDS);
    // The timer must not keep the process alive.
    this._timer.unref?.();
  }

  count(chunk) {
    this._left -= chunk.length;
    if (this._left < 0) this._exceed();
  }

  /** Ends the counting: the body is complete, or the connection is closed. */
  end() {
    clearTimeout(this._timer);
    this._onExceeded = undefined;
  }

  _exceed() {
    const onExceeded = this._onExceeded;
    this.end();
    onExceeded?.();
  }
}

module.exports = { DrainLimit };
