'use strict';

// Garage, an S3 server of another make: a program that is started, never a dependency.

const { spawn } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const ATTEMPTS = 5;

/** Starts the program that PRESIZE_GARAGE names, with one bucket and one key, as `startS3` does. */
async function startGarage(bucket = 'photos') {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // A port that was free may be taken before Garage has it.
    const garage = await tryStart(bucket);
    if (garage !== undefined) return garage;
  }
  throw new Error(`Garage did not start in ${ATTEMPTS} attempts`);
}

async function tryStart(bucket) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'presize-garage-'));
  const [port, rpcPort] = await freePorts();
  const config = path.join(folder, 'garage.toml');
  const accessKeyId = `GK${randomBytes(12).toString('hex')}`;
  const secretAccessKey = randomBytes(32).toString('hex');
  fs.writeFileSync(config, configuration(folder, port, rpcPort));
  const server = spawn(process.env.PRESIZE_GARAGE, ['-c', config, 'server', '--single-node', '--default-bucket'], {
    env: {
      ...process.env,
      GARAGE_DEFAULT_ACCESS_KEY: accessKeyId,
      GARAGE_DEFAULT_SECRET_KEY: secretAccessKey,
      GARAGE_DEFAULT_BUCKET: bucket,
      RUST_LOG: 'garage=warn',
    },
    stdio: 'ignore',
  });
  const exited = once(server, 'exit');
  async function stop() {
    server.kill('SIGKILL');
    await exited;
    fs.rmSync(folder, { recursive: true, force: true });
  }
  // The key and the bucket are made before the port is opened.
  while (server.exitCode === null) {
    if (await isOpen(port)) {
      return { endpoint: `http://127.0.0.1:${port}`, region: 'garage', bucket, accessKeyId, secretAccessKey, stop };
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stop();
  return undefined;
}

/** One node without copies, everything in the folder, no administration port. */
function configuration(folder, port, rpcPort) {
  return `
metadata_dir = '${folder}/meta'
data_dir = '${folder}/data'
db_engine = 'sqlite'
replication_factor = 1
rpc_bind_addr = '127.0.0.1:${rpcPort}'
rpc_public_addr = '127.0.0.1:${rpcPort}'
rpc_secret = '${randomBytes(32).toString('hex')}'
[s3_api]
api_bind_addr = '127.0.0.1:${port}'
s3_region = 'garage'
root_domain = '.garage.localhost'
`;
}

/** Both at once, so that they differ. */
async function freePorts() {
  const servers = [net.createServer(), net.createServer()];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const ports = servers.map((server) => server.address().port);
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports;
}

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

module.exports = { startGarage };
