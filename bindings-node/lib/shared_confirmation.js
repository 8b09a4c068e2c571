'use strict';
// One confirmation of an upload at a time: those who ask for the same upload in the same way share one, others wait for its
// end. A hundred requests for one key fetch and decode its picture once.

const { listen, reasonOf } = require('./pool.js');

/** The shared confirmations that run, by `Uploads` and then by owner and key. */
const RUNNING = new WeakMap();

class SharedConfirmation {
  #asked;
  #settings;
  /** Those who share it, from the moment in which they find it. */
  #callers = 1;
  #end = new AbortController();

  /** `drive` carries out the confirmation until the signal that it is given aborts. */
  constructor(confirmation, asked, settings, drive) {
    this.confirmation = confirmation;
    this.#asked = asked;
    this.#settings = settings;
    this.outcome = drive(confirmation, { ...settings, signal: this.#end.signal });
    // Its callers hear of a failure, unless all have left.
    this.outcome.catch(() => {});
  }

  /** Whether somebody who asks for this, in this way, can share it. One that was stopped is shared by nobody. */
  isSharedBy(asked, { fetch, timeoutMs, retries }) {
    const own = this.#settings;
    return (
      !this.#end.signal.aborted &&
      asked === this.#asked &&
      fetch === own.fetch &&
      timeoutMs === own.timeoutMs &&
      retries === own.retries
    );
  }

  join() {
    this.#callers += 1;
  }

  /**
   * The outcome for one caller: `{ confirmed }`, or `{ error }`, with `hasLeft` where its signal ended the wait and others wait
   * on. The last one to leave stops the confirmation, unless it is decided by then.
   */
  async wait(signal) {
    let forget = () => {};
    const left = new Promise((resolve) => {
      const leave = (reason) => {
        if (this.#callers > 1) {
          this.#callers -= 1;
          resolve({ error: reason, hasLeft: true });
        } else {
          this.#end.abort(reason);
        }
      };
      if (signal === undefined) return;
      try {
        forget = listen(signal, () => leave(reasonOf(signal)));
        if (signal.aborted) leave(reasonOf(signal));
      } catch (error) {
        leave(error);
      }
    });
    const ended = this.outcome.then(
      (confirmed) => ({ confirmed }),
      (error) => ({ error }),
    );
    const result = await Promise.race([left, ended]);
    forget();
    if (!result.hasLeft) this.#callers -= 1;
    return result;
  }
}

/**
 * Shares the confirmation of an upload that runs, or begins one with `confirmation` when no other runs. `asked` says all that
 * is asked for. Gives the shared one; rejects with the reason of the signal.
 */
async function share(uploads, upload, confirmation, asked, settings, drive) {
  const running = RUNNING.get(uploads) ?? new Map();
  RUNNING.set(uploads, running);
  for (let shared = running.get(upload); shared !== undefined; shared = running.get(upload)) {
    if (shared.isSharedBy(asked, settings)) {
      // At once: the others may leave before this caller waits.
      shared.join();
      return shared;
    }
    await untilEnd(shared, settings.signal);
  }
  const shared = new SharedConfirmation(confirmation, asked, settings, drive);
  running.set(upload, shared);
  const end = () => running.delete(upload);
  shared.outcome.then(end, end);
  return shared;
}

function untilEnd({ outcome }, signal) {
  return new Promise((resolve, reject) => {
    let forget = () => {};
    outcome.then(resolve, resolve).finally(() => forget());
    if (signal === undefined) return;
    const leave = () => reject(reasonOf(signal));
    forget = listen(signal, leave);
    if (signal.aborted) leave();
  });
}

module.exports = { share };
