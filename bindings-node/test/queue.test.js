'use strict';
// The queue in front of the pool of threads: who runs, who waits, who is next, and who is refused.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs/promises');
const path = require('node:path');
const { after, afterEach, beforeEach, describe, mock, test } = require('node:test');
const { Worker } = require('node:worker_threads');

const presize = require('presize');
const { core, image, pngOf, until } = require('./http_app.js');
// Not for programs.
const { Job, WorkQueue } = require(path.join(require.resolve('presize/package.json'), '../lib/queue.js'));

const SMALL = image('baseline_420.jpg');
const LIMITS = { concurrency: 2, maxWaiting: 4, maxWaitingPerClient: 2, maxWaitingBytes: 1000, heavyPixels: 100 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A queue, and calls of it that run until they are ended. */
function queueWith(limits) {
  let now = 0;
  const queue = new WorkQueue({ ...LIMITS, ...limits }, presize.serverBusy, () => now);
  const running = new Map();
  const begun = [];
  const dropped = [];
  return {
    queue,
    begun,
    dropped,
    running: () => [...running.keys()],
    /** Sends a call of the client that its name begins with; one whose name has a capital is heavy. */
    send(name, { bytes = 1, ...own } = {}) {
      const begin = () => {
        begun.push(name);
        return new Promise((resolve) => running.set(name, resolve));
      };
      const workPixels = name === name.toLowerCase() ? 1 : 101;
      const job = new Job({ client: name[0].toLowerCase(), bytes, workPixels, begin, ...own });
      queue.add(job).catch(() => dropped.push(name));
      return job;
    },
    /** Ends a call that has taken so long. */
    async end(name, milliseconds = 5) {
      now += milliseconds;
      running.get(name)();
      running.delete(name);
      await turn();
    },
  };
}

describe('the queue', () => {
  test('the example at its head', async () => {
    const q = queueWith({ maxWaitingPerClient: 3 });
    for (const name of ['A1', 'A2', 'A3']) q.send(name);
    q.send('b1');
    assert.deepEqual(q.running(), ['A1', 'b1']);
    await q.end('b1');
    q.send('C1');
    assert.deepEqual(q.running(), ['A1']);
    await q.end('A1');
    assert.deepEqual(q.running(), ['C1']);
    await q.end('C1');
    assert.deepEqual(q.running(), ['A2']);
  });

  test('heavy calls leave a place, and open one where there is but one', async () => {
    for (const concurrency of [1, 2, 3]) {
      const q = queueWith({ concurrency, maxWaiting: 20, maxWaitingPerClient: 20 });
      for (const name of ['A1', 'A2', 'A3', 'A4']) q.send(name);
      assert.equal(q.running().length, Math.max(1, concurrency - 1));
      q.send('b1');
      assert.ok(q.running().includes('b1'));
      q.send('b2');
      assert.ok(!q.running().includes('b2'));
      await q.end('b1');
      assert.ok(q.running().includes('b2'));
    }
  });

  test('clients take turns', async () => {
    const q = queueWith({ concurrency: 1, maxWaiting: 20, maxWaitingPerClient: 20 });
    const sent = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'];
    for (const name of sent) q.send(name);
    const order = [];
    while (order.length < sent.length) {
      const [name] = q.running();
      order.push(name);
      await q.end(name);
    }
    // Nobody has a second turn before all who wait have had their first.
    assert.deepEqual(order, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  test('who has used more time waits for those who have used less', async () => {
    const q = queueWith({ concurrency: 1, maxWaiting: 20, maxWaitingPerClient: 20 });
    for (const name of ['a1', 'a2', 'b1', 'b2', 'b3']) q.send(name);
    await q.end('a1', 12);
    await q.end('b1', 5);
    await q.end('b2', 5);
    q.send('c1');
    assert.deepEqual(q.running(), ['b3']);
    await q.end('b3', 5);
    // C comes new, at the account of B when it was served last: 10 ms.
    assert.deepEqual(q.running(), ['c1']);
    await q.end('c1', 5);
    assert.deepEqual(q.running(), ['a2']);
  });

  test('what is too much is refused at once, of those who ask for most', () => {
    const q = queueWith({ concurrency: 1 });
    for (const name of ['A1', 'A2', 'A3']) q.send(name);
    // Two of a client wait.
    assert.throws(() => q.send('A4'), (error) => {
      assert.deepEqual([error.code, error.httpStatus], ['server_busy', 503]);
      assert.ok(Number.isInteger(error.details.retry_after_seconds) && error.details.retry_after_seconds >= 1);
      return true;
    });
    // A light call would have a place at once, until another takes it.
    q.queue.expectRoom('a');
    q.send('d1');
    assert.throws(() => q.queue.expectRoom('a'), { code: 'server_busy' });
    q.queue.expectRoom('b');
    for (const name of ['B1', 'B2']) q.send(name);
    // Four wait altogether: for a fifth, of a client who has fewer, one of the others goes.
    q.send('C1');
    return turn().then(() => {
      assert.equal(q.dropped.length, 1);
      assert.match(q.dropped[0], /^(A3|B2)$/);
      assert.throws(() => q.send('C2') && q.send('C3'), { code: 'server_busy' });
    });
  });

  test('calls without a client are held to their bytes alone, and take no place from those who have one', () => {
    const q = queueWith({ concurrency: 1 });
    for (let index = 0; index < 200; index += 1) q.send(`A${index}`, { client: undefined });
    assert.throws(() => q.send('A', { client: undefined, bytes: 1000 }), { code: 'server_busy' });
    for (const name of ['B1', 'B2', 'C1', 'C2']) q.send(name);
    assert.throws(() => q.send('B3'), { code: 'server_busy' });
    assert.deepEqual(q.dropped, []);
  });

  test('calls of a request that was let in are held to the limit of all, not to that of a client', () => {
    const q = queueWith({ concurrency: 1 });
    for (const name of ['A1', 'A2', 'A3', 'A4', 'A5']) q.send(name, { isAdmitted: true });
    assert.throws(() => q.send('A6', { isAdmitted: true }), { code: 'server_busy' });
    assert.throws(() => q.send('A7'), { code: 'server_busy' });
  });

  test('the bytes that wait are bounded, and one may always wait', async () => {
    const q = queueWith({ concurrency: 1 });
    q.send('A1', { bytes: 5000 });
    q.send('A2', { bytes: 5000 });
    assert.throws(() => q.send('A3', { bytes: 10 }), { code: 'server_busy' });
    q.send('B1', { bytes: 600 });
    await turn();
    assert.deepEqual(q.dropped, ['A2']);
  });

  test('what is dropped makes room, and does not begin', async () => {
    const q = queueWith({ concurrency: 1 });
    q.send('A1');
    const waiting = q.send('A2');
    q.send('A3');
    q.queue.drop(waiting);
    q.queue.drop(waiting);
    q.send('A4');
    for (const name of ['A1', 'A3', 'A4']) await q.end(name);
    assert.deepEqual(q.begun, ['A1', 'A3', 'A4']);
  });

  test('what is weighed in its place goes on there, or waits as what is heavy', async () => {
    const q = queueWith({});
    q.send('A1');
    let weighed;
    const weigh = () => new Promise((resolve) => (weighed = resolve));
    q.send('b1', { workPixels: null, weigh });
    q.send('c1');
    assert.deepEqual(q.running(), ['A1']);
    weighed(500);
    await turn();
    // The place of the weighing is free for light calls.
    assert.deepEqual(q.running(), ['A1', 'c1']);
    await q.end('A1');
    assert.deepEqual(q.running(), ['c1', 'b1']);
    await q.end('c1');
    q.send('d1', { workPixels: null, weigh });
    weighed(5);
    await turn();
    assert.deepEqual(q.running(), ['b1', 'd1']);
  });

  test('what is weighed first runs in the order in which it came', async () => {
    const q = queueWith({ maxWaiting: 20, maxWaitingPerClient: 20 });
    const sent = Array.from({ length: 10 }, (_, index) => `a${index}`);
    for (const name of sent) q.send(name, { workPixels: null, weigh: async () => 500 });
    while (q.begun.length < sent.length) {
      await turn();
      for (const name of q.running()) await q.end(name);
    }
    assert.deepEqual(q.begun, sent);
  });

  test('what is found to be heavy is refused where there is no place to wait', async () => {
    const q = queueWith({ concurrency: 1, maxWaiting: 2, maxWaitingPerClient: 2 });
    for (const name of ['A1', 'A2', 'A3']) q.send(name);
    q.queue.expectRoom('a');
    q.send('a4', { workPixels: null, weigh: async () => 500 });
    await turn();
    assert.deepEqual(q.dropped, ['a4']);
    // Where it has a place at once there is nothing to wait for.
    const free = queueWith({ concurrency: 1, maxWaiting: 0 });
    free.send('a1', { workPixels: null, weigh: async () => 500 });
    await turn();
    assert.deepEqual(free.running(), ['a1']);
  });

  test('a light call has room where a place is free for it, however many heavy ones wait', async () => {
    const q = queueWith({ maxWaiting: 2, maxWaitingPerClient: 2 });
    for (const name of ['A1', 'A2', 'A3']) q.send(name);
    for (const name of ['a', 'b']) q.queue.expectRoom(name);
    q.send('a1');
    assert.deepEqual(q.running(), ['A1', 'a1']);
    assert.throws(() => q.queue.expectRoom('a'), { code: 'server_busy' });
  });

  test('work that fails gives its place back', async () => {
    const q = queueWith({ concurrency: 1 });
    const failing = [() => Promise.reject(new Error('no')), () => assert.fail('no')];
    for (const begin of failing) {
      await assert.rejects(q.queue.add(new Job({ client: 'a', bytes: 1, workPixels: 1, begin })), /no/);
    }
    q.send('a1');
    assert.deepEqual(q.running(), ['a1']);
  });

  test('clients without calls are forgotten', async () => {
    const q = queueWith({ concurrency: 2 });
    for (let index = 0; index < 5000; index += 1) {
      q.send('a', { client: `client ${index}` });
      await q.end('a');
    }
    q.send('b1');
    assert.deepEqual(q.running(), ['b1']);
  });
});

describe('the calls', () => {
  const ends = [];
  beforeEach(() => {
    presize.configurePool({ concurrency: 1, maxWaiting: 2, heavyPixels: 1 });
    mock.method(core, 'begin', () => new Promise((resolve, reject) => ends.push({ resolve, reject })));
    mock.method(core, 'weigh');
  });
  afterEach(async () => {
    while (ends.length > 0) {
      ends.shift().reject(new Error('over'));
      await turn();
    }
    mock.restoreAll();
    presize.configurePool();
  });
  const begun = () => core.begin.mock.callCount();
  const quiet = (promise) => (promise.catch(() => {}), promise);

  test('every call takes turns', async () => {
    const uri = presize.encodeDataUri(SMALL, 'jpeg');
    const pixels = { bytes: Buffer.alloc(12), width: 2, height: 2, channels: 3 };
    const calls = {
      check: (call) => presize.check(SMALL, {}, call),
      transform: (call) => presize.transform(SMALL, {}, call),
      transformMany: (call) => presize.transformMany(SMALL, [{}], call),
      decode: (call) => presize.decode(SMALL, {}, call),
      encode: (call) => presize.encode(pixels, { format: 'png' }, call),
      decodeDataUri: (call) => presize.decodeDataUri(uri, {}, call),
      decodeDataUris: (call) => presize.decodeDataUris([uri], {}, call),
    };
    let weighings = 0;
    quiet(presize.check(SMALL));
    assert.equal(begun(), 1);
    for (const [name, call] of Object.entries(calls)) {
      const gone = new AbortController();
      const waiting = [quiet(call({ signal: gone.signal, client: 'a' })), quiet(call({ signal: gone.signal, client: 'a' }))];
      // Data URIs are weighed first, one after the other.
      if (name.startsWith('decodeData')) await until(() => core.weigh.mock.callCount() === weighings + 2);
      await Promise.all(core.weigh.mock.calls.map(({ result }) => result));
      await turn();
      await assert.rejects(call({ client: 'a' }), { code: 'server_busy' }, name);
      weighings = core.weigh.mock.callCount();
      for (const wrong of [null, 5, {}]) {
        await assert.rejects(call({ client: wrong }), { code: 'option_invalid', message: /expected a string for client/ });
      }
      assert.equal(begun(), 1, name);
      gone.abort();
      for (const each of waiting) await assert.rejects(each, { name: 'AbortError' });
    }
  });

  test('the stack of a refusal is that of the caller', async () => {
    const call = { client: 'a' };
    for (let index = 0; index < 3; index += 1) quiet(presize.check(SMALL, {}, call));
    const error = await presize.check(SMALL, {}, call).catch((refused) => refused);
    assert.match(error.stack, /queue\.test\.js/);
  });

  test('bytes are those of the call, also where it waits', async () => {
    mock.restoreAll();
    presize.configurePool({ concurrency: 1, heavyPixels: 1 });
    const bytes = Buffer.from(SMALL);
    const [first, second] = [presize.check(bytes), presize.check(bytes)];
    bytes.fill(0);
    assert.deepEqual((await first).bytes, SMALL);
    assert.deepEqual((await second).bytes, SMALL);
  });
});

describe('configurePool', () => {
  after(() => presize.configurePool());

  test('wrong values are refused, and change nothing', () => {
    for (const [options, name] of [
      [{ concurrency: 0 }, 'concurrency'],
      [{ concurrency: 1.5 }, 'concurrency'],
      [{ concurrency: '2' }, 'concurrency'],
      [{ concurrency: null }, 'concurrency'],
      [{ concurrency: 257 }, 'concurrency'],
      [{ maxWaiting: -1 }, 'max_waiting'],
      [{ maxWaiting: Infinity }, 'max_waiting'],
      [{ maxWaitingPerClient: NaN }, 'max_waiting_per_client'],
      [{ maxWaitingBytes: -1 }, 'max_waiting_bytes'],
      [{ heavyPixels: 0 }, 'heavy_pixels'],
      [{ threads: 1 }, 'threads'],
      [5, 'options'],
      [null, 'options'],
    ]) {
      assert.throws(() => presize.configurePool(options), (error) => {
        assert.deepEqual([error.code, error.details.name], ['option_invalid', name]);
        return true;
      });
    }
    assert.equal(presize.configurePool({ concurrency: undefined }), undefined);
  });

  test('places that are added are taken at once', async () => {
    const ends = [];
    const { mock: begin } = mock.method(core, 'begin', () => new Promise((resolve) => ends.push(resolve)));
    presize.configurePool({ concurrency: 2, heavyPixels: 1 });
    const calls = Array.from({ length: 4 }, () => presize.check(SMALL).catch(() => {}));
    assert.equal(begin.callCount(), 1);
    presize.configurePool({ concurrency: 4, heavyPixels: 1 });
    assert.equal(begin.callCount(), 3);
    while (ends.length > 0) {
      ends.shift()();
      await turn();
    }
    await Promise.all(calls);
    mock.restoreAll();
  });
});

test('200 small calls at once are no more than a script may ask for', async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => presize.check(SMALL)));
  assert.equal(all.length, 200);
});

test('the place for a light call beside heavy ones leaves a thread of the pool free', () => {
  // Work never ends here, so that the calls that have begun are those that run at the same time.
  const script = `
    const presize = require(process.argv[1]);
    const core = require(process.argv[1] + '/lib/core.js');
    let begun = 0;
    core.begin = () => ((begun += 1), new Promise(() => {}));
    presize.configurePool({ concurrency: 1, heavyPixels: 1000 });
    presize.check(Buffer.from(process.argv[2], 'base64'));
    const atOnce = begun;
    presize.encode({ bytes: Buffer.alloc(3), width: 1, height: 1, channels: 3 }, { format: 'png' });
    process.stdout.write(atOnce + ' ' + begun);`;
  const home = path.dirname(require.resolve('presize/package.json'));
  const begun = (threads) => {
    const env = { ...process.env, UV_THREADPOOL_SIZE: threads };
    return execFileSync(process.execPath, ['-e', script, home, SMALL.toString('base64')], { env, encoding: 'utf8' });
  };
  assert.deepEqual(['1', '2', '3', '4'].map(begun), ['1 1', '1 1', '1 2', '1 2']);
});

test('files are read while large pictures are decoded', async () => {
  const large = pngOf(4000, 4000);
  const done = [];
  const calls = Array.from({ length: 8 }, () => presize.check(large).then(() => done.push('picture')));
  await turn();
  // Several threads of the pool are needed for one file.
  for (let times = 0; times < 5; times += 1) await fs.readFile(__filename);
  done.push('file');
  await Promise.all(calls);
  assert.ok(done.indexOf('file') < 6, done.join());
});

test('a worker thread has a queue of its own, with one place', async () => {
  const script = `
    const { parentPort, workerData: { lib, photo } } = require('node:worker_threads');
    const core = require(lib + '/core.js');
    const presize = require(lib + '/../index.js');
    let begun = 0;
    const begin = core.begin;
    core.begin = (prepared) => (begun += 1, begin(prepared));
    const calls = [1, 2, 3].map(() => presize.check(photo));
    const atOnce = begun;
    Promise.all(calls).then(() => parentPort.postMessage([atOnce, begun]));`;
  const lib = path.join(require.resolve('presize/package.json'), '../lib');
  const worker = new Worker(script, { eval: true, workerData: { lib, photo: SMALL } });
  const [atOnce, begun] = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  assert.deepEqual([atOnce, begun], [1, 3]);
  await worker.terminate();
});

test('a data URI is weighed without the white space that its rules allow', async () => {
  const { rulesOf } = require(path.join(require.resolve('presize/package.json'), '../lib/rules.js'));
  const weigh = (text, rules) => core.weigh(core.decodeDataUris([text], rulesOf(rules), core.cancelNew()));
  const plain = presize.encodeDataUri(SMALL, 'jpeg');
  const wrapped = plain.replace(/.{76}/g, '$&\r\n');
  const work = await weigh(plain);
  assert.ok(work > 1000);
  assert.equal(await weigh(wrapped, { allowWhitespace: true }), work);
  assert.equal(await weigh(wrapped), 0);
});
