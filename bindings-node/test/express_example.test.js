'use strict';

// The example for Express, as it stands in the folder of examples, started as its page says.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');

const { encodeDataUri, inspect } = require('presize');
const { file, image, pngOf, postForm, postJson, refused } = require('./http_app.js');
const { startProgram } = require('./http_program.js');
const { ROOT } = require('./s3.js');

const EXAMPLE = path.join(ROOT, 'examples/node/express_upload');

let program;
let url;

before(async () => {
  const files = ['main.js', 'package.json'].map((name) => [name, fs.readFileSync(path.join(EXAMPLE, name))]);
  program = await startProgram('main.js', Object.fromEntries(files));
  url = program.url;
});

after(() => program.stop());

test('tickets', async () => {
  const body = { contentType: 'image/jpeg', fileSize: 48_211 };
  assert.equal((await postJson(`${url}/api/upload/presigned-url`, body)).status, 401);
  const ticket = await (await postJson(`${url}/api/upload/presigned-url`, body, { 'x-user': 'user-7' })).json();
  assert.ok(ticket.uploadUrl.startsWith('https://photos.s3.eu-central-1.amazonaws.com/uploads/user-7/'));
});

test('a form', async () => {
  const png = pngOf(200, 150);
  const small = await postForm(`${url}/api/avatar`, [file(png, { type: 'image/png' })]);
  assert.match(small.headers.get('content-type'), /^image\/jpeg/);
  const { width, height } = inspect(Buffer.from(await small.arrayBuffer()));
  assert.deepEqual([width, height], [80, 80]);
  assert.deepEqual(await refused(await postForm(`${url}/api/avatar`, [file(png)])), [415, 'image_format_mismatch']);
});

test('data URIs', async () => {
  const uri = encodeDataUri(image('baseline_420.jpg'), 'jpeg');
  const half = encodeDataUri(image('half_baseline_420.jpg'), 'jpeg');
  const albums = `${url}/api/albums`;
  assert.deepEqual(await (await postJson(albums, { photos: [uri, uri] })).json(), ['jpeg 48x36', 'jpeg 48x36']);
  const answer = await postJson(albums, { photos: [uri, half] });
  const { error } = await answer.json();
  assert.deepEqual([answer.status, error.code, error.index], [422, 'image_corrupt', 1]);
  assert.deepEqual(await refused(await postJson(albums, {})), [400, 'option_invalid']);
  const text = await fetch(albums, { method: 'POST', body: 'text' });
  assert.deepEqual(await refused(text), [400, 'option_invalid']);
});
