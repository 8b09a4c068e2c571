// Validates a file before its upload: size, detected format, declared type. These are the cheap checks of the core's `check`,
// in the same order; the back end decodes the image.

import { clip, failure } from './errors.js';
import { FORMATS, HEAD_BYTES, admits, formatNamed, formatOfMediaType, isUndeclared, mediaTypeOf, sniff } from './formats.js';
import { checkFile, integer, listOf, readOptions } from './options.js';

export const RULES = {
  formats: listOf(FORMATS, ['jpeg', 'png', 'webp', 'gif'], formatNamed),
  maxBytes: integer(1, 4_294_967_295, 10 * 1024 * 1024),
  minBytes: integer(1, 4_294_967_295, 1),
};

export async function validateImageFile(file, options) {
  const rules = readOptions(RULES, options);
  checkFile(file);
  return validate(file, rules);
}

// Like `validateImageFile`, with options that have been read.
export async function validate(file, rules) {
  checkSize(file.size, rules);
  const format = detect(await readHead(file), rules.formats);
  if (!rules.formats.includes(format)) throw notAllowed(format, rules.formats);
  checkDeclared(file.type, format);
  return Object.freeze({ format, mediaType: mediaTypeOf(format), sizeBytes: file.size });
}

export function checkSize(received, { minBytes, maxBytes }) {
  // An empty file is too small under any rules.
  const min = received === 0 ? 1 : minBytes;
  if (received === 0 || received < min) throw failure('image_too_small', { what: 'bytes', received, min });
  if (received > maxBytes) throw failure('image_too_large', { what: 'bytes', received, max: maxBytes });
}

// Reads the first bytes of a file.
export async function readHead(file, length = HEAD_BYTES) {
  try {
    return new Uint8Array(await file.slice(0, length).arrayBuffer());
  } catch (cause) {
    throw failure('file_unreadable', {}, { cause });
  }
}

// The format of the bytes, or an error that names what they are instead.
export function detect(head, allowed) {
  const { format, other } = sniff(head);
  if (other) throw notAllowed(other, allowed);
  if (!format) throw failure('image_format_unknown');
  return format;
}

function notAllowed(detected, allowed) {
  return failure('image_format_not_allowed', { detected, allowed: [...allowed] });
}

// Browsers declare no type for unknown extensions, and some file pickers declare a generic one.
function checkDeclared(declared, detected) {
  if (isUndeclared(declared) || admits(formatOfMediaType(declared), detected)) return;
  throw failure('image_format_mismatch', { declared: clip(declared), detected: mediaTypeOf(detected) });
}
