// Makes an image smaller before the upload: upright, within a box, re-encoded. Runs in a worker if possible, so that the page
// stays responsive.

import { failure } from './errors.js';
import { FORMATS, extensionOf, formatNamed, formatOfMediaType, isAnimated, mediaTypeOf } from './formats.js';
import { any, checkFile, fraction, integer, readOptions, signal } from './options.js';
import { Pool } from './pool.js';
import { renderInWorker } from './render_in_worker.js';
import { renderOnPage } from './render_on_page.js';
import { unlessAborted } from './unless_aborted.js';
import { detect, readHead } from './validate.js';

const ENCODINGS = ['jpeg', 'png', 'webp'];
const isColour = (value) => globalThis.CSS?.supports('color', value) ?? true;
const encodingOf = (name) =>
  ENCODINGS.find((encoding) => formatNamed(name) === encoding || name === mediaTypeOf(encoding));

export const DOWNSCALE = {
  maxWidth: integer(1, 16_384, 1920),
  maxHeight: integer(1, 16_384, 1920),
  quality: fraction(0.8),
  format: any('one of jpeg, png, webp or their media types', (value) => encodingOf(value) !== undefined),
  // A canvas ignores an invalid colour, and the background would be black.
  background: any('a colour of CSS', (value) => typeof value === 'string' && isColour(value), 'white'),
};

export async function downscale(file, options) {
  const read = readOptions({ ...DOWNSCALE, signal: signal() }, options);
  checkFile(file);
  return downscaleWith(file, read);
}

// Decoded images are many times as large as their files, so only one is decoded at a time.
const turns = new Pool(1);

// In a PNG, profiles and texts may precede the chunk that marks an animation; it is searched for up to here.
const PNG_HEAD_BYTES = 1024 * 1024;

// Like `downscale`, with options that have been read. `keeps` are the formats of files that may be returned unchanged.
export async function downscaleWith(file, options) {
  const { maxWidth, maxHeight, quality, format, background, keeps = FORMATS, signal } = options;
  signal?.throwIfAborted();
  let head = await unlessAborted(readHead(file), signal);
  const detected = detect(head, FORMATS);
  if (detected === 'png') head = await unlessAborted(readHead(file, PNG_HEAD_BYTES), signal);
  // A canvas would keep only the first frame.
  if (detected === 'gif' || isAnimated(head, detected)) return asFile(file, file, detected);

  const encoding = encodingOf(format ?? 'jpeg');
  const job = {
    file,
    maxWidth,
    maxHeight,
    quality,
    type: mediaTypeOf(encoding),
    background: encoding === 'jpeg' ? background : null,
  };
  const render = async () => (await renderInWorker(job, signal)) ?? renderOnPage(job);
  const answer = await unlessAborted(turns.run(render, signal), signal);
  if (answer.failed === 'decode') throw undecodable(detected);
  if (answer.failed === 'draw') {
    throw failure('encoding_unsupported', { format: encoding, reason: 'a canvas that does not keep what is drawn' });
  }
  // For a format that it cannot encode, a canvas returns a PNG.
  if (answer.failed || formatOfMediaType(answer.blob.type) !== encoding) {
    throw failure('encoding_unsupported', { format: encoding, reason: 'one that this browser cannot make' });
  }

  const wanted = keeps.includes(detected) && (format === undefined || encoding === detected);
  if (wanted && !answer.scaled && answer.blob.size >= file.size) return asFile(file, file, detected);
  return asFile(answer.blob, file, encoding);
}

function undecodable(detected) {
  const everyBrowserReads = ['jpeg', 'png', 'webp'].includes(detected);
  if (!everyBrowserReads) return failure('image_format_unsupported', { detected });
  return failure('image_corrupt', { reason: 'the browser cannot decode it' });
}

function asFile(blob, { name = 'image', lastModified }, format) {
  if (blob instanceof File) return blob;
  const renamed = name.replace(/\.[^.]*$/, '') + extensionOf(format);
  return new File([blob], renamed, { type: mediaTypeOf(format), lastModified });
}
