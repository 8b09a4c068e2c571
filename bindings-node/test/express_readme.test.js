'use strict';

// The applications on the front page and on the package's page work as they are pasted.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const { inspect } = require('presize');
const { file, pngOf, postForm, postJson } = require('./http_app.js');
const { startProgram } = require('./http_program.js');
const { ROOT } = require('./s3.js');

for (const page of ['README.md', 'bindings-node/README.md']) {
  test(page, async () => {
    const blocks = fs.readFileSync(path.join(ROOT, page), 'utf8').split(/^```/m);
    const pasted = blocks.find((block) => block.startsWith('js\n') && block.includes('app.listen('));
    assert.ok(pasted, 'the page has an application');
    const { url, stop } = await startProgram('main.mjs', { 'main.mjs': pasted.slice('js\n'.length) });
    try {
      const body = { contentType: 'image/jpeg', fileSize: 48_211 };
      const ticketUrl = `${url}/api/upload/presigned-url`;
      assert.equal((await postJson(ticketUrl, body)).status, 401);
      const ticket = await (await postJson(ticketUrl, body, { 'x-user': 'user-7' })).json();
      assert.match(ticket.uploadUrl, /^https:\/\/photos\.s3\.eu-central-1\.amazonaws\.com\/incoming\/uploads\/user-7\//);
      const small = await postForm(`${url}/api/avatar`, [file(pngOf(200, 150), { type: 'image/png' })]);
      const { width, height } = inspect(Buffer.from(await small.arrayBuffer()));
      assert.deepEqual([width, height], [80, 80]);
    } finally {
      await stop();
    }
  });
}
