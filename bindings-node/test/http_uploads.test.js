'use strict';

// Tickets of a real server for a real store that verifies signatures, and what is confirmed of it.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');

const { Bucket, Confirmed, Credentials, PresizeError, Presigner, Uploads } = require('presize');
const { presizeErrors, uploadRouter } = require('presize/express');
const { confirmHandler, uploadHandler } = require('presize/http');
const { adapted, image, postJson, serve } = require('./http_app.js');
const { presignerFor, startS3 } = require('./s3.js');

const PHOTO = image('baseline_420.jpg');
const currentUser = () => 'user-7';

/** What `onConfirmed` was called with, and what it throws next. */
const confirmations = [];
let failure;
async function onConfirmed(confirmed, owner) {
  await new Promise(setImmediate);
  confirmations.push({ confirmed, owner });
  if (failure !== undefined) throw failure;
}

function expressApp(express, parses, written) {
  return (uploads) => {
    const app = express();
    if (parses) app.use(express.json());
    app.use('/api/upload', uploadRouter(uploads, { currentUser, case: written, onConfirmed }));
    app.use(presizeErrors());
    app.use((error, request, response, next) => response.status(500).end());
    return app;
  };
}

function webApp(written) {
  return (uploads) => {
    const issue = uploadHandler(uploads, { currentUser, case: written });
    const confirm = confirmHandler(uploads, { currentUser, case: written, onConfirmed });
    return adapted((request) => (request.url.endsWith('/confirm') ? confirm : issue)(request));
  };
}

const STACKS = {
  'presize/http': ['camel', webApp()],
  'presize/http in snake_case': ['snake', webApp('snake')],
  'Express 5': ['camel', expressApp(require('express5'), true)],
  'Express 4': ['camel', expressApp(require('express4'), true)],
  'Express 5 in snake_case': ['snake', expressApp(require('express5'), false, 'snake')],
};

test('onConfirmed must be a function', () => {
  const uploads = new Uploads(new Presigner(Bucket.s3('eu-central-1', 'photos'), new Credentials('id', 'secret')));
  const wrong = { currentUser, onConfirmed: 'savePhoto' };
  for (const make of [uploadRouter, confirmHandler]) {
    assert.throws(() => make(uploads, wrong), { name: 'TypeError', message: 'expected a function for onConfirmed' });
  }
});

describe('tickets for a store', () => {
  let s3;
  let presigner;
  before(async () => {
    s3 = await startS3();
    presigner = presignerFor(s3);
  });
  after(() => s3.stop());

  async function stored({ key }) {
    const { url, headers } = presigner.get(key);
    return fetch(url, { headers });
  }

  async function assertNothing({ key }) {
    for (const each of [key, `incoming/${key}`]) assert.equal((await stored({ key: each })).status, 404);
  }

  for (const [name, [written, app]] of Object.entries(STACKS)) {
    describe(name, () => {
      let served;
      before(async () => {
        served = await serve(app(new Uploads(presigner)));
      });
      after(() => served.close());

      async function ticketFor(size = PHOTO.length) {
        const [contentType, fileSize] =
          written === 'camel' ? ['contentType', 'fileSize'] : ['content_type', 'file_size'];
        const body = { filename: '고양이.jpg', [contentType]: 'image/jpeg', [fileSize]: size };
        const answer = await postJson(`${served.url}/api/upload/presigned-url`, body);
        assert.equal(answer.status, 200);
        const ticket = await answer.json();
        return { ...ticket, url: ticket.uploadUrl ?? ticket.upload_url };
      }

      test('what is uploaded and confirmed is there', async () => {
        const ticket = await ticketFor();
        const answer = await fetch(ticket.url, { method: ticket.method, headers: ticket.headers, body: PHOTO });
        assert.equal(answer.status, 200, await answer.text());
        assert.equal((await stored(ticket)).status, 404, 'not before it is confirmed');
        const confirmed = await postJson(`${served.url}/api/upload/confirm`, { key: ticket.key });
        assert.equal((await confirmed.json()).width, 48);
        const found = await stored(ticket);
        assert.deepEqual(Buffer.from(await found.arrayBuffer()), PHOTO);
        assert.equal(found.headers.get('content-type'), 'image/jpeg');
      });

      test('onConfirmed is called with what is answered, and its failure is the application’s', async () => {
        const ticket = await ticketFor();
        await fetch(ticket.url, { method: ticket.method, headers: ticket.headers, body: PHOTO });
        confirmations.length = 0;
        failure = new Error('the database is down');
        const confirm = () => postJson(`${served.url}/api/upload/confirm`, { key: ticket.key });
        assert.equal((await confirm()).status, 500);
        failure = new PresizeError('album_full', 409, 'expected an album with room', {});
        assert.equal((await (await confirm()).json()).error.code, 'album_full');
        failure = undefined;
        const answer = await (await confirm()).json();
        assert.equal(confirmations.length, 3);
        for (const { confirmed, owner } of confirmations) {
          assert.ok(confirmed instanceof Confirmed);
          assert.ok('exif' in confirmed);
          assert.deepEqual([confirmed.key, confirmed.etag, owner], [answer.key, answer.etag, 'user-7']);
        }
        assert.equal((await postJson(`${served.url}/api/upload/confirm`, { key: `${ticket.key}x` })).ok, false);
        assert.equal(confirmations.length, 3, 'not for an upload that is refused');
      });

      test('another size is refused', async () => {
        const ticket = await ticketFor();
        const headers = { 'content-type': ticket.headers['content-type'] };
        for (const body of [Buffer.concat([PHOTO, Buffer.alloc(1)]), PHOTO.subarray(1), Buffer.alloc(0)]) {
          assert.equal((await fetch(ticket.url, { method: 'PUT', headers, body })).status, 403);
        }
        await assertNothing(ticket);
      });

      test('another type is refused', async () => {
        const ticket = await ticketFor();
        for (const type of ['text/html', 'image/svg+xml', 'image/jpeg; charset=utf-8']) {
          const headers = { ...ticket.headers, 'content-type': type };
          assert.equal((await fetch(ticket.url, { method: 'PUT', headers, body: PHOTO })).status, 403);
        }
        await assertNothing(ticket);
      });

      test('another key is refused', async () => {
        const ticket = await ticketFor();
        const url = ticket.url.replace('/user-7/', '/user-8/');
        assert.notEqual(url, ticket.url);
        assert.equal((await fetch(url, { method: 'PUT', headers: ticket.headers, body: PHOTO })).status, 403);
      });
    });
  }
});
