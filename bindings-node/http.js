'use strict';

const { PresizeError } = require('./index.js');
const { brokenOff, piecesOf, readBody } = require('./lib/http/body.js');
const { dataUriOptions, decodeField } = require('./lib/http/data_uris.js');
const { byteCount, formOptions, readFormImages } = require('./lib/http/images.js');
const { expectJsonType, expectObject, parseJson } = require('./lib/http/json.js');
const { expectOptions, expectSignal } = require('./lib/http/options.js');
const {
  MAX_BODY_BYTES,
  answerConfirmed,
  answerTicket,
  confirmOptions,
  expectOwner,
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
  return handlerOf(settings, {}, (owner, fields) => answerConfirmed(uploads, owner, fields, settings));
}

/** A handler of POST with a JSON object, whose fields `answer` makes an answer of. */
function handlerOf({ currentUser, onError }, headers, answer) {
  return async function handle(request) {
    try {
      if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
      const owner = expectOwner(await currentUser(request));
      const body = await readPieces(request, MAX_BODY_BYTES, request.signal, readBody);
      return Response.json(await answer(owner, expectObject(parseJson(body))), { headers });
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

const FORM_OPTIONS = ['field', 'maxBodyBytes', 'signal'];

async function readImage(request, rules, options) {
  const given = expectOptions(options, FORM_OPTIONS);
  return readForm(request, formOptions(rules, given, false), given.signal);
}

async function readImages(request, rules, options) {
  const given = expectOptions(options, FORM_OPTIONS);
  return readForm(request, formOptions(rules, given, true), given.signal);
}

function readForm(request, options, signal) {
  return untilGone(request, signal, (ends) =>
    readPieces(request, options.maxBodyBytes, ends, (pieces) =>
      readFormImages(request.headers.get('content-type'), pieces, options, ends),
    ),
  );
}

async function readJson(request, options) {
  const { maxBodyBytes } = expectOptions(options, ['maxBodyBytes']);
  return readJsonUntil(request, byteCount(maxBodyBytes, 'maxBodyBytes'), request.signal);
}

function readJsonUntil(request, maxBodyBytes, signal) {
  return readPieces(request, maxBodyBytes, signal, async (pieces) => {
    expectJsonType(request.headers.get('content-type'));
    return parseJson(await readBody(pieces));
  });
}

async function readDataUris(request, rules, options) {
  const checked = dataUriOptions(rules, options);
  return untilGone(request, checked.signal, async (ends) =>
    decodeField(await readJsonUntil(request, checked.maxBodyBytes, ends), checked, ends),
  );
}

/** Without a signal of the program's own, the work ends when the client is gone: that is no failure of the program. */
async function untilGone(request, given, work) {
  const signal = expectSignal(given) ?? request.signal;
  try {
    return await work(signal);
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw given === undefined ? brokenOff() : signal.reason;
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
