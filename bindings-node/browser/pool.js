// Runs up to n tasks at the same time, in the order in which they were added.

export class Pool {
  #limit;
  #running = 0;
  #waiting = [];

  constructor(limit) {
    this.#limit = limit;
  }

  // Runs `task` when its turn comes. If the signal aborts before that, the task is removed.
  async run(task, signal) {
    await this.#turn(signal);
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }

  resize(limit) {
    this.#limit = limit;
    this.#next();
  }

  #turn(signal) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const leave = () => {
        this.#waiting = this.#waiting.filter((start) => start !== enter);
        reject(signal.reason);
      };
      const enter = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(enter);
      this.#next();
    });
  }

  #next() {
    while (this.#running < this.#limit && this.#waiting.length > 0) {
      this.#running += 1;
      this.#waiting.shift()();
    }
  }
}
