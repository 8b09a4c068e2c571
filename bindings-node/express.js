'use strict';

const { PresizeError, requestMalformed, requestTooLarge } = require('./index.js');
const { announcedBytes, brokenOff, piecesOf, readBody } = require('./lib/http/body.js');
const { expectFormType } = require('./lib/http/form.js');
const { byteCount, formOptions, readFormImages } = require('./lib/http/images.js');
const { expectObject, parseJson } = require('./lib/http/json.js');
const { answerJson, discardRest, limitBody, streamOf, wasRead } = require('./lib/http/node_stream.js');
const { expectOptions } = require('./lib/http/options.js');
const {
  MAX_BODY_BYTES,
  answerConfirmed,
  answerTicket,
  confirmOptions,
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
    if (!isTicket) return answerJson(response, 200, await answerConfirmed(uploads, owner, fields, settings));
    // A ticket is as good as a password until it expires.
    const headers = { 'cache-control': 'no-store' };
    return answerJson(response, 200, await answerTicket(uploads, owner, fields, settings), headers);
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
        answerError(response, error, settings.onError);
      })
      .catch(next);
  };
}

/** The fields that the client sends, also where another middleware has read them before. */
async function readFields(request) {
  if (!wasRead(request)) {
    const pieces = piecesOf(streamOf(request), request.headers['content-length'], MAX_BODY_BYTES);
    return expectObject(parseJson(await readBody(pieces)));
  }
  const { body } = request;
  if (body === undefined) throw new Error('the body was read before uploadRouter, and is not in request.body');
  if (announcedBytes(request.headers['content-length']) > MAX_BODY_BYTES) throw requestTooLarge(MAX_BODY_BYTES);
  const isText = typeof body === 'string' || body instanceof Uint8Array;
  return expectObject(isText ? parseJson(Buffer.from(body)) : body);
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
    answerError(response, ours, onError);
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

function bodyLimit(maxBytes) {
  byteCount(maxBytes, 'maxBytes');
  return function presizeBodyLimit(request, response, next) {
    const announced = announcedBytes(request.headers['content-length']);
    // Where an earlier middleware has taken its time, the body may be here already.
    if (announced > maxBytes || request.readableLength > maxBytes) {
      answerError(response, requestTooLarge(maxBytes));
      return discardRest(request, response);
    }
    if (announced === undefined && wasRead(request)) {
      return next(new Error('bodyLimit stands before everything that reads the body'));
    }
    const error = requestTooLarge(maxBytes);
    limitBody(request, response, maxBytes, error, () => {
      if (response.headersSent) return false;
      refusedBodies.add(request);
      const body = Buffer.from(JSON.stringify({ error: error.toJSON() }));
      // Those who read the body learn of it by the end of the connection, as if the client were gone.
      const headers = { 'content-type': 'application/json', 'content-length': body.length, connection: 'close' };
      response.writeHead(error.httpStatus, headers).write(body);
      return true;
    });
    next();
  };
}

const FORM_OPTIONS = ['field', 'maxBodyBytes'];

function imageFile(rules, options) {
  return readsForm('image', formOptions(rules, expectOptions(options, FORM_OPTIONS), false));
}

function imageFiles(rules, options) {
  return readsForm('images', formOptions(rules, expectOptions(options, FORM_OPTIONS), true));
}

function readsForm(property, options) {
  return function presizeImages(request, response, next) {
    if (wasRead(request)) return next(readBefore(request));
    const gone = new AbortController();
    const abort = () => gone.abort();
    response.once('close', abort);
    const { 'content-type': contentType, 'content-length': contentLength } = request.headers;
    const pieces = piecesOf(streamOf(request), contentLength, options.maxBodyBytes);
    readFormImages(contentType, pieces, options, gone.signal)
      .finally(() => response.off('close', abort))
      .then(
        (read) => {
          request[property] = read;
          next();
        },
        (error) => {
          discardRest(request, response);
          next(gone.signal.aborted ? brokenOff() : withStatus(error));
        },
      );
  };
}

/** express.json() reads over forms: what it has read is none. A form that was read is the program's own mistake. */
function readBefore(request) {
  try {
    expectFormType(request.headers['content-type']);
  } catch (error) {
    return withStatus(error);
  }
  return new Error('the body was read before imageFile, which reads it itself');
}

/** Express, without presizeErrors, takes the status of an answer from here. */
function withStatus(error) {
  if (error instanceof PresizeError) {
    Object.defineProperty(error, 'status', { value: error.httpStatus, configurable: true, writable: true });
  }
  return error;
}

function answerError(response, error, onError) {
  if (error.httpStatus >= 500) onError(error);
  answerJson(response, error.httpStatus, { error: error.toJSON() });
}

module.exports = { bodyLimit, imageFile, imageFiles, presizeErrors, uploadRouter };
