'use strict';

// A store that fails as a test wants: it sends requests on to a real one, or answers by itself.

const { once } = require('node:events');
const http = require('node:http');

/**
 * Starts it before the store at `endpoint`. `faults` holds functions `(request, response)`, one for each request to come: one
 * that gives true has answered, or will never. `seen` are the requests in their order.
 */
async function startFaultyStore(endpoint) {
  const store = { seen: [], faults: [] };
  const server = http.createServer((request, response) => {
    const { method, url, headers } = request;
    store.seen.push({ method, path: url.split('?')[0], headers, isCopy: 'x-amz-copy-source' in headers });
    if (store.faults.shift()?.(request, response)) return;
    const forward = http.request(new URL(url, endpoint), { method, headers }, (answered) => {
      response.writeHead(answered.statusCode, answered.rawHeaders);
      answered.pipe(response);
    });
    forward.on('error', () => response.destroy());
    request.pipe(forward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  store.url = `http://127.0.0.1:${server.address().port}`;
  store.close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return store;
}

/** Lets a request through. */
const pass = () => false;

const status = (code) => (request, response) => {
  request.resume();
  response.writeHead(code, { 'content-length': 0 }).end();
  return true;
};

/** Breaks the connection. */
const hangUp = (request) => {
  request.socket.destroy();
  return true;
};

/** Never answers, and says when it was asked. */
function silence() {
  let asked;
  const wasAsked = new Promise((resolve) => {
    asked = resolve;
  });
  const fault = () => {
    asked();
    return true;
  };
  return [fault, wasAsked];
}

/** Answers with these headers and a body that never ends, and says when nobody reads it any more. */
function endless(headers) {
  let left;
  const wasLeft = new Promise((resolve) => {
    left = resolve;
  });
  const fault = (_request, response) => {
    response.writeHead(200, headers);
    response.once('close', left);
    const piece = Buffer.alloc(16_384, ' ');
    const more = () => {
      while (response.write(piece));
    };
    response.on('drain', more);
    more();
    return true;
  };
  return [fault, wasLeft];
}

module.exports = { endless, hangUp, pass, silence, startFaultyStore, status };
