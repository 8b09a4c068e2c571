'use strict';

// Images in multipart forms on real servers: good forms, bad ones, and ones that are refused half-way.

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { after, before, describe, mock, test } = require('node:test');

const { ImageRules } = require('presize');
const { imageFile, imageFiles, presizeErrors } = require('presize/express');
const { errorResponse, readImage, readImages } = require('presize/http');
const {
  BOUNDARY,
  END,
  FORM,
  adapted,
  chunk,
  core,
  file,
  head,
  image,
  part,
  pngOf,
  postForm,
  refused,
  serve,
} = require('./http_app.js');

const SMALL = new ImageRules({
  formats: ['jpeg', 'png'],
  maxBytes: 100_000,
  minWidth: 20,
  maxImages: 3,
  maxTotalBytes: 120_000,
});
const JPEG = image('baseline_420.jpg');
const PNG = image('rgb.png');

// Each route: rules, options, and whether it takes a list.
const ROUTES = {
  '/avatar': [SMALL, undefined, false],
  '/loose': [{ allowTypeMismatch: true }, { field: '사진' }, false],
  '/album': [SMALL, undefined, true],
  '/short': [undefined, { maxBodyBytes: 5000 }, false],
  // What baseline_420.jpg and animated.gif are together.
  '/pixels': [{ maxTotalPixels: 6912 }, undefined, true],
  '/work': [{ maxTotalWorkPixels: 12516 }, undefined, true],
};

const digest = (data) => createHash('sha256').update(data).digest('hex');
const shown = ({ format, width, bytes }) => ({ format, width, sizeBytes: bytes.length, sha256: digest(bytes) });

function webApp() {
  return adapted(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/ping') return Response.json('pong');
    const [rules, options, isList] = ROUTES[pathname];
    try {
      if (isList) return Response.json((await readImages(request, rules, options)).map(shown));
      return Response.json(shown(await readImage(request, rules, options)));
    } catch (error) {
      return errorResponse(error);
    }
  });
}

function expressApp(express) {
  const app = express();
  app.set('env', 'test');
  // It reads over forms.
  app.use(express.json());
  for (const [path, [rules, options, isList]] of Object.entries(ROUTES)) {
    if (isList)
      app.post(path, imageFiles(rules, options), (request, response) => response.json(request.images.map(shown)));
    else app.post(path, imageFile(rules, options), (request, response) => response.json(shown(request.image)));
  }
  app.get('/ping', (_request, response) => response.json('pong'));
  app.use(presizeErrors());
  return app;
}

const STACKS = {
  'presize/http': webApp,
  'Express 5': () => expressApp(require('express5')),
  'Express 4': () => expressApp(require('express4')),
};

for (const [name, app] of Object.entries(STACKS)) {
  describe(name, () => {
    let served;
    before(async () => {
      served = await serve(app());
    });
    after(() => served.close());
    const send = (path, parts, options) => postForm(served.url + path, parts, options);

    test('a form as clients write it', async () => {
      const form = new FormData();
      form.append('caption', '고양이');
      form.append('file', new Blob([JPEG], { type: 'image/jpeg' }), '고양이 "사진".jpg');
      const answer = await fetch(`${served.url}/avatar`, { method: 'POST', body: form });
      assert.deepEqual(await answer.json(), {
        format: 'jpeg',
        width: 48,
        sizeBytes: JPEG.length,
        sha256: digest(JPEG),
      });
      const other = new FormData();
      other.append('사진', new Blob([PNG], { type: 'application/octet-stream' }), 'cat.png');
      assert.equal((await (await fetch(`${served.url}/loose`, { method: 'POST', body: other })).json()).format, 'png');
      const album = new FormData();
      album.append('files', new Blob([JPEG], { type: 'image/jpeg' }), 'a.jpg');
      album.append('files', new Blob([PNG], { type: 'image/png' }), 'b.png');
      const images = await (await fetch(`${served.url}/album`, { method: 'POST', body: album })).json();
      assert.deepEqual(
        images.map(({ sha256 }) => sha256),
        [digest(JPEG), digest(PNG)],
      );
    });

    test('pieces may end anywhere', async () => {
      const whole = Buffer.concat([part('form-data; name="a"', '\r\n--b0undarx'), file(JPEG), END]);
      for (const size of [1, 2, 3, 7, 64, 1000]) {
        const connection = await served.connect();
        connection.socket.setNoDelay(true);
        await connection.send(head('/avatar', undefined, FORM));
        for (let start = 0; start < whole.length; start += size) {
          await connection.send(chunk(whole.subarray(start, start + size)));
        }
        await connection.send(chunk(Buffer.alloc(0)));
        assert.equal((await connection.answer()).json().sha256, digest(JPEG));
        connection.close();
      }
    });

    test('ends of a form', async () => {
      for (const end of [END, END.subarray(0, -2), Buffer.concat([END, Buffer.from('an epilogue\r\n')])]) {
        assert.equal((await send('/avatar', [file(JPEG)], { end })).status, 200);
      }
    });

    test('data that looks like a boundary', async () => {
      // What follows the end of a picture is not looked at, unless it makes it another file as well.
      const data = Buffer.concat([
        PNG,
        Buffer.from(`\r\n--b0undarx\r\n\r\n--b0undar${'\r'.repeat(50)}${'\r\n-'.repeat(50)}`),
      ]);
      const answer = await send('/avatar', [file(data, { type: 'image/png' })]);
      assert.equal((await answer.json()).sha256, digest(data));
    });

    test('other parts are read over', async () => {
      const others = [
        part('form-data; name="file"', 'text, not a file'),
        part('form-data; name="other"; filename="x.jpg"', 'no image', 'image/jpeg'),
        part('form-data; name="csrf"', 't0ken'),
        part('form-data; name="files"; filename=""', '', 'application/octet-stream'),
      ];
      assert.equal((await send('/avatar', [...others, file(JPEG), others[2]])).status, 200);
      assert.equal((await send('/album', [...others, file(JPEG, { field: 'files' })])).status, 200);
    });

    test('forms without one file', async () => {
      const bad = [
        [[], 'none'],
        [[part('form-data; name="other"; filename="x"', 'x')], 'none'],
        [[part('form-data; name="file"', 'x')], 'none'],
        [[part('form-data; name="file"', 'x', 'application/octet-stream')], 'none'],
        [[part('form-data; name="file"; filename=""', '', 'application/octet-stream')], 'none'],
        [[part('attachment; name="file"; filename="x"', 'x')], 'none'],
        [[part('form-data; filename="x"', 'x')], 'none'],
        [[file(Buffer.from('x')), file(Buffer.from('x'))], 'more'],
      ];
      for (const [parts, received] of bad) {
        const answer = await send('/avatar', parts);
        const { error } = await answer.json();
        assert.deepEqual([answer.status, error.code, error.details.received], [400, 'request_malformed', received]);
        assert.match(error.message, /in the field file/);
        const said = {
          none: 'No picture was chosen. Please choose one.',
          more: 'Too many pictures at once; the limit is 1.',
        };
        assert.equal(error.user_message, said[received]);
      }
    });

    test('another type of body', async () => {
      const types = [
        'text/plain',
        'application/octet-stream',
        'multipart/mixed; boundary=b0undary',
        'multipart/form-datax; boundary=b0undary',
      ];
      for (const type of types) {
        const answer = await send('/avatar', [file(JPEG)], { type });
        const { error } = await answer.json();
        assert.deepEqual(
          [answer.status, error.code, error.details.expected],
          [400, 'request_malformed', 'multipart/form-data'],
        );
      }
    });

    test('JSON that another middleware has read', async () => {
      const answer = await send('/avatar', [], { end: Buffer.from('{"a":1}'), type: 'application/json' });
      assert.deepEqual(await refused(answer), [400, 'request_malformed']);
    });

    test('no usable boundary', async () => {
      const boundaries = [
        '',
        '; boundary=',
        '; boundary=""',
        `; boundary=${'x'.repeat(71)}`,
        `; boundary=${'x'.repeat(5000)}`,
        '; x="; boundary=a"',
      ];
      for (const boundary of boundaries) {
        const answer = await send('/avatar', [file(JPEG)], { type: `multipart/form-data${boundary}` });
        assert.deepEqual(await refused(answer), [400, 'request_malformed']);
      }
      for (const type of [
        `multipart/form-data; boundary="${BOUNDARY}"`,
        `Multipart/Form-Data; charset=utf-8; Boundary=${BOUNDARY}`,
      ]) {
        assert.equal((await send('/avatar', [file(JPEG)], { type })).status, 200, type);
      }
    });

    test('forms that are none', async () => {
      const bodies = [
        '',
        'no form',
        '--other\r\n\r\n',
        '--b0undary\r\n',
        '--b0undary\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nhalf',
        '--b0undary\r\nbad header\r\n\r\nx\r\n--b0undary--\r\n',
        `--b0undary\r\n${'x'.repeat(5000)}: y\r\n\r\nx\r\n--b0undary--\r\n`,
        `--b0undary\r\n${'X-A: y\r\n'.repeat(500)}\r\nx\r\n--b0undary--\r\n`,
        `${'--b0undary\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(1001)}--b0undary--\r\n`,
      ];
      for (const body of bodies) {
        assert.deepEqual(await refused(await send('/avatar', [], { end: Buffer.from(body) })), [
          400,
          'request_malformed',
        ]);
      }
    });

    test('every form that is cut off is refused', async () => {
      const whole = Buffer.concat([
        part('form-data; name="a"', 'x'),
        file(JPEG.subarray(0, 40)),
        part('form-data; name="b"; filename="c"', 'x'),
        END.subarray(0, -2),
      ]);
      for (let length = 0; length < whole.length; length += 1) {
        const answer = await send('/avatar', [], { end: whole.subarray(0, length) });
        assert.deepEqual(await refused(answer), [400, 'request_malformed'], String(length));
      }
    });

    test('the declared type counts', async () => {
      const answer = await send('/avatar', [file(JPEG, { type: 'image/png' })]);
      const { error } = await answer.json();
      assert.deepEqual([answer.status, error.code], [415, 'image_format_mismatch']);
      assert.deepEqual(error.details, { declared: 'image/png', detected: 'image/jpeg' });
      assert.equal((await send('/avatar', [file(JPEG, { type: 'image/pjpeg' })])).status, 200);
      assert.equal((await send('/avatar', [file(JPEG, { type: null })])).status, 200);
      const open = ['application/octet-stream', 'Binary/Octet-Stream', 'application/octet-stream; charset=binary', 'image/*'];
      for (const type of open) assert.equal((await send('/avatar', [file(JPEG, { type })])).status, 200, type);
      const other = await send('/avatar', [file(JPEG, { type: 'application/x-octet' })]);
      assert.deepEqual(await refused(other), [415, 'image_format_mismatch']);
      assert.equal((await send('/loose', [file(JPEG, { type: 'image/png', field: '사진' })])).status, 200);
    });

    test('bad images', async () => {
      const bad = [
        [image('half_baseline_420.jpg'), 'image/jpeg', 422, 'image_corrupt'],
        [image('bomb_150mp.png'), 'image/png', 413, 'image_too_large'],
        [image('animated.gif'), 'image/gif', 415, 'image_format_not_allowed'],
        [Buffer.from("<svg xmlns='x'/>"), 'image/svg+xml', 415, 'image_format_not_allowed'],
        [Buffer.from('text'), 'image/jpeg', 415, 'image_format_unknown'],
        // An empty file that has a name was chosen, and is an image that is too small.
        [Buffer.alloc(0), 'image/jpeg', 422, 'image_too_small'],
      ];
      for (const [data, type, ...expected] of bad) {
        assert.deepEqual(await refused(await send('/avatar', [file(data, { type })])), expected);
      }
      const cut = JPEG.subarray(0, 300);
      const answer = await send(
        '/album',
        [JPEG, JPEG, cut].map((data) => file(data, { field: 'files' })),
      );
      const { error } = await answer.json();
      assert.deepEqual([answer.status, error.code, error.index], [422, 'image_corrupt', 2]);
      assert.match(error.message, /^image 2: /);
      assert.ok(!('index' in (await (await send('/avatar', [file(cut)])).json()).error));
    });

    test('limits of a list', async () => {
      const files = (...all) => all.map((data) => file(data, { field: 'files' }));
      const four = await send('/album', files(JPEG, JPEG, JPEG, JPEG));
      assert.equal((await four.json()).error.details.expected, 'at most 3 files in the field files');
      const half = Buffer.concat([JPEG, Buffer.alloc(60_000)]);
      const two = await send('/album', files(half, half));
      assert.deepEqual((await two.json()).error.details, { max_bytes: 120_000 });
      const { error } = await (await send('/album', files(JPEG, Buffer.alloc(150_000)))).json();
      assert.deepEqual([error.code, error.index], ['image_too_large', 1]);
      // How much more there is nobody knows.
      const { max } = error.details;
      assert.equal(error.message, `image 1: expected at most ${max} for bytes, received more than ${max}`);
      assert.equal(error.user_message, `This file is larger than ${(max / 1000).toFixed()} KB.`);
      assert.deepEqual(await refused(await send('/album', [])), [400, 'request_malformed']);
    });

    test('images together are bounded before any is decoded', async () => {
      const files = (...all) => all.map((data) => file(data, { field: 'files', type: null }));
      // Nothing is found wrong with the first, since its pixels, which break off, are not looked at.
      const broken = JPEG.subarray(0, -200);
      for (const [path, what, max] of [
        ['/pixels', 'total_pixels', 6912],
        ['/work', 'total_work_pixels', 12_516],
      ]) {
        assert.equal((await send(path, files(JPEG, image('animated.gif')))).status, 200);
        const answer = await send(path, files(broken, image('animated.gif'), JPEG));
        const { error } = await answer.json();
        assert.deepEqual([answer.status, error.code, error.index], [413, 'image_too_large', undefined]);
        assert.deepEqual([error.details.what, error.details.max], [what, max]);
        const spelled = what.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
        assert.ok(error.message.startsWith(`expected at most ${max} for ${spelled}, received `), error.message);
      }
    });

    test('the headers of a list are read on the pool', async () => {
      const onLoop = mock.method(core, 'checkTotals');
      const onPool = mock.method(core, 'prepareTotals');
      const counts = () => [onLoop.mock.callCount(), onPool.mock.callCount()];
      const one = file(JPEG, { field: 'files' });
      assert.equal((await send('/album', [one])).status, 200);
      assert.deepEqual(counts(), [0, 0]);
      assert.equal((await send('/album', [one, one])).status, 200);
      assert.deepEqual(counts(), [0, 1]);
      mock.restoreAll();
    });

    test('a file without a header is refused before any is decoded', async () => {
      const headless = image('no_width.png');
      for (const [type, ...expected] of [
        ['image/png', 422, 'image_corrupt'],
        // It says what a check of its own says.
        ['image/jpeg', 415, 'image_format_mismatch'],
      ]) {
        const answer = await send('/pixels', [
          file(JPEG.subarray(0, -200), { field: 'files' }),
          file(headless, { field: 'files', type }),
        ]);
        const { error } = await answer.json();
        assert.deepEqual([answer.status, error.code, error.index], [...expected, 1]);
        assert.match(error.message, /^image 1: expected /);
      }
    });

    test('limit of the body', async () => {
      assert.equal((await send('/short', [file(JPEG)])).status, 200);
      const answer = await send('/short', [part('form-data; name="note"', Buffer.alloc(5000)), file(JPEG)]);
      assert.deepEqual(await refused(answer), [413, 'request_too_large']);
      // A file of exactly the rules' size fits, with the form around it.
      const exact = Buffer.concat([JPEG, Buffer.alloc(100_000 - JPEG.length)]);
      assert.equal((await (await send('/avatar', [file(exact)])).json()).sizeBytes, 100_000);
      const more = await send('/avatar', [file(Buffer.concat([exact, Buffer.alloc(1)]))]);
      assert.deepEqual(await refused(more), [413, 'image_too_large']);
    });

    test('a file, and a list, are refused as soon as they are too long', async () => {
      const half = file(Buffer.concat([JPEG, Buffer.alloc(60_000)]), { field: 'files' });
      const bodies = [
        [
          '/avatar',
          [file(JPEG).subarray(0, -2), ...Array.from({ length: 25 }, () => Buffer.alloc(4096))],
          'image_too_large',
        ],
        ['/album', [half, half.subarray(0, -1000)], 'request_too_large'],
        ['/avatar', [file(JPEG), file(JPEG)], 'request_malformed'],
      ];
      for (const [path, pieces, code] of bodies) {
        const connection = await served.connect();
        await connection.send(head(path, undefined, FORM), ...pieces.map(chunk));
        // The body has no end, and yet there is an answer.
        assert.equal((await connection.answer()).json().error.code, code);
        connection.close();
      }
    });

    test('an announced length is refused at once', async () => {
      const connection = await served.connect();
      await connection.send(head('/avatar', 10_000_000, FORM));
      assert.equal((await connection.answer()).status, 413);
      connection.close();
    });

    test('a client that goes on sending gets its answer, and the connection stays usable', async () => {
      const whole = Buffer.concat([file(Buffer.concat([JPEG, Buffer.alloc(20_000_000)])), END]);
      for (const isChunked of [false, true]) {
        const connection = await served.connect();
        await connection.send(head('/avatar', isChunked ? undefined : whole.length, FORM));
        for (let start = 0; start < whole.length; start += 1_000_000) {
          const piece = whole.subarray(start, start + 1_000_000);
          await connection.send(isChunked ? chunk(piece) : piece);
        }
        if (isChunked) await connection.send(chunk(Buffer.alloc(0)));
        assert.equal((await connection.answer()).status, 413);
        await connection.send(Buffer.from('GET /ping HTTP/1.1\r\nhost: x\r\n\r\n'));
        assert.equal((await connection.answer()).json(), 'pong');
        connection.close();
      }
    });

    test('a client that breaks off is no failure', async () => {
      for (const body of [file(JPEG).subarray(0, 500), Buffer.alloc(0), file(JPEG)]) {
        await served.breakOff(head('/avatar', 50_000, FORM), body);
      }
      assert.equal((await send('/avatar', [file(JPEG)])).status, 200);
    });

    test('pixels do not hold up the event loop', async () => {
      const large = pngOf(8000, 8000);
      let isDone = false;
      const { begin } = core;
      const begun = new Promise((resolve) => {
        mock.method(core, 'begin', (...given) => {
          const work = begin(...given);
          resolve();
          return work.finally(() => (isDone = true));
        });
      });
      const heavy = send('/loose', [file(large, { field: '사진', type: 'image/png' })]);
      await begun;
      assert.equal(await (await fetch(`${served.url}/ping`)).json(), 'pong');
      assert.equal(isDone, false);
      assert.equal((await (await heavy).json()).width, 8000);
      mock.restoreAll();
    });
  });
}
