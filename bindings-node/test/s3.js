'use strict';

// A real S3 server that checks signatures, for tests. It is empty at first, and gone when `stop` is done.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const readline = require('node:readline');

// The tests also run where they have been copied to, beside an installed package.
const { PRESIZE_VECTORS } = process.env;
const ROOT = PRESIZE_VECTORS ? path.resolve(PRESIZE_VECTORS, '../../..') : path.resolve(__dirname, '../..');
const CARGO = ['cargo', 'run', '--quiet', '--locked', '--package', 'presize-examples', '--bin', 's3-server', '--'];

/**
 * Starts the server of the examples in a process of its own, with these buckets, of which `bucket` is the first: `{ endpoint,
 * region, bucket, accessKeyId, secretAccessKey, stop }`. The environment variable PRESIZE_S3_SERVER names the program; without it cargo builds it.
 */
async function startS3(...buckets) {
  const given = process.env.PRESIZE_S3_SERVER;
  const [program, ...args] = given ? [given] : CARGO;
  const server = spawn(program, [...args, ...(buckets.length === 0 ? ['photos'] : buckets)], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(server, 'exit');
  const lines = readline.createInterface({ input: server.stdout });
  const [line] = await Promise.race([once(lines, 'line'), exited.then(() => [undefined])]);
  if (line === undefined) throw new Error('the S3 server did not start');
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, ...where } = JSON.parse(line);
  async function stop() {
    // It runs until its input ends.
    server.stdin.end();
    await exited;
  }
  return { ...where, accessKeyId, secretAccessKey, stop };
}

/** A presigner for a bucket of the server. */
function presignerFor(s3, name = s3.bucket) {
  const { Bucket, Credentials, Presigner } = require('presize');
  const bucket = Bucket.custom(s3.endpoint, s3.region, name, 'path');
  return new Presigner(bucket, new Credentials(s3.accessKeyId, s3.secretAccessKey));
}

/** Sends a file as its ticket says: a PUT with its headers, or a form with its fields. */
function sendTicket({ method, url, headers, fields }, bytes) {
  if (method !== 'POST') return fetch(url, { method, headers, body: bytes });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([bytes]), 'file');
  return fetch(url, { method, body: form });
}

module.exports = { ROOT, presignerFor, sendTicket, startS3 };
