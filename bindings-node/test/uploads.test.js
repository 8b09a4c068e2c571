'use strict';
// Uploads: the environment, what is told of a ticket, and options that are lists of numbers.

const assert = require('node:assert');
const { test } = require('node:test');
const presize = require('presize');

const { Bucket, Credentials, Presigner, PresizeError, UploadEvent, UploadPolicy, Uploads } = presize;
const presigner = new Presigner(Bucket.s3('eu-central-1', 'photos'), new Credentials('AKIDEXAMPLE', 'secret'));
const ASKED = { owner: 'user-7', contentType: 'image/jpeg', sizeBytes: 5 };
const AWS = {
  AWS_REGION: 'eu-central-1',
  AWS_BUCKET_NAME: 'photos',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI',
};

function refused(call) {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof PresizeError, `${error?.stack}`);
    return error;
  }
  return assert.fail('accepted');
}

test('uploads from an environment are like those that are made', () => {
  const uploads = Uploads.fromEnv({ prefix: 'avatars' }, { ...AWS, AWS_PUBLIC_URL: 'https://cdn.example.com' });
  assert.ok(uploads instanceof Uploads && uploads.presigner instanceof Presigner);
  assert.strictEqual(uploads.presigner.bucket.name, 'photos');
  assert.deepStrictEqual(
    uploads.policy,
    new UploadPolicy({ prefix: 'avatars', publicBaseUrl: 'https://cdn.example.com' }),
  );
  const { key, publicUrl } = uploads.issue(ASKED);
  assert.strictEqual(publicUrl, `https://cdn.example.com/${key}`);
  assert.ok(uploads.presigner.get(key).url.startsWith(`https://photos.s3.eu-central-1.amazonaws.com/${key}?`));
  assert.ok(new Uploads(uploads.presigner, uploads.policy).confirm({ owner: 'user-7', key }));
});

test('an owner may be an integer, which stands for its decimal digits', async () => {
  const uploads = new Uploads(presigner);
  const owners = [
    [7, '7'],
    [0, '0'],
    [-0, '0'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [12345678901234567890n, '12345678901234567890'],
    ['7c9e6679-7425-40de-944b-e07fc1f90ae7', '7c9e6679-7425-40de-944b-e07fc1f90ae7'],
  ];
  const noStore = { fetch: () => Promise.reject(new Error('no store')), retries: 0 };
  for (const [owner, text] of owners) {
    const { key } = uploads.issue({ ...ASKED, owner });
    assert.ok(key.startsWith(`uploads/${text}/`), key);
    for (const each of [owner, text]) {
      assert.strictEqual(uploads.confirm({ owner: each, key }).key, key);
      await assert.rejects(presize.confirmUpload(uploads, { owner: each, key }, noStore), { code: 'store_unavailable' });
    }
  }
  for (const owner of [-1, 1.5, NaN, Infinity, 2 ** 53, -1n, true, null, {}, [7]]) {
    const { code, details } = refused(() => uploads.issue({ ...ASKED, owner }));
    assert.deepStrictEqual([code, details.name], ['option_invalid', 'owner'], String(owner));
    await assert.rejects(presize.confirmUpload(uploads, { owner, key: 'a' }), { code: 'option_invalid' });
  }
});

test('every variable that is missing is named', () => {
  const error = refused(() => Uploads.fromEnv(undefined, { R2_BUCKET_NAME: 'photos', R2_SECRET_ACCESS_KEY: 'hidden' }));
  assert.strictEqual(error.code, 'environment_incomplete');
  assert.deepStrictEqual(error.details, { missing: ['R2_ACCOUNT_ID', 'R2_ACCESS_KEY_ID', 'R2_PUBLIC_URL'] });
  assert.ok(!`${error.stack}${JSON.stringify(error)}`.includes('hidden'));
});

test('an environment that is none, or cannot be read', () => {
  for (const env of [null, 5, 'a']) {
    assert.strictEqual(refused(() => Uploads.fromEnv({}, env)).details.name, 'env');
  }
  const broken = new Error('broken');
  const env = {
    ...AWS,
    get AWS_BUCKET_NAME() {
      throw broken;
    },
  };
  assert.throws(() => Uploads.fromEnv({}, env), (error) => error === broken);
  const secret = refused(() => Uploads.fromEnv({}, { ...AWS, AWS_SECRET_ACCESS_KEY: ['wJalrXUtnFEMI'] }));
  assert.ok(!`${secret.stack}${JSON.stringify(secret)}`.includes('wJalr'));
  for (const policy of [5, null, new (class Policy {})()]) {
    assert.strictEqual(refused(() => Uploads.fromEnv(policy, AWS)).details.name, 'policy');
  }
});

test('a presigner from an environment is that of the uploads', () => {
  const R2 = {
    R2_ACCOUNT_ID: '0123456789abcdef0123456789abcdef',
    R2_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    R2_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI',
    R2_BUCKET_NAME: 'photos',
  };
  const now = new Date(1_700_000_000_000);
  for (const env of [AWS, { ...AWS, AWS_ENDPOINT_URL: 'http://localhost:9000' }, R2]) {
    const made = Presigner.fromEnv(env);
    assert.ok(made instanceof Presigner);
    const { presigner: other } = Uploads.fromEnv(undefined, { ...env, ...(env === R2 && { R2_PUBLIC_URL: 'https://a.b' }) });
    assert.deepStrictEqual(made.get('a.png', { now }), other.get('a.png', { now }));
    assert.strictEqual(made.bucket.host, other.bucket.host);
    assert.ok(new Uploads(made).issue(ASKED).key);
  }
  assert.ok(Presigner.fromEnv({ ...AWS, AWS_ENDPOINT_URL: 'http://localhost:9000' }).get('a').url.startsWith('http://localhost:9000/photos/a?'));
  const error = refused(() => Presigner.fromEnv({ R2_BUCKET_NAME: 'photos' }));
  assert.deepStrictEqual(
    [error.code, error.details.missing],
    ['environment_incomplete', ['R2_ACCOUNT_ID', 'R2_ACCESS_KEY_ID', 'R2_SECRET_ACCESS_KEY']],
  );
});

test('the environment of the process is the default', (t) => {
  const { env } = process;
  t.after(() => {
    process.env = env;
  });
  process.env = { ...AWS };
  assert.strictEqual(Uploads.fromEnv().presigner.bucket.name, 'photos');
  assert.strictEqual(Presigner.fromEnv().bucket.name, 'photos');
});

test('an event is told of a ticket and of a refusal, once', () => {
  const uploads = new Uploads(presigner);
  const events = [];
  const onEvent = (event) => events.push(event);
  const now = new Date(1_700_000_000_000);
  const { key } = uploads.issue({ ...ASKED, now, onEvent });
  refused(() => uploads.issue({ ...ASKED, sizeBytes: 20_000_000, now, onEvent }));
  refused(() => uploads.confirm({ owner: 'user-8', key, now, onEvent }));
  uploads.confirm({ owner: 'user-7', key, now, onEvent });
  const same = { timestamp: '2023-11-14T22:13:20Z', owner: 'user-7' };
  assert.deepStrictEqual(
    events.map((event) => ({ ...event })),
    [
      { ...same, action: 'issue', key, bytes: 5, outcome: 'issued', code: null },
      { ...same, action: 'issue', key: null, bytes: 20_000_000, outcome: 'rejected', code: 'upload_too_large' },
      { ...same, owner: 'user-8', action: 'confirm', key, bytes: null, outcome: 'rejected', code: 'upload_owner_mismatch' },
    ],
  );
  assert.ok(events.every((event) => event instanceof UploadEvent && Object.isFrozen(event)));
});

test('a listener that fails takes no ticket away, and is a function', async (t) => {
  const uploads = new Uploads(presigner);
  const broken = new Error('no log');
  const { mock: log } = t.mock.method(console, 'error', () => {});
  const fail = () => {
    throw broken;
  };
  for (const onEvent of [fail, async () => fail()]) {
    assert.ok(uploads.issue({ ...ASKED, onEvent }).key);
    assert.strictEqual(refused(() => uploads.issue({ ...ASKED, sizeBytes: 0, onEvent })).code, 'upload_too_small');
  }
  await new Promise((resolve) => setImmediate(resolve));
  const told = log.calls.map(({ arguments: [error] }) => error);
  assert.deepStrictEqual(told, Array(4).fill(broken));
  for (const wrong of [null, 5, 'log', {}]) {
    assert.strictEqual(refused(() => uploads.issue({ ...ASKED, onEvent: wrong })).details.name, 'on_event');
  }
  assert.ok(uploads.issue({ ...ASKED, onEvent: undefined }));
});

test('lists of numbers hold numbers', () => {
  assert.deepStrictEqual(new UploadPolicy({ variantWidths: [320, 16_384] }).variantWidths, [320, 16_384]);
  assert.ok(Object.isFrozen(new UploadPolicy({ variantWidths: [320] }).variantWidths));
  for (const wrong of [null, 320, '320', [0], [16_385], [1.5], ['320'], [null], [[320]], new Uint32Array([320]), new Array(2)]) {
    assert.strictEqual(refused(() => new UploadPolicy({ variantWidths: wrong })).details.name, 'variant_widths');
  }
  for (const wrong of [[320, 320], Array.from({ length: 11 }, (_, index) => index + 1)]) {
    assert.strictEqual(refused(() => new Uploads(presigner, { variantWidths: wrong })).details.name, 'variant_widths');
  }
});

test('a policy has its metadata, frozen, and makes others', () => {
  const metadata = { app: 'photos', constructor: 'a', ['__proto__']: 'b' };
  const policy = new UploadPolicy({ metadata });
  assert.deepStrictEqual(policy.metadata, metadata);
  assert.ok(Object.isFrozen(policy.metadata));
  assert.deepStrictEqual(new UploadPolicy({ ...policy }), policy);
  assert.strictEqual(policy.rules().maxBytes, policy.maxBytes);
  assert.deepStrictEqual(new presize.ImageRules({ ...policy.rules() }), policy.rules());
});

test('a key has 16 random bytes where it asks for them', () => {
  const uploads = new Uploads(presigner, { keyTemplate: '{prefix}/{owner}/{uuid}-{hex16}{ext}' });
  const keys = Array.from({ length: 100 }, () => uploads.issue(ASKED).key);
  assert.strictEqual(new Set(keys).size, keys.length);
  for (const key of keys) {
    assert.match(key, /\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}-[0-9a-f]{16}\.jpg$/);
    // Of all 16 bytes the last is the end of the UUID.
    assert.ok(!key.includes('-000000000000-'));
  }
});

test('what is copied is an argument', () => {
  const source = presigner.bucket.copySource('a b/ü.jpg');
  assert.strictEqual(source, 'photos/a b/ü.jpg');
  const { method, headers } = presigner.copy('c', source, { copySourceIfMatch: '"abc"' });
  assert.deepStrictEqual([method, headers['x-amz-copy-source']], ['PUT', 'photos/a%20b/%C3%BC.jpg']);
  assert.strictEqual(refused(() => presigner.copy('c')).details.name, 'copy_source');
  assert.strictEqual(refused(() => presigner.copy('c', 'a/b', { copySource: 'a/b' })).details.name, 'copy_source');
  assert.strictEqual(refused(() => presigner.bucket.copySource(5)).details.name, 'key');
});
