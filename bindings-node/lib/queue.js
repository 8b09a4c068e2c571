'use strict';
// WorkQueue: a fair queue with priorities. It decides which calls run on the thread pool, and in which order the others wait.
//
// An example with concurrency 2. Client A sends three large images (heavy, 1 s each), B a small one (light, 5 ms):
//
//     event            running    waiting       used        why
//     A sends 3        A1         A2 A3                     heavy calls take at most concurrency - 1 slots
//     B sends 1        A1 B1      A2 A3                     the last slot is for light calls
//     B1 ends          A1         A2 A3         B 5 ms
//     C sends a large  A1         A2 A3 C1
//     A1 ends          C1         A2 A3         A 1 s       of the waiting clients, C has used the least time
//     C1 ends          A2         A3            C 1 s       A and C have used the same, and only A is waiting
//
// A client that sends much delays its own calls. A new or returning client starts with the used time of the client that was
// served last, so that nobody saves up time by staying away. (Start-time fair queueing: P. Goyal, H. Vin, H. Cheng,
// SIGCOMM 1996.)
//
// With a concurrency of 1 a heavy call would keep every light one waiting. While all running calls are heavy, one light call
// may run in addition, as long as no more than `maxRunning` calls run.

/** The most clients whose used time is remembered. A client without calls is forgotten once others have used as much. */
const MAX_REMEMBERED_CLIENTS = 1024;
const MAX_RETRY_SECONDS = 60;

/** A call that waits or runs. */
class Job {
  /**
   * `begin` starts the work and returns its promise. `workPixels` is its cost in weighted pixels; where that is `null`, `weigh`
   * returns a promise of it, and weighing is light work. `bytes` is the memory that the job holds while it waits. `onTurn` is
   * called just before the job begins. A job with `isAdmitted` belongs to a request that was let in earlier, so the limit per
   * client does not apply to it.
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
  /** The used time of the client that was served last, in milliseconds: the virtual time of fair queueing. */
  #servedMs = 0;
  #meanMs = 100;
  #number = 0;
  #now;

  /**
   * `busy(seconds)` returns the error of a refused call, which may be tried again after that time. `now` is a clock in
   * milliseconds.
   */
  constructor(limits, busy, now = () => performance.now()) {
    this.#limits = limits;
    this.#busy = busy;
    this.#now = now;
  }

  get limits() {
    return this.#limits;
  }

  /** New limits apply to new calls: calls that run or wait stay. */
  set limits(limits) {
    this.#limits = limits;
    this.#beginNext();
  }

  /** Throws `server_busy` if a call of this client would have to wait and the queue is full. */
  expectRoom(name, isAdmitted = false) {
    const { maxWaiting, maxWaitingPerClient } = this.#limits;
    // A light call would begin at once. A heavy one is refused later, when its weight is known.
    if (this.#hasLightSlot) return;
    // Only the bytes of calls without a client are limited.
    if (name === undefined) return;
    const own = this.#clients.get(name)?.waiting ?? 0;
    const isFull = this.#waitingNamed >= maxWaiting && this.#longest('waiting')[1] <= own;
    if (isFull || (!isAdmitted && own >= maxWaitingPerClient)) throw this.#error();
  }

  /**
   * Begins a call or queues it, and returns the promise of its result. Throws `server_busy` if too many calls of its client, or
   * too many calls altogether, are waiting. If other clients fill the queue, the newest call of the client with the most is
   * refused instead.
   */
  add(job) {
    const client = this.#client(job.client);
    this.#wait(job, client);
    this.#beginNext();
    this.#makeRoom(job, client);
    return job.done;
  }

  /** Removes a cancelled call. If it was waiting it never begins, and its promise is never settled. */
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

  /** Queues a job in order of arrival within its client: a job that was weighed first returns to its position. */
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

  /** Refuses jobs until the limits hold with `job` waiting. Throws `server_busy` if the refused one is `job` itself. */
  #makeRoom(job, client) {
    while (job.isWaiting) {
      const dropped = this.#overflowing(job, client);
      if (dropped === undefined) return;
      this.#leave(dropped);
      if (dropped === job) throw this.#error();
      dropped.reject(this.#error());
    }
  }

  /** The job to refuse because a limit is exceeded with `job` waiting, or `undefined`. */
  #overflowing(job, client) {
    const { maxWaiting, maxWaitingPerClient, maxWaitingBytes } = this.#limits;
    const isNamed = job.client !== undefined;
    if (isNamed && !job.isAdmitted && client.waiting > maxWaitingPerClient) return job;
    let most;
    if (isNamed && this.#waitingNamed > maxWaiting) most = 'waiting';
    // One job may always wait, however large it is.
    else if (this.#waiting > 1 && this.#waitingBytes > maxWaitingBytes) most = 'waitingBytes';
    else return undefined;
    const [longest, length] = this.#longest(most);
    if (longest === undefined || length <= client[most]) return job;
    const [light, heavy] = [longest.light.at(-1), longest.heavy.at(-1)];
    if (light === undefined || heavy === undefined) return light ?? heavy;
    return light.number > heavy.number ? light : heavy;
  }

  /** The number of waiting calls that have a client. Others are the program's own, and only their bytes are limited. */
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

  /** Whether a light call could begin now. */
  get #hasLightSlot() {
    const { concurrency, maxRunning = Infinity } = this.#limits;
    if (this.#running < concurrency) return true;
    return this.#running === this.#runningHeavy && this.#running < maxRunning;
  }

  /** Begins every job for which there is a slot. */
  #beginNext() {
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      const client = this.#clients.get(job.client);
      client.running += 1;
      this.#leave(job);
      this.#servedMs = Math.max(this.#servedMs, client.usedMs);
      this.#begin(job, client);
    }
  }

  /** The next job to begin: of the client that has used the least time, light before heavy. */
  #next() {
    if (this.#waiting === 0) return undefined;
    const { concurrency } = this.#limits;
    const hasHeavySlot = this.#running < concurrency && this.#runningHeavy < Math.max(1, concurrency - 1);
    const hasLightSlot = this.#hasLightSlot;
    let found;
    let least = Infinity;
    for (const { usedMs, light, heavy } of this.#clients.values()) {
      const job = (hasLightSlot ? light[0] : undefined) ?? (hasHeavySlot ? heavy[0] : undefined);
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

  /** The error of a refused call. It may be tried again when the queue should be empty, by the mean time of recent calls. */
  #error() {
    const seconds = Math.ceil((this.#waiting * this.#meanMs) / this.#limits.concurrency / 1000);
    return this.#busy(Math.min(Math.max(seconds, 1), MAX_RETRY_SECONDS));
  }
}

module.exports = { Job, WorkQueue };
