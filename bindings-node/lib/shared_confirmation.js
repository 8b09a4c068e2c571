'use strict';
// Single flight of confirmations: an upload is confirmed once at a time. Callers with equal arguments share the running
// confirmation; callers with other arguments wait until it has ended. A hundred requests for one key fetch and decode it once.

const { abortReason, onAbort } = require('./signal.js');

/** The running confirmations, by `Uploads` and then by owner and key. */
const RUNNING = new WeakMap();

class SharedConfirmation {
  #arguments;
  #settings;
  /** The number of callers that share it, each counted from when it joins. */
  #callers = 1;
  #end = new AbortController();

  /** `callArguments` are the request as a text. `drive` runs the confirmation until the signal in its settings aborts. */
  constructor(confirmation, callArguments, settings, drive) {
    this.confirmation = confirmation;
    this.#arguments = callArguments;
    this.#settings = settings;
    this.outcome = drive(confirmation, { ...settings, signal: this.#end.signal });
    // Callers handle a rejection, unless all have left.
    this.outcome.catch(() => {});
  }

  /** Whether a caller with these arguments can share it. A stopped confirmation is not shared any more. */
  matches(callArguments, { fetch, timeoutMs, retries }) {
    const own = this.#settings;
    return (
      !this.#end.signal.aborted &&
      callArguments === this.#arguments &&
      fetch === own.fetch &&
      timeoutMs === own.timeoutMs &&
      retries === own.retries
    );
  }

  join() {
    this.#callers += 1;
  }

  /**
   * The outcome for one caller: `{ confirmed }` or `{ error }`; with `hasLeft` if its signal ended the wait while others still
   * wait. The last caller to leave stops the confirmation, unless it is decided by then.
   */
  async wait(signal) {
    let removeCallback = () => {};
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
        removeCallback = onAbort(signal, () => leave(abortReason(signal)));
        if (signal.aborted) leave(abortReason(signal));
      } catch (error) {
        leave(error);
      }
    });
    const ended = this.outcome.then(
      (confirmed) => ({ confirmed }),
      (error) => ({ error }),
    );
    const result = await Promise.race([left, ended]);
    removeCallback();
    if (!result.hasLeft) this.#callers -= 1;
    return result;
  }
}

/**
 * Joins the running confirmation of an upload, or starts `confirmation` once no other one runs. Returns the shared confirmation;
 * rejects with the reason of the signal.
 */
async function share(uploads, upload, confirmation, callArguments, settings, drive) {
  const running = RUNNING.get(uploads) ?? new Map();
  RUNNING.set(uploads, running);
  for (let shared = running.get(upload); shared !== undefined; shared = running.get(upload)) {
    if (shared.matches(callArguments, settings)) {
      // Before any await: the other callers may leave first, which would stop it.
      shared.join();
      return shared;
    }
    await untilEnd(shared, settings.signal);
  }
  const shared = new SharedConfirmation(confirmation, callArguments, settings, drive);
  running.set(upload, shared);
  const end = () => running.delete(upload);
  shared.outcome.then(end, end);
  return shared;
}

function untilEnd({ outcome }, signal) {
  return new Promise((resolve, reject) => {
    let removeCallback = () => {};
    outcome.then(resolve, resolve).finally(() => removeCallback());
    if (signal === undefined) return;
    const leave = () => reject(abortReason(signal));
    removeCallback = onAbort(signal, leave);
    if (signal.aborted) leave();
  });
}

module.exports = { share };
