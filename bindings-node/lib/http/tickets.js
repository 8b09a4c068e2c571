'use strict';

// Tickets and confirmations as JSON, as every framework speaks it: what a client asks in, and what it is answered.

const { PresizeError, confirmUpload, requestMalformed, requestUnauthenticated } = require('../../index.js');
const { listening } = require('../event.js');
const { ownerText } = require('../given.js');
const { keyOf } = require('../packed.js');
const { readSettings } = require('../store.js');
const { isUploads } = require('../uploads.js');
const { expectOptions } = require('./options.js');

/** The longest body of a request here. */
const MAX_BODY_BYTES = 16 * 1024;

const CAMEL = {
  contentType: 'contentType',
  fileSize: 'fileSize',
  checksumSha256: 'checksumSha256',
  originalFilename: 'originalFilename',
  uploadUrl: 'uploadUrl',
  publicUrl: 'publicUrl',
  expiresIn: 'expiresIn',
  expiresAt: 'expiresAt',
};
const SNAKE = {
  contentType: 'content_type',
  fileSize: 'file_size',
  checksumSha256: 'checksum_sha256',
  originalFilename: 'original_filename',
  uploadUrl: 'upload_url',
  publicUrl: 'public_url',
  expiresIn: 'expires_in',
  expiresAt: 'expires_at',
};
const NAMES = { camel: CAMEL, snake: SNAKE };

const TICKET_OPTIONS = ['currentUser', 'case', 'onError', 'onEvent'];
const STORE_OPTIONS = ['fetch', 'timeoutMs', 'retries'];

/** What `uploadHandler` is given, checked once at the start. */
function ticketOptions(uploads, options) {
  return readOptions(uploads, expectOptions(options, TICKET_OPTIONS));
}

/** What `confirmHandler` and `uploadRouter` are given: `store` is for `confirmUpload`. */
function confirmOptions(uploads, options) {
  const given = expectOptions(options, [...TICKET_OPTIONS, ...STORE_OPTIONS]);
  const { fetch, timeoutMs, retries } = given;
  const store = { __proto__: null, fetch, timeoutMs, retries };
  readSettings(store);
  return { ...readOptions(uploads, given), store };
}

function readOptions(uploads, { currentUser, case: written = 'camel', onError = logError, onEvent }) {
  if (typeof uploads?.issue !== 'function') throw new TypeError('expected Uploads for uploads');
  if (typeof currentUser !== 'function') throw new TypeError('expected a function for currentUser');
  if (typeof onError !== 'function') throw new TypeError('expected a function for onError');
  if (onEvent !== undefined && typeof onEvent !== 'function') throw new TypeError('expected a function for onEvent');
  if (!Object.hasOwn(NAMES, written)) {
    throw new TypeError(`expected "snake" or "camel" for case, received ${String(written)}`);
  }
  return { currentUser, case: written, onError, onEvent };
}

/** Whoever is signed in. Error: `request_unauthenticated`. */
function expectOwner(owner) {
  if (owner === null || owner === undefined) throw requestUnauthenticated();
  if ((Number.isSafeInteger(owner) || typeof owner === 'bigint') && owner >= 0) return ownerText(owner);
  if (typeof owner !== 'string') {
    const received = ['number', 'bigint'].includes(typeof owner) ? String(owner) : `a value of type ${typeof owner}`;
    throw new TypeError(`currentUser gives a string, an integer from 0, null or undefined, received ${received}`);
  }
  return owner;
}

/** Issues what the fields of a JSON object ask for; other names in it are ignored. The core checks the values. */
async function answerTicket(uploads, owner, fields, { case: written, onEvent }) {
  const { contentType, fileSize, checksumSha256 } = NAMES[written];
  for (const name of [contentType, fileSize]) {
    if (!Object.hasOwn(fields, name)) throw requestMalformed(`${contentType} and ${fileSize}`, `no ${name}`);
  }
  const { tell, heard } = listening(onEvent);
  const asked = { owner, contentType: fields[contentType], sizeBytes: fields[fileSize], onEvent: tell };
  if (Object.hasOwn(fields, 'filename')) asked.filename = fields.filename;
  if (Object.hasOwn(fields, checksumSha256)) asked.checksumSha256 = fields[checksumSha256];
  try {
    return showTicket(uploads.issue(asked), NAMES[written]);
  } catch (error) {
    throw namingField(error, { ...NAMES[written], sizeBytes: fileSize, filename: 'filename' });
  } finally {
    await heard();
  }
}

function showTicket(ticket, names) {
  const { uploadUrl, publicUrl, expiresIn, expiresAt } = names;
  return {
    [uploadUrl]: ticket.url,
    method: ticket.method,
    headers: ticket.headers,
    ...(ticket.method === 'POST' && { fields: ticket.fields }),
    key: ticket.key,
    [publicUrl]: ticket.publicUrl,
    [expiresIn]: ticket.expiresIn,
    [expiresAt]: Math.floor(ticket.expiresAt.getTime() / 1000),
  };
}

/** Confirms the upload that the fields of a JSON object name, until the signal says that the client is gone. */
async function answerConfirmed(uploads, owner, fields, { case: written, onEvent, store }, signal) {
  // The program's own mistake, which a client would be told of as if it were its own.
  if (!isUploads(uploads)) throw new TypeError('expected Uploads for uploads');
  if (!Object.hasOwn(fields, 'key')) throw requestMalformed('key', 'no key');
  const { originalFilename, checksumSha256 } = NAMES[written];
  const asked = { owner, key: fields.key };
  if (Object.hasOwn(fields, originalFilename)) asked.filename = fields[originalFilename];
  if (Object.hasOwn(fields, checksumSha256)) asked.checksumSha256 = fields[checksumSha256];
  try {
    return showConfirmed(await confirmUpload(uploads, asked, { ...store, onEvent, signal }), NAMES[written]);
  } catch (error) {
    throw namingField(error, { key: 'key', filename: originalFilename, checksumSha256 });
  }
}

// What an error is about which does not name it.
const ABOUT = {
  upload_format_not_allowed: 'contentType',
  upload_too_large: 'sizeBytes',
  upload_too_small: 'sizeBytes',
  upload_key_invalid: 'key',
  upload_key_unknown: 'key',
  upload_owner_mismatch: 'key',
  upload_prefix_mismatch: 'key',
};

/** The error with the `field` of the request that it is about in its details, as the client writes it. */
function namingField(error, names) {
  if (!(error instanceof PresizeError)) return error;
  const name = error.code === 'option_invalid' ? keyOf(error.details.name) : ABOUT[error.code];
  if (Object.hasOwn(names, name)) error.details = { ...error.details, field: names[name] };
  return error;
}

function showConfirmed(confirmed, { publicUrl }) {
  const { format, width, height, bytes, etag, variants } = confirmed;
  return {
    success: true,
    key: confirmed.key,
    [publicUrl]: confirmed.publicUrl,
    format,
    width,
    height,
    bytes,
    etag,
    variants: variants.map((variant) => ({
      key: variant.key,
      [publicUrl]: variant.publicUrl,
      format: variant.format,
      width: variant.width,
      height: variant.height,
    })),
  };
}

/** The headers of an answer that is this error: when to come again (RFC 9110, section 10.2.3). */
function errorHeaders({ code, details }) {
  return code === 'server_busy' ? { 'retry-after': String(details.retry_after_seconds) } : {};
}

/**
 * Logs a failure of the server, such as expired credentials. A full queue is no fault of the program, and its stack says
 * nothing.
 */
function logError(error) {
  if (error.code === 'server_busy') console.warn(`presize: ${error.message}`);
  else console.error(error);
}

module.exports = {
  MAX_BODY_BYTES,
  answerConfirmed,
  answerTicket,
  confirmOptions,
  errorHeaders,
  expectOwner,
  logError,
  ticketOptions,
};
