'use strict';
// presize/express: middlewares for Express 4 and 5 that issue tickets, confirm uploads, limit bodies and read images.

const { JsonScanner, PresizeError, requestMalformed, requestTooLarge } = require('./index.js');
const { UNKNOWN, within } = require('./lib/client.js');
const { errorBody } = require('./lib/error.js');
const { notify } = require('./lib/event.js');
const { announcedBytes, incompleteBody, limitedChunks } = require('./lib/http/body.js');
const { dataUriOptions, readFieldImages } = require('./lib/http/data_uris.js');
const { expectFormType } = require('./lib/http/form.js');
const { byteCount, formOptions, readFormImages } = require('./lib/http/images.js');
const {
  expectJsonType,
  expectObject,
  expectPlainUtf8,
  hasType,
  mayBeJson,
  parseJson,
  readJsonValue,
  startsAsJson,
} = require('./lib/http/json.js');
const {
  answerJson,
  disconnectSignal,
  drainBody,
  peekBytes,
  readStream,
  wasRead,
  watchBody,
} = require('./lib/http/node_stream.js');
const { expectOptions } = require('./lib/http/options.js');
const { peerOf } = require('./lib/http/peer.js');
const {
  MAX_BODY_BYTES,
  answerConfirmed,
  answerTicket,
  confirmOptions,
  errorHeaders,
  expectOwner,
  logError,
} = require('./lib/http/tickets.js');

// Case-insensitive, with an optional slash at the end, as Express matches paths by default.
const PATH = /^\/(presigned-url|confirm)\/?$/i;

function uploadRouter(uploads, options) {
  const settings = confirmOptions(uploads, options);

  async function answer(request, response, isTicket) {
    const owner = expectOwner(await settings.currentUser(request));
    const fields = await readFields(request);
    if (isTicket) {
      // A ticket is as good as a password until it expires.
      const headers = { 'cache-control': 'no-store' };
      return answerJson(response, 200, await answerTicket(uploads, owner, fields, settings), headers);
    }
    const { signal, stop } = disconnectSignal(response);
    try {
      return answerJson(response, 200, await answerConfirmed(uploads, owner, fields, settings, signal));
    } catch (error) {
      if (signal.aborted && error === signal.reason) return undefined;
      throw error;
    } finally {
      stop();
    }
  }

  return function presizeUploads(request, response, next) {
    const [, route] = PATH.exec(request.path) ?? [];
    if (route === undefined) return next();
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST', 'content-length': 0 }).end();
      return drainBody(request, response);
    }
    answer(request, response, route.toLowerCase() === 'presigned-url')
      .catch((error) => {
        drainBody(request, response);
        if (!(error instanceof PresizeError)) throw error;
        answerError(response, error, settings);
      })
      .catch(next);
  };
}

/** The fields of the body, whether another middleware has parsed it already or not. */
async function readFields(request) {
  const { 'content-type': contentType, 'content-length': contentLength } = request.headers;
  expectJsonType(contentType);
  if (!wasRead(request)) {
    return expectObject(await readJsonValue(limitedChunks(readStream(request), contentLength, MAX_BODY_BYTES)));
  }
  const { body } = request;
  if (body === undefined) throw new Error('the body was read before uploadRouter, and is not in request.body');
  const text = typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : undefined;
  const bytes = Math.max(announcedBytes(contentLength) ?? 0, text?.length ?? 0);
  if (bytes > MAX_BODY_BYTES) throw requestTooLarge(MAX_BODY_BYTES);
  return expectObject(text === undefined ? body : parseJson(text));
}

function presizeErrors(options) {
  const { onError = logError } = expectOptions(options, ['onError']);
  if (typeof onError !== 'function') throw new TypeError('expected a function for onError');
  // Express recognises an error handler by its four parameters.
  return function presizeErrorHandler(error, request, response, next) {
    // The body was refused while another middleware was reading it: the response is already being sent.
    if (refusedBodies.has(request)) return;
    const known = error instanceof PresizeError ? error : fromBodyParser(error);
    if (known === undefined || response.headersSent) return next(error);
    answerError(response, known, { onError });
  };
}

/** Converts an error of express.json(). */
function fromBodyParser(error) {
  switch (error?.type) {
    case 'entity.parse.failed':
      return requestMalformed('a JSON object', 'text that is no JSON');
    case 'entity.too.large':
      return Number.isSafeInteger(error.limit) ? requestTooLarge(error.limit) : undefined;
    case 'request.aborted':
    case 'request.size.invalid':
      return incompleteBody();
    default:
      return undefined;
  }
}

// Requests that bodyLimit has answered while their body was still arriving.
const refusedBodies = new WeakSet();

function bodyLimit(maxBytes, jsonLimits) {
  byteCount(maxBytes, 'maxBytes');
  // Invalid limits are an error when the application starts.
  new JsonScanner(jsonLimits);
  return function presizeBodyLimit(request, response, next) {
    const { 'content-type': contentType, 'content-length': contentLength } = request.headers;
    const announced = announcedBytes(contentLength);
    if (announced === undefined && wasRead(request)) {
      return next(new Error('bodyLimit stands before everything that reads the body'));
    }
    let received = 0;
    let scanner;
    // A parser that accepts any type also accepts a body without a type.
    let isUndecided = !hasType(contentType);
    function inspect(chunk) {
      received += chunk.length;
      if (received > maxBytes) throw requestTooLarge(maxBytes);
      if (isUndecided) {
        const isJson = startsAsJson(chunk);
        isUndecided = isJson === undefined;
        if (isJson) scanner = new JsonScanner(jsonLimits);
      }
      scanner?.push(chunk);
    }
    try {
      if (announced > maxBytes) throw requestTooLarge(maxBytes);
      if (isUndecided || mayBeJson(contentType)) {
        expectPlainUtf8(contentType, request.headers['content-encoding']);
        if (!isUndecided) scanner = new JsonScanner(jsonLimits);
      }
      // If an earlier middleware took a while, the body may have arrived already.
      if (request.readableLength > maxBytes) throw requestTooLarge(maxBytes);
      if (!wasRead(request)) inspect(peekBytes(request, response));
    } catch (error) {
      if (!(error instanceof PresizeError)) throw error;
      answerError(response, error);
      return drainBody(request, response);
    }
    watchBody(request, response, inspect, (error) => {
      if (response.headersSent) return false;
      refusedBodies.add(request);
      const body = Buffer.from(JSON.stringify(errorBody(error)));
      // The code that reads the body sees the connection close, as if the client had disconnected.
      const headers = { 'content-type': 'application/json', 'content-length': body.length, connection: 'close' };
      response.writeHead(error.httpStatus, headers).write(body);
      return true;
    });
    // Calls of the route belong to the same client.
    within(peerOf(request) ?? UNKNOWN, next);
  };
}

const IMAGE_OPTIONS = ['field', 'maxBodyBytes', 'client'];

function imageFile(rules, options) {
  const known = expectOptions(options, IMAGE_OPTIONS);
  return readsForm('image', formOptions(rules, known, false), known);
}

function imageFiles(rules, options) {
  const known = expectOptions(options, IMAGE_OPTIONS);
  return readsForm('images', formOptions(rules, known, true), known);
}

function readsForm(property, settings, options) {
  return readsImages(property, expectFormType, settings, options, readFormImages);
}

function imageDataUris(rules, options) {
  const known = expectOptions(options, IMAGE_OPTIONS);
  return readsImages('images', expectJsonType, dataUriOptions(rules, known), known, (_type, chunks, settings, call) =>
    readFieldImages(chunks, settings, call),
  );
}

/** A middleware that reads the images of a body into a property of the request. It stops when the client disconnects. */
function readsImages(property, expectType, settings, { client: clientOf = peerOf }, read) {
  if (typeof clientOf !== 'function') throw new TypeError('expected a function for client');
  return function presizeImages(request, response, next) {
    const { 'content-type': contentType, 'content-length': contentLength } = request.headers;
    try {
      expectType(contentType);
    } catch (error) {
      drainBody(request, response);
      return next(withStatus(error));
    }
    // express.json() leaves forms alone, so a form that was read is a mistake of the application.
    if (wasRead(request)) return next(new Error('the body was read before presize, which reads it itself'));
    const { signal, stop } = disconnectSignal(response);
    let client;
    const work = async () => {
      client = clientOf(request);
      if (client === undefined) client = UNKNOWN;
      if (typeof client !== 'string') throw new TypeError('expected a string from client');
      const chunks = limitedChunks(readStream(request), contentLength, settings.maxBodyBytes);
      return read(contentType, chunks, settings, { signal, client });
    };
    work()
      .finally(stop)
      .then(
        (images) => {
          request[property] = images;
          within(client, next);
        },
        (error) => {
          drainBody(request, response);
          next(signal.aborted ? incompleteBody() : withStatus(error));
        },
      );
  };
}

/** Adds what the default error handler of Express reads: the status and the headers of the response. */
function withStatus(error) {
  if (error instanceof PresizeError) {
    const properties = { status: error.httpStatus, headers: errorHeaders(error) };
    for (const [name, value] of Object.entries(properties)) {
      Object.defineProperty(error, name, { value, configurable: true, writable: true });
    }
  }
  return error;
}

function answerError(response, error, { onError, case: spelling } = {}) {
  if (error.httpStatus >= 500) notify(onError, error);
  answerJson(response, error.httpStatus, errorBody(error, spelling), errorHeaders(error));
}

module.exports = { bodyLimit, imageDataUris, imageFile, imageFiles, presizeErrors, uploadRouter };
