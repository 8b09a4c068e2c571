'use strict';
// A time limit that can be paused, so that time spent waiting for a turn in the queue does not count.

class TimeLimit {
  #left;
  #onTimeout;
  #since;
  #timer;
  #isRunning = false;

  /** Calls `onTimeout` once, after `milliseconds` without pauses. */
  constructor(milliseconds, onTimeout) {
    this.#left = milliseconds;
    this.#onTimeout = onTimeout;
    this.resume();
  }

  resume() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#since = performance.now();
    this.#timer = setTimeout(this.#onTimeout, this.#left);
  }

  pause() {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    clearTimeout(this.#timer);
    this.#left = Math.max(0, this.#left - (performance.now() - this.#since));
  }
}

module.exports = { TimeLimit };
