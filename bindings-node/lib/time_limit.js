'use strict';
// A limit on the time that something takes, without the time in which it waits for its turn.

class TimeLimit {
  #left;
  #over;
  #since;
  #timer;
  #isRunning = false;

  /** Calls `over` once when `milliseconds` have passed. */
  constructor(milliseconds, over) {
    this.#left = milliseconds;
    this.#over = over;
    this.resume();
  }

  resume() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#since = performance.now();
    this.#timer = setTimeout(this.#over, this.#left);
  }

  pause() {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    clearTimeout(this.#timer);
    this.#left = Math.max(0, this.#left - (performance.now() - this.#since));
  }
}

module.exports = { TimeLimit };
