'use strict';

// What is left of a body that was refused. A client that is still sending comes to read its answer only if somebody takes
// what it sends; an endless body must end some time. So the rest is read and thrown away, up to these limits.

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_MILLISECONDS = 30_000;

/** Counts a rest of a body, and calls `cut` once when it is too much or takes too long. */
class Rest {
  constructor(cut) {
    this._left = MOST_BYTES;
    this._cut = cut;
    this._timer = setTimeout(() => this._over(), MOST_MILLISECONDS);
    // Nobody waits for it.
    this._timer.unref?.();
  }

  count(piece) {
    this._left -= piece.length;
    if (this._left < 0) this._over();
  }

  /** There is no more to come. */
  end() {
    clearTimeout(this._timer);
    this._cut = undefined;
  }

  _over() {
    const cut = this._cut;
    this.end();
    cut?.();
  }
}

module.exports = { Rest };
