'use strict';
// The declarations, as programs of several versions of TypeScript see them. Those before 5.7 know no `Buffer<ArrayBuffer>`.

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const { existsSync } = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { promisify } = require('node:util');

const run = promisify(execFile);
const PROGRAM = path.join(__dirname, 'types/bodies/bodies.ts');
const EVERY = ['bundler', 'node16', 'nodenext'];
const VERSIONS = {
  'typescript-5.6': ['bundler'],
  'typescript-5.7': EVERY,
  'typescript-5.9': ['bundler'],
  'typescript-6.0': ['bundler'],
  typescript: EVERY,
};
const STRICT = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--types', 'node'];
// With and without a page's own declarations of fetch and Response.
const SETTINGS = {
  nodenext: ['--module', 'nodenext', '--lib', 'es2023'],
  node16: ['--module', 'node16', '--lib', 'es2023,dom,dom.iterable'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2023,dom,dom.iterable'],
};

/** What the compiler says of a program. */
async function complaints(compiler, options) {
  const { stdout, stderr } = await run(process.execPath, [compiler, ...STRICT, ...options, PROGRAM]).catch((failed) => failed);
  return stdout + stderr;
}

for (const [version, names] of Object.entries(VERSIONS)) {
  const compiler = path.join(__dirname, '../node_modules', version, 'bin/tsc');
  const skip = existsSync(compiler) ? false : `${version} is not installed`;
  for (const name of names) {
    test(`${version}, ${name}: what presize gives is the body of a request and of an answer`, { skip }, async () => {
      assert.equal(await complaints(compiler, SETTINGS[name]), '');
    });
  }
}
