'use strict';

// How imageFile, imageFiles and readImage are called, and where they stand.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');

const { imageFile, imageFiles, presizeErrors } = require('presize/express');
const { readImage } = require('presize/http');
const { END, FORM, file, image, postForm, serve } = require('./http_app.js');

const JPEG = image('baseline_420.jpg');

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

  test('a signal ends the work', async () => {
    const body = Buffer.concat([file(JPEG), END]);
    const request = new Request('http://x/', { method: 'POST', body, headers: { 'content-type': FORM } });
    await assert.rejects(readImage(request, undefined, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });
});
