'use strict';
// Bodies of node:http requests, and what happens to the connection when one is refused.

const { DrainLimit } = require('./drain.js');

/** The chunks of a body. It stays open when iteration ends early: `drainBody` reads its rest. */
function readStream(request) {
  return request.iterator({ destroyOnReturn: false });
}

/** Whether another middleware has begun to read the body. */
function wasRead(request) {
  return (request.readableDidRead && !PEEKED.has(request)) || request._body === true;
}

/** Bodies that only `peekBytes` has read from. */
const PEEKED = new WeakSet();

/** The bytes of a body that have arrived. They are put back for the code that reads the body. */
function peekBytes(request, response) {
  const bytes = request.readableLength === 0 ? null : request.read();
  if (bytes === null) return Buffer.alloc(0);
  request.unshift(bytes);
  PEEKED.add(request);
  request.once('data', () => PEEKED.delete(request));
  // node:http discards an unread body, but not if reading has begun.
  response.once('finish', () => request.resume());
  return bytes;
}

/** A signal that aborts when the client disconnects before it is answered. `stop` ends the watch. */
function disconnectSignal(response) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  response.once('close', abort);
  if (response.destroyed || response.closed) abort();
  return { signal: controller.signal, stop: () => response.off('close', abort) };
}

/** Reads and discards the rest of a body, within limits, so that the connection can be reused. */
function drainBody(request, response) {
  if (request.readableEnded || request.destroyed) return;
  const limit = new DrainLimit(() => {
    request.pause();
    // The answer is sent first.
    if (response.writableFinished) request.socket.destroy();
    else response.once('finish', () => request.socket.destroy());
  });
  request.on('data', (chunk) => limit.count(chunk));
  request.once('end', () => limit.end());
  request.once('close', () => limit.end());
}

/** Sends a JSON response without the framework, which might add an ETag or white space. */
function answerJson(response, status, value, headers = {}) {
  // Another middleware has answered, such as one that limits bodies or time.
  if (response.headersSent) return;
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length, ...headers });
  response.end(body);
}

/**
 * Watches a body that other code will read. `inspect` is called with each chunk before that code sees it. When it throws,
 * `refuse` is called once with the error, to write a whole response without ending it, and returns whether it could. The rest
 * of the body is drained, within limits. Then the connection is closed, and the code that was reading gets the error.
 */
function watchBody(request, response, inspect, refuse) {
  const push = request.push;
  let limit;
  let refusal;
  let isAnswered = false;

  function begin(error) {
    refusal = error;
    limit = new DrainLimit(close);
    response.once('close', () => limit.end());
    isAnswered = refuse(error);
    // The code that was reading may have paused the stream.
    request.resume();
  }

  function close() {
    limit.end();
    const destroy = () => request.destroy(refusal);
    if (!isAnswered) return destroy();
    request.socket.once('close', destroy);
    response.end();
  }

  // node:http pushes received data here, before any listener sees it.
  request.push = function watched(chunk, encoding) {
    if (limit !== undefined) {
      if (chunk === null) close();
      else limit.count(chunk);
      return true;
    }
    try {
      if (chunk !== null) inspect(chunk);
    } catch (error) {
      begin(error);
      return true;
    }
    return push.call(this, chunk, encoding);
  };
}

module.exports = { answerJson, disconnectSignal, drainBody, peekBytes, readStream, wasRead, watchBody };
