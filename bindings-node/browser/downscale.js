// A smaller picture before the upload: upright, within a box, encoded anew. In a worker where it can be, so that the
// page stays smooth.

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
  // A canvas passes over a colour that it does not know, and the ground is black.
  background: any('a colour of CSS', (value) => typeof value === 'string' && isColour(value), 'white'),
};

export async function downscale(file, options) {
  const read = readOptions({ ...DOWNSCALE, signal: signal() }, options);
  checkFile(file);
  return downscaleWith(file, read);
}

// Decoded pictures are many times as large as their files: one at a time, whatever else runs at a time.
const turns = new Pool(1);

// How far into a PNG its profiles and texts may reach before it says that it moves.
const PNG_HEAD_BYTES = 1024 * 1024;

// The same with options that have been read. `keeps` are the formats of which the file itself may come back.
export async function downscaleWith(file, options) {
  const { maxWidth, maxHeight, quality, format, background, keeps = FORMATS, signal } = options;
  signal?.throwIfAborted();
  let head = await unlessAborted(readHead(file), signal);
  const detected = detect(head, FORMATS);
  if (detected === 'png') head = await unlessAborted(readHead(file, PNG_HEAD_BYTES), signal);
  // A canvas would keep the first frame alone.
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
  // A canvas makes a PNG of what it cannot make.
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
