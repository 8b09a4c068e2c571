// A site of the tests: pages, the modules of presize as they are, and a back end whose routes a test sets. Beside it,
// on a port of its own as in life, a store that answers browsers' questions about CORS.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';

import { MODULES } from './modules.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
};

export async function startSite() {
  const store = await startStore();
  const state = { routes: {}, pages: {}, requests: [] };

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://site');
    const seen = await record(request, pathname);
    const route = state.routes[`${request.method} ${pathname}`];
    if (route) {
      state.requests.push(seen);
      return route(seen, response);
    }
    if (request.method !== 'GET')
      return answer(response, 404, 'text/html', '<pre>Cannot POST</pre>', state.requests.push(seen));
    try {
      if (pathname.startsWith('/presize/')) {
        const file = new URL(pathname.slice('/presize/'.length), MODULES);
        return answer(response, 200, TYPES[extname(pathname)], await readFile(file));
      }
      const page = pathname === '/' ? '<!doctype html><title>presize</title><body>' : state.pages[pathname];
      if (page !== undefined) return answer(response, 200, TYPES[extname(pathname)] ?? TYPES['.html'], page);
    } catch {
      // Not there.
    }
    answer(response, 404, 'text/plain', 'not found');
  });
  const url = await listen(server);

  return {
    url,
    store,
    // The back end's requests in their order: { method, path, headers, body, json, at }.
    get requests() {
      return state.requests;
    },
    // Requests to one path.
    to: (path) => state.requests.filter((request) => request.path === path),
    routeOf: (name) => state.routes[name],
    route(name, handler) {
      state.routes[name] = handler;
    },
    page(path, content) {
      state.pages[path] = content;
    },
    // Tickets for the store, as `change` alters them.
    giveTickets(change = (ticket) => ticket) {
      let count = 0;
      state.routes['POST /api/upload/presigned-url'] = ({ json }, response) => {
        count += 1;
        const key = `uploads/user-7/${count}`;
        const headers = { 'content-type': json.contentType, 'content-length': String(json.fileSize) };
        const ticket = {
          uploadUrl: `${store.url}/photos/${key}`,
          method: 'PUT',
          headers,
          key,
          publicUrl: null,
          expiresIn: 300,
        };
        sendJson(response, 200, change(ticket, json));
      };
    },
    clear() {
      Object.assign(state, { routes: {}, requests: [] });
      store.clear();
    },
    async close() {
      await store.close();
      await stop(server);
    },
  };
}

// Keeps in memory what is put into it. `store.respond = (seen, response) => boolean` may answer first, `store.allows =
// (request) => boolean` says to whose requests, questions of CORS among them, the headers of CORS are added; one that throws
// breaks the connection.
export async function startStore() {
  const state = { objects: new Map(), requests: [], respond: null, allows: null, asked: [] };
  const server = createServer(async (request, response) => {
    state.asked.push(request.method);
    try {
      if (state.allows?.(request) ?? true) allowAnyOrigin(request, response);
    } catch {
      return request.socket.destroy();
    }
    if (request.method === 'OPTIONS') return answer(response, 204);
    const { pathname } = new URL(request.url, 'http://store');
    const seen = await record(request, pathname);
    state.requests.push(seen);
    if (state.respond?.(seen, response)) return;
    state.objects.set(pathname, { bytes: seen.body, type: seen.headers['content-type'] });
    answer(response, 200);
  });
  const url = await listen(server);
  return {
    url,
    objects: state.objects,
    get requests() {
      return state.requests;
    },
    // The methods of all requests, questions of CORS among them.
    get asked() {
      return state.asked;
    },
    set respond(respond) {
      state.respond = respond;
    },
    set allows(allows) {
      state.allows = allows;
    },
    clear() {
      state.objects.clear();
      Object.assign(state, { requests: [], respond: null, allows: null, asked: [] });
    },
    close: () => stop(server),
  };
}

// What a bucket's CORS rule says; the browser asks before it sends.
export function allowAnyOrigin(request, response) {
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  response.setHeader('access-control-allow-methods', 'GET, PUT, POST, DELETE');
  response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*');
  response.setHeader('access-control-expose-headers', 'etag, retry-after');
}

export function sendJson(response, status, value, headers = {}) {
  for (const [name, text] of Object.entries(headers)) response.setHeader(name, text);
  answer(response, status, 'application/json', JSON.stringify(value));
}

export function answer(response, status, type, body = '') {
  if (type) response.setHeader('content-type', type);
  response.writeHead(status).end(body);
}

export function listen(server) {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://localhost:${server.address().port}`)),
  );
}

export function stop(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

async function record(request, path) {
  const at = performance.now();
  const parts = [];
  let aborted = false;
  try {
    for await (const part of request) parts.push(part);
  } catch {
    aborted = true;
  }
  const body = Buffer.concat(parts);
  const type = request.headers['content-type'] ?? '';
  const json = type.startsWith('application/json') ? JSON.parse(body.toString()) : null;
  return { method: request.method, path, headers: request.headers, body, json, at, aborted };
}
