'use strict';
// What presize gives are values: shown without their secrets, and not changed.

const assert = require('node:assert');
const { test } = require('node:test');
const { inspect } = require('node:util');
const presize = require('presize');
const { image } = require('./runner/inputs.js');

const { Bucket, CloudFrontKeyPair, CloudFrontSigner, Credentials, ImageRules, Presigner, UploadPolicy, Uploads } = presize;
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const TOKEN = 'FwoGZXIvYXdzEXAMPLETOKEN';
const now = new Date(1_700_000_000_000);
const PHOTO = image('orientation_6.jpg');
const PAIR = new CloudFrontKeyPair('K2JCJMDEHXQW5F', 'rsa');

const credentials = new Credentials('AKIDEXAMPLE', SECRET, { sessionToken: TOKEN });
const presigner = new Presigner(Bucket.s3('eu-central-1', 'photos'), credentials);
const uploads = new Uploads(presigner, { publicBaseUrl: 'https://cdn.example.com' });
const put = presigner.put('cats/1.jpg', { contentType: 'image/jpeg', now });
const form = presigner.postForm('a', { maxBytes: 5, now });
const ticket = uploads.issue({ owner: 'user-7', contentType: 'image/png', sizeBytes: 5, now });
const posted = new Uploads(presigner, { method: 'post' });
const formTicket = posted.issue({ owner: 'user-7', contentType: 'image/png', sizeBytes: 5, now });
const confirmation = uploads.confirm({ owner: 'user-7', key: ticket.key, now });
const request = confirmation.nextRequest({ now });
const url = PAIR.prepareUrl('https://cdn.example.com/1.jpg', { now }).finish(Buffer.alloc(256));
const cookies = PAIR.prepareCookies('https://cdn.example.com/*', { now }).finish(Buffer.alloc(256));
const signer = CloudFrontSigner.withSigner('K2JCJMDEHXQW5F', 'rsa', () => Buffer.alloc(256));

test('what is shown holds no secret', () => {
  const values = [credentials, presigner, uploads, put, form, ticket, formTicket, confirmation, request, url, cookies, signer];
  for (const value of [...values, { nested: [put] }]) {
    const shown = `${inspect(value, { depth: 9, showHidden: true })}${String(value)}`;
    for (const secret of [SECRET, TOKEN, 'X-Amz', 'Signature', 'policy:']) {
      assert.ok(!shown.replace('policy: UploadPolicy', '').replace("policy: '...'", '').includes(secret), shown);
    }
  }
  assert.match(inspect(put), /^PresignedRequest \{\n? *method: 'PUT',\n? *url: 'https:\/\/photos\.s3\.[^']*\/cats\/1\.jpg\?\.\.\.'/);
  assert.match(inspect(request), /^StoreRequest \{\n? *method: 'HEAD',\n? *url: 'https:\/\/photos\.s3\.[^']*\.png\?\.\.\.'/);
  assert.match(inspect(formTicket), /'x-amz-signature': '\.\.\.'/);
  assert.match(inspect(ticket), /^UploadTicket \{[^]*publicUrl: 'https:\/\/cdn\.example\.com\/uploads\/user-7\//);
  for (const secret of [credentials, presigner, uploads, confirmation, signer]) {
    assert.ok(!JSON.stringify(secret).includes(SECRET));
    assert.ok(!JSON.stringify({ ...secret }).includes(SECRET));
  }
});

test('what is shown of a request leaves out the key that the customer keeps', () => {
  const sseCustomerKey = Buffer.alloc(32, 7).toString('base64');
  const request = presigner.put('a', { sseCustomerKey, now });
  const shown = inspect(request);
  assert.ok(!shown.includes(sseCustomerKey), shown);
  assert.match(shown, /customer-key': '\.\.\.'/);
  assert.strictEqual(request.headers['x-amz-server-side-encryption-customer-key'], sseCustomerKey);
});

test('what is shown of a picture is short', async () => {
  assert.strictEqual(inspect(await presize.check(PHOTO)), `CheckedImage (jpeg, 36x48, ${PHOTO.length} bytes)`);
  assert.match(inspect(await presize.transform(PHOTO, { width: 8 })), /^EncodedImage \(jpeg, 8x11, \d+ bytes\)$/);
  assert.strictEqual(inspect(new presize.PixelImage(Buffer.alloc(12), 2, 2, 3)), 'PixelImage (2x2, 3 channels)');
});

test('JSON of what a client is given has all of it', () => {
  const { method, headers, expiresIn } = put;
  const shown = { method, url: put.url, headers, expiresIn, expiresAt: '2023-11-14T22:28:20.000Z' };
  assert.deepStrictEqual(JSON.parse(JSON.stringify(put)), shown);
  assert.deepStrictEqual(Object.keys(JSON.parse(JSON.stringify(form))), ['url', 'fields', 'expiresIn', 'expiresAt']);
  assert.deepStrictEqual(
    Object.keys(JSON.parse(JSON.stringify(ticket))),
    ['method', 'url', 'headers', 'fields', 'key', 'publicUrl', 'expiresIn', 'expiresAt'],
  );
});

test('pictures say what they are', async () => {
  const checked = await presize.check(PHOTO);
  assert.strictEqual(checked.mediaType, 'image/jpeg');
  assert.strictEqual(checked.toDataUri(), `data:image/jpeg;base64,${PHOTO.toString('base64')}`);
  assert.ok(checked.info instanceof presize.ImageInfo);
  for (const [format, extension] of [['jpeg', '.jpg'], ['png', '.png'], ['webp', '.webp']]) {
    const made = await presize.transform(PHOTO, { width: 8, format, lossless: format === 'webp' });
    assert.deepStrictEqual([made.mediaType, made.extension], [`image/${format}`, extension]);
    assert.strictEqual(made.toDataUri(), `data:image/${format};base64,${made.bytes.toString('base64')}`);
    assert.strictEqual(presize.inspect(made.bytes).format, format);
  }
});

test('values are frozen', async () => {
  const pixels = await presize.decode(PHOTO);
  const values = [
    new ImageRules(),
    new ImageRules().formats,
    new UploadPolicy(),
    presize.inspect(PHOTO),
    await presize.check(PHOTO),
    (await presize.check(PHOTO)).info,
    await presize.transform(PHOTO, { width: 8 }),
    pixels,
    ticket,
    url,
    cookies,
    PAIR.prepareUrl('https://cdn.example.com/1.jpg'),
  ];
  for (const value of values) assert.ok(Object.isFrozen(value), inspect(value));
});

test('rules are made of other rules', () => {
  const rules = new ImageRules({ maxBytes: 5, formats: ['png'] });
  assert.deepStrictEqual(new ImageRules({ ...rules }), rules);
  assert.strictEqual(new ImageRules({ ...rules, maxBytes: 6 }).maxBytes, 6);
  assert.deepStrictEqual(new ImageRules({ ...rules, maxBytes: 6 }).formats, ['png']);
  assert.deepStrictEqual(new ImageRules(JSON.parse(JSON.stringify(rules))), rules);
  const formats = ['png'];
  const own = new ImageRules({ formats });
  formats.push('gif');
  assert.deepStrictEqual(own.formats, ['png']);
});

test('an upload has the policy that it was given, or that of the options', () => {
  const policy = new UploadPolicy({ maxBytes: 5 });
  assert.strictEqual(new Uploads(presigner, policy).policy, policy);
  assert.deepStrictEqual(new Uploads(presigner, { maxBytes: 5 }).policy, policy);
  assert.deepStrictEqual(new Uploads(presigner).policy, new UploadPolicy());
  assert.strictEqual(uploads.presigner, presigner);
  assert.strictEqual(presigner.bucket.name, 'photos');
  for (const wrong of [{ minBytes: 10, maxBytes: 5 }, { formats: [] }, { prefix: '/' }]) {
    assert.throws(() => new Uploads(presigner, wrong), { code: 'option_invalid' });
  }
  const keys = Array.from({ length: 50 }, () => uploads.issue({ owner: 'a', contentType: 'image/png', sizeBytes: 1, now }).key);
  assert.strictEqual(new Set(keys).size, 50);
});

test('what is made by functions of a class has no other constructor', () => {
  for (const make of [() => new Bucket(), () => new presize.PreparedUrl()]) {
    assert.throws(make, /has no public constructor/);
  }
});

test('times are those of the clock unless they are given', () => {
  assert.strictEqual(put.expiresAt.getTime(), now.getTime() + 900_000);
  for (const sign of [(options) => presigner.get('a', options), (options) => presigner.head('a', options)]) {
    const before = Date.now();
    const { expiresAt } = sign({ expiresIn: 60 });
    assert.ok(expiresAt.getTime() > before + 58_000 && expiresAt.getTime() <= Date.now() + 60_000);
  }
  const temporary = new Credentials('AKIDEXAMPLE', SECRET, { expiresAt: new Date(now.getTime() + 30_000) });
  const request = new Presigner(presigner.bucket, temporary).get('a', { now });
  assert.strictEqual(request.expiresIn, 30);
});
