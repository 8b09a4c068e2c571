'use strict';
// Delivery in JavaScript: what the package adds to the calls that the suite of all languages holds.

const assert = require('node:assert/strict');
const util = require('node:util');
const vm = require('node:vm');
const { test } = require('node:test');
const presize = require('presize');
const { image } = require('./runner/inputs.js');

const { PresizeError, RequestedVariant, VariantPolicy, Variants } = presize;
const SECRET = 'a secret that nobody may see, 32 bytes';
const CHROME = 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8';
const invalid = { name: 'PresizeError', code: 'option_invalid' };

const variants = (options) => new Variants({ widths: [20, 30], heights: [20], ...options });

test('a policy or its options', () => {
  const policy = new VariantPolicy({ widths: [20] });
  assert.equal(new Variants(policy).policy, policy);
  assert.deepEqual(new Variants({ widths: [20] }).policy, policy);
  assert.throws(() => new Variants(), { code: 'variant_policy_open', httpStatus: 500, message: /presets or signingKeys in/ });
  for (const other of [null, [policy], 'policy', new Date(), () => policy]) {
    assert.throws(() => new Variants(other), { ...invalid, message: /a VariantPolicy or an object of its options/ });
  }
});

test('a policy is frozen, with all that is in it', () => {
  const policy = new VariantPolicy({ presets: { a_b: { width: 96, chromaSubsampling: '4:4:4' } }, keyPrefixes: ['photos'] });
  assert.deepEqual(policy.presets, { a_b: { width: 96, chromaSubsampling: '4:4:4' } });
  for (const value of [policy, policy.presets, policy.presets.a_b, policy.keyPrefixes]) assert.ok(Object.isFrozen(value));
  assert.deepEqual(new VariantPolicy({ ...policy, maxSide: 500 }).presets, policy.presets);
});

test('presets are bounded, and refused with their place', () => {
  const endless = {};
  endless.avatar = endless;
  for (const [presets, name, message] of [
    [endless, 'presets.avatar.avatar', /for presets\.avatar\.avatar,/],
    [{ a_b: { chromaSubsampling: '4:1:1' } }, 'presets.a_b.chroma_subsampling', /for presets\.a_b\.chromaSubsampling,/],
    [{ a_b: { chroma_subsampling: '4:4:4' } }, 'presets.a_b.chroma_subsampling', /for presets\.a_b\.chroma_subsampling,/],
    [{ a: { width: { b: {} } } }, 'presets.a.width', /received Object/],
    [{ a: { width: 0 } }, 'presets.a.width', /from 1 to 16384/],
    [{ a: [1] }, 'presets', /a mapping of names/],
    [{ a: new Date() }, 'presets', /a mapping of names/],
    [{ '\ud800': {} }, 'presets', /half a surrogate pair/],
  ]) {
    assert.throws(
      () => new Variants({ presets }),
      (error) => error.code === 'option_invalid' && error.details.name === name && message.test(error.message),
      name,
    );
  }
});

test('signing keys are never shown', () => {
  const policy = new VariantPolicy({ signingKeys: [SECRET] });
  const signer = new Variants(policy);
  const query = signer.sign('a.jpg', 'w=123', { expiresIn: 60, now: new Date(0) });
  assert.equal(signer.fromQuery('a.jpg', query, { now: new Date(59_000) }).transform.width, 123);
  assert.throws(() => signer.fromQuery('a.jpg', query), { code: 'variant_signature_invalid' });
  for (const shown of [policy, signer, { ...policy }]) {
    assert.ok(!(util.inspect(shown, { depth: 9, showHidden: true }) + JSON.stringify(shown)).includes(SECRET));
  }
  for (const options of [
    { signingKeys: SECRET },
    { signingKeys: [SECRET, 'short'] },
    { signingKeys: [SECRET, 1] },
    { signingKeys: [SECRET], widht: 1 },
  ]) {
    assert.throws(
      () => new Variants(options),
      (error) => error.code === 'option_invalid' && !(util.inspect(error) + JSON.stringify(error)).includes(SECRET),
    );
  }
});

test('what is asked for is text', () => {
  const made = variants();
  const variant = made.fromQuery('a', 'w=20');
  for (const call of [
    () => made.fromQuery(Buffer.from('a'), 'w=20'),
    () => made.fromQuery('a'),
    () => made.fromQuery('a', new URLSearchParams('w=20')),
    () => made.fromQuery('\ud800', 'w=20'),
    () => made.fromQuery('a', 'w=20', { accept: null }),
    () => made.fromQuery('a', 'w=20', { accept: ['*/*'] }),
    () => made.fromQuery('a', 'w=20', { now: 5 }),
    () => made.fromQuery('a', 'w=20', 'image/*'),
    () => made.fromQuery('a', 'w=20', { accepts: '*/*' }),
    () => made.fromUrl(new URL('http://a/b')),
    () => made.fromPath(1),
    () => made.fromPath('20x20/a', { now: new Date() }),
    () => made.fromPreset('avatar'),
    () => made.sign('a', 'w=20', { expiresIn: -1 }),
    () => made.sign('a', 'w=20', { expiresIn: 1.5 }),
    () => made.srcset('a', 10.5, 10),
    () => made.srcset('a', 10, true),
    () => made.srcset('a', 10, 10, { widht: 3 }),
    () => made.errorHeaders('404'),
    () => made.errorHeaders(),
    () => variant.headers(1),
    () => variant.outputFormat(),
    () => variant.entityTag(null),
    () => variant.notModified('"a"', null),
    () => variant.notModified(undefined, '*'),
  ]) {
    assert.throws(call, invalid, String(call));
  }
});

test('a variant is frozen, and its options are those of transform', async () => {
  const bytes = image('rgba.png');
  const variant = variants().fromUrl('/a%20b.jpg?w=20&h=20&utm_source=x', { accept: CHROME });
  assert.ok(Object.isFrozen(variant));
  assert.equal(util.inspect(variant), 'RequestedVariant (v1/a%20b.jpg?f=baseline&fit=cover&h=20&q=80&w=20)');
  assert.throws(() => new RequestedVariant(), TypeError);
  const { image: rendered, headers } = await variant.render(bytes);
  assert.deepEqual(rendered, await presize.transform(bytes, variant.transformFor(true)));
  assert.deepEqual(headers, variant.headers(true));
  assert.deepEqual([rendered.format, headers.vary], ['png', 'Accept']);
});

test('a variant keeps the time of its request', async () => {
  const made = variants({ signingKeys: ['0123456789abcdef0123456789abcdef'], maxAgeSeconds: 600 });
  const signed = made.sign('a', 'w=123', { expiresIn: 60, now: new Date(1000) });
  const variant = made.fromQuery('a', signed, { now: new Date(21_000) });
  assert.throws(() => made.fromQuery('a', signed), { code: 'variant_signature_invalid' });
  // The addon is asked once more, and the signature has long expired.
  assert.equal(variant.cacheControl, 'public, max-age=40');
  assert.equal(variant.headers()['cache-control'], 'public, max-age=40');
  assert.equal(variant.transform.width, 123);
  assert.equal((await variant.render(image('rgba.png'))).headers['cache-control'], 'public, max-age=40');
});

test('variants and placeholders are made on the pool', async () => {
  const bytes = image('rgba.png');
  const variant = variants().fromQuery('a', 'w=20');
  for (const call of [(options) => variant.render(bytes, options), (options) => presize.placeholder(bytes, options)]) {
    await assert.rejects(call({ rules: { maxWidth: 2 } }), { code: 'image_too_large' });
    await assert.rejects(call({ signal: AbortSignal.abort(new Error('gone')) }), /gone/);
    await assert.rejects(call({ signal: 1 }), invalid);
    await assert.rejects(call({ client: 1 }), invalid);
    await assert.rejects(call({ rule: {} }), invalid);
    await assert.rejects(call([]), invalid);
  }
  await assert.rejects(variant.render('a'), invalid);
  await assert.rejects(presize.placeholder(Buffer.from('no image')), (error) => /delivery\.test\.js/.test(error.stack));
  const made = await presize.placeholder(bytes, { dataUri: true, client: 'user-7' });
  assert.ok(Object.isFrozen(made));
  assert.match(made.dataUri, /^data:image\/png;base64,/);
});

test('errors are cached for seconds', () => {
  const made = variants({ errorMaxAgeSeconds: 5 });
  assert.throws(
    () => made.fromQuery('a', 'w=21'),
    (error) => {
      assert.deepEqual(made.errorHeaders(error), { 'cache-control': 'public, max-age=5', vary: 'Accept' });
      return error instanceof PresizeError && error.httpStatus === 403;
    },
  );
  assert.deepEqual(made.errorHeaders(404), { 'cache-control': 'public, max-age=5', vary: 'Accept' });
  for (const failure of [502, presize.serverBusy(1)]) {
    assert.deepEqual(made.errorHeaders(failure), { 'cache-control': 'no-store', vary: 'Accept' });
  }
});

test('an event is a text, bytes, or the object that Lambda made of it', () => {
  const created = { bucket: { name: 'photos' }, object: { key: 'my+cat.jpg', size: 2 ** 40 } };
  const event = { Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: created }] };
  const expected = presize.parseStoreEvents(event);
  assert.deepEqual([expected.objects[0].key, expected.objects[0].sizeBytes], ['my cat.jpg', 2 ** 40]);
  assert.ok([expected, expected.objects, expected.ignored, expected.objects[0]].every(Object.isFrozen));
  const text = JSON.stringify(event);
  for (const other of [text, Buffer.from(text), new Uint8Array(Buffer.from(text)), vm.runInNewContext(`(${text})`)]) {
    assert.deepEqual(presize.parseStoreEvents(other), expected);
  }
  for (const broken of [Buffer.from([0xff]), '\ud800', '', {}, { Records: 'x' }]) {
    assert.throws(() => presize.parseStoreEvents(broken), { code: 'event_malformed' });
  }
  for (const other of [undefined, null, 1, [event], new Map(), new ArrayBuffer(2)]) {
    assert.throws(() => presize.parseStoreEvents(other), invalid);
  }
  for (const ids of ['a-1', new Set(['a-1']), [1], undefined, [undefined]]) {
    assert.throws(() => presize.sqsBatchResponse(ids), invalid);
  }
});
