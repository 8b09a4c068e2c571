// Uploads one file: prepare, request a ticket, send, confirm.

import { expectHashing, sha256 } from './checksum.js';
import { corsRefused, isReachable } from './cors.js';
import { DOWNSCALE, downscaleWith } from './downscale.js';
import { notify } from './notify.js';
import * as is from './options.js';
import { checkFile, optionInvalid, pick, readOptions } from './options.js';
import { postJson } from './request.js';
import { withRetries } from './retry.js';
import { send } from './send.js';
import { isCreateOnly, isUsable, requestTicket, spell } from './ticket.js';
import { unlessAborted } from './unless_aborted.js';
import { RULES, readHead, validate } from './validate.js';

export const UPLOAD = {
  ...RULES,
  endpoint: is.url('/api/upload'),
  ticketUrl: is.url(),
  confirmUrl: is.url(),
  confirm: is.any('true, false or "auto"', (value) => value === 'auto' || typeof value === 'boolean', 'auto'),
  case: is.oneOf(['both', 'camel', 'snake'], 'both'),
  headers: is.requestHeaders(),
  credentials: is.oneOf(['omit', 'same-origin', 'include'], 'same-origin'),
  downscale: is.nested(),
  checksum: is.any('true or false', (value) => typeof value === 'boolean', false),
  retries: is.integer(0, 10, 3),
  onProgress: is.callback(),
  signal: is.signal(),
};

export async function upload(file, options) {
  const settings = readSettings(options);
  checkFile(file);
  settings.signal?.throwIfAborted();
  const report = reporter(settings.onProgress, () => prepared.size);

  let prepared = file;
  report('preparing', 0);
  prepared = await prepare(file, settings);
  const { mediaType, format } = await unlessAborted(validate(prepared, pick(RULES, settings)), settings.signal);
  const checksumSha256 = settings.checksum ? await unlessAborted(sha256(prepared), settings.signal) : undefined;
  const asked = { file: prepared, mediaType, checksumSha256 };

  report('ticket', 0);
  let ticket = await withRetries(() => requestTicket(asked, settings), settings);

  report('sending', 0);
  await withRetries(async () => {
    if (!isUsable(ticket)) ticket = await requestTicket(asked, settings);
    report('sending', 0);
    await sendUnder(ticket, prepared, { onFraction: (done) => report('sending', done), signal: settings.signal });
  }, settings);

  report('confirming', 1);
  const fields = { key: ticket.key, originalFilename: file.name, checksumSha256 };
  const confirmation = await confirmUpload(fields, settings);
  report('done', 1);
  return Object.freeze({
    key: ticket.key,
    publicUrl: ticket.publicUrl,
    file: prepared,
    format,
    contentType: mediaType,
    sizeBytes: prepared.size,
    ...confirmation,
  });
}

function readSettings(options) {
  const settings = readOptions(UPLOAD, options);
  const endpoint = settings.endpoint.replace(/\/+$/, '');
  // For a custom ticketUrl, the URL of the confirm route is not guessed.
  settings.confirmUrl ??= settings.ticketUrl === undefined ? `${endpoint}/confirm` : null;
  settings.ticketUrl ??= `${endpoint}/presigned-url`;
  if (settings.confirm === true && settings.confirmUrl === null) {
    throw optionInvalid('confirmUrl', 'a string beside ticketUrl where confirm is true', 'none');
  }
  if (settings.checksum) expectHashing();
  settings.downscale =
    settings.downscale && readOptions(DOWNSCALE, settings.downscale === true ? {} : settings.downscale);
  return settings;
}

// A file that is made smaller first may have any size and any format that the browser can decode. The rules apply to what is
// sent.
async function prepare(file, { downscale, formats, signal }) {
  return downscale ? downscaleWith(file, { ...downscale, keeps: formats, signal }) : file;
}

// A create-only ticket accepts one file. If it is used already after an earlier attempt, the response to that attempt was lost.
// Without an earlier attempt, the browser itself has repeated the request, or somebody else has the ticket; then only a new
// ticket is safe.
async function sendUnder(ticket, file, options) {
  try {
    await sendWhole(ticket, file, options);
  } catch (error) {
    const isUsed = error?.httpStatus === 412 && isCreateOnly(ticket);
    if (isUsed && ticket.isTried) return;
    if (isUsed) ticket.usableFor = 0;
    ticket.isTried = true;
    throw error;
  }
}

// Browsers report a file that has changed on disk, a refusal by CORS rules and a broken connection alike.
async function sendWhole(ticket, file, { onFraction, signal }) {
  for (let isSecond = false; ; isSecond = true) {
    let hasBegun = false;
    const seen = (fraction) => {
      hasBegun ||= fraction > 0;
      onFraction(fraction);
    };
    try {
      return await send(ticket, file, { onFraction: seen, signal });
    } catch (error) {
      if (error?.code !== 'network_failed') throw error;
      ticket.isTried = true;
      await unlessAborted(readHead(file), signal);
      // The CORS preflight precedes the first byte of the file.
      if (hasBegun || !(await isReachable(ticket.url, signal))) throw error;
      // The network may have failed for a moment. A second failure while the store answers means that its CORS rules refuse.
      if (isSecond) throw corsRefused(ticket);
    }
  }
}

async function confirmUpload(fields, settings) {
  const { confirm, confirmUrl } = settings;
  if (confirm === false || confirmUrl === null) return { confirmed: false, confirmation: null };
  const body = spell(fields, settings.case);
  try {
    const confirmation = await withRetries(() => postJson('back end', confirmUrl, body, settings), settings);
    return { confirmed: true, confirmation };
  } catch (error) {
    // The back end lacks the route. A 404 about an upload has an error body of its own.
    const isMissing = [404, 405].includes(error?.httpStatus) && error.code !== 'upload_not_found';
    if (confirm === 'auto' && isMissing) return { confirmed: false, confirmation: null };
    throw error;
  }
}

function reporter(onProgress, size) {
  let last = '';
  return (phase, fraction) => {
    // 100 is reached only at the end, since a file that has been sent may still be refused.
    const percent = phase === 'done' ? 100 : Math.min(99, Math.floor(fraction * 100));
    if (last === `${phase} ${percent}`) return;
    last = `${phase} ${percent}`;
    const total = size();
    notify(onProgress, Object.freeze({ phase, percent, loaded: Math.round(fraction * total), total }));
  };
}
