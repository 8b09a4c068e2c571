'use strict';

// confirmUpload and a store that fails: what is tried again, what ends it, and what is sent.

const assert = require('node:assert/strict');
const { after, afterEach, before, test } = require('node:test');

const { Bucket, Confirmation, Credentials, Presigner, PresizeError, Uploads, confirmUpload } = require('presize');
const { inspect } = require('node:util');
const { core, image } = require('./http_app.js');
const { endless, hangUp, pass, silence, startFaultyStore, status } = require('./faulty_store.js');
const { sendTicket, startS3 } = require('./s3.js');

const JPEG = image('gps.jpg');
const KEY = 'uploads/user-7/1700000000000-0123456789abcdef.jpg';
const turn = () => new Promise((resolve) => setImmediate(resolve));
// Those of a good upload, in their order.
const STEPS = ['HEAD', 'HEAD', 'GET', 'HEAD', 'PUT', 'HEAD', 'DELETE'];

let s3;
let store;
let uploads;

before(async () => {
  s3 = await startS3();
  store = await startFaultyStore(s3.endpoint);
  uploads = uploadsWith();
});
after(async () => {
  await store?.close();
  await s3?.stop();
});
afterEach(() => {
  store.faults = [];
});

function uploadsWith(policy) {
  const bucket = Bucket.custom(store.url, s3.region, s3.bucket, 'path');
  return new Uploads(new Presigner(bucket, new Credentials(s3.accessKeyId, s3.secretAccessKey)), policy);
}

/** A request to confirm a new upload; the requests seen begin with it. */
async function uploaded(by = uploads) {
  const ticket = by.issue({ owner: 'user-7', contentType: 'image/jpeg', sizeBytes: JPEG.length });
  assert.ok((await sendTicket(ticket, JPEG)).ok);
  store.seen = [];
  return { owner: 'user-7', key: ticket.key };
}

/** How a confirmation ends, and the one event. */
async function outcome(request, options, by = uploads) {
  const events = [];
  const told = { ...options, onEvent: (event) => events.push(event) };
  const [settled] = await Promise.allSettled([confirmUpload(by, request, told)]);
  assert.equal(events.length, 1);
  return { ...settled, event: events[0] };
}

async function refused(request, options, by) {
  const { reason, event } = await outcome(request, options, by);
  assert.ok(reason instanceof PresizeError, inspect(reason));
  assert.equal(event.code, reason.code);
  assert.ok(!`${inspect(reason)}${JSON.stringify(reason)}`.includes('X-Amz'));
  return reason;
}

/** The waits before retries, which take no time. */
function hurry(context) {
  const waits = [];
  const { setTimeout } = globalThis;
  context.mock.method(globalThis, 'setTimeout', (run, milliseconds, ...rest) => {
    if (![200, 400, 800, 1600].includes(milliseconds)) return setTimeout(run, milliseconds, ...rest);
    waits.push(milliseconds);
    return setTimeout(run, 0);
  });
  return waits;
}

test('exactly the headers are sent, once', async () => {
  const request = await uploaded();
  assert.equal((await confirmUpload(uploads, request)).key, request.key);
  assert.deepEqual(store.seen.map(({ method }) => method), STEPS);
  const put = store.seen.find(({ method }) => method === 'PUT');
  assert.ok(!put.isCopy, 'what was checked is written itself');
  assert.match(put.headers['content-length'], /^[1-9][0-9]*$/);
  assert.equal(put.headers['if-none-match'], '*');
  assert.match(put.headers['x-amz-meta-presize-confirmed'], /^1\.whole\.[1-9][0-9]*\.[0-9a-f]{64}\.[0-9a-f]{64}$/);
  for (const { headers } of store.seen) assert.equal(headers['accept-encoding'], 'identity');
});

test('a picture is sent with its own length', async () => {
  const made = uploadsWith({ variantWidths: [16] });
  const request = await uploaded(made);
  await confirmUpload(made, request);
  const { headers } = store.seen.find(({ method, isCopy }) => method === 'PUT' && !isCopy);
  assert.match(headers['content-length'], /^[1-9][0-9]*$/);
  assert.equal(headers['content-type'], 'image/jpeg');
});

test('5xx, 429 and broken connections are tried again, each request anew', async (t) => {
  const waits = hurry(t);
  const request = await uploaded();
  store.faults = [status(503), status(429), hangUp, pass, status(500), pass, hangUp, pass, status(502), pass];
  const { value, event } = await outcome(request);
  assert.equal(value.key, request.key);
  assert.equal(event.outcome, 'confirmed');
  assert.deepEqual(waits, [200, 400, 800, 200, 200, 200]);
  assert.equal(store.seen.length, STEPS.length + waits.length);
});

test('a store that goes on failing is unavailable, and nothing is deleted', async (t) => {
  const waits = hurry(t);
  const request = await uploaded();
  store.faults = Array.from({ length: 4 }, () => status(503));
  const error = await refused(request);
  assert.deepEqual([error.code, error.httpStatus], ['store_unavailable', 503]);
  assert.match(error.message, /the store answered 503/);
  assert.deepEqual(waits, [200, 400, 800]);
  store.faults = [pass, pass, hangUp];
  assert.equal((await refused(request, { retries: 0 })).code, 'store_unavailable');
  assert.equal((await confirmUpload(uploads, request)).key, request.key, 'later it can be confirmed');
});

test('where only the removal fails it is confirmed', async () => {
  const request = await uploaded();
  store.faults = [...STEPS.slice(1).map(() => pass), hangUp];
  assert.equal((await confirmUpload(uploads, request, { retries: 0 })).key, request.key);
});

test('other refusals are not tried again, and redirects not followed', async () => {
  for (const code of [400, 405]) {
    const request = await uploaded();
    store.faults = [pass, status(code)];
    const error = await refused(request);
    const details = { operation: 'head', status: code, code: '', hint: '' };
    assert.deepEqual([error.code, error.details], ['store_refused', details]);
    // What 400 to HEAD means is said by the answer to GET.
    assert.equal(store.seen.length, code === 400 ? 3 : 2);
  }
  const request = await uploaded();
  store.faults = [
    pass,
    (_request, response) => {
      response.writeHead(307, { location: `${store.url}/elsewhere`, 'content-length': 0 }).end();
      return true;
    },
  ];
  assert.equal((await refused(request)).details.status, 307);
  assert.ok(!store.seen.some(({ path }) => path === '/elsewhere'));
});

test('a refusal says what to look at, and whose fault it is', async () => {
  const said = (code, xml, headers) => (request, response) => {
    request.resume();
    response.sendDate = false;
    response.writeHead(code, headers).end(xml && `<Error><Code>${xml}</Code><Message>AKIDEXAMPLE</Message></Error>`);
    return true;
  };
  const at = (seconds) => ({ date: new Date(Date.now() + seconds * 1000).toUTCString() });
  const missing = [status(404), status(404), status(404)];
  for (const [faults, code, httpStatus, message] of [
    [[status(403), status(403), status(403), said(403, 'AccessDenied', at(0))], 'store_refused', 502, /s3:ListBucket/],
    [
      [status(403), status(403), status(403), said(403, 'AccessDenied', at(1260))],
      'store_refused',
      502,
      /the clock here is 2[01] minutes behind that of the store/,
    ],
    [
      [said(301, '', { 'x-amz-bucket-region': 'eu-west-1' })],
      'store_refused',
      502,
      /the bucket is in the region eu-west-1/,
    ],
    [[...missing, said(404, 'NoSuchBucket')], 'bucket_not_found', 500, /expected the bucket /],
    [[...missing, said(404, 'NoSuchKey')], 'upload_not_found', 404, /found none/],
    [[pass, pass, said(503, 'SlowDown')], 'store_unavailable', 503, /the store answered 503 \(SlowDown\)$/],
  ]) {
    const request = await uploaded();
    store.faults = faults;
    const error = await refused(request, { retries: 0 });
    assert.deepEqual([error.code, error.httpStatus], [code, httpStatus]);
    assert.match(error.message, message);
    assert.ok(!JSON.stringify(error).includes('AKIDEXAMPLE'));
    assert.equal(store.faults.length, 0);
    assert.ok(!store.seen.some(({ method }) => method === 'DELETE'), 'nothing is deleted');
  }
});

test('of an answer no more is read than needed', async () => {
  const request = await uploaded();
  const [put, wasLeft] = endless({ 'content-type': 'application/xml' });
  store.faults = [pass, pass, pass, pass, put];
  assert.equal((await refused(request)).code, 'store_response_invalid');
  await wasLeft;
  const another = await uploaded();
  let headers;
  const noting = async (url, init) => {
    const answer = await fetch(url, init);
    if (init.method === 'HEAD' && answer.status === 200) headers = Object.fromEntries(answer.headers);
    return answer;
  };
  const wasLeftToo = new Promise((resolve) => {
    store.faults = [
      pass,
      pass,
      (given, response) => {
        const { 'content-length': _, ...rest } = headers;
        const [get, left] = endless(rest);
        left.then(resolve);
        return get(given, response);
      },
    ];
  });
  assert.equal((await refused(another, { fetch: noting })).code, 'store_response_invalid');
  await wasLeftToo;
});

test('the time limit is for all of it', async () => {
  const request = await uploaded();
  const [fault, wasAsked] = silence();
  store.faults = [pass, fault];
  const ended = refused(request, { timeoutMs: 500 });
  await wasAsked;
  const error = await ended;
  assert.equal(error.code, 'store_unavailable');
  assert.match(error.message, /the time for it is over/);
  assert.equal((await confirmUpload(uploads, request)).key, request.key);
});

test('the time limit ends the wait before a retry', async (t) => {
  const request = await uploaded();
  const { setTimeout } = globalThis;
  // The wait never ends, and the time runs out when it begins.
  let runOut;
  t.mock.method(globalThis, 'setTimeout', (run, milliseconds, ...rest) => {
    if (milliseconds === 30_000) runOut = run;
    else if (milliseconds === 200) queueMicrotask(runOut);
    else return setTimeout(run, milliseconds, ...rest);
    return undefined;
  });
  store.faults = [status(503)];
  assert.match((await refused(request)).message, /the store answered 503/);
});

test('a signal ends it while the store is awaited', async () => {
  const request = await uploaded();
  const [fault, wasAsked] = silence();
  store.faults = [pass, fault];
  const controller = new AbortController();
  const ended = outcome(request, { signal: controller.signal });
  await wasAsked;
  const why = new Error('enough');
  controller.abort(why);
  const { reason, event } = await ended;
  assert.equal(reason, why);
  assert.equal(event.code, 'cancelled');
  assert.equal((await confirmUpload(uploads, request)).key, request.key);
});

test('a signal ends it while the picture is checked', async (t) => {
  const request = await uploaded();
  const controller = new AbortController();
  const why = new Error('enough');
  const { exchangeAnswer } = core;
  let answers = 0;
  t.mock.method(core, 'exchangeAnswer', (...given) => {
    const answered = exchangeAnswer(...given);
    answers += 1;
    if (answers === 3) controller.abort(why);
    return answered;
  });
  const { reason, event } = await outcome(request, { signal: controller.signal });
  assert.deepEqual([reason, event.code, answers], [why, 'cancelled', 3]);
  t.mock.restoreAll();
  assert.equal((await confirmUpload(uploads, request)).key, request.key);
});

test('a signal that comes when all is decided changes nothing', async () => {
  const request = await uploaded();
  const controller = new AbortController();
  store.faults = [
    ...STEPS.slice(1).map(() => pass),
    () => {
      controller.abort();
      return true;
    },
  ];
  const { value, event } = await outcome(request, { signal: controller.signal });
  assert.deepEqual([value.key, event.outcome], [request.key, 'confirmed']);
});

test('a signal that was there before sends nothing', async () => {
  const request = await uploaded();
  const why = new Error('enough');
  await assert.rejects(confirmUpload(uploads, request, { signal: AbortSignal.abort(why) }), why);
  assert.deepEqual(store.seen, []);
});

test('a fetch of the program’s own, and what it throws', async () => {
  const request = await uploaded();
  const failing = () => {
    throw new TypeError('cannot reach https://store.example/a?X-Amz-Signature=abc today');
  };
  const error = await refused(request, { fetch: failing, retries: 0 });
  assert.match(error.message, /cannot reach https:\/\/store\.example\/a/);
  for (const thrown of [undefined, null, 'text', new Error(''), { message: 5 }]) {
    const odd = await refused(request, { fetch: () => Promise.reject(thrown), retries: 0 });
    assert.equal(odd.code, 'store_unavailable');
  }
  // Bodies as streams of Node, such as other clients have.
  const { Readable } = require('node:stream');
  const streaming = async (url, init) => {
    const { status: code, headers, body } = await fetch(url, init);
    return { status: code, headers, body: body && Readable.fromWeb(body) };
  };
  assert.equal((await confirmUpload(uploads, request, { fetch: streaming })).key, request.key);
});

test('a fetch that heeds no signal is left', async (t) => {
  const never = new Promise(() => {});
  const silent = async function* () {
    yield await never;
  };
  const { setTimeout } = globalThis;
  let runOut;
  t.mock.method(globalThis, 'setTimeout', (run, milliseconds, ...rest) => {
    if (milliseconds !== 30_000) return setTimeout(run, milliseconds, ...rest);
    runOut = run;
    return undefined;
  });
  const why = new Error('enough');
  for (const answered of [never, Promise.resolve({ status: 200, headers: {}, body: silent() })]) {
    for (const isOver of [true, false]) {
      const controller = new AbortController();
      let ended;
      const options = { signal: controller.signal, fetch: () => answered };
      confirmUpload(uploads, { owner: 'user-7', key: KEY }, options).catch((error) => (ended = error));
      await turn();
      if (isOver) runOut();
      else controller.abort(why);
      await turn();
      if (isOver) assert.match(ended?.message ?? 'it goes on', /the time for it is over/);
      else assert.equal(ended, why);
    }
  }
});

test('a signal that cannot be listened to leaves no timer behind', async (t) => {
  const timers = new Set();
  const { setTimeout, clearTimeout } = globalThis;
  t.mock.method(globalThis, 'setTimeout', (...given) => {
    const timer = setTimeout(...given);
    timers.add(timer);
    return timer;
  });
  t.mock.method(globalThis, 'clearTimeout', (timer) => {
    timers.delete(timer);
    clearTimeout(timer);
  });
  const broken = new Error('no listeners');
  const refuse = () => {
    throw broken;
  };
  const signal = { aborted: false, addEventListener: refuse, removeEventListener: refuse };
  await assert.rejects(confirmUpload(uploads, { owner: 'user-7', key: KEY }, { signal }), broken);
  assert.equal(timers.size, 0);
});

test('what another fetch gives that is no answer is the store’s failure, not the client’s', async () => {
  for (const answer of [Response.error(), { status: '200', headers: {} }, { status: 200, headers: { etag: 5 } }, undefined]) {
    const error = await refused({ owner: 'user-7', key: KEY }, { fetch: async () => answer, retries: 0 });
    assert.equal(error.code, 'store_unavailable');
  }
});

test('a listener that fails is told to the log, and changes nothing', async (t) => {
  const request = await uploaded();
  const broken = new Error('no log');
  const { mock: log } = t.mock.method(console, 'error', () => {});
  const fail = () => {
    throw broken;
  };
  for (const onEvent of [fail, async () => fail(), () => ({ then: fail })]) {
    assert.equal((await confirmUpload(uploads, request, { onEvent })).key, request.key);
    const other = confirmUpload(uploads, { ...request, owner: 'user-8' }, { onEvent });
    await assert.rejects(other, { code: 'upload_owner_mismatch' });
  }
  assert.deepEqual(
    log.calls.map(({ arguments: [error] }) => error),
    Array(6).fill(broken),
  );
});

test('what is no option is refused before anything is sent', async () => {
  const request = await uploaded();
  for (const [options, name] of [
    [{ timeout: 5 }, 'timeout'],
    [{ timeoutMs: 0 }, 'timeout_ms'],
    [{ timeoutMs: 1.5 }, 'timeout_ms'],
    [{ timeoutMs: Infinity }, 'timeout_ms'],
    [{ timeoutMs: null }, 'timeout_ms'],
    [{ retries: -1 }, 'retries'],
    [{ retries: 11 }, 'retries'],
    [{ retries: '3' }, 'retries'],
    [{ fetch: null }, 'fetch'],
    [{ signal: {} }, 'signal'],
    [{ onEvent: 5 }, 'on_event'],
    [5, 'options'],
    [null, 'options'],
  ]) {
    await assert.rejects(confirmUpload(uploads, request, options), (error) => {
      assert.deepEqual([error.code, error.details.name], ['option_invalid', name], String(error));
      return true;
    });
  }
  for (const [given, name] of [
    [undefined, 'request'],
    [[], 'request'],
    [new (class Request {})(), 'request'],
    [{ ...request, onEvent: () => {} }, 'on_event'],
    [{ ...request, size: 5 }, 'size'],
    [{ ...request, key: 5 }, 'key'],
    [{ ...request, owner: null }, 'owner'],
    [{ ...request, filename: 'a\nb' }, 'filename'],
    [{ ...request, now: 5 }, 'now'],
  ]) {
    await assert.rejects(confirmUpload(uploads, given), (error) => {
      assert.deepEqual([error.code, error.details.name], ['option_invalid', name], String(error));
      return true;
    });
  }
  const inherited = Object.create({ owner: 'user-7', key: request.key });
  await assert.rejects(confirmUpload(uploads, inherited), (error) => error.details.name === 'request');
  for (const none of [{}, null, uploads.presigner]) {
    await assert.rejects(confirmUpload(none, request), (error) => error.details.name === 'uploads');
  }
  assert.deepEqual(store.seen, []);
});

test('a confirmation by hand takes nothing for granted', async () => {
  const { owner, key } = await uploaded();
  const confirmation = uploads.confirm({ owner, key });
  assert.ok(confirmation instanceof Confirmation);
  assert.throws(() => new Confirmation(), TypeError);
  const request = confirmation.nextRequest();
  for (const shown of [inspect(request, { showHidden: true, depth: 9 }), inspect(confirmation, { depth: 9 })]) {
    assert.ok(!shown.includes('X-Amz'), shown);
  }
  assert.equal(inspect(confirmation), `Confirmation { key: '${key}' }`);
  const good = { status: 404, headers: {}, body: Buffer.alloc(0) };
  for (const [answer, name] of [
    [undefined, 'answer'],
    [new Response(), 'answer'],
    [{ ...good, statusText: '' }, 'status_text'],
    [{ ...good, status: '404' }, 'status'],
    [{ ...good, status: 99 }, 'status'],
    [{ ...good, status: NaN }, 'status'],
    [{ headers: {} }, 'status'],
    [{ ...good, headers: 'etag: "a"' }, 'headers'],
    [{ ...good, headers: null }, 'headers'],
    [{ ...good, headers: { etag: 5 } }, 'headers'],
    [{ ...good, headers: [['etag']] }, 'headers'],
    [{ ...good, headers: ['etag'] }, 'headers'],
    [{ ...good, body: 'text' }, 'body'],
    [{ ...good, body: [Buffer.alloc(1), 'text'] }, 'body'],
    [{ ...good, body: null }, 'body'],
    [{ ...good, body: new ArrayBuffer(4) }, 'body'],
  ]) {
    await assert.rejects(confirmation.answer(answer), (error) => {
      assert.deepEqual([error.code, error.details.name.toLowerCase().replaceAll('_', '')], ['option_invalid', name.replaceAll('_', '')]);
      return true;
    });
  }
  for (const wrong of [undefined, 5, 'a\ud800']) assert.throws(() => confirmation.fail(wrong), { code: 'option_invalid' });
  for (const wrong of [{ now: 5 }, { later: 5 }, 5]) {
    assert.throws(() => confirmation.nextRequest(wrong), { code: 'option_invalid' });
    assert.throws(() => confirmation.event(wrong), { code: 'option_invalid' });
  }
  // It is still at its first request: a name that HTTP does not have is none, and the pool is waited for.
  const answered = confirmation.answer({ ...good, headers: { 'no name': 'a', 'x-a': 'a\nb', etag: undefined } });
  await new Promise((resolve) => setImmediate(resolve));
  await answered;
  assert.notEqual(confirmation.nextRequest().url, request.url);
  confirmation.fail('enough');
  assert.throws(() => confirmation.finish(), { code: 'store_unavailable' });
});

test('a confirmation that is at work cannot be asked', async () => {
  const { owner, key } = await uploaded();
  const confirmation = uploads.confirm({ owner, key });
  confirmation.nextRequest();
  const answered = confirmation.answer({ status: 404 });
  for (const call of [
    () => confirmation.nextRequest(),
    () => confirmation.finish(),
    () => confirmation.fail('why'),
    () => confirmation.event(),
  ]) {
    assert.throws(call, /await answer\(\)/);
  }
  await assert.rejects(confirmation.answer({ status: 404 }), /await answer\(\)/);
  await answered;
  assert.equal(confirmation.nextRequest().method, 'HEAD');
});
