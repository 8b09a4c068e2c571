// The SHA-256 of a file in base64, as the store takes it.

import { failure } from './errors.js';
import { optionInvalid } from './options.js';

// Browsers hash for pages of https and of localhost alone.
export function expectHashing() {
  if (globalThis.crypto?.subtle === undefined) {
    throw optionInvalid('checksum', 'false in a page that is not secure (https)', 'true');
  }
}

// The file is in memory meanwhile: browsers hash nothing in pieces.
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
