// The declarations, as TypeScript sees them in strict mode: by Node's way of finding modules, and by that of bundlers.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { MODULES } from './modules.mjs';

const run = promisify(execFile);
const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const project = fileURLToPath(new URL('types/tsconfig.json', import.meta.url));
const skip = existsSync(compiler) ? false : 'typescript is not installed: npm install';

for (const options of [[], ['--module', 'esnext', '--moduleResolution', 'bundler']]) {
  test(`compiles with ${options.join(' ') || "the project's options"}`, { skip }, async () => {
    const { stdout } = await run(process.execPath, [compiler, '--project', project, ...options]).catch(
      (failed) => failed,
    );
    assert.equal(stdout, '');
  });
}

test('everything that is exported is declared, and the other way round', { skip }, async () => {
  for (const [name, file] of [
    ['presize/browser', 'index'],
    ['presize/react', 'react'],
  ]) {
    const declarations = await readFile(new URL(`${file}.d.ts`, MODULES), 'utf8');
    const declared = [...declarations.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, found]) => found);
    // Outside a page too: a server that renders imports both.
    assert.deepEqual(Object.keys(await import(name)).sort(), declared.sort(), name);
  }
});
