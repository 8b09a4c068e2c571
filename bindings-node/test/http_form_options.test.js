'use strict';

// How imageFile, imageFiles and readImage are called, and where they stand.

const assert = require('node:assert/strict');
const { getEventListeners } = require('node:events');
const { describe, test } = require('node:test');

const { imageFile, imageFiles, presizeErrors } = require('presize/express');
const { readDataUris, readImage, readImages, readJson, uploadHandler } = require('presize/http');
const { END, FORM, file, image, postForm, serve } = require('./http_app.js');

const JPEG = image('baseline_420.jpg');
const UPLOADS = { issue: () => assert.fail('nobody asks') };

/** A request with a good form. */
function whole() {
  const body = Buffer.concat([file(JPEG), END]);
  return new Request('http://x/', { method: 'POST', body, headers: { 'content-type': FORM } });
}

/** A request whose body comes when it is sent: `asked` when somebody waits for it, `taken` when all is read. */
function waiting(type, signal) {
  let send;
  let isAsked;
  let isTaken;
  const asked = new Promise((resolve) => (isAsked = resolve));
  const taken = new Promise((resolve) => (isTaken = resolve));
  const left = [];
  const pull = async (controller) => {
    isAsked();
    while (left.length === 0) await new Promise((resolve) => (send = (piece) => (left.push(piece), resolve())));
    const piece = left.shift();
    if (piece !== undefined) return controller.enqueue(piece);
    controller.close();
    isTaken();
  };
  const body = new ReadableStream({ pull }, { highWaterMark: 0 });
  const headers = { 'content-type': type };
  const request = new Request('http://x/', { method: 'POST', body, headers, duplex: 'half', signal });
  return { request, asked, taken, send: (piece) => send(piece) };
}

test('a form that another middleware has read', async () => {
  const express = require('express5');
  const app = express();
  app.set('env', 'test');
  app.use(express.raw({ type: () => true }), imageFile(), presizeErrors());
  const served = await serve(app);
  assert.equal((await postForm(served.url, [file(JPEG)])).status, 500);
  await served.close();
});

describe('options', () => {
  test('wrong ones are refused at once', () => {
    assert.throws(() => imageFile({ maxBytes: -1 }), { code: 'option_invalid' });
    assert.throws(() => imageFile(undefined, { field: 7 }), /expected a string for field/);
    for (const maxBodyBytes of [-1, 1.5, '1', null, true]) {
      assert.throws(() => imageFiles(undefined, { maxBodyBytes }), /expected a number of bytes for maxBodyBytes/);
    }
  });

  test('unknown ones are refused: a limit under a name that is misspelt would be none', async () => {
    const unknown = { name: 'TypeError', message: /^expected a known option \(.*\), received maxBytes$/ };
    assert.throws(() => imageFile(undefined, { maxBytes: 5 }), unknown);
    assert.throws(() => imageFiles(undefined, { maxBytes: 5 }), unknown);
    for (const read of [readImage, readImages, readDataUris]) {
      await assert.rejects(read(whole(), undefined, { maxBytes: 5 }), unknown);
    }
    await assert.rejects(readJson(whole(), { maxBytes: 5 }), unknown);
    assert.throws(() => presizeErrors({ maxBytes: 5 }), unknown);
    assert.throws(() => uploadHandler(UPLOADS, { currentUser: () => 'user-7', maxBytes: 5 }), unknown);
    for (const none of [null, 'avatar', () => {}, [5]]) {
      assert.throws(() => imageFile(undefined, none), /expected an object for options/);
      assert.throws(() => presizeErrors(none), /expected an object for options/);
    }
  });

  test('a signal that is none', async () => {
    for (const signal of [null, 'x', {}]) {
      await assert.rejects(readImage(whole(), undefined, { signal }), /expected an AbortSignal for signal/);
      await assert.rejects(readDataUris(whole(), undefined, { signal }), /expected an AbortSignal for signal/);
    }
  });
});

describe('a signal ends the work', () => {
  test('at once', async () => {
    await assert.rejects(readImage(whole(), undefined, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  test('while it waits for a body', async () => {
    for (const read of [readImage, readImages, readDataUris]) {
      const own = new AbortController();
      const { request, asked } = waiting(read === readDataUris ? 'application/json' : FORM);
      const work = read(request, undefined, { signal: own.signal });
      await asked;
      own.abort(new Error('too slow'));
      await assert.rejects(work, { message: 'too slow' });
    }
  });

  test('that of the request too', async () => {
    const json = (request) => readJson(request, { maxBodyBytes: 100 });
    for (const read of [readImage, readDataUris, json]) {
      const client = new AbortController();
      const { request, asked } = waiting(read === readImage ? FORM : 'application/json', client.signal);
      const work = read(request);
      await asked;
      client.abort();
      await assert.rejects(work, { code: 'request_malformed' });
    }
  });

  test('what still comes is taken', async () => {
    const { request, asked, taken, send } = waiting(FORM);
    const own = new AbortController();
    const work = readImage(request, undefined, { signal: own.signal });
    await asked;
    own.abort();
    await assert.rejects(work, { name: 'AbortError' });
    for (let piece = 0; piece < 20; piece += 1) send(new Uint8Array(1000));
    send(undefined);
    await taken;
  });

  test('and nothing of it is left on a signal that stays', async () => {
    const stays = new AbortController();
    for (let round = 0; round < 20; round += 1) await readImage(whole(), undefined, { signal: stays.signal });
    assert.equal(getEventListeners(stays.signal, 'abort').length, 0);
  });
});
