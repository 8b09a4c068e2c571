'use strict';
// presize/http: the same for frameworks that use the web's Request and Response, such as Next.js, Hono and Remix.

const { PresizeError } = require('./index.js');
const { UNKNOWN, currentClient } = require('./lib/client.js');
const { errorBody } = require('./lib/error.js');
const { notify } = require('./lib/event.js');
const { incompleteBody, limitedChunks } = require('./lib/http/body.js');
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
const { drainUnread, readStream } = require('./lib/http/web_stream.js');

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
      throw signal.aborted && error === signal.reason ? incompleteBody() : error;
    }
  });
}

/** A handler for POST of a JSON object. `answer` turns the fields of the object into the response body. */
function handlerOf({ currentUser, onError, case: spelling }, headers, answer) {
  return async function handle(request) {
    try {
      if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
      const owner = expectOwner(await currentUser(request));
      const fields = expectObject(await readJsonUntil(request, MAX_BODY_BYTES, request.signal));
      return Response.json(await answer(owner, fields, request.signal), { headers });
    } catch (error) {
      if (isResponse(error)) return error;
      return respond(error, onError, spelling);
    } finally {
      drainUnread(request);
    }
  };
}

function errorResponse(error, { onError = logError } = {}) {
  return respond(error, onError);
}

function respond(error, onError, spelling) {
  if (!(error instanceof PresizeError)) throw error;
  if (error.httpStatus >= 500) notify(onError, error);
  return Response.json(errorBody(error, spelling), { status: error.httpStatus, headers: errorHeaders(error) });
}

const CALL_OPTIONS = ['signal', 'client'];
const FORM_OPTIONS = ['field', 'maxBodyBytes', ...CALL_OPTIONS];

async function readImage(request, rules, options) {
  const known = expectOptions(options, FORM_OPTIONS);
  return readForm(request, formOptions(rules, known, false), known);
}

async function readImages(request, rules, options) {
  const known = expectOptions(options, FORM_OPTIONS);
  return readForm(request, formOptions(rules, known, true), known);
}

function readForm(request, options, call) {
  return untilDisconnect(request, call, (signal, client) =>
    readBody(request, options.maxBodyBytes, signal, (chunks) =>
      readFormImages(request.headers.get('content-type'), chunks, options, { signal, client }),
    ),
  );
}

async function readJson(request, options) {
  const { maxBodyBytes } = expectOptions(options, ['maxBodyBytes']);
  return readJsonUntil(request, byteCount(maxBodyBytes, 'maxBodyBytes'), request.signal);
}

function readJsonUntil(request, maxBodyBytes, signal) {
  return readBody(request, maxBodyBytes, signal, (chunks) => {
    expectJsonType(request.headers.get('content-type'));
    return readJsonValue(chunks);
  });
}

const DATA_URI_OPTIONS = ['field', 'maxBodyBytes', ...CALL_OPTIONS];

async function readDataUris(request, rules, options) {
  const known = expectOptions(options, DATA_URI_OPTIONS);
  const checked = dataUriOptions(rules, known);
  return untilDisconnect(request, known, (signal, client) =>
    readBody(request, checked.maxBodyBytes, signal, (chunks) => {
      expectJsonType(request.headers.get('content-type'));
      return readFieldImages(chunks, checked, { signal, client });
    }),
  );
}

/**
 * Runs work until the signal in `options` aborts. Without one it ends when the client disconnects, which is not an error of the
 * application.
 */
async function untilDisconnect(request, options, work) {
  const signal = expectSignal(options.signal) ?? request.signal;
  try {
    return await work(signal, expectClient(options.client) ?? currentClient() ?? UNKNOWN);
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw options.signal === undefined ? incompleteBody() : signal.reason;
  }
}

/** Reads a body with `read`, and drains it if `read` fails before it has begun. */
async function readBody(request, maxBytes, signal, read) {
  if (request.bodyUsed) throw new TypeError('the body was read before presize, which reads it itself');
  try {
    return await read(limitedChunks(readStream(request.body, signal), request.headers.get('content-length'), maxBytes));
  } finally {
    drainUnread(request);
  }
}

/** Recognises a Response of another realm, or of a framework that has a class of its own. */
function isResponse(value) {
  return value instanceof Response || Object.prototype.toString.call(value) === '[object Response]';
}

module.exports = { confirmHandler, errorResponse, readDataUris, readImage, readImages, readJson, uploadHandler };
