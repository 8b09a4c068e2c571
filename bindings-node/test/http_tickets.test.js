'use strict';

// The requests for tickets, and to confirm uploads, that all frameworks answer alike: presize/http, and presize/express in
// Express 5 and 4, with and without express.json() before it. The bucket is that of a real S3 server.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');

const { Bucket, Credentials, Presigner, UploadPolicy, Uploads, requestUnauthenticated, serverBusy } = require('presize');
const { presizeErrors, uploadRouter } = require('presize/express');
const { confirmHandler, uploadHandler } = require('presize/http');
const { VECTORS, adapted, chunk, head, holds, post, postJson, refused, serve } = require('./http_app.js');
const { inJavaScript } = require('./runner/comparison.js');
const { data } = require('./runner/inputs.js');
const { sendTicket, startS3 } = require('./s3.js');

const { cases: CASES } = JSON.parse(fs.readFileSync(path.join(VECTORS, 'frameworks.json'), 'utf8'));
const PATH = '/camel/presigned-url';
const BODY = { contentType: 'image/jpeg', fileSize: 7 };
const USER = { 'x-user': '"user-7"' };

/** Who is signed in: the application's own business, here a header in JSON so that it can say every text. */
function userOf(header) {
  return header === undefined || header === null ? null : JSON.parse(header);
}

let s3;
before(async () => {
  s3 = await startS3();
});
after(() => s3.stop());

function uploadsWith(policy = {}, credentials = {}) {
  const camel = Object.entries(policy).map(([name, value]) => [
    name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()),
    value,
  ]);
  const bucket = Bucket.custom(s3.endpoint, s3.region, s3.bucket, 'path');
  const presigner = new Presigner(bucket, new Credentials(s3.accessKeyId, s3.secretAccessKey, credentials));
  return new Uploads(presigner, new UploadPolicy(Object.fromEntries(camel)));
}

/** A case with the key of its upload, which is sent, in place of every {key}. */
async function prepared({ upload, ...given }) {
  if (upload === undefined) return given;
  const bytes = data(upload.data);
  const asked = { owner: upload.owner ?? given.user, contentType: upload.content_type, sizeBytes: bytes.length };
  const ticket = uploadsWith(given.policy).issue(asked);
  assert.ok((await sendTicket(ticket, bytes)).ok);
  return JSON.parse(JSON.stringify(given).replaceAll('{key}', ticket.key));
}

function webApp(uploads, { currentUser = (request) => userOf(request.headers.get('x-user')), ...options } = {}) {
  const handlers = {
    '/snake/presigned-url': uploadHandler(uploads, { currentUser, ...options, case: 'snake' }),
    '/camel/presigned-url': uploadHandler(uploads, { currentUser, ...options }),
    '/snake/confirm': confirmHandler(uploads, { currentUser, ...options, case: 'snake' }),
    '/camel/confirm': confirmHandler(uploads, { currentUser, ...options }),
  };
  return adapted((request) => handlers[new URL(request.url).pathname](request));
}

function expressApp(express, ...middleware) {
  return (uploads, { currentUser = (request) => userOf(request.get('x-user')), ...options } = {}) => {
    const app = express();
    // Not what these tests are about: Express would print what reaches its own handler.
    app.set('env', 'test');
    for (const each of middleware) app.use(each);
    app.use('/snake', uploadRouter(uploads, { currentUser, ...options, case: 'snake' }));
    app.use('/camel', uploadRouter(uploads, { currentUser, ...options }));
    app.get('/ping', (_request, response) => response.json('pong'));
    app.use(presizeErrors());
    return app;
  };
}

const express5 = require('express5');
const express4 = require('express4');
const STACKS = {
  'presize/http': { app: webApp },
  'Express 5': { app: expressApp(express5) },
  'Express 4': { app: expressApp(express4) },
  'Express 5 after express.json()': { app: expressApp(express5, express5.json()), isParsed: true },
  'Express 4 after express.json()': { app: expressApp(express4, express4.json()), isParsed: true },
  'Express 5 after express.raw()': { app: expressApp(express5, express5.raw({ type: () => true })), isRead: true },
  'Express 4 after express.text()': { app: expressApp(express4, express4.text({ type: () => true })), isText: true },
};

for (const [name, { app, isParsed, isText, isRead = isParsed || isText }] of Object.entries(STACKS)) {
  describe(name, () => {
    let served;
    const policies = new Map();
    before(async () => {
      served = await serve((request, response) => {
        const policy = request.headers['x-policy'] ?? '{}';
        if (!policies.has(policy)) policies.set(policy, app(uploadsWith(JSON.parse(policy))));
        return policies.get(policy)(request, response);
      });
    });
    after(() => served.close());

    for (const each of CASES) {
      // express.json() reads before anybody is asked who it is, and has read what is too large for a ticket.
      if (isParsed && /^(nobody and|large body|confirm by nobody and|confirm a body of)/.test(each.name)) continue;
      test(each.name, async () => {
        const { request, body: answered, names } = await prepared(each);
        const text = 'body' in request ? JSON.stringify(request.body) : request.body_text;
        const headers = { ...request.headers, 'x-policy': JSON.stringify(each.policy) };
        if (each.user !== null) headers['x-user'] = JSON.stringify(each.user);
        const body = text === undefined ? undefined : Buffer.from(text);
        const answer = await fetch(served.url + request.path, { method: request.method, headers, body });
        const received = await answer.text();
        assert.equal(answer.status, each.status, received);
        if (each.status === 405) {
          assert.deepEqual([answer.headers.get('allow'), received], ['POST', '']);
          return;
        }
        assert.equal(answer.headers.get('content-type'), 'application/json');
        // express.json() has its own opinion of what is no JSON object.
        const isBodyParsers = isParsed && each.status === 400 && answered.error.code === 'request_malformed';
        const error = request.path.startsWith('/camel') && answered.error && inJavaScript(answered.error);
        const named = error ? { error } : answered;
        const expected = isBodyParsers ? { error: { code: answered.error.code } } : named;
        assert.ok(holds(expected, JSON.parse(received)), received);
        if (names !== undefined) assert.deepEqual(Object.keys(JSON.parse(received)), names);
        if (each.status >= 400) assert.match(JSON.parse(received).error.user_message, /^[A-Z].*[.]$/);
      });
    }

    test('an answer has these names and types and no others', async () => {
      const names = {
        '/snake/presigned-url': ['upload_url', 'method', 'headers', 'key', 'public_url', 'expires_in', 'expires_at'],
        '/camel/presigned-url': ['uploadUrl', 'method', 'headers', 'key', 'publicUrl', 'expiresIn', 'expiresAt'],
      };
      for (const [path_, expected] of Object.entries(names)) {
        const start = Math.floor(Date.now() / 1000);
        const both = { ...BODY, content_type: 'image/jpeg', file_size: 7 };
        const answer = await postJson(served.url + path_, both, USER);
        assert.equal(answer.headers.get('cache-control'), 'no-store');
        const ticket = await answer.json();
        const end = Math.floor(Date.now() / 1000);
        assert.deepEqual(Object.keys(ticket), expected);
        const [url, method, headers, key, publicUrl, expiresIn, expiresAt] = Object.values(ticket);
        assert.match(key, /^uploads\/user-7\//);
        assert.ok(url.startsWith(`${s3.endpoint}/${s3.bucket}/incoming/${key}?`));
        assert.deepEqual([method, publicUrl, expiresIn], ['PUT', null, 300]);
        assert.deepEqual(headers, { 'content-type': 'image/jpeg', 'content-length': '7' });
        assert.ok(Number.isInteger(expiresAt) && expiresAt >= start + 300 && expiresAt <= end + 300);
      }
    });

    // express.json() and express.text() decode by themselves.
    test('bytes that are no UTF-8 are no JSON', { skip: isParsed || isText }, async () => {
      const text = JSON.stringify(BODY);
      const latin1 = Buffer.from(text.replace('jpeg', 'jp\u00e9g'), 'latin1');
      for (const body of [latin1, Buffer.from(text, 'utf16le'), Buffer.from(`\ufeff${text}`)]) {
        const answer = await post(served.url + PATH, body, { ...USER, 'content-type': 'application/json' });
        assert.deepEqual(await refused(answer), [400, 'request_malformed']);
      }
    });

    test('a name of the prototype is no field', async () => {
      const body = '{"__proto__":{"contentType":"image/jpeg","fileSize":7}}';
      const answer = await post(served.url + PATH, body, { ...USER, 'content-type': 'application/json' });
      assert.deepEqual(await refused(answer), [400, 'request_malformed']);
    });

    test('an announced body is refused before it is sent', { skip: isRead }, async () => {
      for (const [user, status] of [
        ['x-user: "user-7"', 413],
        ['x-other: none', 401],
      ]) {
        const connection = await served.connect();
        await connection.send(head(PATH, 99_999_999, 'application/json', user));
        assert.equal((await connection.answer()).status, status);
        connection.close();
      }
    });
  });
}

// Where presize itself reads the body.
for (const name of ['presize/http', 'Express 5', 'Express 4']) {
  describe(`${name}, by hand`, () => {
    const { app } = STACKS[name];
    let served;
    before(async () => {
      served = await serve(app(uploadsWith()));
    });
    after(() => served.close());

    test('a chunked body without an end is refused while it streams', async () => {
      const connection = await served.connect();
      await connection.send(head(PATH, undefined, 'application/json', 'x-user: "user-7"'));
      for (let index = 0; index < 17; index += 1) await connection.send(chunk(Buffer.alloc(1024, ' ')));
      const answer = await connection.answer();
      assert.deepEqual([answer.status, answer.json().error.code], [413, 'request_too_large']);
      connection.close();
    });

    test('a client that goes on sending gets its answer, and the connection stays usable', async () => {
      for (const [user, status] of [
        ['x-user: "user-7"', 413],
        ['x-other: none', 401],
      ]) {
        const connection = await served.connect();
        await connection.send(head(PATH, undefined, 'application/json', user));
        // All of it, although the answer is there after the first kilobytes.
        for (let index = 0; index < 320; index += 1) await connection.send(chunk(Buffer.alloc(65_536, ' ')));
        await connection.send(chunk(Buffer.alloc(0)));
        assert.equal((await connection.answer()).status, status);
        const body = JSON.stringify(BODY);
        await connection.send(head(PATH, body.length, 'application/json', 'x-user: "user-7"'), Buffer.from(body));
        assert.equal((await connection.answer()).status, 200);
        connection.close();
      }
    });

    test('a body that never ends is not read forever', async () => {
      const bytes = await served.sendForever(head(PATH, undefined, 'application/json', 'x-user: "user-7"'));
      assert.ok(bytes < 66 * 1024 * 1024, `${bytes} bytes`);
    });

    test('a client that goes away is no failure', async () => {
      for (const sent of ['{', '', '{"contentType":"image/jpeg"']) {
        await served.breakOff(head(PATH, 100, 'application/json', 'x-user: "user-7"'), Buffer.from(sent));
      }
      assert.equal((await postJson(served.url + PATH, BODY, USER)).status, 200);
    });

    test('every ticket has a key of its own', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => postJson(served.url + PATH, BODY, USER)));
      const tickets = await Promise.all(answers.map((answer) => answer.json()));
      assert.equal(new Set(tickets.map(({ key }) => key)).size, 20);
    });
  });

  describe(`${name}, its options`, () => {
    const { app } = STACKS[name];

    async function ask(options, credentials) {
      const served = await serve(app(uploadsWith({}, credentials), options));
      try {
        const answer = await postJson(served.url + PATH, BODY);
        const text = await answer.text();
        return { status: answer.status, text, headers: answer.headers, json: () => JSON.parse(text) };
      } finally {
        await served.close();
      }
    }

    test('currentUser may take its time, and may know nobody', async () => {
      assert.match((await ask({ currentUser: async () => 'user-9' })).json().key, /^uploads\/user-9\//);
      for (const nobody of [null, undefined]) {
        for (const currentUser of [() => nobody, async () => nobody]) {
          assert.deepEqual((await ask({ currentUser })).json().error.code, 'request_unauthenticated');
        }
      }
    });

    test('details name the field as the client writes it', async () => {
      const key = (await ask({ currentUser: () => 'user-8' })).json().key;
      const mistakes = [
        ['presigned-url', { content_type: 'image/jpeg', file_size: 10 ** 9 }, 'file_size'],
        ['presigned-url', { content_type: 'image/jpeg', file_size: 0 }, 'file_size'],
        ['presigned-url', { content_type: 'image/jpeg', file_size: '5' }, 'file_size'],
        ['presigned-url', { content_type: 'text/html', file_size: 5 }, 'content_type'],
        ['presigned-url', { content_type: 4, file_size: 5 }, 'content_type'],
        ['presigned-url', { content_type: 'image/jpeg', file_size: 5, filename: 4 }, 'filename'],
        ['confirm', { key: 4 }, 'key'],
        ['confirm', { key: '' }, 'key'],
        ['confirm', { key }, 'key'],
        ['confirm', { key: 'elsewhere/user-7/a.png' }, 'key'],
        ['confirm', { key: key.replace('user-8', 'user-7'), original_filename: 4 }, 'original_filename'],
      ];
      const served = await serve(app(uploadsWith(), { currentUser: () => 'user-7' }));
      const spell = { snake: (name) => name, camel: (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()) };
      for (const [written, spelled] of Object.entries(spell)) {
        for (const [path, fields, field] of mistakes) {
          const body = Object.fromEntries(Object.entries(fields).map(([name, value]) => [spelled(name), value]));
          const answer = await postJson(`${served.url}/${written}/${path}`, body);
          assert.equal((await answer.json()).error.details.field, spelled(field), JSON.stringify(body));
        }
      }
      await served.close();
    });

    test('a user may be a number', async () => {
      for (const [user, owner] of [[42, '42'], [0, '0'], [2n ** 70n, '1180591620717411303424']]) {
        const { key } = (await ask({ currentUser: () => user })).json();
        assert.ok(key.startsWith(`uploads/${owner}/`), key);
      }
    });

    test('currentUser may refuse in presize’s words', async () => {
      const refuse = () => {
        throw requestUnauthenticated();
      };
      assert.equal((await ask({ currentUser: refuse })).status, 401);
      assert.equal((await ask({ currentUser: async () => refuse() })).status, 401);
    });

    test('a user that is no text, and a failure of the application, are its own fault', async () => {
      for (const currentUser of [() => -7, () => 1.5, () => 2 ** 53, () => -1n, () => true, () => ({}), () => Promise.reject(new Error('no database'))]) {
        assert.equal((await ask({ currentUser })).status, 500);
      }
    });

    test('a failure of ours is seen by the server', async () => {
      const seen = [];
      const expiresAt = new Date(Date.now() - 3_600_000);
      const answer = await ask(
        { currentUser: () => 'user-7', onError: (error) => seen.push(error.code) },
        { expiresAt },
      );
      assert.deepEqual([answer.status, answer.json().error.code], [500, 'credentials_expired']);
      assert.deepEqual(seen, ['credentials_expired']);
    });

    test('a server that is busy fills no log with stacks', async (t) => {
      const log = t.mock.method(console, 'error', () => {});
      const lines = t.mock.method(console, 'warn', () => {});
      const busy = () => {
        throw serverBusy(7);
      };
      const answer = await ask({ currentUser: busy });
      assert.deepEqual([answer.status, answer.json().error.code], [503, 'server_busy']);
      assert.equal(log.mock.callCount(), 0);
      const shown = lines.mock.calls.flatMap(({ arguments: given }) => given);
      assert.equal(shown.length, 1);
      assert.match(shown[0], /^presize: [^\n]+$/);
    });

    test('a listener that fails takes no answer away', async (t) => {
      const failure = new Error('no log');
      const { mock: log } = t.mock.method(console, 'error', () => {});
      const fail = () => {
        throw failure;
      };
      for (const onEvent of [fail, async () => fail(), () => ({ then: fail })]) {
        assert.equal((await ask({ currentUser: () => 'user-7', onEvent })).status, 200);
        assert.deepEqual(log.calls.at(-1).arguments, [failure]);
      }
      const expiresAt = new Date(Date.now() - 3_600_000);
      for (const onError of [fail, async () => fail()]) {
        const answer = await ask({ currentUser: () => 'user-7', onError }, { expiresAt });
        assert.deepEqual([answer.status, answer.json().error.code], [500, 'credentials_expired']);
      }
    });

    test('a confirmation for what only looks like Uploads is the application’s fault', async () => {
      const served = await serve(app({ issue() {}, confirm() {} }, { currentUser: () => 'user-7' }));
      assert.equal((await postJson(`${served.url}/camel/confirm`, { key: 'uploads/user-7/a.jpg' })).status, 500);
      await served.close();
    });

    test('wrong options are refused at once', () => {
      const currentUser = () => 'user-7';
      assert.throws(() => app(uploadsWith(), { currentUser: null }), /expected a function for currentUser/);
      assert.throws(() => app({}, { currentUser }), /expected Uploads/);
      assert.throws(() => uploadHandler(uploadsWith(), { currentUser, case: 'kebab' }), /expected "snake" or "camel"/);
      assert.throws(
        () => uploadRouter(uploadsWith(), { currentUser, case: 'toString' }),
        /expected "snake" or "camel"/,
      );
      assert.throws(() => uploadHandler(uploadsWith()), /expected a function for currentUser/);
    });

    test('nothing is an option that a prototype brings in', () => {
      const inherited = { fetch: 5, retries: 'many', onError: 5, onEvent: 5, case: 'kebab' };
      Object.assign(Object.prototype, inherited);
      try {
        app(uploadsWith(), { currentUser: () => 'user-7' });
      } finally {
        for (const name of Object.keys(inherited)) delete Object.prototype[name];
      }
    });
  });
}

describe('presize/http alone', () => {
  const headers = { 'content-type': 'application/json' };
  const request = (init) => new Request('http://x/', { method: 'POST', headers, ...init });

  test('currentUser may throw an answer of its own', async () => {
    const own = Response.json({ error: 'Invalid token' }, { status: 401 });
    const handle = uploadHandler(uploadsWith(), { currentUser: () => Promise.reject(own) });
    assert.equal(await handle(request({ body: '{}' })), own);
  });

  test('what is not presize’s is thrown on', async () => {
    const failure = new Error('no database');
    const handle = uploadHandler(uploadsWith(), { currentUser: () => Promise.reject(failure) });
    await assert.rejects(handle(request({ body: '{}' })), failure);
  });

  test('a body that somebody has read is not waited for', async () => {
    const handle = uploadHandler(uploadsWith(), { currentUser: () => 'user-7' });
    const used = request({ body: JSON.stringify(BODY) });
    await used.text();
    await assert.rejects(handle(used), /read before/);
    assert.equal((await handle(request({ body: JSON.stringify(BODY) }))).status, 200);
    assert.equal((await handle(request({}))).status, 400);
  });
});

describe('presize/express alone', () => {
  test('paths that are not its own are passed on', async () => {
    const served = await serve(STACKS['Express 5'].app(uploadsWith()));
    assert.equal((await postJson(`${served.url}/camel/presigned-urls`, BODY, USER)).status, 404);
    assert.equal((await postJson(`${served.url}/camel`, BODY, USER)).status, 404);
    assert.equal((await postJson(`${served.url}/camel/Presigned-URL/?a=b`, BODY, USER)).status, 200);
    assert.equal(await (await fetch(`${served.url}/ping`)).json(), 'pong');
    await served.close();
  });

  test('a body that somebody has read and kept is the application’s fault', async () => {
    const swallow = async (request, _response, next) => {
      for await (const _piece of request);
      next();
    };
    const served = await serve(expressApp(express5, swallow)(uploadsWith()));
    assert.equal((await postJson(served.url + PATH, BODY, USER)).status, 500);
    await served.close();
  });
});
