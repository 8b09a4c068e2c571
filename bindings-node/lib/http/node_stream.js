'use strict';

// The body of a request of node:http, and what becomes of the connection when it is refused.

const { Rest } = require('./rest.js');

/** The pieces of a body. A body that is left early stays open: `discardRest` is for its rest. */
function streamOf(request) {
  return request.iterator({ destroyOnReturn: false });
}

/** Whether somebody has begun to read the body. */
function wasRead(request) {
  return (request.readableDidRead && !PEEKED.has(request)) || request._body === true;
}

/** Bodies that `earlyBytes` has looked into, and nobody else has read. */
const PEEKED = new WeakSet();

/** What has come of a body by now. It is still there for whoever reads the body. */
function earlyBytes(request, response) {
  const bytes = request.readableLength === 0 ? null : request.read();
  if (bytes === null) return Buffer.alloc(0);
  request.unshift(bytes);
  PEEKED.add(request);
  request.once('data', () => PEEKED.delete(request));
  // node:http reads over a body that nobody wants, unless it believes that somebody has begun.
  response.once('finish', () => request.resume());
  return bytes;
}

/** Aborts when the client is gone before its answer is; `forget` ends that. */
function goneWith(response) {
  const gone = new AbortController();
  const abort = () => gone.abort();
  response.once('close', abort);
  if (response.destroyed || response.closed) abort();
  return { signal: gone.signal, forget: () => response.off('close', abort) };
}

/** Reads the rest of a body and throws it away, within limits, so that the connection can be used again. */
function discardRest(request, response) {
  if (request.readableEnded || request.destroyed) return;
  const rest = new Rest(() => {
    request.pause();
    // The answer goes first.
    if (response.writableFinished) request.socket.destroy();
    else response.once('finish', () => request.socket.destroy());
  });
  request.on('data', (piece) => rest.count(piece));
  request.once('end', () => rest.end());
  request.once('close', () => rest.end());
}

/** An answer in JSON, as small as it gets: nothing of a framework, which might add validators or white space. */
function answerJson(response, status, value, headers = {}) {
  // Somebody else was faster: a limit on bodies, or on time.
  if (response.headersSent) return;
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length, ...headers });
  response.end(body);
}

/**
 * Watches a body that others will read. `inspect` is given each piece before them; for what it throws, `refuse` is called once, to
 * write a whole answer without ending it; it returns whether it could. What comes afterwards is thrown away, within limits. When
 * that is over the connection is closed, and those who were reading find the body broken off with the error.
 */
function watchBody(request, response, inspect, refuse) {
  const push = request.push;
  let rest;
  let refusal;
  let isAnswered = false;

  function begin(error) {
    refusal = error;
    rest = new Rest(close);
    response.once('close', () => rest.end());
    isAnswered = refuse(error);
    // Whoever was reading may have stopped the flow.
    request.resume();
  }

  function close() {
    rest.end();
    const breakOff = () => request.destroy(refusal);
    if (!isAnswered) return breakOff();
    request.socket.once('close', breakOff);
    response.end();
  }

  // This is where node:http puts what it has received, before anybody sees it.
  request.push = function watched(piece, encoding) {
    if (rest !== undefined) {
      if (piece === null) close();
      else rest.count(piece);
      return true;
    }
    try {
      if (piece !== null) inspect(piece);
    } catch (error) {
      begin(error);
      return true;
    }
    return push.call(this, piece, encoding);
  };
}

module.exports = { answerJson, discardRest, earlyBytes, goneWith, streamOf, wasRead, watchBody };
