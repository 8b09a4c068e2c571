'use strict';

// In Express, what a handler makes of an image is of the client who sent it.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');

const { configurePool, encodeDataUri, serverBusy, transform } = require('presize');
const { bodyLimit, imageDataUris, imageFile, imageFiles, presizeErrors } = require('presize/express');
const { core, file, image, postForm, postJson, serve } = require('./http_app.js');

const JPEG = image('baseline_420.jpg');
const URI = encodeDataUri(JPEG, 'jpeg');

/** Two calls at once, of which one has to wait. Those of a request have no place to wait in here, a program's own have. */
async function twoCalls(_request, response) {
  const calls = [1, 2].map((width) => transform(JPEG, { width }));
  const results = await Promise.allSettled(calls);
  response.json(results.map(({ status, reason }) => reason?.code ?? status));
}

for (const version of ['express5', 'express4']) {
  describe(version, () => {
    let served;
    before(async () => {
      configurePool({ concurrency: 1, maxWaiting: 0 });
      const express = require(version);
      const app = express();
      app.post('/file', imageFile(), twoCalls);
      app.post('/named', imageFile({}, { client: () => 'user-7' }), twoCalls);
      app.post('/nobody', imageFile({}, { client: () => undefined }), twoCalls);
      app.post('/uris', imageDataUris(), twoCalls);
      app.post('/parsed', bodyLimit(100_000), express.json(), twoCalls);
      app.post('/plain', twoCalls);
      app.use(presizeErrors());
      served = await serve(app);
    });
    after(async () => {
      configurePool();
      await served.close();
    });

    const isJson = (path) => path === '/uris' || path === '/parsed';
    const ask = async (path) => {
      const url = `${served.url}${path}`;
      return (await (isJson(path) ? postJson(url, { images: [URI] }) : postForm(url, [file(JPEG)]))).json();
    };

    for (const path of ['/file', '/named', '/nobody', '/uris', '/parsed']) {
      test(`${path}: the second is of the same request`, async () => {
        assert.deepEqual(await ask(path), ['fulfilled', 'server_busy']);
      });
    }
    test('without presizeErrors a server that is busy says when to come again', async (t) => {
      t.mock.method(core, 'weigh', () => Promise.reject(serverBusy(7)));
      t.mock.method(core, 'begin', () => Promise.reject(serverBusy(7)));
      const app = require(version)();
      app.set('env', 'test');
      app.post('/file', imageFile());
      const bare = await serve(app);
      const answer = await postForm(`${bare.url}/file`, [file(JPEG)]);
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '7']);
      await bare.close();
    });

    test('/plain: a program’s own', async () => {
      assert.deepEqual(await ask('/plain'), ['fulfilled', 'fulfilled']);
    });

    test('a route makes three sizes of each of ten images', async () => {
      configurePool({ concurrency: 1 });
      const app = require(version)();
      app.post('/sizes', imageFiles(), async (request, response) => {
        const sizes = request.images.flatMap(({ bytes }) => [1, 2, 3].map((width) => transform(bytes, { width })));
        const results = await Promise.allSettled(sizes);
        response.json(results.map(({ status, reason }) => reason?.code ?? status));
      });
      const sized = await serve(app);
      const files = Array.from({ length: 10 }, () => file(JPEG, { field: 'files' }));
      const answer = await postForm(`${sized.url}/sizes`, files);
      assert.deepEqual(await answer.json(), Array(30).fill('fulfilled'));
      await sized.close();
    });
  });
}
