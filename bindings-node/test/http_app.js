'use strict';

// Real servers on real ports for the tests of presize/http and presize/express, and clients that write a request by hand.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const { Readable } = require('node:stream');
const { deflateSync, crc32 } = require('node:zlib');

const { ROOT } = require('./s3.js');

// Not for programs: the functions of the addon, so that a test knows when one is called.
const core = require(path.join(require.resolve('presize/package.json'), '../lib/core.js'));

const VECTORS = path.join(ROOT, 'core/tests/vectors');
const BOUNDARY = 'b0undary';
const FORM = `multipart/form-data; boundary=${BOUNDARY}`;
const END = Buffer.from(`--${BOUNDARY}--\r\n`);

/** An image of the conformance suite. */
function image(name) {
  return fs.readFileSync(path.join(VECTORS, 'images', name));
}

/** Serves a handler of node:http, such as an Express application, on a free port of loopback. */
async function serve(handler) {
  const server = http.createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  let begun = 0;
  let over = 0;
  server.on('request', (_request, response) => {
    begun += 1;
    response.once('close', () => (over += 1));
  });
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    connect: () => Connection.open(port),
    /** Sends the beginning of a request, goes away when it has come in, and waits until the server has noticed. */
    async breakOff(...pieces) {
      const before = begun;
      const connection = await Connection.open(port);
      await connection.send(...pieces);
      await until(() => begun > before);
      connection.close();
      await this.quiet();
    },
    /** Waits until the server is done with every request. */
    quiet: () => until(() => over === begun),
    /** Sends a body without an end until the server closes the connection: how many bytes it has taken. */
    async sendForever(start) {
      const taken = new Promise((resolve) => {
        server.once('connection', (socket) => socket.once('close', () => resolve(socket.bytesRead)));
      });
      const connection = await Connection.open(port);
      await connection.send(start);
      const piece = chunk(Buffer.alloc(1024 * 1024));
      for (let sent = 0; !connection.isClosed && sent < 1000; sent += 1) {
        await connection.send(piece);
        await sleep(0);
      }
      connection.close();
      return taken;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A handler of node:http for `(request: Request) => Promise<Response>`, as the smallest adapter would be. */
function adapted(handle) {
  return async (incoming, outgoing) => {
    const hasBody = !['GET', 'HEAD'].includes(incoming.method);
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method: incoming.method,
      headers: new Headers(Object.entries(incoming.headers)),
      body: hasBody ? Readable.toWeb(incoming) : undefined,
      duplex: 'half',
      signal: gone.signal,
    });
    let response;
    try {
      response = await handle(request);
    } catch (error) {
      response = new Response(String(error), { status: 500 });
    }
    const body = Buffer.from(await response.arrayBuffer());
    outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), 'content-length': body.length });
    outgoing.end(body);
  };
}

/** A connection on which requests are written by hand, and answers of a known length are read. */
class Connection {
  static async open(port) {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Connection(socket);
  }

  constructor(socket) {
    this.socket = socket;
    this.isClosed = false;
    this._received = Buffer.alloc(0);
    this._changed = () => {};
    socket.on('data', (piece) => {
      this._received = Buffer.concat([this._received, piece]);
      this._changed();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.isClosed = true;
        this._changed();
        resolve();
      });
    });
  }

  /** What has come and is not read, as a text. */
  get received() {
    return this._received.toString();
  }

  /** Writes as fast as the server takes it. */
  async send(...pieces) {
    for (const piece of pieces) {
      if (this.socket.destroyed) return;
      if (!this.socket.write(piece)) {
        await Promise.race([new Promise((resolve) => this.socket.once('drain', resolve)), this.closed]);
      }
    }
  }

  /** Reads one answer, whatever is still to be sent. */
  async answer() {
    for (;;) {
      const end = this._received.indexOf('\r\n\r\n');
      const [first, ...lines] = this._received.subarray(0, Math.max(end, 0)).toString().split('\r\n');
      const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(': ')));
      const length = Number(headers['content-length'] ?? 0);
      if (end >= 0 && this._received.length >= end + 4 + length) {
        const body = this._received.subarray(end + 4, end + 4 + length);
        this._received = this._received.subarray(end + 4 + length);
        const status = Number(first.split(' ')[1]);
        // Node invites whoever asks first, before an application is called.
        if (status === 100) continue;
        return { status, headers, body, json: () => JSON.parse(body.toString()) };
      }
      if (this.isClosed) throw new Error('the connection was closed without an answer');
      await new Promise((resolve) => (this._changed = resolve));
    }
  }

  close() {
    this.socket.destroy();
  }
}

/** The head of a POST request; without a length, for a chunked body. */
function head(path_, length, contentType = 'application/json', ...more) {
  const framing = length === undefined ? 'transfer-encoding: chunked' : `content-length: ${length}`;
  const lines = [`POST ${path_} HTTP/1.1`, 'host: x', framing, `content-type: ${contentType}`, ...more];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

function chunk(data) {
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
}

function part(disposition, data, contentType) {
  const type = contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`;
  const start = `--${BOUNDARY}\r\nContent-Disposition: ${disposition}\r\n${type}\r\n`;
  return Buffer.concat([Buffer.from(start), Buffer.from(data), Buffer.from('\r\n')]);
}

function file(data, { type = 'image/jpeg', field = 'file', name = 'cat.jpg' } = {}) {
  return part(`form-data; name="${field}"; filename="${name}"`, data, type ?? undefined);
}

/** Sends a body with fetch. */
function post(url, body, headers = {}) {
  return fetch(url, { method: 'POST', body, headers, duplex: 'half' });
}

function postForm(url, parts, { end = END, type = FORM, ...headers } = {}) {
  return post(url, Buffer.concat([...parts, end]), { 'content-type': type, ...headers });
}

function postJson(url, value, headers = {}) {
  return post(url, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}

/** Status and code of an answer that is an error of presize. */
async function refused(answer) {
  const { error } = await answer.json();
  return [answer.status, error.code];
}

/** Whether all that is expected is there, and equal; lists have the same length. */
function holds(expected, received) {
  if (typeof expected !== 'object' || expected === null) return expected === received;
  if (typeof received !== 'object' || received === null) return false;
  if (Array.isArray(expected) && expected.length !== received.length) return false;
  return Object.entries(expected).every(
    ([name, value]) => Object.hasOwn(received, name) && holds(value, received[name]),
  );
}

/** A PNG that takes long to decode and little to send. */
function pngOf(width, height) {
  const row = Buffer.from([1, ...Array.from({ length: 3 * width }, (_, index) => (index * index) % 251)]);
  const block = (kind, content) => {
    const named = Buffer.concat([Buffer.from(kind, 'latin1'), content]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(content.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crcOf(named));
    return Buffer.concat([size, named, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)), { level: 1 });
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, block('IHDR', header), block('IDAT', data), block('IEND', Buffer.alloc(0))]);
}

/** node:zlib has it since 20.15. */
function crcOf(data) {
  if (crc32) return crc32(data);
  let sum = 0xffffffff;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** Waits until something is so. The bound is for what never comes: no machine is as slow. */
async function until(condition) {
  const end = performance.now() + 60_000;
  while (!condition()) {
    assert.ok(performance.now() < end, `waited a minute for ${condition}`);
    await sleep(1);
  }
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

module.exports = {
  BOUNDARY,
  END,
  FORM,
  VECTORS,
  adapted,
  chunk,
  core,
  file,
  head,
  holds,
  image,
  part,
  pngOf,
  post,
  postForm,
  postJson,
  refused,
  serve,
  until,
};
