'use strict';

// presize/http in other frameworks, as its documentation says.

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { Bucket, Credentials, Presigner, Uploads, encodeDataUri } = require('presize');
const { confirmHandler, errorResponse, readImage, uploadHandler } = require('presize/http');
const { END, FORM, chunk, file, head, image, postForm, postJson, refused, serve } = require('./http_app.js');

const uploads = new Uploads(
  new Presigner(Bucket.s3('eu-central-1', 'photos'), new Credentials('AKIDEXAMPLE', 'secret')),
);
const currentUser = (request) => request.headers.get('x-user');
const issue = uploadHandler(uploads, { currentUser });
// What there is in the bucket is not asked: no test here has anything in it.
const fetchNothing = async () => new Response(null, { status: 404 });
const confirm = confirmHandler(uploads, { currentUser, fetch: fetchNothing });
const BODY = { contentType: 'image/jpeg', fileSize: 7 };
const JPEG = image('baseline_420.jpg');

async function checkTickets(url) {
  const path = `${url}/api/upload/presigned-url`;
  const ticket = await (await postJson(path, BODY, { 'x-user': 'user-7' })).json();
  assert.match(ticket.key, /^uploads\/user-7\//);
  assert.equal((await postJson(path, BODY)).status, 401);
  assert.equal((await postJson(path, { contentType: 'text/html', fileSize: 7 }, { 'x-user': 'user-7' })).status, 415);
  assert.equal((await postJson(path, { ...BODY, filename: 'x'.repeat(20_000) }, { 'x-user': 'user-7' })).status, 413);
  const confirmation = `${url}/api/upload/confirm`;
  const gone = await postJson(confirmation, { key: ticket.key }, { 'x-user': 'user-7' });
  assert.deepEqual(await refused(gone), [404, 'upload_not_found']);
  assert.equal((await postJson(confirmation, { key: ticket.key }, { 'x-user': 'user-8' })).status, 403);
  assert.equal((await postJson(confirmation, { key: ticket.key })).status, 401);
}

test('Hono', async () => {
  const { Hono } = require('hono');
  const { getRequestListener } = require('@hono/node-server');
  const app = new Hono();
  app.post('/api/upload/presigned-url', (c) => issue(c.req.raw));
  app.post('/api/upload/confirm', (c) => confirm(c.req.raw));
  app.post('/api/avatar', async (c) => c.json((await readImage(c.req.raw, { maxBytes: 100_000 })).width));
  app.get('/ping', (c) => c.json('pong'));
  app.onError((error) => errorResponse(error));
  const served = await serve(getRequestListener(app.fetch));
  await checkTickets(served.url);
  assert.equal(await (await postForm(`${served.url}/api/avatar`, [file(JPEG)])).json(), 48);
  assert.equal((await postForm(`${served.url}/api/avatar`, [file(JPEG.subarray(0, 300))])).status, 422);

  const connection = await served.connect();
  await connection.send(head('/api/avatar', undefined, FORM), chunk(file(Buffer.alloc(110_000)).subarray(0, -2)));
  assert.equal((await connection.answer()).status, 413);
  for (let index = 0; index < 100; index += 1) await connection.send(chunk(Buffer.alloc(65_536)));
  await connection.send(chunk(END), chunk(Buffer.alloc(0)));
  connection.close();
  assert.equal(await (await fetch(`${served.url}/ping`)).json(), 'pong');
  await served.close();
});

test('Fastify', async () => {
  const app = require('fastify')({ forceCloseConnections: true });
  const webRequest = ({ url, headers, body }) =>
    new Request(new URL(url, 'http://localhost'), { method: 'POST', headers, body: JSON.stringify(body) });
  app.post('/api/upload/presigned-url', { bodyLimit: 16_384 }, (request) => issue(webRequest(request)));
  app.post('/api/upload/confirm', { bodyLimit: 16_384 }, (request) => confirm(webRequest(request)));
  await app.listen({ port: 0, host: '127.0.0.1' });
  await checkTickets(`http://127.0.0.1:${app.server.address().port}`);
  await app.close();
});

test('Fastify, with a body that nobody has read', async () => {
  const app = require('fastify')({ forceCloseConnections: true });
  app.addContentTypeParser('multipart/form-data', (_request, payload, done) => done(null, payload));
  app.post('/api/avatar', async ({ url, headers, body }) => {
    const request = new Request(new URL(url, 'http://localhost'), { method: 'POST', headers, body, duplex: 'half' });
    try {
      return { width: (await readImage(request, { maxBytes: 100_000 })).width };
    } catch (error) {
      return errorResponse(error);
    }
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${app.server.address().port}/api/avatar`;
  assert.deepEqual(await (await postForm(url, [file(JPEG)])).json(), { width: 48 });
  assert.equal((await postForm(url, [file(JPEG, { type: 'image/png' })])).status, 415);
  assert.equal((await postForm(url, [file(Buffer.alloc(2_000_000))])).status, 413);
  await app.close();
});

test('a route handler of Next, and all that call a function with a Request', async () => {
  const POST = issue;
  const request = (body, headers) =>
    new Request('http://x/api/upload/presigned-url', { method: 'POST', body, headers });
  const answer = await POST(request(JSON.stringify(BODY), { 'x-user': 'user-7', 'content-type': 'application/json' }), { params: Promise.resolve({}) });
  assert.equal(answer.status, 200);
  const form = new FormData();
  form.append('file', new Blob([JPEG], { type: 'image/jpeg' }), 'cat.jpg');
  const photo = await readImage(request(form));
  assert.equal(photo.toDataUri(), encodeDataUri(JPEG, 'jpeg'));
});
