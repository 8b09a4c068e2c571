'use strict';

// bodyLimit in Express 5 and 4, in front of everything that reads bodies.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { PassThrough } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { after, before, describe, test } = require('node:test');

const { decodeDataUris, encodeDataUri } = require('presize');
const { bodyLimit, imageFile, presizeErrors, uploadRouter } = require('presize/express');
const { BOUNDARY, FORM, chunk, file, head, image, post, postJson, refused, serve, until } = require('./http_app.js');

const MAX_BYTES = 100_000;
const RAW = 'application/octet-stream';
const PNG = encodeDataUri(image('rgb.png'), 'png');
const HALF = encodeDataUri(image('half_baseline_420.jpg'), 'jpeg');

function makeApp(express, { withErrors = true, seen = [], read = { bytes: 0 } } = {}) {
  const app = express();
  app.set('env', 'test');
  app.use((_request, response, next) => {
    response.set('access-control-allow-origin', 'https://app.example.com');
    next();
  });
  // A promise that nobody waits for would end the process: Express 4 does not wait.
  const waited = (handler) => (request, response, next) => handler(request, response, next).catch(next);

  app.post(
    '/json',
    bodyLimit(MAX_BYTES),
    express.json({ limit: '10mb' }),
    waited(async (request, response) => {
      const images = await decodeDataUris(request.body.images);
      response.json(images.length);
    }),
  );
  app.post('/raw', bodyLimit(1000), express.raw({ type: () => true, limit: '10mb' }), (request, response) => {
    response.json(request.body.length ?? 0);
  });
  app.post(
    '/pipeline',
    bodyLimit(1000),
    waited(async (request, response) => {
      const sink = new PassThrough();
      sink.on('data', (piece) => (read.bytes += piece.length));
      await pipeline(request, sink).catch((error) => {
        seen.push(['pipeline', error.code, sink.destroyed]);
        throw error;
      });
      response.json('all');
    }),
  );
  app.post(
    '/loop',
    bodyLimit(1000),
    waited(async (request, response) => {
      let received = 0;
      try {
        for await (const piece of request) {
          received += piece.length;
          read.bytes += piece.length;
        }
      } catch (error) {
        seen.push(['loop', error.code, received]);
        throw error;
      }
      response.json(received);
    }),
  );
  app.post('/begun', bodyLimit(1000), (request, response) => {
    response.writeHead(200, { 'content-length': 5 }).write('be');
    request.on('error', (error) => seen.push(['begun', error.code]));
    request.resume();
  });
  app.post('/unread', bodyLimit(1000), (_request, response) => response.json('not read'));
  app.post('/avatar', bodyLimit(1000), imageFile(), (_request, response) => response.json('never'));
  app.use('/api', bodyLimit(100), uploadRouter({ issue: () => assert.fail() }, { currentUser: () => 'user-7' }));
  // As one that asks a database who it is, until all that has been sent is there.
  const slow = (request, _response, next) => until(() => request.readableLength >= 2000).then(() => setImmediate(next));
  app.post('/slow', slow, bodyLimit(1000), express.raw({ type: () => true }), (request, response) => {
    response.json(request.body.length);
  });
  app.post('/late', express.raw({ type: () => true }), bodyLimit(1000), (_request, response) => response.json('late'));
  app.post('/failing', bodyLimit(1000), express.json(), () => {
    throw new Error('the application’s own');
  });
  app.get('/ping', (_request, response) => response.json('pong'));
  app.get('/none', bodyLimit(0), (_request, response) => response.json('nothing'));
  if (withErrors) app.use(presizeErrors());
  return app;
}

for (const version of ['express5', 'express4']) {
  describe(version, () => {
    let served;
    const seen = [];
    const read = { bytes: 0 };
    before(async () => {
      served = await serve(makeApp(require(version), { seen, read }));
    });
    after(() => served.close());

    test('within the limit nothing changes', async () => {
      assert.equal(await (await postJson(`${served.url}/json`, { images: [PNG, PNG] })).json(), 2);
      assert.equal(await (await post(`${served.url}/raw`, Buffer.alloc(1000))).json(), 1000);
      assert.equal(await (await post(`${served.url}/loop`, Buffer.alloc(1000))).json(), 1000);
      assert.equal(await (await post(`${served.url}/pipeline`, Buffer.alloc(1000))).json(), 'all');
      assert.equal(await (await post(`${served.url}/unread`, Buffer.alloc(1000))).json(), 'not read');
      assert.equal(await (await fetch(`${served.url}/none`)).json(), 'nothing');
      const connection = await served.connect();
      await connection.send(
        head('/raw', undefined, RAW),
        chunk(Buffer.alloc(400)),
        chunk(Buffer.alloc(600)),
        chunk(Buffer.alloc(0)),
      );
      assert.equal((await connection.answer()).json(), 1000);
      connection.close();
    });

    test('an announced length is refused at once, and the connection stays usable', async () => {
      for (const path of ['/raw', '/json', '/pipeline', '/avatar', '/failing', '/api/presigned-url']) {
        const connection = await served.connect();
        await connection.send(head(path, 1_000_000));
        const answer = await connection.answer();
        assert.deepEqual([answer.status, answer.json().error.code], [413, 'request_too_large']);
        await connection.send(Buffer.alloc(1_000_000), Buffer.from('GET /ping HTTP/1.1\r\nhost: x\r\n\r\n'));
        assert.equal((await connection.answer()).json(), 'pong');
        connection.close();
      }
      assert.deepEqual(await refused(await post(`${served.url}/raw`, Buffer.alloc(1001))), [413, 'request_too_large']);
    });

    test('a chunked body is refused while it streams', async () => {
      for (const path of ['/raw', '/json', '/pipeline', '/loop', '/avatar', '/failing', '/api/presigned-url']) {
        const connection = await served.connect();
        await connection.send(head(path, undefined, path === '/avatar' ? FORM : 'application/json'));
        if (path === '/avatar') await connection.send(chunk(file(Buffer.alloc(500)).subarray(0, -2)));
        for (let index = 0; index < 26; index += 1) await connection.send(chunk(Buffer.alloc(4096, ' ')));
        // The body has no end, and yet there is an answer.
        const answer = await connection.answer();
        assert.deepEqual([answer.status, answer.json().error.code], [413, 'request_too_large'], path);
        assert.equal(answer.headers.connection, 'close');
        assert.equal(answer.headers['access-control-allow-origin'], 'https://app.example.com');
        connection.close();
      }
    });

    test('a body that came in before it is refused too', async () => {
      const ends = [[chunk(Buffer.alloc(0))], []];
      for (const end of ends) {
        const connection = await served.connect();
        await connection.send(Buffer.concat([head('/slow', undefined, RAW), chunk(Buffer.alloc(2000)), ...end]));
        const answer = await connection.answer();
        assert.deepEqual([answer.status, answer.body.includes('request_too_large')], [413, true]);
        if (end.length === 0) await connection.send(chunk(Buffer.alloc(500)), chunk(Buffer.alloc(0)));
        await connection.send(Buffer.from('GET /ping HTTP/1.1\r\nhost: x\r\n\r\n'));
        assert.equal((await connection.answer()).json(), 'pong');
        connection.close();
      }
    });

    test('a client that goes on sending gets its answer, and then the end', async () => {
      for (const path of ['/raw', '/loop', '/pipeline', '/avatar', '/api/presigned-url']) {
        const connection = await served.connect();
        await connection.send(head(path, undefined, path === '/avatar' ? FORM : 'application/json'));
        for (let index = 0; index < 300; index += 1) await connection.send(chunk(Buffer.alloc(65_536)));
        assert.equal(connection.isClosed, false, path);
        await connection.send(chunk(Buffer.alloc(0)));
        assert.equal((await connection.answer()).status, 413);
        await connection.closed;
      }
    });

    test('those who were reading learn of it', async () => {
      seen.length = 0;
      for (const path of ['/loop', '/pipeline']) {
        const connection = await served.connect();
        read.bytes = 0;
        await connection.send(head(path, undefined, RAW), chunk(Buffer.alloc(600)));
        await until(() => read.bytes === 600);
        await connection.send(chunk(Buffer.alloc(600)), chunk(Buffer.alloc(0)));
        assert.equal((await connection.answer()).status, 413);
        await connection.closed;
      }
      await until(() => seen.length >= 2);
      assert.deepEqual(seen, [
        ['loop', 'request_too_large', 600],
        ['pipeline', 'request_too_large', true],
      ]);
    });

    test('a body that never ends is not read forever', async () => {
      for (const path of ['/raw', '/loop']) {
        const bytes = await served.sendForever(head(path, undefined, RAW));
        assert.ok(bytes < 66 * 1024 * 1024, `${bytes} bytes`);
      }
    });

    test('an answer that has begun is cut off from the body', async () => {
      seen.length = 0;
      const connection = await served.connect();
      await connection.send(head('/begun', undefined, RAW), chunk(Buffer.alloc(900)), chunk(Buffer.alloc(900)));
      // The head of an answer of 5 bytes, and its first 2.
      await until(() => connection.received.endsWith('\r\n\r\nbe'));
      assert.equal(connection.isClosed, false);
      await connection.send(chunk(Buffer.alloc(0)));
      await connection.closed;
      await until(() => seen.length > 0);
      assert.deepEqual(seen, [['begun', 'request_too_large']]);
    });

    test('a client that goes away after the refusal is no failure', async () => {
      for (const path of ['/raw', '/loop', '/pipeline', '/json']) {
        const connection = await served.connect();
        await connection.send(head(path, undefined), chunk(Buffer.alloc(200_000, ' ')));
        assert.equal((await connection.answer()).status, 413);
        connection.close();
        await served.quiet();
      }
      assert.equal(await (await fetch(`${served.url}/ping`)).json(), 'pong');
    });

    test('a length that is no number', async () => {
      for (const length of ['-1', '1e3', 'abc', '0x10', '+5', '1, 2', '9'.repeat(500)]) {
        const connection = await served.connect();
        await connection.send(head('/raw', length), Buffer.alloc(2000));
        assert.ok([400, 413].includes((await connection.answer()).status));
        connection.close();
      }
    });

    test('the application’s own failures stay its own', async () => {
      assert.equal((await postJson(`${served.url}/failing`, {})).status, 500);
    });

    test('in the wrong place it says so', async () => {
      assert.equal(await (await post(`${served.url}/late`, Buffer.alloc(10))).json(), 'late');
      const connection = await served.connect();
      await connection.send(head('/late', undefined, RAW), chunk(Buffer.alloc(10)), chunk(Buffer.alloc(0)));
      assert.equal((await connection.answer()).status, 500);
      connection.close();
    });

    test('express.json() refuses in presize’s words', async () => {
      const answer = await post(`${served.url}/json`, '{', { 'content-type': 'application/json' });
      assert.deepEqual(await refused(answer), [400, 'request_malformed']);
      const images = await postJson(`${served.url}/json`, { images: [PNG, HALF] });
      const { error } = await images.json();
      assert.deepEqual([images.status, error.index], [422, 1]);
    });

    test('without presizeErrors the client has the same answer', async () => {
      const bare = await serve(makeApp(require(version), { withErrors: false }));
      const connection = await bare.connect();
      await connection.send(head('/raw', undefined, RAW), chunk(Buffer.alloc(5000)), chunk(Buffer.alloc(0)));
      assert.equal((await connection.answer()).json().error.code, 'request_too_large');
      await connection.closed;
      const form = Buffer.from(`--${BOUNDARY}--\r\n`);
      const answer = await post(`${bare.url}/avatar`, form, { 'content-type': FORM });
      assert.equal(answer.status, 400);
      await bare.close();
    });
  });
}

test('a limit is a number of bytes', () => {
  for (const limit of [-1, 1.5, true, '1', null, undefined, NaN]) {
    assert.throws(() => bodyLimit(limit), /expected a number of bytes for maxBytes/);
  }
});

test('requests that follow each other closely', async () => {
  const served = await serve(makeApp(require('express5')));
  const connection = await served.connect();
  const ping = Buffer.from('GET /ping HTTP/1.1\r\nhost: x\r\n\r\n');
  await connection.send(
    Buffer.concat([head('/raw', 5, RAW), Buffer.alloc(5), ping, head('/raw', 2000, RAW), Buffer.alloc(2000), ping]),
  );
  const answers = [];
  for (let index = 0; index < 4; index += 1) answers.push((await connection.answer()).status);
  assert.deepEqual(answers, [200, 200, 413, 200]);
  connection.close();
  await once(connection.socket, 'close');
  await served.close();
});
