// The SHA-256 of a file in base64, as S3 expects it.

import { failure } from './errors.js';
import { optionInvalid } from './options.js';

// crypto.subtle exists only in secure contexts: https and localhost.
export function expectHashing() {
  if (globalThis.crypto?.subtle === undefined) {
    throw optionInvalid('checksum', 'false in a page that is not secure (https)', 'true');
  }
}

// The whole file is in memory meanwhile: crypto.subtle cannot hash incrementally.
export async function sha256(file) {
  const digest = await crypto.subtle.digest('SHA-256', await read(file));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

async function read(file) {
  try {
    return await file.arrayBuffer();
  } catch (cause) {
    throw failure('file_unreadable', {}, { cause });
  }
}
