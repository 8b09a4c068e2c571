'use strict';
// Delivery as the package's page shows it: an application on a real port.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { inspect } = require('presize');
const { pngOf } = require('./http_app.js');
const { startProgram } = require('./http_program.js');
const { ROOT } = require('./s3.js');

const CHROME = 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8';
let url;
let stop;

before(async () => {
  const blocks = fs.readFileSync(path.join(ROOT, 'bindings-node/README.md'), 'utf8').split(/^```/m);
  const pasted = blocks.find((block) => block.startsWith('js\n') && block.includes('variants.fromQuery('));
  const png = pngOf(800, 600);
  ({ url, stop } = await startProgram('main.mjs', {
    'main.mjs': pasted.slice('js\n'.length),
    'originals/photos/my cat+1.png': png,
    'originals/photos/broken.png': png.subarray(0, 300),
  }));
});
after(() => stop());

test('an image at the size that is asked for', async () => {
  const photo = `${url}/images/photos/my%20cat+1.png`;
  const answer = await fetch(`${photo}?w=200&h=150&f=png&utm_source=x`, { headers: { accept: CHROME } });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'image/png');
  assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000');
  assert.equal(answer.headers.get('vary'), null);
  const { format, width, height } = inspect(Buffer.from(await answer.arrayBuffer()));
  assert.deepEqual([format, width, height], ['png', 200, 150]);
  const negotiated = await fetch(`${photo}?w=200`, { headers: { accept: CHROME } });
  assert.equal(negotiated.headers.get('content-type'), 'image/jpeg');
  assert.equal(negotiated.headers.get('vary'), 'Accept');
});

for (const [asked, status, code] of [
  ['photos/my%20cat+1.png?w=201', 403, 'variant_not_allowed'],
  ['private/cat.png?w=200', 403, 'variant_not_allowed'],
  ['photos/my%20cat+1.png?w=0200', 400, 'variant_malformed'],
  ['photos/%2e%2e%2fsecret?w=200', 400, 'variant_malformed'],
  ['photos/broken.png?w=200', 422, 'image_corrupt'],
  ['photos/none.png?w=200', 404, undefined],
]) {
  test(`a refusal is cached for seconds: ${asked}`, async () => {
    const answer = await fetch(`${url}/images/${asked}`);
    assert.equal(answer.status, status);
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=10');
    assert.equal(answer.headers.get('vary'), 'Accept');
    if (code !== undefined) assert.equal((await answer.json()).error.code, code);
  });
}
