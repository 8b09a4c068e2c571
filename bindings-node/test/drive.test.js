'use strict';
// The driver by itself: a machine of the test's own, and a fetch that answers from a list.

const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { getEventListeners } = require('node:events');

const { serverBusy } = require('presize');

// Not for programs: the driver that every state machine has.
const { driveInTime, sendingSettings } = require(path.join(require.resolve('presize/package.json'), '../lib/drive.js'));

/** A machine that sends these requests in turn and ends after the last one, or when it is failed. */
function machineOf(requests, { work = [], onAnswer = () => {}, finish = () => 'done' } = {}) {
  const told = [];
  let at = 0;
  return {
    told,
    nextRequest() {
      if (at >= requests.length) return null;
      const { method = 'HEAD', body = Buffer.alloc(0), maxBodyBytes = 100 } = requests[at];
      return { method, url: `http://store.example/${at}?X-Amz-Signature=abc`, headers: { 'content-length': '9' }, body, maxBodyBytes };
    },
    async answer({ status, body }, { onTurn, hasImage, client }) {
      onTurn();
      told.push({ status, body: Buffer.concat(body).toString(), hasImage, client });
      at += 1;
      await onAnswer(told.length);
    },
    workPixels: () => work[at] ?? 0,
    fail(reason) {
      told.push({ failed: reason });
      at = requests.length;
    },
    finish,
    cancel: () => told.push('cancelled'),
  };
}

/** A fetch that answers with these statuses in turn; 0 stands for a broken connection. */
function fetchOf(statuses, body = null) {
  const sent = [];
  const fetch = async (url, init) => {
    sent.push({ url, ...init });
    const status = statuses.shift();
    if (status === 0) throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
    return new Response(init.method === 'HEAD' ? null : body, { status });
  };
  return { fetch, sent };
}

function hurry(context) {
  const { setTimeout } = globalThis;
  const waits = [];
  context.mock.method(globalThis, 'setTimeout', (run, milliseconds, ...rest) => {
    if (milliseconds > 3200) return setTimeout(run, milliseconds, ...rest);
    waits.push(milliseconds);
    return setTimeout(run, 0);
  });
  return waits;
}

test('requests are sent in turn, as they are signed', async () => {
  const machine = machineOf([{ method: 'HEAD' }, { method: 'GET', maxBodyBytes: 4 }, { method: 'PUT', body: Buffer.from('picture') }]);
  const { fetch, sent } = fetchOf([404, 200, 200], 'a body that is too long');
  assert.equal(await driveInTime(machine, sendingSettings({ fetch, client: 'somebody' })), 'done');
  assert.deepEqual(machine.told, [
    { status: 404, body: '', hasImage: false, client: 'somebody' },
    { status: 200, body: 'a bo', hasImage: true, client: 'somebody' },
    { status: 200, body: 'a body that is too long', hasImage: true, client: 'somebody' },
  ]);
  for (const { redirect, headers } of sent) {
    assert.equal(redirect, 'manual');
    assert.deepEqual(headers, { 'accept-encoding': 'identity' });
  }
  assert.deepEqual(sent.map(({ body }) => body?.toString()), [undefined, undefined, 'picture']);
});

test('work that an answer without a body leads to waits in the queue too', async () => {
  const machine = machineOf([{}, {}], { work: [0, 5_000_000] });
  await driveInTime(machine, sendingSettings({ fetch: fetchOf([200, 200]).fetch }));
  assert.deepEqual(machine.told.map(({ hasImage }) => hasImage), [false, true]);
});

test('what may pass is tried again, and then it is a failure of the machine', async (t) => {
  const waits = hurry(t);
  const machine = machineOf([{}, {}]);
  const { fetch, sent } = fetchOf([0, 429, 503, 200, 0, 0, 0, 0]);
  assert.equal(await driveInTime(machine, sendingSettings({ fetch, retries: 3 })), 'done');
  assert.equal(sent.length, 8);
  assert.deepEqual(waits, [200, 400, 800, 200, 400, 800]);
  assert.deepEqual(machine.told.map(({ status, failed }) => status ?? failed), [200, 'ECONNRESET']);
  const refusing = machineOf([{}]);
  const refused = fetchOf([501]);
  await driveInTime(refusing, sendingSettings({ fetch: refused.fetch }));
  assert.equal(refused.sent.length, 1, '501 is an answer');
  const broken = machineOf([{}]);
  await driveInTime(broken, sendingSettings({ fetch: fetchOf([0]).fetch, retries: 0 }));
  assert.deepEqual(broken.told, [{ failed: 'ECONNRESET' }]);
});

test('a full queue ends it', async () => {
  const machine = machineOf([{}], {
    onAnswer() {
      throw serverBusy(3);
    },
  });
  await assert.rejects(driveInTime(machine, sendingSettings({ fetch: fetchOf([200]).fetch })), { code: 'server_busy' });
  assert.equal(machine.told.at(-1), 'cancelled');
});

test('a signal ends it, and nothing listens to it afterwards', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  await driveInTime(machineOf([{}]), sendingSettings({ fetch: fetchOf([200]).fetch, signal }));
  assert.equal(getEventListeners(signal, 'abort').length, 0);
  const why = new Error('enough');
  const machine = machineOf([{}], {
    finish() {
      throw Object.assign(serverBusy(1), { code: 'cancelled' });
    },
  });
  const fetch = () => {
    controller.abort(why);
    return new Promise(() => {});
  };
  await assert.rejects(driveInTime(machine, sendingSettings({ fetch, signal })), why);
  assert.deepEqual(machine.told, ['cancelled', { failed: 'the call was stopped' }]);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

test('the time is for all of it', async () => {
  const machine = machineOf([{}, {}, {}]);
  const fetch = async (url, { signal }) => {
    if (url.includes('/1?')) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return new Response(null, { status: 200 });
  };
  await driveInTime(machine, sendingSettings({ fetch, timeoutMs: 50 }));
  assert.deepEqual(machine.told.slice(1), [{ failed: 'the time for it is over' }]);
});

test('settings are checked', () => {
  for (const [name, value] of [
    ['fetch', 'fetch'],
    ['signal', new AbortController()],
    ['client', 5],
    ['timeout_ms', 0],
    ['timeout_ms', '5'],
    ['retries', 11],
    ['retries', 0.5],
  ]) {
    const key = name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
    assert.throws(() => sendingSettings({ [key]: value }), ({ code, details }) => code === 'option_invalid' && details.name === name);
  }
});
