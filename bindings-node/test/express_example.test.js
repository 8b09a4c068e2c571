'use strict';

// The example for Express, as it stands in the folder of examples, started as its page says.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');

const { encodeDataUri, inspect } = require('presize');
const { file, image, pngOf, postForm, postJson, refused } = require('./http_app.js');
const { startProgram } = require('./http_program.js');
const { ROOT, presignerFor, sendTicket, startS3 } = require('./s3.js');

const EXAMPLE = path.join(ROOT, 'examples/node/express_upload');

let s3;
let program;
let url;

before(async () => {
  const files = ['main.js', 'package.json'].map((name) => [name, fs.readFileSync(path.join(EXAMPLE, name))]);
  s3 = await startS3();
  program = await startProgram('main.js', Object.fromEntries(files), {
    AWS_REGION: s3.region,
    AWS_BUCKET_NAME: s3.bucket,
    AWS_ENDPOINT_URL: s3.endpoint,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  });
  url = program.url;
});

after(async () => {
  await program?.stop();
  await s3?.stop();
});

test('straight into the bucket', async () => {
  const photo = image('baseline_420.jpg');
  const body = { contentType: 'image/jpeg', fileSize: photo.length };
  const ask = (route, asked, headers = { 'x-user': 'user-7' }) => postJson(`${url}/api/upload/${route}`, asked, headers);
  assert.equal((await ask('presigned-url', body, {})).status, 401);
  const ticket = await (await ask('presigned-url', body)).json();
  assert.deepEqual(await refused(await ask('confirm', { key: ticket.key })), [404, 'upload_not_found']);
  assert.ok((await sendTicket({ ...ticket, url: ticket.uploadUrl }, photo)).ok);
  const confirmed = await (await ask('confirm', { key: ticket.key, originalFilename: 'cat.jpg' })).json();
  assert.deepEqual([confirmed.success, confirmed.width, confirmed.variants.length], [true, 48, 1]);
  for (const { key } of [confirmed, ...confirmed.variants]) {
    const { url: from, headers } = presignerFor(s3).get(key);
    assert.equal((await fetch(from, { headers })).status, 200, key);
  }
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
