'use strict';

// A store that notes every request and its status, and lets one PUT at a time through to a real one: S3 lets one of several
// conditional writes win, which the embedded server promises only for one after the other.

const { once } = require('node:events');
const http = require('node:http');

/**
 * Starts it before the store at `endpoint`. `seen` are the requests in the order of their ends: `{ method, path, headers, status }`.
 * `refuse(request)` may return a status, which is then the answer.
 */
async function startCountingStore(endpoint) {
  const store = { seen: [], refuse: () => undefined };
  let lastPut = Promise.resolve();
  const server = http.createServer(async (request, response) => {
    const { method, url, headers } = request;
    const path = decodeURIComponent(url.split('?')[0]);
    const note = (status) => store.seen.push({ method, path, headers, status });
    const status = store.refuse({ method, path, headers });
    if (status !== undefined) {
      request.resume();
      note(status);
      response.writeHead(status, { 'content-length': 0 }).end();
      return;
    }
    const before = lastPut;
    const send = async () => {
      if (method === 'PUT') await before;
      const forward = http.request(new URL(url, endpoint), { method, headers });
      request.pipe(forward);
      const [answered] = await once(forward, 'response');
      note(answered.statusCode);
      response.writeHead(answered.statusCode, answered.rawHeaders);
      answered.pipe(response);
      await once(answered, 'end');
    };
    const sent = send().catch(() => response.destroy());
    if (method === 'PUT') lastPut = sent;
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

module.exports = { startCountingStore };
