// Images as data URIs, for back ends that take them in JSON.

import { failure } from './errors.js';
import * as is from './options.js';
import { checkFile, describe, isUrl, optionInvalid, pick, readOptions } from './options.js';
import { answered, fetchFrom, headersOf } from './request.js';
import { unlessAborted } from './unless_aborted.js';
import { RULES, checkSize, validate } from './validate.js';

const FILE_OPTIONS = { ...RULES, signal: is.signal() };

export async function fileToDataUri(file, options) {
  const read = readOptions(FILE_OPTIONS, options);
  checkFile(file);
  return toDataUri(file, read);
}

const URL_OPTIONS = {
  ...FILE_OPTIONS,
  credentials: is.oneOf(['omit', 'same-origin', 'include'], 'same-origin'),
  headers: is.requestHeaders(),
};

export async function imageUrlToDataUri(url, options) {
  const read = readOptions(URL_OPTIONS, options);
  if (!(url instanceof URL) && !(typeof url === 'string' && isUrl(url))) {
    throw optionInvalid('url', 'a URL', describe(url));
  }
  const response = await fetchFrom('server', url, {
    credentials: read.credentials,
    headers: await headersOf(read),
    signal: read.signal,
  });
  if (!response.ok) throw await answered(response, 'server', read.signal);
  const blob = await readBlob(response, read);
  // The declared type is that of a response header, which is often generic, so only the bytes count.
  return toDataUri(blob, read);
}

// Reads a response body, up to the limit of the rules.
async function readBlob(response, rules) {
  const announced = Number(response.headers.get('content-length'));
  // With a content encoding, content-length counts compressed bytes.
  if (announced > rules.maxBytes && !response.headers.get('content-encoding')) {
    await response.body?.cancel();
    checkSize(announced, rules);
  }
  const parts = [];
  let received = 0;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      received += value.byteLength;
      if (received > rules.maxBytes) {
        await reader.cancel();
        // The full length is unknown.
        checkSize(rules.maxBytes + 1, rules);
      }
      parts.push(value);
    }
  } catch (error) {
    rules.signal?.throwIfAborted();
    if (error instanceof TypeError) throw failure('network_failed', { from: 'server' }, { cause: error });
    throw error;
  }
  return new Blob(parts);
}

async function toDataUri(file, options) {
  options.signal?.throwIfAborted();
  const { mediaType } = await unlessAborted(validate(file, pick(RULES, options)), options.signal);
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    const abort = () => reader.abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(failure('file_unreadable', {}, { cause: reader.error }));
    reader.onabort = () => reject(options.signal.reason);
    reader.onloadend = () => options.signal?.removeEventListener('abort', abort);
    // A blob with the same bytes and the detected type.
    reader.readAsDataURL(file.slice(0, file.size, mediaType));
  });
}
