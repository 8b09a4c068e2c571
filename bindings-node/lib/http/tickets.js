'use strict';
// The JSON API for tickets and confirmations, which is the same in every framework: request bodies and response bodies.

const { PresizeError, confirmUpload, requestMalformed, requestUnauthenticated } = require('../../index.js');
const { ownerText } = require('../arguments.js');
const { awaitedListener } = require('../event.js');
const { readSettings } = require('../store.js');
const { isUploads } = require('../uploads.js');
const { camelCase } = require('../wire.js');
const { expectOptions } = require('./options.js');

/** The longest body of a request for a ticket or a confirmation. */
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
const CONFIRM_OPTIONS = ['onConfirmed', 'fetch', 'timeoutMs', 'retries'];

/** The options of `uploadHandler`, checked when the application starts. */
function ticketOptions(uploads, options) {
  return readOptions(uploads, expectOptions(options, TICKET_OPTIONS));
}

/** The options of `confirmHandler` and `uploadRouter`; `store` are those of `confirmUpload`. */
function confirmOptions(uploads, options) {
  const known = expectOptions(options, [...TICKET_OPTIONS, ...CONFIRM_OPTIONS]);
  const { fetch, timeoutMs, retries, onConfirmed = () => {} } = known;
  if (typeof onConfirmed !== 'function') throw new TypeError('expected a function for onConfirmed');
  const store = { __proto__: null, fetch, timeoutMs, retries };
  readSettings(store);
  return { ...readOptions(uploads, known), store, onConfirmed };
}

function readOptions(uploads, { currentUser, case: spelling = 'camel', onError = logError, onEvent }) {
  if (typeof uploads?.issue !== 'function') throw new TypeError('expected Uploads for uploads');
  if (typeof currentUser !== 'function') throw new TypeError('expected a function for currentUser');
  if (typeof onError !== 'function') throw new TypeError('expected a function for onError');
  if (onEvent !== undefined && typeof onEvent !== 'function') throw new TypeError('expected a function for onEvent');
  if (!Object.hasOwn(NAMES, spelling)) {
    throw new TypeError(`expected "snake" or "camel" for case, received ${String(spelling)}`);
  }
  return { currentUser, case: spelling, onError, onEvent };
}

/** The signed-in user, as the owner of uploads. Error: `request_unauthenticated`. */
function expectOwner(owner) {
  if (owner === null || owner === undefined) throw requestUnauthenticated();
  if ((Number.isSafeInteger(owner) || typeof owner === 'bigint') && owner >= 0) return ownerText(owner);
  if (typeof owner !== 'string') {
    const received = ['number', 'bigint'].includes(typeof owner) ? String(owner) : `a value of type ${typeof owner}`;
    throw new TypeError(`currentUser gives a string, an integer from 0, null or undefined, received ${received}`);
  }
  return owner;
}

/** Issues a ticket for the fields of a request body; unknown fields are ignored. The core checks the values. */
async function answerTicket(uploads, owner, fields, { case: spelling, onEvent }) {
  const { contentType, fileSize, checksumSha256 } = NAMES[spelling];
  for (const name of [contentType, fileSize]) {
    if (!Object.hasOwn(fields, name)) throw requestMalformed(`${contentType} and ${fileSize}`, `no ${name}`);
  }
  const { emit, settled } = awaitedListener(onEvent);
  const request = { owner, contentType: fields[contentType], sizeBytes: fields[fileSize], onEvent: emit };
  if (Object.hasOwn(fields, 'filename')) request.filename = fields.filename;
  if (Object.hasOwn(fields, checksumSha256)) request.checksumSha256 = fields[checksumSha256];
  try {
    return ticketBody(uploads.issue(request), NAMES[spelling]);
  } catch (error) {
    throw withField(error, { ...NAMES[spelling], sizeBytes: fileSize, filename: 'filename' });
  } finally {
    await settled();
  }
}

function ticketBody(ticket, names) {
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

/** Confirms the upload that a request body names. The signal aborts when the client disconnects. */
async function answerConfirmed(uploads, owner, fields, { case: spelling, onEvent, onConfirmed, store }, signal) {
  // A mistake of the application; confirmUpload would report it as a mistake of the client.
  if (!isUploads(uploads)) throw new TypeError('expected Uploads for uploads');
  if (!Object.hasOwn(fields, 'key')) throw requestMalformed('key', 'no key');
  const { originalFilename, checksumSha256 } = NAMES[spelling];
  const request = { owner, key: fields.key };
  if (Object.hasOwn(fields, originalFilename)) request.filename = fields[originalFilename];
  if (Object.hasOwn(fields, checksumSha256)) request.checksumSha256 = fields[checksumSha256];
  let confirmed;
  try {
    confirmed = await confirmUpload(uploads, request, { ...store, onEvent, signal });
  } catch (error) {
    throw withField(error, { key: 'key', filename: originalFilename, checksumSha256 });
  }
  await onConfirmed(confirmed, owner);
  return confirmedBody(confirmed, NAMES[spelling]);
}

// The field of the request that an error is about, for errors that do not name it.
const FIELDS_BY_CODE = {
  upload_format_not_allowed: 'contentType',
  upload_too_large: 'sizeBytes',
  upload_too_small: 'sizeBytes',
  upload_key_invalid: 'key',
  upload_key_unknown: 'key',
  upload_owner_mismatch: 'key',
  upload_prefix_mismatch: 'key',
};

/** Adds the `field` of the request that an error is about to its details, in the spelling of the client. */
function withField(error, names) {
  if (!(error instanceof PresizeError)) return error;
  const name = error.code === 'option_invalid' ? camelCase(error.details.name) : FIELDS_BY_CODE[error.code];
  if (Object.hasOwn(names, name)) error.details = { ...error.details, field: names[name] };
  return error;
}

function confirmedBody(confirmed, { publicUrl }) {
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

/** The headers of an error response: `Retry-After`, in seconds (RFC 9110, section 10.2.3). */
function errorHeaders({ code, details }) {
  return code === 'server_busy' ? { 'retry-after': String(details.retry_after_seconds) } : {};
}

/**
 * Logs an error of the server's side, such as expired credentials. A full queue is no fault of the application, and its stack
 * is of no use.
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
