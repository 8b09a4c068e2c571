'use strict';

const { PresizeError } = require('./index.js');
const { UNKNOWN, currentClient } = require('./lib/client.js');
const { answerOf } = require('./lib/error.js');
const { notify } = require('./lib/event.js');
const { brokenOff, piecesOf } = require('./lib/http/body.js');
const { dataUriOptions, readFieldImages } = require('./lib/http/data_uris.js');
const { byteCount, formOptions, readFormImages } = require('./lib/http/images.js');
const { expectJsonType, expectObject, readJsonValue } = require('./lib/http/json.js');
const { expectClient, expectOptions, expectSignal } = require('./lib/http/options.js');
const {
  MAX_BODY_BYTES,
  answerConfirmed,
  answerTicket,
  confirmOptions,
  errorHeaders,
  expectOwner,
  logError,
  ticketOptions,
} = require('./lib/http/tickets.js');
const { discardUnread, streamOf } = require('./lib/http/web_stream.js');

function uploadHandler(uploads, options) {
  const settings = ticketOptions(uploads, options);
  // A ticket is as good as a password until it expires.
  return handlerOf(settings, { 'cache-control': 'no-store' }, (owner, fields) =>
    answerTicket(uploads, owner, fields, settings),
  );
}

function confirmHandler(uploads, options) {
  const settings = confirmOptions(uploads, options);
  return handlerOf(settings, {}, async (owner, fields, signal) => {
    try {
      return await answerConfirmed(uploads, owner, fields, settings, signal);
    } catch (error) {
      throw signal.aborted && error === signal.reason ? brokenOff() : error;
    }
  });
}

/** A handler of POST with a JSON object, whose fields `answer` makes an answer of. */
function handlerOf({ currentUser, onError, case: written }, headers, answer) {
  return async function handle(request) {
    try {
      if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
      const owner = expectOwner(await currentUser(request));
      const fields = expectObject(await readJsonUntil(request, MAX_BODY_BYTES, request.signal));
      return Response.json(await answer(owner, fields, request.signal), { headers });
    } catch (error) {
      if (isResponse(error)) return error;
      return respond(error, onError, written);
    } finally {
      discardUnread(request);
    }
  };
}

function errorResponse(error, { onError = logError } = {}) {
  return respond(error, onError);
}

function respond(error, onError, written) {
  if (!(error instanceof PresizeError)) throw error;
  if (error.httpStatus >= 500) notify(onError, error);
  return Response.json(answerOf(error, written), { status: error.httpStatus, headers: errorHeaders(error) });
}

const CALL_OPTIONS = ['signal', 'client'];
const FORM_OPTIONS = ['field', 'maxBodyBytes', ...CALL_OPTIONS];

async function readImage(request, rules, options) {
  const given = expectOptions(options, FORM_OPTIONS);
  return readForm(request, formOptions(rules, given, false), given);
}

async function readImages(request, rules, options) {
  const given = expectOptions(options, FORM_OPTIONS);
  return readForm(request, formOptions(rules, given, true), given);
}

function readForm(request, options, call) {
  return untilGone(request, call, (signal, client) =>
    readPieces(request, options.maxBodyBytes, signal, (pieces) =>
      readFormImages(request.headers.get('content-type'), pieces, options, { signal, client }),
    ),
  );
}

async function readJson(request, options) {
  const { maxBodyBytes } = expectOptions(options, ['maxBodyBytes']);
  return readJsonUntil(request, byteCount(maxBodyBytes, 'maxBodyBytes'), request.signal);
}

function readJsonUntil(request, maxBodyBytes, signal) {
  return readPieces(request, maxBodyBytes, signal, (pieces) => {
    expectJsonType(request.headers.get('content-type'));
    return readJsonValue(pieces);
  });
}

const DATA_URI_OPTIONS = ['field', 'maxBodyBytes', ...CALL_OPTIONS];

async function readDataUris(request, rules, options) {
  const given = expectOptions(options, DATA_URI_OPTIONS);
  const checked = dataUriOptions(rules, given);
  return untilGone(request, given, (signal, client) =>
    readPieces(request, checked.maxBodyBytes, signal, (pieces) => {
      expectJsonType(request.headers.get('content-type'));
      return readFieldImages(pieces, checked, { signal, client });
    }),
  );
}

/** Without a signal of the program's own, the work ends when the client is gone: that is no failure of the program. */
async function untilGone(request, given, work) {
  const signal = expectSignal(given.signal) ?? request.signal;
  try {
    return await work(signal, expectClient(given.client) ?? currentClient() ?? UNKNOWN);
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw given.signal === undefined ? brokenOff() : signal.reason;
  }
}

/** Reads a body with `read`, and gets rid of it where that fails before it has looked at it. */
async function readPieces(request, maxBytes, signal, read) {
  if (request.bodyUsed) throw new TypeError('the body was read before presize, which reads it itself');
  try {
    return await read(piecesOf(streamOf(request.body, signal), request.headers.get('content-length'), maxBytes));
  } finally {
    discardUnread(request);
  }
}

/** Also one of another realm, or of a framework that has its own. */
function isResponse(value) {
  return value instanceof Response || Object.prototype.toString.call(value) === '[object Response]';
}

module.exports = { confirmHandler, errorResponse, readDataUris, readImage, readImages, readJson, uploadHandler };
