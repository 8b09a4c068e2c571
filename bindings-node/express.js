'use strict';

const { JsonScanner, PresizeError, requestMalformed, requestTooLarge } = require('./index.js');
const { UNKNOWN, within } = require('./lib/client.js');
const { answerOf } = require('./lib/error.js');
const { notify } = require('./lib/event.js');
const { announcedBytes, brokenOff, piecesOf } = require('./lib/http/body.js');
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
  discardRest,
  earlyBytes,
  goneWith,
  streamOf,
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

// As Express compares paths by default: letters in either case, with or without a slash at the end.
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
    const { signal, forget } = goneWith(response);
    try {
      return answerJson(response, 200, await answerConfirmed(uploads, owner, fields, settings, signal));
    } catch (error) {
      if (signal.aborted && error === signal.reason) return undefined;
      throw error;
    } finally {
      forget();
    }
  }

  return function presizeUploads(request, response, next) {
    const [, route] = PATH.exec(request.path) ?? [];
    if (route === undefined) return next();
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST', 'content-length': 0 }).end();
      return discardRest(request, response);
    }
    answer(request, response, route.toLowerCase() === 'presigned-url')
      .catch((error) => {
        discardRest(request, response);
        if (!(error instanceof PresizeError)) throw error;
        answerError(response, error, settings);
      })
      .catch(next);
  };
}

/** The fields that the client sends, also where another middleware has read them before. */
async function readFields(request) {
  const { 'content-type': contentType, 'content-length': contentLength } = request.headers;
  expectJsonType(contentType);
  if (!wasRead(request)) {
    return expectObject(await readJsonValue(piecesOf(streamOf(request), contentLength, MAX_BODY_BYTES)));
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
  // Express knows it by its four parameters.
  return function presizeErrorHandler(error, request, response, next) {
    // The body was refused while another middleware was reading it: the answer is on its way.
    if (refusedBodies.has(request)) return;
    const ours = error instanceof PresizeError ? error : ofBodyParser(error);
    if (ours === undefined || response.headersSent) return next(error);
    answerError(response, ours, { onError });
  };
}

/** What express.json() says of a body that it cannot read, in presize's words. */
function ofBodyParser(error) {
  switch (error?.type) {
    case 'entity.parse.failed':
      return requestMalformed('a JSON object', 'text that is no JSON');
    case 'entity.too.large':
      return Number.isSafeInteger(error.limit) ? requestTooLarge(error.limit) : undefined;
    case 'request.aborted':
    case 'request.size.invalid':
      return brokenOff();
    default:
      return undefined;
  }
}

// Requests that bodyLimit has answered while their body was still coming.
const refusedBodies = new WeakSet();

function bodyLimit(maxBytes, jsonLimits) {
  byteCount(maxBytes, 'maxBytes');
  // Wrong limits are said at once.
  new JsonScanner(jsonLimits);
  return function presizeBodyLimit(request, response, next) {
    const { 'content-type': contentType, 'content-length': contentLength } = request.headers;
    const announced = announcedBytes(contentLength);
    if (announced === undefined && wasRead(request)) {
      return next(new Error('bodyLimit stands before everything that reads the body'));
    }
    let received = 0;
    let scanner;
    // A parser that takes any type also takes a body without one.
    let isUndecided = !hasType(contentType);
    function inspect(piece) {
      received += piece.length;
      if (received > maxBytes) throw requestTooLarge(maxBytes);
      if (isUndecided) {
        const isJson = startsAsJson(piece);
        isUndecided = isJson === undefined;
        if (isJson) scanner = new JsonScanner(jsonLimits);
      }
      scanner?.push(piece);
    }
    try {
      if (announced > maxBytes) throw requestTooLarge(maxBytes);
      if (isUndecided || mayBeJson(contentType)) {
        expectPlainUtf8(contentType, request.headers['content-encoding']);
        if (!isUndecided) scanner = new JsonScanner(jsonLimits);
      }
      // Where an earlier middleware has taken its time, the body may be here already.
      if (request.readableLength > maxBytes) throw requestTooLarge(maxBytes);
      if (!wasRead(request)) inspect(earlyBytes(request, response));
    } catch (error) {
      if (!(error instanceof PresizeError)) throw error;
      answerError(response, error);
      return discardRest(request, response);
    }
    watchBody(request, response, inspect, (error) => {
      if (response.headersSent) return false;
      refusedBodies.add(request);
      const body = Buffer.from(JSON.stringify(answerOf(error)));
      // Those who read the body learn of it by the end of the connection, as if the client were gone.
      const headers = { 'content-type': 'application/json', 'content-length': body.length, connection: 'close' };
      response.writeHead(error.httpStatus, headers).write(body);
      return true;
    });
    // What is made of the body afterwards is of the same client.
    within(peerOf(request) ?? UNKNOWN, next);
  };
}

const OWN_OPTIONS = ['field', 'maxBodyBytes', 'client'];

function imageFile(rules, options) {
  const given = expectOptions(options, OWN_OPTIONS);
  return readsForm('image', formOptions(rules, given, false), given);
}

function imageFiles(rules, options) {
  const given = expectOptions(options, OWN_OPTIONS);
  return readsForm('images', formOptions(rules, given, true), given);
}

function readsForm(property, settings, given) {
  return readsImages(property, expectFormType, settings, given, readFormImages);
}

function imageDataUris(rules, options) {
  const given = expectOptions(options, OWN_OPTIONS);
  return readsImages('images', expectJsonType, dataUriOptions(rules, given), given, (_type, pieces, settings, call) =>
    readFieldImages(pieces, settings, call),
  );
}

/** Reads images of a body into a property of the request, until the client is gone. */
function readsImages(property, expectType, settings, { client: clientOf = peerOf }, read) {
  if (typeof clientOf !== 'function') throw new TypeError('expected a function for client');
  return function presizeImages(request, response, next) {
    const { 'content-type': contentType, 'content-length': contentLength } = request.headers;
    try {
      expectType(contentType);
    } catch (error) {
      discardRest(request, response);
      return next(withStatus(error));
    }
    // express.json() reads over forms. A form that was read is the program's own mistake.
    if (wasRead(request)) return next(new Error('the body was read before presize, which reads it itself'));
    const { signal, forget } = goneWith(response);
    let client;
    const work = async () => {
      client = clientOf(request);
      if (client === undefined) client = UNKNOWN;
      if (typeof client !== 'string') throw new TypeError('expected a string from client');
      const pieces = piecesOf(streamOf(request), contentLength, settings.maxBodyBytes);
      return read(contentType, pieces, settings, { signal, client });
    };
    work()
      .finally(forget)
      .then(
        (images) => {
          request[property] = images;
          within(client, next);
        },
        (error) => {
          discardRest(request, response);
          next(signal.aborted ? brokenOff() : withStatus(error));
        },
      );
  };
}

/** Express, without presizeErrors, takes the status of an answer and its headers from here. */
function withStatus(error) {
  if (error instanceof PresizeError) {
    const seen = { status: error.httpStatus, headers: errorHeaders(error) };
    for (const [name, value] of Object.entries(seen)) {
      Object.defineProperty(error, name, { value, configurable: true, writable: true });
    }
  }
  return error;
}

function answerError(response, error, { onError, case: written } = {}) {
  if (error.httpStatus >= 500) notify(onError, error);
  answerJson(response, error.httpStatus, answerOf(error, written), errorHeaders(error));
}

module.exports = { bodyLimit, imageDataUris, imageFile, imageFiles, presizeErrors, uploadRouter };
