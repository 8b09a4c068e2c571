'use strict';

// JSON that costs a parser too much: refused before it is parsed, by everything here that reads JSON or stands before what does.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { gzipSync } = require('node:zlib');

const { encodeDataUri } = require('presize');
const { bodyLimit, imageDataUris, presizeErrors, uploadRouter } = require('presize/express');
const { errorResponse, readDataUris, readJson, uploadHandler } = require('presize/http');
const { adapted, chunk, head, image, post, refused, serve, until } = require('./http_app.js');

const MEGABYTE = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };
const PNG = encodeDataUri(image('rgb.png'), 'png');
const JPEG = encodeDataUri(image('baseline_420.jpg'), 'jpeg');
const uploads = { issue: () => assert.fail('nobody is issued a ticket') };

/** What parsers take gigabytes or seconds for. */
const ATTACKS = {
  'empty lists': '[],',
  'empty texts': '"",',
  'empty objects': '{},',
  'deep lists': '[',
  numbers: '1,',
  'deep objects': '{"":',
  escapes: '\\u0041',
};

function attack(name, bytes) {
  const word = ATTACKS[name];
  const body = word.repeat(Math.floor(bytes / word.length));
  return `{"images":[${name === 'escapes' ? `"${body}"` : body}`;
}

function expressApp(express) {
  const app = express();
  app.set('env', 'test');
  const size = (request, response) => response.json(JSON.stringify(request.body).length);
  app.post('/limited', bodyLimit(32 * MEGABYTE), express.json({ limit: '32mb' }), size);
  app.post('/any', bodyLimit(32 * MEGABYTE), express.json({ limit: '32mb', type: () => true }), size);
  app.post('/uris', bodyLimit(32 * MEGABYTE, { maxDataUris: 1 }), express.json({ limit: '32mb' }), size);
  app.post('/many', bodyLimit(MEGABYTE, { maxStructureBytes: 500_000 }), express.json({ limit: '1mb' }), size);
  // As one that asks a database, until what has been sent is there.
  const hasCome = ({ complete, readableLength }) => complete || readableLength > 10_000;
  const slow = (request, _response, next) => until(() => hasCome(request)).then(() => setImmediate(next));
  app.post('/slow', slow, bodyLimit(MEGABYTE), express.json(), size);
  app.post('/slow/unread', slow, bodyLimit(MEGABYTE), (_request, response) => response.json('not read'));
  app.post('/images', imageDataUris({ maxImages: 3 }), (request, response) => {
    response.json(request.images.map(({ width }) => width));
  });
  app.post('/photos', imageDataUris(undefined, { field: '사진', client: () => 'a' }), (request, response) => {
    response.json(request.images.length);
  });
  app.post('/parsed', express.json(), imageDataUris(), () => assert.fail());
  app.use('/upload', uploadRouter(uploads, { currentUser: () => 'user-7' }));
  app.get('/ping', (_request, response) => response.json('pong'));
  app.use(presizeErrors());
  return app;
}

const ROUTES = {
  '/images': async (request) => (await readDataUris(request, { maxImages: 3 })).map(({ width }) => width),
  '/photos': async (request) => (await readDataUris(request, undefined, { field: '사진', client: 'a' })).length,
  '/limited': async (request) => JSON.stringify(await readJson(request, { maxBodyBytes: 32 * MEGABYTE })).length,
};

function webApp() {
  const issue = uploadHandler(uploads, { currentUser: () => 'user-7' });
  return adapted(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/upload/presigned-url') return issue(request);
    try {
      return Response.json(await ROUTES[pathname](request));
    } catch (error) {
      return errorResponse(error);
    }
  });
}

const STACKS = {
  'Express 5': () => expressApp(require('express5')),
  'Express 4': () => expressApp(require('express4')),
  'presize/http': webApp,
};

for (const [name, app] of Object.entries(STACKS)) {
  describe(name, () => {
    let served;
    before(async () => {
      served = await serve(app());
    });
    after(() => served.close());

    for (const route of ['/limited', '/images']) {
      test(`${route} refuses what would cost a parser too much, while it streams`, async () => {
        for (const each of Object.keys(ATTACKS)) {
          const connection = await served.connect();
          await connection.send(head(route, undefined), chunk(Buffer.from(attack(each, 8 * MEGABYTE))));
          // It has no end, and yet there is an answer.
          const answer = await connection.answer();
          assert.deepEqual([answer.status, answer.json().error.code], [400, 'request_malformed'], each);
          connection.close();
        }
      });

      test(`${route} takes white space and long texts, within its limit`, async () => {
        const space = `{"images":${' '.repeat(5 * MEGABYTE)}[]}`;
        assert.equal((await post(served.url + route, space, JSON_TYPE)).status, 200);
        const long = JSON.stringify({ images: [], other: 'a'.repeat(5 * MEGABYTE) });
        assert.equal((await post(served.url + route, long, JSON_TYPE)).status, 200);
      });
    }

    test('a ticket is not asked for in depth', async () => {
      const body = `{"contentType":"image/jpeg","fileSize":7,"a":${'['.repeat(40)}${']'.repeat(40)}}`;
      const answer = await post(`${served.url}/upload/presigned-url`, body, JSON_TYPE);
      assert.deepEqual(await refused(answer), [400, 'request_malformed']);
    });

    test('data URIs of a field are those that JSON.parse finds', async () => {
      const shown = async (body) => {
        const answer = await post(`${served.url}/images`, body, JSON_TYPE);
        return [answer.status, await answer.json()];
      };
      const escaped = JSON.stringify(PNG).replaceAll('/', '\\/').replaceAll('+', '\\u002B').replace('d', '\\u0064');
      assert.deepEqual(await shown(`{"images":[${escaped},\n${JSON.stringify(JPEG)}]}`), [200, [48, 48]]);
      assert.deepEqual(await shown(`{"images":5,"im\\u0061ges":[${escaped}],"x":{"images":[]}}`), [200, [48]]);
      assert.deepEqual(await shown(`{"images":[${escaped}],"images":[]}`), [200, []]);
      for (const body of ['{"images":[]}x', '{"images":[],}', '{"images":[]', '{"images":["\\q"]}', '{"images":["\n"]}', '{images:[]}']) {
        const [status, { error }] = await shown(body);
        assert.deepEqual([status, error.details.received], [400, 'text that is no JSON'], body);
      }
      const bytes = Buffer.from('{"images":["\xff"]}', 'latin1');
      assert.deepEqual(await refused(await post(`${served.url}/images`, bytes, JSON_TYPE)), [400, 'request_malformed']);
      const half = await shown('{"images":["data:\\ud800"]}');
      assert.deepEqual([half[0], half[1].error.index], [400, 0]);
      const photos = await post(`${served.url}/photos`, JSON.stringify({ 사진: [PNG] }), JSON_TYPE);
      assert.equal(await photos.json(), 1);
    });
  });
}

for (const name of ['Express 5', 'Express 4']) {
  describe(`${name}, before express.json()`, () => {
    let served;
    before(async () => {
      served = await serve(STACKS[name]());
    });
    after(() => served.close());

    test('every type of JSON is scanned', async () => {
      const body = attack('empty lists', MEGABYTE);
      for (const type of ['text/json', 'Text/JSON; charset=utf-8', 'image/x+json', 'model/vnd.a+json']) {
        const answer = await post(`${served.url}/any`, Buffer.from(body), { 'content-type': type });
        assert.deepEqual(await refused(answer), [400, 'request_malformed'], type);
      }
    });

    test('a body without a type is scanned where a parser of every type would parse it', async () => {
      const untyped = async (pieces, ...more) => {
        const connection = await served.connect();
        const lines = ['POST /any HTTP/1.1', 'host: x', 'transfer-encoding: chunked', ...more];
        await connection.send(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
        for (const piece of pieces) await connection.send(chunk(Buffer.from(piece)));
        await connection.send(chunk(Buffer.alloc(0)));
        const answer = await connection.answer();
        connection.close();
        return [answer.status, answer.json().error?.code ?? answer.json()];
      };
      const lists = attack('empty lists', MEGABYTE);
      for (const pieces of [[lists], [' \r\n\t', ' ', lists], ['\ufeff', lists], [`[${lists}`]]) {
        assert.deepEqual(await untyped(pieces), [400, 'request_malformed']);
      }
      assert.deepEqual(await untyped([lists], 'content-type: json'), [400, 'request_malformed']);
      const packed = gzipSync(Buffer.from('[]'));
      assert.deepEqual(await untyped([packed], 'content-encoding: gzip'), [415, 'request_type_unsupported']);
      assert.deepEqual(await untyped([' ', '[1,', '2]']), [200, 5]);
      // What starts as no list and no object costs a parser nothing.
      assert.equal((await untyped([`1${'[],'.repeat(MEGABYTE)}`]))[0], 400);
    });

    test('limits of the program’s own', async () => {
      const two = JSON.stringify({ images: [PNG, PNG] });
      assert.deepEqual(await refused(await post(`${served.url}/uris`, two, JSON_TYPE)), [413, 'data_uri_count_exceeded']);
      const numbers = JSON.stringify(Array(100_000).fill(1));
      assert.equal((await post(`${served.url}/many`, numbers, JSON_TYPE)).status, 200);
      assert.deepEqual(await refused(await post(`${served.url}/limited`, numbers, JSON_TYPE)), [400, 'request_malformed']);
      for (const wrong of [{ maxDepth: 0 }, { depth: 5 }, 5, null]) {
        assert.throws(() => bodyLimit(1, wrong), { code: 'option_invalid' });
      }
    });

    test('what the scanner would read otherwise than the parser', async () => {
      const bomb = gzipSync(Buffer.from(`[${'[],'.repeat(MEGABYTE)}[]]`));
      for (const [body, headers] of [
        [bomb, { ...JSON_TYPE, 'content-encoding': 'gzip' }],
        ['[]', { 'content-type': 'application/json; charset=utf-7' }],
        [Buffer.from('[]', 'utf16le'), { 'content-type': 'application/json; charset="utf-16"' }],
      ]) {
        const answer = await post(`${served.url}/limited`, body, headers);
        assert.deepEqual(await refused(answer), [415, 'request_type_unsupported']);
      }
      for (const body of [Buffer.from('[]', 'utf16le'), Buffer.from('\ufeff[]', 'utf16le')]) {
        assert.deepEqual(await refused(await post(`${served.url}/limited`, body, JSON_TYPE)), [400, 'request_malformed']);
      }
      for (const type of ['application/json; charset=utf-8', 'application/json; charset="UTF-8"']) {
        assert.equal((await post(`${served.url}/limited`, '[]', { 'content-type': type })).status, 200);
      }
    });

    test('a body that came in before it', async () => {
      const send = (path, body) => post(served.url + path, body, JSON_TYPE);
      assert.deepEqual(await refused(await send('/slow', '[],'.repeat(30_000))), [400, 'request_malformed']);
      assert.equal(await (await send('/slow', JSON.stringify({ a: 'b' }))).json(), 9);
      const connection = await served.connect();
      for (let times = 0; times < 2; times += 1) {
        const body = Buffer.from(JSON.stringify({ a: 'b'.repeat(1000) }));
        await connection.send(head('/slow/unread', body.length), body);
        assert.equal((await connection.answer()).json(), 'not read');
      }
      connection.close();
    });

    test('a body that somebody has read is the program’s own mistake', async () => {
      assert.equal((await post(`${served.url}/parsed`, '{"images":[]}', JSON_TYPE)).status, 500);
      for (const type of ['text/plain', 'multipart/form-data; boundary=a']) {
        const answer = await post(`${served.url}/images`, '{"images":[]}', { 'content-type': type });
        assert.deepEqual(await refused(answer), [415, 'request_type_unsupported']);
      }
    });
  });
}

test('of a document at random, the field is that of JSON.parse', async () => {
  // Numbers that look random, and are the same each time (Lehmer's generator).
  let state = 20_261_130;
  const random = (below) => (state = (state * 48_271) % 2_147_483_647) % below;
  const words = ['{', '}', '[', ']', ':', ',', '"', '"images"', '"im\\u0061ges"', '"a"', '"data:,"', '1', '-0.5e+3', '01', '1.', '-', 'true', 'null', 'nul', ' ', '\n', '\u00a0', '\\', '\\ud83d\\ude00', '\\ud83d', '\\u12', '\t', '\u0001'];
  const starts = ['{"images":[', '{"a":1,"images":["x","', '{"images":', '{"images":["a"],', ''];
  const ends = [']}', '"]}', '}', ''];
  let lists = 0;
  for (let round = 0; round < 6000; round += 1) {
    let text = starts[random(starts.length)];
    for (let count = random(7); count > 0; count -= 1) text += words[random(words.length)];
    text += ends[random(ends.length)];
    const body = Buffer.from(text);
    const request = new Request('http://x/', { method: 'POST', body, headers: JSON_TYPE });
    const error = await readDataUris(request, { maxImages: 1 }).then(
      () => ({ code: 'ok' }),
      (refusal) => refusal,
    );
    assert.equal(shownBy(error), expected(text), text);
    if (error.code !== 'request_malformed') lists += 1;
  }
  assert.ok(lists > 100, String(lists));
});

/** What an error tells of a document. None of the texts is a data URI. */
function shownBy({ code, details }) {
  if (code === 'request_malformed') return details.received;
  return code === 'option_invalid' ? details.received : code === 'ok' ? 'empty' : 'texts';
}

function expected(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return 'text that is no JSON';
  }
  const kind = (each) =>
    each === null ? 'null' : Array.isArray(each) ? 'a list' : typeof each === 'object' ? 'an object' : `a ${typeof each}`;
  if (kind(value) !== 'an object') return kind(value);
  const list = value.images;
  if (list === undefined) return 'none';
  if (!Array.isArray(list)) return kind(list);
  const other = list.find((each) => typeof each !== 'string');
  if (other !== undefined) return `${kind(other)} in it`;
  if (list.length === 0) return 'empty';
  return list.every((each) => each.isWellFormed()) ? 'texts' : 'one with half a surrogate pair';
}

