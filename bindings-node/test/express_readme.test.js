'use strict';

// The applications on the front page and on the package's page work as they are pasted.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const { inspect } = require('presize');
const { file, pngOf, postForm, postJson, serve, sleep } = require('./http_app.js');
const { ROOT } = require('./s3.js');

const GIVEN = {
  AWS_REGION: 'eu-central-1',
  BUCKET: 'photos',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
};

for (const page of ['README.md', 'bindings-node/README.md']) {
  test(page, async () => {
    const blocks = fs.readFileSync(path.join(ROOT, page), 'utf8').split(/^```/m);
    const pasted = blocks.find((block) => block.startsWith('js\n') && block.includes('app.listen('));
    assert.ok(pasted, 'the page has an application');

    // What `npm install` would make.
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'express-readme-'));
    fs.writeFileSync(path.join(folder, 'main.mjs'), pasted.slice('js\n'.length));
    fs.mkdirSync(path.join(folder, 'node_modules'));
    for (const [name, installed] of Object.entries({ presize: 'presize', express: 'express5' })) {
      const found = path.dirname(require.resolve(`${installed}/package.json`));
      fs.symlinkSync(found, path.join(folder, 'node_modules', name));
    }
    const free = await serve(() => {});
    await free.close();
    const env = { ...process.env, ...GIVEN, PORT: String(free.port) };
    const program = spawn(process.execPath, ['main.mjs'], { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
    const gone = once(program, 'exit');
    try {
      await answers(free.url);
      const body = { contentType: 'image/jpeg', fileSize: 48_211 };
      const ticketUrl = `${free.url}/api/upload/presigned-url`;
      assert.equal((await postJson(ticketUrl, body)).status, 401);
      const ticket = await (await postJson(ticketUrl, body, { 'x-user': 'user-7' })).json();
      assert.match(ticket.uploadUrl, /^https:\/\/photos\.s3\.eu-central-1\.amazonaws\.com\/uploads\/user-7\//);
      const small = await postForm(`${free.url}/api/avatar`, [file(pngOf(200, 150), { type: 'image/png' })]);
      const { width, height } = inspect(Buffer.from(await small.arrayBuffer()));
      assert.deepEqual([width, height], [80, 80]);
    } finally {
      program.kill();
      await gone;
      fs.rmSync(folder, { recursive: true });
    }
  });
}

/** Waits until somebody listens. */
async function answers(url) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const isThere = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await sleep(50);
  }
  assert.fail('the application did not start');
}
