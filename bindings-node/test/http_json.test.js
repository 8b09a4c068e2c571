'use strict';

// JSON with data URIs, as presize/http reads it.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');

const { decodeDataUris, encodeDataUri } = require('presize');
const { errorResponse, readDataUris, readJson } = require('presize/http');
const { adapted, chunk, head, image, post, postJson, refused, serve } = require('./http_app.js');

const PNG = encodeDataUri(image('rgb.png'), 'png');
const HALF = encodeDataUri(image('half_baseline_420.jpg'), 'jpeg');
const MAX_BYTES = 100_000;
const JSON_TYPE = { 'content-type': 'application/json' };

const ROUTES = {
  '/images': async (request) => (await readDataUris(request, { maxImages: 3 })).map(({ width }) => width),
  '/photos': async (request) => (await readDataUris(request, undefined, { field: '사진' })).length,
  '/small': async (request) => (await readDataUris(request, { maxBytes: 1000, maxImages: 1 })).length,
  '/short': async (request) => (await readDataUris(request, undefined, { maxBodyBytes: MAX_BYTES })).length,
  '/generate': async (request) => {
    const { type, images } = await readJson(request, { maxBodyBytes: MAX_BYTES });
    return [type, (await decodeDataUris(images)).length];
  },
};

async function answer(request) {
  try {
    return Response.json(await ROUTES[new URL(request.url).pathname](request));
  } catch (error) {
    return errorResponse(error);
  }
}

describe('data URIs in JSON', () => {
  let served;
  before(async () => {
    served = await serve(adapted(answer));
  });
  after(() => served.close());

  test('a list in a field', async () => {
    assert.deepEqual(await (await postJson(`${served.url}/images`, { images: [PNG, PNG], other: 1 })).json(), [48, 48]);
    assert.equal(await (await postJson(`${served.url}/photos`, { 사진: [PNG] })).json(), 1);
    assert.deepEqual(await (await postJson(`${served.url}/images`, { images: [] })).json(), []);
    assert.deepEqual(await (await postJson(`${served.url}/generate`, { type: 'id', images: [PNG] })).json(), ['id', 1]);
  });

  test('errors have the index of the image', async () => {
    const { error } = await (await postJson(`${served.url}/images`, { images: [PNG, HALF] })).json();
    assert.deepEqual([error.code, error.index], ['image_corrupt', 1]);
    const count = await postJson(`${served.url}/images`, { images: [PNG, PNG, PNG, PNG] });
    assert.equal((await count.json()).error.code, 'data_uri_count_exceeded');
  });

  test('fields that are no list of texts', async () => {
    for (const [body, received] of [
      [{}, 'none'],
      [{ images: null }, 'null'],
      [{ images: PNG }, 'a string'],
      [{ images: { 0: PNG } }, 'an object'],
      [{ images: [PNG, 5] }, 'a number in it'],
      [{ images: [null] }, 'null in it'],
      [{ images: [[PNG]] }, 'a list in it'],
    ]) {
      const found = await postJson(`${served.url}/images`, body);
      const { error } = await found.json();
      assert.deepEqual([found.status, error.code, error.details.received], [400, 'request_malformed', received]);
    }
    for (const body of ['', '{', '[]', 'null', '"x"', '\u{feff}{"images":[]}', '['.repeat(50_000)]) {
      assert.deepEqual(await refused(await post(`${served.url}/images`, body, JSON_TYPE)), [400, 'request_malformed']);
    }
  });

  test('JSON is taken where it is called JSON', async () => {
    const types = {
      'application/json; charset=utf-8': 200,
      'Application/JSON': 200,
      'application/vnd.album+json': 200,
      'text/plain': 415,
      'text/json': 415,
      'application/jsonp': 415,
      'application/x-www-form-urlencoded': 415,
    };
    for (const [type, status] of Object.entries(types)) {
      const found = await post(`${served.url}/images`, '{"images":[]}', { 'content-type': type });
      assert.equal(found.status, status, type);
    }
    const unnamed = await post(`${served.url}/images`, Buffer.from('{"images":[]}'));
    assert.equal(unnamed.status, 415);
    const { error } = await unnamed.json();
    assert.deepEqual([error.code, error.details.received], ['request_type_unsupported', 'no content type']);
  });

  test('it is refused while it streams', async () => {
    for (const path of ['/short', '/generate']) {
      const connection = await served.connect();
      await connection.send(head(path, undefined));
      for (let index = 0; index < 26; index += 1) await connection.send(chunk(Buffer.alloc(4096, ' ')));
      assert.deepEqual(await refused(await connection.answer()), [413, 'request_too_large']);
      connection.close();
      const announced = await served.connect();
      await announced.send(head(path, MAX_BYTES + 1));
      assert.deepEqual(await refused(await announced.answer()), [413, 'request_too_large']);
      announced.close();
      const exact = JSON.stringify({ images: [] }).padEnd(MAX_BYTES);
      assert.equal((await post(`${served.url}${path}`, exact, JSON_TYPE)).status, 200);
      assert.deepEqual(await refused(await post(`${served.url}${path}`, `${exact} `, JSON_TYPE)), [
        413,
        'request_too_large',
      ]);
    }
  });

  test('the default limit takes every image that the rules take', async () => {
    const largest = Buffer.concat([image('palette.png'), Buffer.alloc(1000)]).subarray(0, 1000);
    const body = JSON.stringify({ images: [encodeDataUri(largest, 'png')] }).replaceAll('/', '\\/');
    const taken = await post(`${served.url}/small`, body, JSON_TYPE);
    assert.equal(taken.status, 200, await taken.text());
    const more = await post(`${served.url}/small`, body.padEnd(80_000), JSON_TYPE);
    assert.deepEqual(await refused(more), [413, 'request_too_large']);
  });

  test('wrong options', async () => {
    const request = () => new Request('http://x/', { method: 'POST', body: '{}', headers: JSON_TYPE });
    await assert.rejects(readJson(request()), /expected a number of bytes for maxBodyBytes/);
    await assert.rejects(readDataUris(request(), undefined, { field: 5 }), /expected a string for field/);
    await assert.rejects(readDataUris(request(), { maxBytes: 0 }), { code: 'option_invalid' });
  });
});
