'use strict';

// Uploads from the ticket to the end, against real S3 servers: what is good gets to its key as it was checked, and nothing
// else does. Garage is one of them where PRESIZE_GARAGE names it.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');

const { PresizeError, Uploads, confirmUpload, stripMetadata } = require('presize');
const { presizeErrors, uploadRouter } = require('presize/express');
const { startGarage } = require('./garage.js');
const { image, pngOf, postJson, serve } = require('./http_app.js');
const { presignerFor, sendTicket, startS3 } = require('./s3.js');

const JPEG = image('gps.jpg');
const HALF = image('half_baseline_420.jpg');
/** What is stored of the JPEG. */
let STRIPPED;
before(async () => {
  STRIPPED = (await stripMetadata(JPEG)).bytes;
});

const SERVERS = {
  's3s-fs': { start: () => startS3() },
  Garage: { start: () => startGarage(), skip: process.env.PRESIZE_GARAGE ? false : 'PRESIZE_GARAGE names no program' },
};

for (const [name, { start, skip }] of Object.entries(SERVERS)) {
  describe(name, { skip }, () => {
    let s3;
    let presigner;
    before(async () => {
      s3 = await start();
      presigner = presignerFor(s3);
    });
    after(() => s3?.stop());

    async function read(key) {
      const { url, headers } = presigner.get(key);
      const answer = await fetch(url, { headers });
      return answer.status === 200 ? { headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) } : null;
    }

    async function upload(uploads, bytes, contentType = 'image/jpeg') {
      const ticket = uploads.issue({ owner: 'user-7', contentType, sizeBytes: bytes.length });
      const answer = await sendTicket(ticket, bytes);
      assert.ok(answer.ok, await answer.text());
      return ticket;
    }

    /** What comes of it, with the one event that is told. */
    async function confirm(uploads, request, options) {
      const events = [];
      const onEvent = (event) => events.push(event);
      const asked = { owner: 'user-7', ...request };
      const result = await confirmUpload(uploads, asked, { ...options, onEvent }).catch((error) => {
        if (!(error instanceof PresizeError)) throw error;
        return error;
      });
      assert.equal(events.length, 1);
      const [event] = events;
      assert.equal(event.code, result.code ?? null);
      assert.ok(!JSON.stringify(event).includes('X-Amz'));
      return { result, event };
    }

    async function assertGone(key) {
      assert.equal(await read(key), null);
      assert.equal(await read(`incoming/${key}`), null);
    }

    test('a good upload gets to its key, with what the policy says of it', async () => {
      const uploads = new Uploads(presigner, {
        cacheControl: 'public, max-age=60',
        metadata: { app: 'photos' },
        recordOrigin: true,
        publicBaseUrl: 'https://cdn.example.com',
      });
      const ticket = await upload(uploads, JPEG);
      assert.equal(await read(ticket.key), null);
      const request = { key: ticket.key, filename: '고양이.jpg', sizeBytes: JPEG.length, contentType: 'image/jpeg' };
      const { result, event } = await confirm(uploads, request);
      const { key, publicUrl, format, width, height, bytes, etag, variants } = result;
      assert.deepEqual([key, publicUrl], [ticket.key, ticket.publicUrl]);
      assert.deepEqual([format, width, height, bytes, variants], ['jpeg', 36, 48, STRIPPED.length, []]);
      const { timestamp, ...told } = { ...event };
      assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const expected = { action: 'confirm', owner: 'user-7', key, bytes, outcome: 'confirmed', code: null };
      assert.deepEqual(told, expected);
      const stored = await read(key);
      assert.ok(stored.bytes.equals(STRIPPED), 'without its metadata');
      assert.equal(stored.headers.get('etag'), `"${etag}"`);
      assert.equal(stored.headers.get('content-type'), 'image/jpeg');
      assert.equal(stored.headers.get('cache-control'), 'public, max-age=60');
      assert.equal(stored.headers.get('x-amz-meta-app'), 'photos');
      assert.equal(stored.headers.get('x-amz-meta-uploaded-by'), 'user-7');
      assert.equal(await read(`incoming/${key}`), null);
      assert.equal(result.exif.hasGps, true, 'what the upload said of itself');
      const again = { ...(await confirm(uploads, { key })).result };
      assert.deepEqual(again, { ...result, exif: null }, 'again, it is the same, but for what was stripped');
    });

    test('a bad upload gets nowhere', async () => {
      const uploads = new Uploads(presigner, { maxWidth: 5000 });
      for (const [bytes, type, code] of [
        [HALF, 'image/jpeg', 'image_corrupt'],
        [pngOf(40, 30), 'image/jpeg', 'image_format_mismatch'],
        [Buffer.from('<script>alert(1)</script>'), 'image/png', 'image_format_not_allowed'],
        [Buffer.alloc(100), 'image/webp', 'image_format_unknown'],
        [pngOf(5001, 1), 'image/png', 'image_too_large'],
      ]) {
        const { key } = await upload(uploads, bytes, type);
        const { result, event } = await confirm(uploads, { key });
        assert.equal(result.code, code);
        assert.deepEqual([event.outcome, event.bytes], ['rejected', bytes.length]);
        await assertGone(key);
        assert.equal((await confirm(uploads, { key })).result.code, 'upload_not_found');
      }
    });

    test('a replaced upload gets nowhere', async () => {
      const uploads = new Uploads(presigner, { promote: 'copy', originals: 'as_is' });
      const other = Buffer.from(JPEG);
      other[other.length - 3] ^= 1;
      const ticket = await upload(uploads, JPEG);
      // Between the check and the copy.
      const replacing = async (url, init) => {
        if ('x-amz-copy-source' in init.headers) assert.ok((await sendTicket(ticket, other)).ok);
        return fetch(url, init);
      };
      const { result, event } = await confirm(uploads, { key: ticket.key }, { fetch: replacing });
      assert.deepEqual([result.code, result.httpStatus, event.outcome], ['upload_replaced', 409, 'rejected']);
      await assertGone(ticket.key);
    });

    test("another owner's key, and what was promised otherwise", async () => {
      const uploads = new Uploads(presigner);
      const { key } = await upload(uploads, JPEG);
      const { result, event } = await confirm(uploads, { owner: 'user-8', key });
      assert.deepEqual([result.code, result.httpStatus], ['upload_owner_mismatch', 403]);
      assert.deepEqual([event.owner, event.key, event.outcome], ['user-8', key, 'rejected']);
      assert.ok(await read(`incoming/${key}`));
      assert.equal((await confirm(uploads, { key, sizeBytes: 1 })).result.code, 'upload_size_mismatch');
      await assertGone(key);
    });

    test('a form, with smaller pictures beside it', async () => {
      const uploads = new Uploads(presigner, { method: 'post', variantWidths: [16, 100], originals: 'reencoded', formats: ['jpeg'] });
      const { method, headers, fields, key } = await upload(uploads, JPEG);
      assert.deepEqual([method, headers, fields['Content-Type']], ['POST', {}, 'image/jpeg']);
      const { result } = await confirm(uploads, { key });
      const stem = key.slice(0, -'.jpg'.length);
      assert.deepEqual(
        result.variants.map((variant) => [variant.key, variant.width, variant.height]),
        [
          [`${stem}/16.jpg`, 16, 21],
          [`${stem}/100.jpg`, 36, 48],
        ],
      );
      for (const each of [result, ...result.variants]) {
        const stored = await read(each.key);
        assert.equal(stored.headers.get('content-type'), 'image/jpeg');
        assert.ok(!stored.bytes.includes('Exif'), each.key);
      }
      assert.equal((await read(key)).bytes.length, result.bytes);
      assert.equal(await read(`incoming/${key}`), null);
    });

    test('the head of a large file is enough to check it, and all of it is fetched to be written', async () => {
      const uploads = new Uploads(presigner, { verify: 'head' });
      const large = Buffer.concat([JPEG, Buffer.alloc(1_000_000)]);
      const { key } = await upload(uploads, large);
      let most = 0;
      const counting = async (url, init) => {
        const answer = await fetch(url, init);
        if (init.method === 'GET') most = Math.max(most, Number(answer.headers.get('content-length')));
        return answer;
      };
      assert.equal((await confirm(uploads, { key }, { fetch: counting })).result.bytes, STRIPPED.length);
      assert.equal(most, large.length);
    });

    test('several at once agree', async () => {
      const uploads = new Uploads(presigner);
      const { key } = await upload(uploads, JPEG);
      const all = await Promise.all(Array.from({ length: 5 }, () => confirm(uploads, { key })));
      for (const { result } of all) assert.deepEqual(result, all[0].result);
      assert.equal(all[0].result.key, key);
    });

    test('through Express, from the ticket to the confirmation', async () => {
      const events = [];
      const app = require('express5')();
      const uploads = new Uploads(presigner);
      const currentUser = (request) => request.get('x-user');
      app.use('/api/upload', uploadRouter(uploads, { currentUser, onEvent: (event) => events.push(event) }));
      app.use(presizeErrors());
      const served = await serve(app);
      const ask = async (route, body, user = 'user-7') => {
        const answer = await postJson(`${served.url}/api/upload/${route}`, body, { 'x-user': user });
        return { status: answer.status, json: await answer.json() };
      };
      try {
        for (const [bytes, status, code] of [
          [JPEG, 200, null],
          [HALF, 422, 'image_corrupt'],
          [pngOf(40, 30), 415, 'image_format_mismatch'],
        ]) {
          events.length = 0;
          const { json: ticket } = await ask('presigned-url', { contentType: 'image/jpeg', fileSize: bytes.length });
          assert.ok((await sendTicket({ ...ticket, url: ticket.uploadUrl }, bytes)).ok);
          const other = await ask('confirm', { key: ticket.key }, 'user-8');
          assert.deepEqual([other.status, other.json.error.code], [403, 'upload_owner_mismatch']);
          const answer = await ask('confirm', { key: ticket.key, originalFilename: '고양이.jpg' });
          assert.deepEqual([answer.status, answer.json.error?.code ?? null], [status, code]);
          const outcomes = events.map((event) => [event.action, event.outcome, event.code]);
          assert.deepEqual(outcomes, [
            ['issue', 'issued', null],
            ['confirm', 'rejected', 'upload_owner_mismatch'],
            ['confirm', code === null ? 'confirmed' : 'rejected', code],
          ]);
          if (code !== null) await assertGone(ticket.key);
          else assert.ok((await read(ticket.key)).bytes.equals(STRIPPED));
        }
        assert.equal((await ask('presigned-url', { contentType: 'text/html', fileSize: 1 })).status, 415);
        assert.deepEqual([events.at(-1).outcome, events.at(-1).code], ['rejected', 'upload_format_not_allowed']);
      } finally {
        await served.close();
      }
    });
  });
}
