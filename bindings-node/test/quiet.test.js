'use strict';
// Damaged files are errors, and nothing of them stands in the log of a server.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');
const { VECTORS } = require('./runner/inputs.js');

const PROGRAM = `
const { readFileSync } = require('node:fs');
const { PresizeError, check, inspect, transform } = require('presize');

async function main(paths) {
  let count = 0;
  for (const path of paths) {
    const bytes = readFileSync(path);
    for (const call of [inspect, check, (bytes) => transform(bytes, { width: 16, format: 'png' })]) {
      try {
        await call(bytes);
      } catch (error) {
        if (!(error instanceof PresizeError)) throw error;
        count += 1;
      }
    }
  }
  console.log(count);
}
main(process.argv.slice(1));
`;

test('damaged files leave nothing on stderr', () => {
  const images = join(VECTORS, 'images');
  const paths = readdirSync(images).map((name) => join(images, name));
  const done = spawnSync(process.execPath, ['--eval', PROGRAM, ...paths], { cwd: __dirname, encoding: 'utf8' });
  assert.strictEqual(done.stderr, '');
  assert.ok(Number(done.stdout) > 100, done.stdout);
});
