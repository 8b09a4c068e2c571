'use strict';
// The functions on the package's page work as they are pasted.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { after, before, test } = require('node:test');

const { inspect } = require('presize');
const { pngOf } = require('./http_app.js');
const { ROOT, presignerFor, startS3 } = require('./s3.js');

let s3;
let folder;

before(async () => {
  s3 = await startS3('photos', 'photos-resized');
  const { url, headers } = presignerFor(s3).put('cat.png', { contentType: 'image/png' });
  assert.ok((await fetch(url, { method: 'PUT', headers, body: pngOf(800, 800) })).ok);
  // What Lambda sets, and the address of a store that is not AWS's.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: s3.endpoint,
    AWS_REGION: s3.region,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    RESULTS_URL: 'http://photos-resized.s3-website.eu-central-1.amazonaws.com',
  });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lambda-function-'));
  fs.mkdirSync(path.join(folder, 'node_modules'));
  fs.symlinkSync(path.dirname(require.resolve('presize/package.json')), path.join(folder, 'node_modules/presize'));
});
after(async () => {
  if (folder !== undefined) fs.rmSync(folder, { recursive: true });
  await s3?.stop();
});

/** The handler of the program on the page that has this call. */
async function pasted(call) {
  const blocks = fs.readFileSync(path.join(ROOT, 'bindings-node/README.md'), 'utf8').split(/^```/m);
  const program = blocks.find((block) => block.startsWith('js\n') && block.includes(`handler = ${call}(`));
  assert.ok(program, call);
  const file = path.join(folder, `${call}.mjs`);
  fs.writeFileSync(file, program.slice('js\n'.length));
  return (await import(pathToFileURL(file))).handler;
}

async function stored(key) {
  const { url, headers } = presignerFor(s3, 'photos-resized').get(key);
  const answer = await fetch(url, { headers });
  assert.equal(answer.status, 200, key);
  return inspect(Buffer.from(await answer.arrayBuffer()));
}

test('resize on upload', async () => {
  const handler = await pasted('s3Handler');
  const record = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'us-east-1',
    eventTime: '2026-11-30T08:15:30.123Z',
    eventName: 'ObjectCreated:Put',
    s3: { s3SchemaVersion: '1.0', bucket: { name: 'photos' }, object: { key: 'cat.png', sequencer: '0055AED6DCD90281E5' } },
  };
  assert.deepEqual(await handler({ Records: [record] }), { batchItemFailures: [] });
  for (const width of [80, 500]) assert.equal((await stored(`${width}/cat.png.jpg`)).width, width);
});

test('variants at the edge', async () => {
  const handler = await pasted('edgeHandler');
  const request = { clientIp: '203.0.113.178', headers: {}, method: 'GET', querystring: 'w=200&h=150&f=jpeg&q=90', uri: '/cat.png' };
  const response = { status: '200', statusDescription: 'OK', headers: {} };
  const cf = { config: { distributionId: 'EDFDVBD6EXAMPLE', eventType: 'origin-response' }, request, response };
  const answer = await handler({ Records: [{ cf }] });
  assert.equal(answer.status, '200', answer.body);
  const { width, height } = inspect(Buffer.from(answer.body, 'base64'));
  assert.deepEqual([width, height], [200, 150]);
});

test('resize on the first miss', async () => {
  const handler = await pasted('gatewayHandler');
  const answer = await handler({
    version: '2.0',
    rawPath: '/resize',
    rawQueryString: 'key=300x300/cat.png',
    headers: {},
    requestContext: { domainName: 'id.execute-api.eu-central-1.amazonaws.com', http: { method: 'GET', path: '/resize' }, stage: '$default' },
  });
  assert.equal(answer.statusCode, 307, answer.body);
  assert.equal(answer.headers.location, `${process.env.RESULTS_URL}/300x300/cat.png`);
  assert.deepEqual((await stored('300x300/cat.png')).width, 300);
});

test('require and import have the same functions', async () => {
  const required = require('presize/aws');
  const imported = await import('presize/aws');
  assert.deepEqual(Object.keys(required).sort(), ['edgeHandler', 'gatewayHandler', 's3Handler']);
  for (const [name, value] of Object.entries(required)) assert.equal(imported[name], value);
});
