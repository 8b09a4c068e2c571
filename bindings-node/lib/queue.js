'use strict';
// WorkQueue: which calls work on images at the same time, and which wait.
//
// An example with concurrency 2, where A and B are clients, H is a heavy call and L a light one:
//
//     arrives   running    waiting            why
//     A H1      H1
//     A H2      H1         A: H2              heavy calls take at most concurrency - 1 places
//     A L1      H1 L1      A: H2              L1 passes H2, which could not begin
//     A L2      H1 L1      A: H2 L2
//     B L3      H1 L1      A: H2 L2  B: L3
//     L1 ends   H1 L2      A: H2     B: L3    the clients take turns, and it is A's
//     L2 ends   H1 L3      A: H2              B's turn
//     H1 ends   H2 L3
//
// With concurrency 1 a heavy call takes the only place. One more is open then, for light calls alone.

/** What a call is before its turn, and until its end. */
class Job {
  /**
   * `begin` starts the work and gives its promise. `workPixels` is what it costs; where that is `null`, `weigh` finds it out, in
   * a light place. `bytes` are those that wait with it.
   */
  constructor({ client, bytes, workPixels, weigh, begin, onTurn }) {
    this.client = client;
    this.bytes = bytes;
    this.workPixels = workPixels;
    this.weigh = weigh;
    this.begin = begin;
    this.onTurn = onTurn;
    /** The calls among which it waits. */
    this.calls = undefined;
    this.isDropped = false;
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/** The waiting calls of one client, in the order in which they came. */
class Line {
  constructor() {
    this.heavy = [];
    this.light = [];
  }

  get length() {
    return this.heavy.length + this.light.length;
  }
}

class WorkQueue {
  #limits;
  /** Makes the error of a call for which there is no place to wait. */
  #busy;
  /** Of each client that has calls waiting, in the order of the clients' turns. */
  #lines = new Map();
  #waiting = 0;
  #waitingBytes = 0;
  #number = 0;
  #heavy = 0;
  #light = 0;

  constructor(limits, busy) {
    this.#limits = limits;
    this.#busy = busy;
  }

  get limits() {
    return this.#limits;
  }

  set limits(limits) {
    this.#limits = limits;
    this.#beginNext();
  }

  /** Throws `server_busy` where a call that cannot begin at once has no place to wait in. */
  expectRoom(client) {
    const { concurrency, maxWaiting, maxWaitingPerClient } = this.#limits;
    if (this.#waiting === 0 && this.#heavy + this.#light < concurrency) return;
    // Calls of nobody in particular are of many clients.
    const own = client === undefined ? 0 : (this.#lines.get(client)?.length ?? 0);
    const most = client === undefined ? Infinity : maxWaitingPerClient;
    if (this.#waiting >= maxWaiting || own >= most) throw this.#busy();
  }

  /** Begins a call, or has it wait. Gives its result. Throws `server_busy`. */
  add(job) {
    job.number = this.#number;
    this.#number += 1;
    if (this.#hasPlace(this.#isHeavy(job))) {
      this.#begin(job);
      return job.done;
    }
    this.expectRoom(job.client);
    // However large it is, one may wait.
    if (this.#waiting > 0 && this.#waitingBytes + job.bytes > this.#limits.maxWaitingBytes) throw this.#busy();
    this.#wait(job);
    return job.done;
  }

  /** Forgets a call that is not wanted any more. One that waits is taken out, and its promise stays open. */
  drop(job) {
    job.isDropped = true;
    const { calls } = job;
    if (calls === undefined) return;
    calls.splice(calls.indexOf(job), 1);
    this.#left(job);
  }

  #isHeavy({ workPixels }) {
    return workPixels !== null && workPixels > this.#limits.heavyWorkPixels;
  }

  #hasPlace(isHeavy) {
    const { concurrency } = this.#limits;
    const isFree = this.#heavy + this.#light < concurrency;
    if (isHeavy) return isFree && this.#heavy < Math.max(1, concurrency - 1);
    return isFree || (this.#heavy >= concurrency && this.#light === 0);
  }

  #wait(job, isFirst = false) {
    let line = this.#lines.get(job.client);
    if (line === undefined) this.#lines.set(job.client, (line = new Line()));
    job.calls = this.#isHeavy(job) ? line.heavy : line.light;
    if (isFirst) job.calls.unshift(job);
    else job.calls.push(job);
    this.#waiting += 1;
    this.#waitingBytes += job.bytes;
  }

  #left(job) {
    job.calls = undefined;
    this.#waiting -= 1;
    this.#waitingBytes -= job.bytes;
    if (this.#lines.get(job.client).length === 0) this.#lines.delete(job.client);
  }

  async #begin(job) {
    const isHeavy = this.#isHeavy(job);
    this.#count(isHeavy, 1);
    try {
      if (job.workPixels === null) {
        job.workPixels = await job.weigh();
        if (this.#isHeavy(job) && !job.isDropped) {
          this.#wait(job, true);
          return;
        }
      }
      job.onTurn?.();
      job.resolve(await job.begin());
    } catch (error) {
      job.reject(error);
    } finally {
      this.#count(isHeavy, -1);
      this.#beginNext();
    }
  }

  #count(isHeavy, change) {
    if (isHeavy) this.#heavy += change;
    else this.#light += change;
  }

  /** Begins all that have a place now. A client that has had its turn goes behind the others. */
  #beginNext() {
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      const { client } = job;
      job.calls.shift();
      this.#left(job);
      const line = this.#lines.get(client);
      if (line !== undefined) {
        this.#lines.delete(client);
        this.#lines.set(client, line);
      }
      this.#begin(job);
    }
  }

  /** The first call that has a place, of the first client that has one. */
  #next() {
    const [heavyHasPlace, lightHasPlace] = [this.#hasPlace(true), this.#hasPlace(false)];
    if (!heavyHasPlace && !lightHasPlace) return undefined;
    for (const line of this.#lines.values()) {
      const heavy = heavyHasPlace ? line.heavy[0] : undefined;
      const light = lightHasPlace ? line.light[0] : undefined;
      if (heavy === undefined || light === undefined) {
        if (heavy !== undefined || light !== undefined) return heavy ?? light;
      } else {
        return heavy.number < light.number ? heavy : light;
      }
    }
    return undefined;
  }
}

module.exports = { Job, WorkQueue };
