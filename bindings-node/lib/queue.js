'use strict';
// WorkQueue: which calls work on images at the same time, which wait, and who is next.
//
// An example with concurrency 2. Client A sends three large pictures (heavy, 1 s each), B a small one (light, 5 ms):
//
//     event            running    waiting       used        why
//     A sends 3        A1         A2 A3                     heavy calls take at most concurrency - 1 places
//     B sends 1        A1 B1      A2 A3                     a place is free for what is light
//     B1 ends          A1         A2 A3         B 5 ms
//     C sends a large  A1         A2 A3 C1
//     A1 ends          C1         A2 A3         A 1 s       of those who wait, C has used least
//     C1 ends          A2         A3            C 1 s       A and C have used the same, and only A waits
//
// Who asks for much waits for itself. A client who comes new, or comes back, starts at the account of the one who was served
// last: nobody saves up time by waiting. (Fair queueing by start tags: P. Goyal, H. Vin, H. Cheng, SIGCOMM 1996.)
//
// A light call never waits for heavy ones alone: where all that run are heavy, one place more is opened for it.

/** Clients without calls are remembered while they have used more than others, but no more clients than this. */
const MAX_REMEMBERED_CLIENTS = 1024;
const MAX_RETRY_SECONDS = 60;

/** One call on its way. */
class Job {
  /**
   * `begin` starts the work and gives its promise. `workPixels` is what it costs, in weighted pixels; where that is `null`,
   * `weigh` finds it out, which is light. `bytes` are those that wait with it. `onTurn` is called before it begins.
   * `isAdmitted` says that it is of a request that was let in before: only the limits for all calls hold for it.
   */
  constructor({ client, isAdmitted = false, bytes, workPixels, weigh, begin, onTurn }) {
    Object.assign(this, { client, isAdmitted, bytes, workPixels, weigh, begin, onTurn });
    this.isWaiting = false;
    this.isDropped = false;
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

class Client {
  running = 0;
  waitingBytes = 0;
  light = [];
  heavy = [];

  constructor(usedMs) {
    this.usedMs = usedMs;
  }

  get waiting() {
    return this.light.length + this.heavy.length;
  }

  get isIdle() {
    return this.running === 0 && this.waiting === 0;
  }
}

class WorkQueue {
  #limits;
  #busy;
  #clients = new Map();
  #running = 0;
  #runningHeavy = 0;
  #waiting = 0;
  #waitingBytes = 0;
  /** The account of the client who was served last, in milliseconds of work. */
  #servedMs = 0;
  #meanMs = 100;
  #number = 0;
  #now;

  /**
   * `busy` makes the error of a call for which there is no place to wait, of the seconds after which to try again; `now` is a
   * clock of milliseconds.
   */
  constructor(limits, busy, now = () => performance.now()) {
    this.#limits = limits;
    this.#busy = busy;
    this.#now = now;
  }

  get limits() {
    return this.#limits;
  }

  /** Calls that run or wait are not disturbed. */
  set limits(limits) {
    this.#limits = limits;
    this.#beginNext();
  }

  /** Throws `server_busy` where a call of this client that has to wait would find no place for it. */
  expectRoom(name, isAdmitted = false) {
    const { concurrency, maxWaiting, maxWaitingPerClient } = this.#limits;
    // A light call would begin at once. What weighs more is refused when that is known.
    if (this.#running < concurrency || this.#running === this.#runningHeavy) return;
    // Calls without a client are held to their bytes alone.
    if (name === undefined) return;
    const own = this.#clients.get(name)?.waiting ?? 0;
    const isFull = this.#waitingNamed >= maxWaiting && this.#longest('waiting')[1] <= own;
    if (isFull || (!isAdmitted && own >= maxWaitingPerClient)) throw this.#error();
  }

  /**
   * Begins a call, or has it wait. Gives its result. Throws `server_busy` where too many calls of its client wait, or too many
   * altogether; where others fill the queue, the client with the most loses its last one instead.
   */
  add(job) {
    const client = this.#client(job.client);
    this.#wait(job, client);
    this.#beginNext();
    this.#makeRoom(job, client);
    return job.done;
  }

  /** Forgets a call that is not wanted any more. One that waits is taken out, and its promise stays open. */
  drop(job) {
    job.isDropped = true;
    if (job.isWaiting) this.#leave(job);
  }

  #client(name) {
    let client = this.#clients.get(name);
    if (client === undefined) {
      if (this.#clients.size >= MAX_REMEMBERED_CLIENTS) {
        for (const [each, { isIdle }] of this.#clients) if (isIdle) this.#clients.delete(each);
      }
      this.#clients.set(name, (client = new Client(this.#servedMs)));
    }
    if (client.isIdle) client.usedMs = Math.max(client.usedMs, this.#servedMs);
    return client;
  }

  #isHeavy({ workPixels }) {
    return workPixels !== null && workPixels > this.#limits.heavyPixels;
  }

  /** Calls of a client wait in the order in which they came, also those that are weighed first. */
  #wait(job, client) {
    job.isHeavy = this.#isHeavy(job);
    job.number ??= this.#number += 1;
    const line = job.isHeavy ? client.heavy : client.light;
    const at = line.findLastIndex((other) => other.number < job.number) + 1;
    line.splice(at, 0, job);
    job.isWaiting = true;
    client.waitingBytes += job.bytes;
    this.#waiting += 1;
    this.#waitingBytes += job.bytes;
  }

  #leave(job) {
    const client = this.#clients.get(job.client);
    const line = job.isHeavy ? client.heavy : client.light;
    line.splice(line.indexOf(job), 1);
    job.isWaiting = false;
    client.waitingBytes -= job.bytes;
    this.#waiting -= 1;
    this.#waitingBytes -= job.bytes;
    this.#forgetIfIdle(job.client, client);
  }

  #forgetIfIdle(name, client) {
    if (client.isIdle && client.usedMs <= this.#servedMs) this.#clients.delete(name);
  }

  /** Drops what is too much, now that this call waits. Throws `server_busy` where that is the call itself. */
  #makeRoom(job, client) {
    while (job.isWaiting) {
      const dropped = this.#overflowing(job, client);
      if (dropped === undefined) return;
      this.#leave(dropped);
      if (dropped === job) throw this.#error();
      dropped.reject(this.#error());
    }
  }

  /** The call that is one too many, now that this one waits. */
  #overflowing(job, client) {
    const { maxWaiting, maxWaitingPerClient, maxWaitingBytes } = this.#limits;
    const isNamed = job.client !== undefined;
    if (isNamed && !job.isAdmitted && client.waiting > maxWaitingPerClient) return job;
    let most;
    if (isNamed && this.#waitingNamed > maxWaiting) most = 'waiting';
    // However large it is, one may wait.
    else if (this.#waiting > 1 && this.#waitingBytes > maxWaitingBytes) most = 'waitingBytes';
    else return undefined;
    const [longest, length] = this.#longest(most);
    if (longest === undefined || length <= client[most]) return job;
    const [light, heavy] = [longest.light.at(-1), longest.heavy.at(-1)];
    if (light === undefined || heavy === undefined) return light ?? heavy;
    return light.number > heavy.number ? light : heavy;
  }

  /** Calls without a client are a program's own, such as those of a script, and only their bytes count. */
  get #waitingNamed() {
    return this.#waiting - (this.#clients.get(undefined)?.waiting ?? 0);
  }

  #longest(most) {
    let longest;
    for (const [name, client] of this.#clients) {
      if (name === undefined && most === 'waiting') continue;
      if (longest === undefined || client[most] > longest[most]) longest = client;
    }
    return [longest, longest?.[most] ?? 0];
  }

  /** Begins all that have a place now. */
  #beginNext() {
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      const client = this.#clients.get(job.client);
      client.running += 1;
      this.#leave(job);
      this.#servedMs = Math.max(this.#servedMs, client.usedMs);
      this.#begin(job, client);
    }
  }

  /** Of the clients whose first call has a place, that of the one who has used least; a light call before a heavy one. */
  #next() {
    if (this.#waiting === 0) return undefined;
    const { concurrency } = this.#limits;
    const isFree = this.#running < concurrency;
    const hasHeavyPlace = isFree && this.#runningHeavy < Math.max(1, concurrency - 1);
    const hasLightPlace = isFree || this.#running === this.#runningHeavy;
    let found;
    let least = Infinity;
    for (const { usedMs, light, heavy } of this.#clients.values()) {
      const job = (hasLightPlace ? light[0] : undefined) ?? (hasHeavyPlace ? heavy[0] : undefined);
      if (job === undefined || usedMs > least || (usedMs === least && (job.isHeavy || !found.isHeavy))) continue;
      [found, least] = [job, usedMs];
    }
    return found;
  }

  async #begin(job, client) {
    const { isHeavy } = job;
    const began = this.#now();
    this.#running += 1;
    this.#runningHeavy += isHeavy ? 1 : 0;
    try {
      if (job.workPixels === null) {
        job.workPixels = await job.weigh();
        if (this.#isHeavy(job) && !job.isDropped) {
          this.#wait(job, client);
          return;
        }
      }
      job.onTurn?.();
      job.resolve(await job.begin());
    } catch (error) {
      job.reject(error);
    } finally {
      this.#running -= 1;
      this.#runningHeavy -= isHeavy ? 1 : 0;
      client.running -= 1;
      const tookMs = this.#now() - began;
      client.usedMs += tookMs;
      this.#meanMs += (tookMs - this.#meanMs) / 16;
      this.#beginNext();
      try {
        this.#makeRoom(job, client);
      } catch (error) {
        job.reject(error);
      }
      this.#forgetIfIdle(job.client, client);
    }
  }

  /** When the queue will be empty, if calls go on as they did. */
  #error() {
    const seconds = Math.ceil((this.#waiting * this.#meanMs) / this.#limits.concurrency / 1000);
    return this.#busy(Math.min(Math.max(seconds, 1), MAX_RETRY_SECONDS));
  }
}

module.exports = { Job, WorkQueue };
