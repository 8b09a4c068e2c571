'use strict';

// A ticket as JSON, as every framework speaks it: what a client asks in, and what it is answered.

const { requestMalformed, requestUnauthenticated } = require('../../index.js');
const { expectOptions } = require('./options.js');

/** The longest body of a request for a ticket. */
const MAX_BODY_BYTES = 16 * 1024;

const NAMES = {
  snake: ['content_type', 'file_size', 'upload_url', 'public_url', 'expires_in', 'expires_at'],
  camel: ['contentType', 'fileSize', 'uploadUrl', 'publicUrl', 'expiresIn', 'expiresAt'],
};

/** What `uploadHandler` and `uploadRouter` are given, checked once at the start. */
function ticketOptions(uploads, options) {
  const names = ['currentUser', 'case', 'onError'];
  const { currentUser, case: written = 'camel', onError = logError } = expectOptions(options, names);
  if (typeof uploads?.issue !== 'function') throw new TypeError('expected Uploads for uploads');
  if (typeof currentUser !== 'function') throw new TypeError('expected a function for currentUser');
  if (typeof onError !== 'function') throw new TypeError('expected a function for onError');
  if (!Object.hasOwn(NAMES, written)) {
    throw new TypeError(`expected "snake" or "camel" for case, received ${String(written)}`);
  }
  return { currentUser, case: written, onError };
}

/** Whoever is signed in. Error: `request_unauthenticated`. */
function expectOwner(owner) {
  if (owner === null || owner === undefined) throw requestUnauthenticated();
  if (typeof owner !== 'string') {
    throw new TypeError(`currentUser gives a string, null or undefined, received a value of type ${typeof owner}`);
  }
  return owner;
}

/** Issues what the fields of a JSON object ask for; other names in it are ignored. The core checks the values. */
function answerTicket(uploads, owner, fields, written) {
  const [contentType, fileSize] = NAMES[written];
  for (const name of [contentType, fileSize]) {
    if (!Object.hasOwn(fields, name)) throw requestMalformed(`${contentType} and ${fileSize}`, `no ${name}`);
  }
  const asked = { owner, contentType: fields[contentType], sizeBytes: fields[fileSize] };
  if (Object.hasOwn(fields, 'filename')) asked.filename = fields.filename;
  return showTicket(uploads.issue(asked), written);
}

function showTicket(ticket, written) {
  const [, , uploadUrl, publicUrl, expiresIn, expiresAt] = NAMES[written];
  return {
    [uploadUrl]: ticket.url,
    method: ticket.method,
    headers: ticket.headers,
    key: ticket.key,
    [publicUrl]: ticket.publicUrl ?? null,
    [expiresIn]: ticket.expiresIn,
    [expiresAt]: Math.floor(ticket.expiresAt.getTime() / 1000),
  };
}

/** A failure of ours, such as credentials that have expired, is seen by whoever runs the server. */
function logError(error) {
  console.error(error);
}

module.exports = { MAX_BODY_BYTES, answerTicket, expectOwner, logError, ticketOptions };
