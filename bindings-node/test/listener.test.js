'use strict';

// A listener that fails never ends the process, in which nobody else listens for rejections: tried in one of its own.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { test } = require('node:test');

const { Bucket, Credentials, Presigner, Uploads, confirmUpload } = require('presize');

const PROGRAM = `
  const { once } = require('node:events');
  const { Bucket, Credentials, Presigner, Uploads, confirmUpload } = require('presize');
  const { presizeErrors, uploadRouter } = require('presize/express');
  const { confirmHandler, errorResponse, uploadHandler } = require('presize/http');

  const uploads = new Uploads(new Presigner(Bucket.s3('eu-central-1', 'photos'), new Credentials('AKIDEXAMPLE', 'secret')));
  const ticket = { owner: 'user-7', contentType: 'image/jpeg', sizeBytes: 7 };
  const key = uploads.issue(ticket).key;
  const fetchNothing = async () => new Response(null, { status: 404 });
  const currentUser = () => 'user-7';
  const bodies = [['presigned-url', { contentType: 'image/jpeg', fileSize: 7 }], ['confirm', { key }]];
  const headers = { 'content-type': 'application/json' };
  const fails = {
    throws() { throw new Error('it throws'); },
    async rejects() { throw new Error('it rejects'); },
    async rejectsLater() { await new Promise(setImmediate); throw new Error('it rejects later'); },
  };

  async function main() {
    const seen = [];
    for (const onEvent of Object.values(fails)) {
      seen.push(uploads.issue({ ...ticket, onEvent }).method);
      try { uploads.issue({ ...ticket, sizeBytes: 0, onEvent }); } catch ({ code }) { seen.push(code); }
      try { uploads.confirm({ owner: 'user-8', key, onEvent }); } catch ({ code }) { seen.push(code); }
      await confirmUpload(uploads, { owner: 'user-7', key }, { fetch: fetchNothing, onEvent }).catch(({ code }) => seen.push(code));
      const options = { currentUser, onEvent, onError: onEvent };
      const handlers = [uploadHandler(uploads, options), confirmHandler(uploads, { ...options, fetch: fetchNothing })];
      for (const [index, [, body]] of bodies.entries()) {
        const request = new Request('http://x/', { method: 'POST', headers, body: JSON.stringify(body) });
        seen.push((await handlers[index](request)).status);
      }
      for (const version of ['express5', 'express4']) {
        const app = require(version)();
        app.use(uploadRouter(uploads, { ...options, fetch: fetchNothing }));
        app.use(presizeErrors({ onError: onEvent }));
        const server = app.listen(0);
        await once(server, 'listening');
        for (const [path, body] of bodies) {
          const url = 'http://127.0.0.1:' + server.address().port + '/' + path;
          seen.push((await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status);
        }
        server.close();
        server.closeAllConnections();
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    console.log(JSON.stringify(seen));
  }
  main();`;

test('a listener that throws, or whose promise is rejected, ends nothing', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', PROGRAM], { cwd: __dirname, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const one = ['PUT', 'upload_too_small', 'upload_owner_mismatch', 'upload_not_found', 200, 404, 200, 404, 200, 404];
  assert.deepEqual(JSON.parse(stdout), [...one, ...one, ...one]);
  for (const told of ['it throws', 'it rejects', 'it rejects later']) assert.ok(stderr.includes(told), told);
});

test('a listener that never ends is not waited for for ever', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { mock: error } = t.mock.method(console, 'error', () => {});
  const uploads = new Uploads(new Presigner(Bucket.s3('eu-central-1', 'photos'), new Credentials('AKIDEXAMPLE', 'secret')));
  const { key } = uploads.issue({ owner: 'user-7', contentType: 'image/jpeg', sizeBytes: 7 });
  const fetch = async () => new Response(null, { status: 404 });
  let isTold = false;
  const onEvent = () => {
    isTold = true;
    return new Promise(() => {});
  };
  let isOver = false;
  const call = confirmUpload(uploads, { owner: 'user-7', key }, { fetch, onEvent }).finally(() => (isOver = true));
  call.catch(() => {});
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  while (!isTold) await turn();
  await turn();
  t.mock.timers.tick(4999);
  await turn();
  assert.equal(isOver, false);
  t.mock.timers.tick(1);
  await assert.rejects(call, { code: 'upload_not_found' });
  const said = error.calls.map(({ arguments: [first] }) => String(first));
  assert.ok(said.some((text) => text.includes('onEvent has not ended after 5 seconds')), said.join());
});
