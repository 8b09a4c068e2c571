// So many tasks at a time, the others in the order in which they came.

export class Pool {
  #limit;
  #running = 0;
  #waiting = [];

  constructor(limit) {
    this.#limit = limit;
  }

  // What `task` gives, once its turn has come. A signal that aborts before that takes it out of the row.
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
