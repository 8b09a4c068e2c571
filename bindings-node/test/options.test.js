'use strict';
// Options: nothing is coerced, nothing is ignored, and nothing that a caller gives brings the process down.

const assert = require('node:assert');
const { test } = require('node:test');
const vm = require('node:vm');
const presize = require('presize');
const { image } = require('./runner/inputs.js');

const { Bucket, CloudFrontKeyPair, Credentials, ImageRules, Presigner, UploadPolicy, Uploads } = presize;
const PHOTO = image('baseline_420.jpg');
const PAIR = new CloudFrontKeyPair('K2JCJMDEHXQW5F', 'rsa');
const presigner = new Presigner(Bucket.s3('eu-central-1', 'photos'), new Credentials('AKIDEXAMPLE', 'secret'));
const uploads = new Uploads(presigner);

/** Each call with one option of a number. */
const NUMBERS = {
  width: (value) => presize.transform(PHOTO, { width: value }),
  height: (value) => presize.decode(PHOTO, { height: value }),
  quality: (value) => presize.transformMany(PHOTO, [{ quality: value }]),
  max_bytes: (value) => new ImageRules({ maxBytes: value }),
  max_width: (value) => presize.check(PHOTO, { maxWidth: value }),
  max_pixels: (value) => presize.transform(PHOTO, {}, { rules: { maxPixels: value } }),
  expires_in: (value) => presigner.get('a', { expiresIn: value }),
  content_length: (value) => presigner.put('a', { contentLength: value }),
  part_number: (value) => presigner.uploadPart('a', 'id', value),
  min_bytes: (value) => presigner.postForm('a', { maxBytes: 5, minBytes: value }),
  size_bytes: (value) => uploads.issue({ owner: 'a', contentType: 'image/png', sizeBytes: value }),
  starts_at: (value) => PAIR.prepareUrl('https://cdn.example.com/1.jpg', { startsAt: value }),
};
const WRONG = [
  [-1, '-1'],
  [1.5, '1.5'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
  [null, 'null'],
  ['5', '"5"'],
  [true, 'true'],
  [5n, 'bigint'],
  [Symbol('five'), 'symbol'],
  [() => 5, 'function'],
  [new Date(5), 'Date'],
  [new Number(5), 'Number'],
  [{ valueOf: () => 5 }, /mapping/],
  [{ toJSON: () => 5 }, /mapping/],
  [[5], /list/],
  [new Map([['a', 5]]), 'Map'],
  [new Proxy({}, {}), /mapping/],
  [new Proxy(() => 5, {}), 'function'],
];

for (const [name, call] of Object.entries(NUMBERS)) {
  test(`${name} is a number and nothing that could be one`, async () => {
    for (const [value, received] of WRONG) {
      await assert.rejects(async () => call(value), (error) => {
        assert.ok(error instanceof presize.PresizeError, String(error.stack));
        // What is outside the lifetime of a request has a code of its own.
        if (error.code !== 'expiry_out_of_range') {
          assert.strictEqual(error.code, 'option_invalid', String(error));
          assert.strictEqual(error.details.name, name);
          if (typeof received === 'string') assert.strictEqual(error.details.received, received);
          else assert.match(error.details.received, received);
        }
        return true;
      });
    }
  });
}

test('undefined is not given, in every place', async () => {
  const plain = await presize.transform(PHOTO);
  for (const options of [undefined, {}, { width: undefined }, Object.create(null)]) {
    for (const others of [undefined, {}, { rules: undefined, signal: undefined }]) {
      assert.deepStrictEqual((await presize.transform(PHOTO, options, others)).bytes, plain.bytes);
    }
  }
  await presize.check(PHOTO, undefined, { declared: undefined });
  assert.deepStrictEqual(new ImageRules({ maxBytes: undefined }), new ImageRules());
  const now = new Date(1_700_000_000_000);
  const expected = presigner.put('a', { now });
  const none = { now, contentType: undefined, expiresIn: undefined, metadata: undefined };
  assert.deepStrictEqual(presigner.put('a', none), expected);
  assert.deepStrictEqual(presigner.request('put', 'a', none), expected);
  assert.deepStrictEqual(presigner.put('a', { now, metadata: { a: undefined } }), expected);
});

test('what is no object of options is refused', async () => {
  class Options {}
  for (const wrong of [null, 5, 'width', true, [], [{ width: 5 }], new Date(), new Map(), new Options(), () => {}, new ImageRules()]) {
    const expected = { code: 'option_invalid', message: /expected an object for options/ };
    await assert.rejects(presize.transform(PHOTO, wrong), expected);
    await assert.rejects(presize.transform(PHOTO, {}, wrong), expected);
    await assert.rejects(presize.check(PHOTO, {}, wrong), expected);
    for (const call of [
      () => new ImageRules(wrong),
      () => new UploadPolicy(wrong),
      () => presigner.get('a', wrong),
      () => presigner.put('a', wrong),
      () => presigner.head('a', wrong),
      () => presigner.uploadPart('a', 'id', 1, wrong),
      () => presigner.signMany('get', ['a'], wrong),
      () => presigner.postForm('a', wrong),
      () => uploads.issue(wrong),
      () => Bucket.s3('eu-central-1', 'photos', wrong),
      () => new Credentials('a', 'b', wrong),
      () => PAIR.prepareUrl('https://cdn.example.com/1.jpg', wrong),
    ]) {
      assert.throws(call, expected, call.toString());
    }
  }
  for (const wrong of [null, 5, [], new UploadPolicy()]) {
    await assert.rejects(presize.check(PHOTO, wrong), /expected ImageRules or an object of its options for rules/);
    await assert.rejects(presize.transform(PHOTO, {}, { rules: wrong }), /for rules/);
  }
  for (const wrong of [null, 5, new ImageRules()]) assert.throws(() => new Uploads(presigner, wrong), /for policy/);
  assert.throws(() => new Presigner({}, new Credentials('a', 'b')), /expected a Bucket for bucket, received Object/);
  assert.throws(() => new Presigner(Bucket.s3('eu-central-1', 'photos'), {}), /expected Credentials for credentials/);
  assert.throws(() => new Uploads({}), /expected a Presigner for presigner/);
});

test('an unknown name is refused, and so is one that is spelled as elsewhere', async () => {
  for (const name of ['widht', 'max_width', 'Width', 'chroma_subsampling', '__proto__x', '', 'a\0b', '\ud800', '!width']) {
    await assert.rejects(presize.transform(PHOTO, { [name]: 5 }), {
      code: 'option_invalid',
      message: /expected a known option \(width, height.*received an unknown one/s,
    });
  }
  const error = await presize.check(PHOTO, { max_bytes: 5 }).catch((refused) => refused);
  assert.strictEqual(error.details.name, 'max_bytes');
  await assert.rejects(presize.transform(PHOTO, { rules: {} }), /for rules, received an unknown one/);
  await assert.rejects(presize.transform(PHOTO, {}, { declared: 'image/png' }), /expected a known option \(rules, signal, client\)/);
  await assert.rejects(presize.check(PHOTO, {}, { rules: {} }), /expected a known option \(declared, signal, client\)/);
  assert.throws(() => new Credentials('a', 'b', { session_token: 'c' }), /known option \(sessionToken, expiresAt\)/);
  assert.throws(() => presigner.uploadPart('a', 'id', 1, { partNumber: 2 }), { code: 'option_invalid' });
  assert.throws(() => presize.completeMultipartBody([{ number: 1, etag: 'a', size: 5 }]), /known option/);
});

test('messages spell names as JavaScript does, and repeat what was given', async () => {
  const uploadsWith = (policy) => new presize.Uploads(presigner, policy);
  const refusals = [
    [() => new ImageRules({ maxBytes: -1 }), 'expected an integer from 1 to 4294967295 for maxBytes, received -1'],
    [
      () => uploadsWith({ maxBytes: 5, minBytes: 6 }),
      'expected at most maxBytes, which is 5, for minBytes, received 6',
    ],
    [() => new ImageRules({ maxBytes: 'max_bytes' }), 'received "max_bytes"'],
    [() => new ImageRules({ max_bytes: 5 }), ' for max_bytes, received an unknown one'],
    [() => new ImageRules({ maxByte: 5 }), ' for maxByte, received an unknown one'],
    [() => new ImageRules({ FileSize: 5 }), ' for FileSize, received an unknown one'],
    [() => uploadsWith({ keyTemplate: '{prefix}/{owner}/{max_bytes}.{ext}' }), '{unix_ms}, {hex16}'],
    [() => uploadsWith({ keyTemplate: 'a' }), ' for keyTemplate, received '],
    [() => presize.configurePool({ maxWaitingBytes: -1 }), ' for maxWaitingBytes, received -1'],
    [() => presize.configurePool({ max_waiting: 1 }), ' for max_waiting, received an unknown one'],
    [() => new Credentials('AKID', ''), 'expected a usable secretAccessKey, received '],
    [() => uploadsWith({ verify: 'head', originals: 'reencoded' }), 'full together with originals of reencoded or variantWidths'],
    [() => uploadsWith({ originals: 'asIs' }), 'expected one of stripped, as_is, reencoded for originals, received "asIs"'],
    [() => presize.check(PHOTO, { maxWorkPixels: 1 }), 'expected at most 1 for workPixels, received '],
    [() => presize.check(PHOTO, {}, { declared: 'image/a_b' }), 'expected image/a_b as declared'],
    [() => presigner.get('a', { expiresIn: 0 }), ' for expiresIn, received 0'],
    [() => presigner.put('a', { metadata: { max_bytes: 'a\n' } }), 'max_bytes'],
  ];
  for (const [call, message] of refusals) {
    await assert.rejects(async () => call(), (error) => {
      assert.ok(error instanceof presize.PresizeError, String(error));
      assert.ok(error.message.includes(message), `${error.message}: ${message}`);
      return true;
    });
  }
});

test('a number without a fraction is that integer, also in JSON', async () => {
  for (const text of ['{"width": 20}', '{"width": 20.0}', '{"width": 2e1}']) {
    assert.strictEqual((await presize.transform(PHOTO, JSON.parse(text))).width, 20);
  }
  await assert.rejects(presize.transform(PHOTO, JSON.parse('{"width": 20.5}')), {
    code: 'option_invalid',
    message: 'expected an integer from 1 to 16384 for width, received 20.5',
  });
});

test('only own and enumerable names are options', async () => {
  const plain = await presize.transform(PHOTO);
  const hidden = Object.defineProperty({ [Symbol('width')]: 5 }, 'width', { value: 5, enumerable: false });
  assert.deepStrictEqual((await presize.transform(PHOTO, hidden)).bytes, plain.bytes);
  assert.strictEqual((await presize.transform(PHOTO, vm.runInNewContext('({ width: 5 })'))).width, 5);
  assert.strictEqual((await presize.transform(PHOTO, Object.assign(Object.create(null), { width: 5 }))).width, 5);
  assert.strictEqual((await presize.transform(PHOTO, JSON.parse('{"width": 5}'))).width, 5);
});

test('what somebody put into the prototype of all objects is no option', async () => {
  const now = new Date(1_700_000_000_000);
  const sign = () => new Presigner(Bucket.s3('eu-central-1', 'photos'), new Credentials('a', 'b')).get('a', { now }).url;
  const expected = sign();
  const names = { rules: { maxWidth: 1 }, signal: 5, declared: 'image/png', sessionToken: 'token', checksum: 'a', now: 5 };
  try {
    Object.assign(Object.prototype, names);
    await presize.check(PHOTO);
    await presize.transform(PHOTO, {}, {});
    assert.strictEqual(sign(), expected);
    presize.completeMultipartBody([{ number: 1, etag: 'a' }]);
  } finally {
    for (const name of Object.keys(names)) delete Object.prototype[name];
  }
});

test('a hole in a list is an item, and a list of a class of its own is read as any other', async () => {
  const refused = (error) => {
    assert.deepStrictEqual([error.code, error.index, error.details.received], ['option_invalid', 0, 'undefined']);
    return true;
  };
  await assert.rejects(presize.decodeDataUris([, 'data:']), refused);
  await assert.rejects(presize.transformMany(PHOTO, [, {}]), refused);
  assert.throws(() => presigner.signMany('get', [, 'a']), refused);
  assert.throws(() => presigner.signMany('get', new Array(4_000_000_000)), refused);
  assert.throws(() => presize.completeMultipartBody([, { number: 1, etag: 'a' }]), refused);
  class Keys extends Array {
    map() {
      return [5];
    }
  }
  assert.deepStrictEqual(presigner.signMany('get', Keys.from(['a', 'b'])).length, 2);
});

test('what a getter or a proxy throws is what the caller gets', async () => {
  const broken = new Error('broken');
  const getter = {
    get width() {
      throw broken;
    },
  };
  const trap = () => {
    throw broken;
  };
  for (const options of [getter, new Proxy({}, { ownKeys: trap }), new Proxy({}, { getPrototypeOf: trap })]) {
    await assert.rejects(presize.transform(PHOTO, options), broken);
    assert.throws(() => new ImageRules(options), broken);
    assert.throws(() => presigner.get('a', options), broken);
    assert.throws(() => presigner.head('a', options), broken);
  }
  const nameless = {
    get constructor() {
      throw broken;
    },
  };
  Object.setPrototypeOf(nameless, { __proto__: { __proto__: Date.prototype } });
  await assert.rejects(presize.transform(PHOTO, { width: nameless }), { code: 'option_invalid' });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  await assert.rejects(presize.transform(PHOTO, proxy));
  await assert.rejects(presize.transform(PHOTO, { width: proxy }));
});

test('a getter is read once', async () => {
  let times = 0;
  await presize.transform(PHOTO, {
    get width() {
      times += 1;
      return 5;
    },
  });
  assert.strictEqual(times, 1);
});

test('lists and maps hold what they should', () => {
  for (const formats of ['png', { 0: 'png' }, ['png', null], ['png', undefined], [, 'png'], [['png']], new Set(['png'])]) {
    assert.throws(() => new ImageRules({ formats }), { code: 'option_invalid' }, String(formats));
  }
  assert.throws(() => new ImageRules({ formats: new Array(4_000_000_000) }), /received a list of 4000000000 values/);
  for (const metadata of ['a', ['a'], { a: 5 }, { a: null }, { a: {} }, new Map([['a', 'b']]), { '\ud800': 'a' }, { a: '\ud800' }]) {
    assert.throws(() => presigner.put('a', { metadata }), { code: /option_invalid|header_invalid/ }, String(metadata));
  }
});

test('characters that separate fields are characters as any other', async () => {
  for (const text of ['a\0b', '\0', '\u0001', '\u00010', 'a\u00011\0', '\0\0']) {
    assert.throws(() => new ImageRules({ formats: [text] }), { code: 'option_invalid' });
    assert.throws(() => presigner.get(text), { code: 'upload_key_invalid' });
    assert.throws(() => Bucket.s3(text, 'photos'), { code: /option_invalid|bucket_invalid/ });
  }
  const error = await presize.transform(PHOTO, { 'a\0b\u0001': 5 }).catch((refused) => refused);
  assert.deepStrictEqual(error.details.received, 'an unknown one');
  assert.ok(error.details.name.startsWith('a'));
});

test('texts that are none are refused', () => {
  for (const key of [undefined, null, 5, ['a'], {}, Symbol('a'), 5n, new String('a')]) {
    for (const call of [
      () => presigner.get(key),
      () => presigner.put(key),
      () => presigner.head(key),
      () => presigner.signMany('get', [key]),
      () => presigner.postForm(key, { maxBytes: 5 }),
    ]) {
      assert.throws(call, { code: 'option_invalid' });
    }
    assert.throws(() => presigner.request(key, 'a'), { code: 'option_invalid' });
    assert.throws(() => Bucket.s3(key, 'photos'), { code: 'option_invalid' });
    assert.throws(() => Bucket.r2('a', key), { code: 'option_invalid' });
    assert.throws(() => Bucket.accessPoint(key), { code: 'option_invalid' });
    assert.throws(() => Bucket.custom('http://localhost', 'auto', 'photos', key), { code: 'option_invalid' });
    assert.throws(() => new CloudFrontKeyPair(key, 'rsa'), { code: 'option_invalid' });
    assert.throws(() => presize.contentDisposition('inline', key), { code: 'option_invalid' });
    assert.throws(() => presize.parseUploadId(key), { code: 'option_invalid' });
    assert.throws(() => presize.encodeDataUri(PHOTO, key), { code: 'option_invalid' });
  }
});

test('what is no time is refused', () => {
  const wrong = [null, 5, '2026-01-01', {}, true, { getTime: () => 5 }];
  const year10000 = new Date(253_402_300_800_000);
  const message = 'signing failed: the time, or the end of what is signed, is not between 1970 and 9999';
  const refused = { code: 'signing_failed', httpStatus: 500, message };
  for (const now of wrong) {
    for (const call of [
      () => presigner.get('a', { now }),
      () => presigner.put('a', { now }),
      () => presigner.head('a', { now }),
      () => presigner.signMany('get', ['a'], { now }),
      () => presigner.postForm('a', { maxBytes: 1, now }),
      () => uploads.issue({ owner: 'a', contentType: 'image/png', sizeBytes: 1, now }),
      () => PAIR.prepareUrl('https://cdn.example.com/1.jpg', { now }),
      () => new Credentials('a', 'b', { expiresAt: now }),
    ]) {
      assert.throws(call, { code: 'option_invalid', message: /expected a Date for (now|expiresAt), received/ });
    }
  }
  // One error, in every language, for what is a time outside of the years that can be signed, and for the Date that is none.
  for (const now of [new Date(8.64e15), new Date(-8.64e15), new Date(-1), year10000, new Date(year10000 - 1), new Date(NaN)]) {
    for (const call of [
      () => presigner.get('a', { now }),
      () => presigner.put('a', { now }),
      () => presigner.head('a', { now }),
      () => presigner.signMany('get', ['a'], { now }),
      () => presigner.postForm('a', { maxBytes: 1, now }),
      () => uploads.issue({ owner: 'a', contentType: 'image/png', sizeBytes: 1, now }),
      () => PAIR.prepareUrl('https://cdn.example.com/1.jpg', { now }),
      () => PAIR.prepareCookies('https://cdn.example.com/1.jpg', { now }),
    ]) {
      assert.throws(call, refused);
    }
  }
  const expiresAt = new Date(NaN);
  assert.throws(() => new Credentials('a', 'b', { expiresAt }), { code: 'option_invalid', message: /an invalid Date/ });
  assert.strictEqual(presigner.get('a', { now: vm.runInNewContext('new Date(1700000000000)') }).expiresAt.getTime(), 1700000900000);
});
