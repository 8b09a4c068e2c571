'use strict';

// The body of a request of node:http, and what becomes of the connection when it is refused.

const { Rest } = require('./rest.js');

/** The pieces of a body. A body that is left early stays open: `discardRest` is for its rest. */
function streamOf(request) {
  return request.iterator({ destroyOnReturn: false });
}

/** Whether somebody has begun to read the body. */
function wasRead(request) {
  return request.readableDidRead || request._body === true;
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
 * Watches a body that others will read. When it becomes longer than `maxBytes`, `refuse` is called once, to write a whole answer
 * without ending it; it returns whether it could. What comes afterwards is thrown away, within limits. When that is over the
 * connection is closed, and those who were reading find the body broken off with `error`.
 */
function limitBody(request, response, maxBytes, error, refuse) {
  const push = request.push;
  let received = request.readableLength;
  let rest;
  let isAnswered = false;

  function begin() {
    rest = new Rest(close);
    response.once('close', () => rest.end());
    isAnswered = refuse();
    // Whoever was reading may have stopped the flow.
    request.resume();
  }

  function close() {
    rest.end();
    const breakOff = () => request.destroy(error);
    if (!isAnswered) return breakOff();
    request.socket.once('close', breakOff);
    response.end();
  }

  // This is where node:http puts what it has received, before anybody sees it.
  request.push = function limited(piece, encoding) {
    if (rest === undefined) {
      received += piece?.length ?? 0;
      if (received <= maxBytes) return push.call(this, piece, encoding);
      begin();
    } else if (piece === null) {
      close();
    } else {
      rest.count(piece);
    }
    return true;
  };
}

module.exports = { answerJson, discardRest, limitBody, streamOf, wasRead };
