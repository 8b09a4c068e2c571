'use strict';

// Many who confirm the same upload: one confirmation at a time, for all of them, whose time is that of its work.

const assert = require('node:assert/strict');
const { after, afterEach, before, test } = require('node:test');
const v8 = require('node:v8');
const vm = require('node:vm');

const { Bucket, Credentials, Presigner, Uploads, configurePool, confirmUpload } = require('presize');
const { presizeErrors, uploadRouter } = require('presize/express');
const { confirmHandler } = require('presize/http');
const { adapted, core, head, image, postJson, pngOf, serve, until } = require('./http_app.js');
const { pass, silence, startFaultyStore } = require('./faulty_store.js');
const { sendTicket, startS3 } = require('./s3.js');

v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc');

const JPEG = image('gps.jpg');
const MEGABYTE = 1024 * 1024;
// Those of a good upload, in their order, to a store that does not promise to read conditions.
const STEPS = ['HEAD', 'HEAD', 'GET', 'HEAD', 'PUT', 'HEAD', 'DELETE'];

let s3;
let store;
let uploads;

before(async () => {
  s3 = await startS3();
  store = await startFaultyStore(s3.endpoint);
  const bucket = Bucket.custom(store.url, s3.region, s3.bucket, 'path');
  uploads = new Uploads(new Presigner(bucket, new Credentials(s3.accessKeyId, s3.secretAccessKey)), { maxBytes: 20 * MEGABYTE });
});
after(async () => {
  await store?.close();
  await s3?.stop();
});
afterEach(() => {
  store.faults = [];
  configurePool();
});

async function uploaded(bytes = JPEG, owner = 'user-7', contentType = 'image/jpeg') {
  const ticket = uploads.issue({ owner, contentType, sizeBytes: bytes.length });
  assert.ok((await sendTicket(ticket, bytes)).ok);
  store.seen = [];
  return { owner, key: ticket.key };
}

const methods = () => store.seen.map(({ method }) => method);

test('callers at the same time share one confirmation, each with its own event', async () => {
  const request = await uploaded();
  const events = [];
  const onEvent = (event) => events.push(event);
  const all = await Promise.all(Array.from({ length: 20 }, () => confirmUpload(uploads, request, { onEvent })));
  assert.deepEqual(methods(), STEPS);
  for (const confirmed of all) assert.deepEqual(confirmed, all[0]);
  assert.deepEqual(events.map(({ outcome }) => outcome), Array(20).fill('confirmed'));
});

test('they share its error', async () => {
  const request = await uploaded(image('half_baseline_420.jpg'));
  const events = [];
  const onEvent = (event) => events.push(event.code);
  const all = await Promise.allSettled([1, 2, 3].map(() => confirmUpload(uploads, request, { onEvent })));
  assert.deepEqual(all.map(({ reason }) => reason.code), Array(3).fill('image_corrupt'));
  assert.deepEqual(events, Array(3).fill('image_corrupt'));
  assert.equal(methods().filter((method) => method === 'GET').length, 1);
});

test('who asks otherwise comes after, and not at the same time', async () => {
  const request = await uploaded();
  let now = 0;
  let most = 0;
  const counting = async (url, init) => {
    most = Math.max(most, (now += 1));
    try {
      return await fetch(url, init);
    } finally {
      now -= 1;
    }
  };
  const asked = [request, { ...request, filename: 'a.jpg' }, { ...request, filename: 'b.jpg' }, { ...request, sizeBytes: JPEG.length }];
  const all = await Promise.all(asked.map((each) => confirmUpload(uploads, each, { fetch: counting })));
  for (const { key } of all) assert.equal(key, request.key);
  assert.equal(most, 1);
  assert.equal(methods().filter((method) => method === 'PUT').length, 1);
});

test('another owner’s confirmation of the key is refused, whoever confirms it', async () => {
  const request = await uploaded();
  const [good, other] = await Promise.allSettled([
    confirmUpload(uploads, request),
    confirmUpload(uploads, { ...request, owner: 'user-8' }),
  ]);
  assert.equal(good.value.key, request.key);
  assert.equal(other.reason.code, 'upload_owner_mismatch');
});

test('a caller who leaves takes nothing from the others; the last one ends it', async () => {
  const request = await uploaded();
  const [fault, wasAsked] = silence();
  store.faults = [pass, fault];
  const gone = [1, 2, 3].map(() => new AbortController());
  const events = [];
  const calls = gone.map(({ signal }, index) => {
    const call = confirmUpload(uploads, request, { signal, onEvent: ({ code }) => events.push([index, code]) });
    call.catch(() => {});
    return call;
  });
  await wasAsked;
  const why = new Error('enough');
  for (const index of [0, 2]) {
    gone[index].abort(why);
    await assert.rejects(calls[index], why);
  }
  assert.deepEqual(events, [[0, 'cancelled'], [2, 'cancelled']]);
  let isOver = false;
  calls[1].finally(() => (isOver = true)).catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isOver, false);
  gone[1].abort(why);
  // It is stopped: another begins anew.
  const again = confirmUpload(uploads, request);
  await assert.rejects(calls[1], why);
  assert.deepEqual(events.at(-1), [1, 'cancelled']);
  assert.equal((await again).key, request.key);
});

test('who joins in the moment in which the other leaves has the upload confirmed', async () => {
  const request = await uploaded();
  const held = holdSecond();
  const gone = new AbortController();
  const first = confirmUpload(uploads, request, { signal: gone.signal });
  await held.wasAsked;
  const second = confirmUpload(uploads, request);
  gone.abort(new Error('enough'));
  await assert.rejects(first, /enough/);
  held.fail();
  assert.equal((await second).key, request.key);
});

test('one signal for all of them ends it for all', async () => {
  const request = await uploaded();
  const [fault, wasAsked] = silence();
  store.faults = [pass, fault];
  const gone = new AbortController();
  const calls = [1, 2, 3].map(() => confirmUpload(uploads, request, { signal: gone.signal }));
  await wasAsked;
  gone.abort();
  for (const { reason } of await Promise.allSettled(calls)) assert.equal(reason, gone.signal.reason);
  assert.equal((await confirmUpload(uploads, request)).key, request.key);
});

/** All places are taken until they are given back; `waits` says when a picture of ours is in the queue. */
function takePlaces(t) {
  const ends = [];
  const { begin, queuedWork } = core;
  let isTaken = true;
  let waiting = 0;
  t.mock.method(core, 'queuedWork', (prepared) => {
    const work = queuedWork(prepared);
    if (work > 0 && !isTaken) waiting += 1;
    return work;
  });
  t.mock.method(core, 'begin', (prepared) => {
    if (!isTaken) return begin(prepared);
    return new Promise((_, reject) => ends.push(reject));
  });
  const { check } = require('presize');
  configurePool({ concurrency: 1, heavyPixels: 1, maxWaiting: 1 });
  const taken = check(JPEG).catch(() => {});
  isTaken = false;
  return {
    waits: () => until(() => waiting > 0),
    async give() {
      for (const end of ends) end(new Error('over'));
      await taken;
    },
  };
}

test('the time limit is for the work, not for the wait before it', async (t) => {
  const request = await uploaded();
  const places = takePlaces(t);
  const confirmed = confirmUpload(uploads, request, { timeoutMs: 500 });
  await places.waits();
  await new Promise((resolve) => setTimeout(resolve, 700));
  await places.give();
  assert.equal((await confirmed).key, request.key);
});

test('a picture for which there is no place to wait is busy, fetched or not, and can be confirmed later', async (t) => {
  const [first, second] = [await uploaded(JPEG, 'user-7'), await uploaded(JPEG, 'user-8')];
  const places = takePlaces(t);
  const confirmed = confirmUpload(uploads, first);
  await places.waits();
  const events = [];
  const busy = confirmUpload(uploads, second, { onEvent: ({ code, outcome }) => events.push([code, outcome]) });
  await assert.rejects(busy, { code: 'server_busy', httpStatus: 503 });
  assert.deepEqual(events, [['server_busy', 'failed']]);
  await places.give();
  assert.equal((await confirmed).key, first.key);
  assert.equal((await confirmUpload(uploads, second)).key, second.key);
});

/** A fetch that counts those who fetch an upload, and holds them until they are let go. */
function holdingFetch() {
  const held = { now: 0, most: 0, keys: [] };
  let go;
  const hasGone = new Promise((resolve) => {
    go = resolve;
  });
  held.go = go;
  held.fetch = async (url, init) => {
    if (init.method !== 'GET') return fetch(url, init);
    held.keys.push(new URL(url).pathname);
    held.now += 1;
    held.most = Math.max(held.most, held.now);
    try {
      await hasGone;
      const response = await fetch(url, init);
      return new Response(await response.arrayBuffer(), response);
    } finally {
      held.now -= 1;
    }
  };
  return held;
}

const turns = async (count) => {
  for (let index = 0; index < count; index += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('of 40 confirmations at the same time at most eight fetch, and the wait does not count as time', async () => {
  const requests = [];
  for (let index = 0; index < 40; index += 1) requests.push(await uploaded(JPEG, `user-${index % 4}`));
  configurePool({ maxWaiting: 100, maxWaitingPerClient: 100 });
  const held = holdingFetch();
  // Those who fetch have an hour, those who wait have less than they wait.
  const firstOf = (key) => held.keys.some((path) => path.endsWith(key));
  const leaders = requests.slice(0, 8).map((each) => confirmUpload(uploads, each, { fetch: held.fetch, timeoutMs: HOUR_MS }));
  await until(() => held.now === 8);
  const others = requests.slice(8).map((each) => confirmUpload(uploads, each, { fetch: held.fetch, timeoutMs: 2000 }));
  await until(() => store.seen.length >= 2 * 40);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.equal(held.now, 8);
  assert.ok(requests.slice(8).every(({ key }) => !firstOf(key)));
  held.go();
  const all = await Promise.all([...leaders, ...others]);
  assert.deepEqual(all.map(({ key }) => key), requests.map(({ key }) => key));
  assert.equal(held.most, 8);
});

test('an owner who fetches too many is busy before the fetch, and nothing is deleted', async () => {
  const requests = [];
  for (let index = 0; index < 26; index += 1) requests.push(await uploaded());
  store.seen = [];
  configurePool({ maxWaiting: 100, maxWaitingPerClient: 100 });
  const held = holdingFetch();
  const gone = new AbortController();
  const confirm = (request, options) => {
    const call = confirmUpload(uploads, request, { fetch: held.fetch, timeoutMs: HOUR_MS, ...options });
    call.catch(() => {});
    return call;
  };
  const calls = requests.slice(0, 8).map((each) => confirm(each));
  await until(() => held.now === 8);
  const leaving = confirm(requests[8], { signal: gone.signal });
  calls.push(...requests.slice(9, 24).map((each) => confirm(each)));
  await until(() => store.seen.length === 2 * 24);
  await turns(5);
  await assert.rejects(confirm(requests[24]), { code: 'server_busy', httpStatus: 503 });
  // Who leaves gives up the place to wait in at once.
  gone.abort(new Error('enough'));
  await assert.rejects(leaving, /enough/);
  calls.push(confirm(requests[25]));
  await until(() => store.seen.length === 2 * 26);
  await turns(5);
  assert.equal(held.keys.length, 8);
  assert.ok(store.seen.every(({ method }) => method === 'HEAD'));
  held.go();
  await Promise.all(calls);
  for (const index of [8, 24]) assert.equal((await confirmUpload(uploads, requests[index])).key, requests[index].key);
});

test('100 confirmations of 10 MB at the same time stay below 200 MB', async () => {
  // Decoders do not read the end of it.
  const bytes = Buffer.concat([JPEG, Buffer.alloc(10 * MEGABYTE)]);
  const request = await uploaded(bytes);
  await confirmUpload(uploads, await uploaded(bytes));
  store.seen = [];
  for (let round = 0; round < 3; round += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
  const options = Array.from({ length: 100 }, (_, index) => ({ ...request, filename: `${index % 4}.jpg` }));
  const all = await Promise.all(options.map((each) => confirmUpload(uploads, each)));
  clearInterval(timer);
  assert.equal(all.length, 100);
  const grown = Math.round((most - before) / MEGABYTE);
  console.log(`${grown} MB more than before`);
  assert.ok(grown < 200, `${grown} MB more`);
});

const currentUser = () => 'user-7';
// Nothing ends by itself.
const HOUR_MS = 3_600_000;
const STACKS = {
  'Express 5': () => expressApp(require('express5')),
  'Express 4': () => expressApp(require('express4')),
  'presize/http': () => {
    const confirm = confirmHandler(uploads, { currentUser, timeoutMs: HOUR_MS });
    return adapted((request) => confirm(request));
  },
};

function expressApp(express) {
  const app = express();
  app.use(uploadRouter(uploads, { currentUser, timeoutMs: HOUR_MS }));
  app.use(presizeErrors());
  return app;
}

/** Holds the second request to the store: says when it came, and when nobody waits for its answer; `fail` ends it. */
function holdSecond() {
  const held = {};
  held.wasAsked = new Promise((asked) => {
    held.wasLeft = new Promise((left) => {
      const hold = (_request, response) => {
        response.once('close', left);
        held.fail = () => response.destroy();
        asked();
        return true;
      };
      store.faults = [pass, hold];
    });
  });
  return held;
}

for (const [name, app] of Object.entries(STACKS)) {
  test(`${name}: a client who closes its socket stops its confirmation`, async () => {
    const served = await serve(app());
    const request = await uploaded();
    const held = holdSecond();
    const body = Buffer.from(JSON.stringify({ key: request.key }));
    const connection = await served.connect();
    await connection.send(head('/confirm', body.length), body);
    await held.wasAsked;
    connection.close();
    await held.wasLeft;
    assert.equal(store.seen.length, 2);
    assert.equal((await confirmUpload(uploads, request)).key, request.key);
    await served.close();
  });

  test(`${name}: a client who closes its socket does not stop those who wait for the same`, async (t) => {
    const served = await serve(app());
    const left = new Promise((resolve) => {
      served.server.once('request', (_request, response) => response.once('close', resolve));
    });
    const request = await uploaded();
    const held = holdSecond();
    const { mock: confirm } = t.mock.method(core, 'confirm');
    const body = Buffer.from(JSON.stringify({ key: request.key }));
    const connection = await served.connect();
    await connection.send(head('/confirm', body.length), body);
    await held.wasAsked;
    const other = postJson(`${served.url}/confirm`, { key: request.key });
    await until(() => confirm.callCount() === 2);
    connection.close();
    await left;
    held.fail();
    const answer = await other;
    assert.deepEqual([answer.status, (await answer.json()).key], [200, request.key]);
    assert.equal(store.seen.length, STEPS.length + 1);
    await served.close();
  });

  test(`${name}: a server that is busy says when to come again`, async (t) => {
    const [first, second] = [await uploaded(), await uploaded()];
    const places = takePlaces(t);
    const served = await serve(app());
    const waiting = postJson(`${served.url}/confirm`, { key: first.key });
    await places.waits();
    const answer = await postJson(`${served.url}/confirm`, { key: second.key });
    const { error } = await answer.json();
    assert.deepEqual([answer.status, error.code], [503, 'server_busy']);
    assert.equal(answer.headers.get('retry-after'), String(error.details.retry_after_seconds));
    await places.give();
    assert.equal((await waiting).status, 200);
    await served.close();
  });
}
