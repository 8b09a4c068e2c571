'use strict';

// Clients that go away, bodies that take too long, and forms of every kind of nonsense: no failure of the program.

const assert = require('node:assert/strict');
const path = require('node:path');
const { after, before, describe, mock, test } = require('node:test');

const { PresizeError, configurePool, encodeDataUri } = require('presize');
const { imageDataUris, imageFile, presizeErrors, uploadRouter } = require('presize/express');
const { readDataUris, readImage, readImages } = require('presize/http');
// Not for programs.
const { DrainLimit } = require(path.join(require.resolve('presize/package.json'), '../lib/http/drain.js'));
const { END, FORM, core, file, head, image, part, serve, until } = require('./http_app.js');

const JPEG = image('baseline_420.jpg');
const PHOTO = Buffer.concat([file(JPEG), END]);
const URIS = Buffer.from(JSON.stringify({ images: [encodeDataUri(JPEG, 'jpeg')] }));

/** Pictures take forever to decode, unless they are stopped. Says when one has begun, and how many were stopped. */
function endlessChecks() {
  const ends = [];
  const { mock: begun } = mock.method(core, 'begin', () => new Promise((_, reject) => ends.push(reject)));
  const { mock: stopped } = mock.method(core, 'cancel', () => ends.shift()?.(new Error('stopped')));
  return { begin: () => until(() => begun.callCount() === 1), stopped: () => stopped.callCount() };
}

for (const version of ['express5', 'express4']) {
  describe(version, () => {
    const seen = [];
    let asked = 0;
    let answerWho;
    const who = new Promise((resolve) => (answerWho = resolve));
    let served;
    before(async () => {
      const app = require(version)();
      const slow = { currentUser: () => ((asked += 1), who) };
      app.use('/slow', uploadRouter({ issue: () => assert.fail('nobody waits for it') }, slow));
      app.post('/uris', imageDataUris(), (request, response) => response.json(request.images.length));
      app.post('/photo', imageFile(), (request, response) => response.json(request.image.width));
      app.use((error, _request, response, next) => {
        seen.push([error.code, response.destroyed || response.closed]);
        next(error);
      });
      app.use(presizeErrors());
      served = await serve(app);
    });
    after(() => served.close());

    for (const [path_, body, type] of [
      ['/photo', PHOTO, FORM],
      ['/uris', URIS, 'application/json'],
    ]) {
      test(`${path_}: a client that goes away while its picture is decoded`, async () => {
        const checks = endlessChecks();
        const connection = await served.connect();
        await connection.send(head(path_, body.length, type), body);
        await checks.begin();
        assert.deepEqual([seen, checks.stopped()], [[], 0]);
        connection.close();
        await until(() => seen.length > 0);
        assert.deepEqual([seen, checks.stopped()], [[['request_malformed', true]], 1]);
        mock.restoreAll();
        seen.length = 0;
      });
    }

    test('a client that goes away while its picture waits', async () => {
      const checks = endlessChecks();
      configurePool({ concurrency: 1, heavyPixels: 1 });
      const first = await served.connect();
      await first.send(head('/photo', PHOTO.length, FORM), PHOTO);
      await checks.begin();
      const { mock: prepared } = mock.method(core, 'queuedWork');
      const second = await served.connect();
      await second.send(head('/photo', PHOTO.length, FORM), PHOTO);
      await until(() => prepared.callCount() === 1);
      second.close();
      await until(() => seen.length > 0);
      first.close();
      await until(() => seen.length > 1);
      // Nothing of it has begun.
      await checks.begin();
      mock.restoreAll();
      configurePool();
      seen.length = 0;
    });

    test('a client that goes away while it is asked who it is', async () => {
      await served.breakOff(head('/slow/presigned-url', 10), Buffer.from('{'));
      assert.equal(asked, 1);
      answerWho('user-7');
      // Nobody is there for the answer, and the next one has theirs.
      const photo = await fetch(`${served.url}/photo`, { method: 'POST', body: PHOTO, headers: { 'content-type': FORM } });
      assert.equal(await photo.json(), 48);
    });
  });
}

describe('presize/http', () => {
  test('a client that goes away while its picture is decoded', async () => {
    const request = (signal) =>
      new Request('http://x/', { method: 'POST', body: PHOTO, headers: { 'content-type': FORM }, signal });
    for (const [given, expected] of [
      [(signal) => [request(signal)], { code: 'request_malformed' }],
      [(signal) => [request(), undefined, { signal }], { name: 'TimeoutError' }],
    ]) {
      const checks = endlessChecks();
      const gone = new AbortController();
      const photo = readImage(...given(gone.signal));
      await checks.begin();
      gone.abort(new DOMException('too slow', 'TimeoutError'));
      await assert.rejects(photo, expected);
      assert.equal(checks.stopped(), 1);
      mock.restoreAll();
    }
    const json = new Request('http://x/', {
      method: 'POST',
      body: '{"images":[]}',
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.abort(),
    });
    await assert.rejects(readDataUris(json), { code: 'request_malformed' });
  });

  test('a form of nonsense is a picture or an error of presize', async () => {
    // Numbers that look random, and are the same each time (Lehmer's generator).
    let state = 20_261_121;
    const random = (below) => (state = (state * 48_271) % 2_147_483_647) % below;
    const words = [
      '\r\n',
      '--',
      '--b0undary',
      '--b0undary--',
      '\r\n\r\n',
      '"',
      ';',
      ':',
      '\\',
      '%',
      'name="files"',
      "filename*=utf-8''%ff",
    ];
    words.push(
      'Content-Disposition: form-data; name="files"; filename="x"',
      'Content-Type: ',
      'charset=bogus',
      '\0',
      '\u00ff',
      'x'.repeat(9000),
    );
    const whole = Buffer.concat([
      part('form-data; name="a"', 'b'),
      file(JPEG, { field: 'files' }),
      file(JPEG, { field: 'files' }),
      END,
    ]);
    let taken = 0;
    for (let round = 0; round < 600; round += 1) {
      let body = whole;
      for (let change = random(4); change >= 0; change -= 1) {
        const at = random(4) === 0 ? random(body.length + 1) : Math.min(random(300), body.length);
        const word = Buffer.from(words[random(words.length)], 'latin1');
        body = Buffer.concat([body.subarray(0, at), word, body.subarray(at + random(3) * random(40))]);
      }
      const pieces = [];
      for (let start = 0; start < body.length;) pieces.push(body.subarray(start, (start += 1 + random(400))));
      const request = new Request('http://x/', {
        method: 'POST',
        headers: { 'content-type': FORM },
        body: new ReadableStream({
          pull(controller) {
            if (pieces.length === 0) controller.close();
            else controller.enqueue(new Uint8Array(pieces.shift()));
          },
        }),
        duplex: 'half',
      });
      try {
        taken += (await readImages(request)).length;
      } catch (error) {
        assert.ok(error instanceof PresizeError && error.httpStatus < 500, error);
      }
    }
    assert.ok(taken > 50, String(taken));
  });
});

describe('the rest of a body', () => {
  test('30 seconds, or 64 MiB, are the end of it', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    let cuts = 0;
    const cut = () => (cuts += 1);
    const slow = new DrainLimit(cut);
    mock.timers.tick(29_999);
    slow.count(Buffer.alloc(1000));
    assert.equal(cuts, 0);
    mock.timers.tick(1);
    assert.equal(cuts, 1);
    slow.count(Buffer.alloc(100_000_000));
    assert.equal(cuts, 1);
    const large = new DrainLimit(cut);
    large.count(Buffer.alloc(64 * 1024 * 1024));
    assert.equal(cuts, 1);
    large.count(Buffer.alloc(1));
    assert.equal(cuts, 2);
    const short = new DrainLimit(cut);
    short.end();
    mock.timers.tick(100_000);
    assert.equal(cuts, 2);
    mock.timers.reset();
  });
});
