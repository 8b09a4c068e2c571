'use strict';

const { PresizeError } = require('./index.js');
const { brokenOff, piecesOf, readBody } = require('./lib/http/body.js');
const { dataUriOptions, decodeField } = require('./lib/http/data_uris.js');
const { byteCount, formOptions, readFormImages } = require('./lib/http/images.js');
const { expectJsonType, expectObject, parseJson } = require('./lib/http/json.js');
const { MAX_BODY_BYTES, answerTicket, expectOwner, ticketOptions } = require('./lib/http/tickets.js');
const { discardUnread, streamOf } = require('./lib/http/web_stream.js');

function uploadHandler(uploads, options) {
  const { currentUser, case: written, onError } = ticketOptions(uploads, options);
  return async function handle(request) {
    try {
      if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
      const owner = expectOwner(await currentUser(request));
      const body = await readPieces(request, MAX_BODY_BYTES, readBody);
      const ticket = answerTicket(uploads, owner, expectObject(parseJson(body)), written);
      // A ticket is as good as a password until it expires.
      return Response.json(ticket, { headers: { 'cache-control': 'no-store' } });
    } catch (error) {
      if (isResponse(error)) return error;
      return errorResponse(error, { onError });
    } finally {
      discardUnread(request);
    }
  };
}

function errorResponse(error, { onError } = {}) {
  if (!(error instanceof PresizeError)) throw error;
  if (error.httpStatus >= 500) (onError ?? console.error)(error);
  return Response.json({ error: error.toJSON() }, { status: error.httpStatus });
}

async function readImage(request, rules, options) {
  return readForm(request, formOptions(rules, options, false), options?.signal);
}

async function readImages(request, rules, options) {
  return readForm(request, formOptions(rules, options, true), options?.signal);
}

function readForm(request, options, signal) {
  return untilGone(request, signal, (ends) =>
    readPieces(request, options.maxBodyBytes, (pieces) =>
      readFormImages(request.headers.get('content-type'), pieces, options, ends),
    ),
  );
}

async function readJson(request, { maxBodyBytes } = {}) {
  byteCount(maxBodyBytes, 'maxBodyBytes');
  return readPieces(request, maxBodyBytes, async (pieces) => {
    expectJsonType(request.headers.get('content-type'));
    return parseJson(await readBody(pieces));
  });
}

async function readDataUris(request, rules, options) {
  const checked = dataUriOptions(rules, options);
  return untilGone(request, options?.signal, async (ends) =>
    decodeField(await readJson(request, checked), checked, ends),
  );
}

/** Without a signal of the program's own, the work ends when the client is gone: that is no failure of the program. */
async function untilGone(request, signal, work) {
  try {
    return await work(signal ?? request.signal);
  } catch (error) {
    throw signal === undefined && request.signal.aborted ? brokenOff() : error;
  }
}

/** Reads a body with `read`, and gets rid of it where that fails before it has looked at it. */
async function readPieces(request, maxBytes, read) {
  if (request.bodyUsed) throw new TypeError('the body was read before presize, which reads it itself');
  try {
    return await read(piecesOf(streamOf(request.body), request.headers.get('content-length'), maxBytes));
  } finally {
    discardUnread(request);
  }
}

/** Also one of another realm, or of a framework that has its own. */
function isResponse(value) {
  return value instanceof Response || Object.prototype.toString.call(value) === '[object Response]';
}

module.exports = { errorResponse, readDataUris, readImage, readImages, readJson, uploadHandler };
