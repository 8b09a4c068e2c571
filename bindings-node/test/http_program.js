'use strict';

// Applications that are started as users would start them, with Express 5 and presize beside them.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const GIVEN = {
  AWS_REGION: 'eu-central-1',
  BUCKET: 'photos',
  AWS_BUCKET_NAME: 'photos',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
};

/**
 * Starts `main` of these files, in a folder as `npm install` would make it: `{ url, stop }`, once it listens. `variables` are
 * those of its environment beside the usual ones.
 */
async function startProgram(main, files, variables = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'express-program-'));
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
  fs.mkdirSync(path.join(folder, 'node_modules'));
  for (const [name, installed] of Object.entries({ presize: 'presize', express: 'express5' })) {
    const found = path.dirname(require.resolve(`${installed}/package.json`));
    fs.symlinkSync(found, path.join(folder, 'node_modules', name));
  }
  const program = spawn(process.execPath, ['--require', path.join(__dirname, 'http_listening.js'), main], {
    cwd: folder,
    env: { ...process.env, ...GIVEN, ...variables, PORT: '0' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = once(program, 'exit');
  async function stop() {
    program.kill();
    await gone;
    fs.rmSync(folder, { recursive: true });
  }
  const [port] = await Promise.race([once(program, 'message'), gone.then(() => [])]);
  if (port !== undefined) return { url: `http://127.0.0.1:${port}`, stop };
  await stop();
  throw new Error('the application ended before it listened');
}

module.exports = { startProgram };
