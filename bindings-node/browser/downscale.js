// A smaller picture before the upload: upright, within a box, encoded anew. In a worker where it can be, so that the
// page stays smooth.

import { failure } from './errors.js';
import { FORMATS, extensionOf, formatOfMediaType, isAnimated, mediaTypeOf } from './formats.js';
import { any, checkFile, fraction, integer, readOptions, signal, text } from './options.js';
import { renderInWorker } from './render_in_worker.js';
import { renderOnPage } from './render_on_page.js';
import { detect, readHead } from './validate.js';

const ENCODINGS = ['jpeg', 'png', 'webp'];
const encodingOf = (name) => ENCODINGS.find((encoding) => name === encoding || name === mediaTypeOf(encoding));

export const DOWNSCALE = {
  maxWidth: integer(1, 16_384, 1920),
  maxHeight: integer(1, 16_384, 1920),
  quality: fraction(0.8),
  format: any('one of jpeg, png, webp or their media types', (value) => encodingOf(value) !== undefined),
  background: text('white'),
};

export async function downscale(file, options) {
  const read = readOptions({ ...DOWNSCALE, signal: signal() }, options);
  checkFile(file);
  return downscaleWith(file, read);
}

// The same with options that have been read.
export async function downscaleWith(file, { maxWidth, maxHeight, quality, format, background, signal }) {
  signal?.throwIfAborted();
  const head = await readHead(file);
  const detected = detect(head, FORMATS);
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
  const answer = (await renderInWorker(job, signal)) ?? (await renderOnPage(job));
  signal?.throwIfAborted();
  if (answer.failed === 'decode') throw undecodable(detected);
  // A canvas makes a PNG of what it cannot make.
  if (answer.failed || formatOfMediaType(answer.blob.type) !== encoding) {
    throw failure('encoding_unsupported', { format: encoding, reason: 'one that this browser cannot make' });
  }

  const wanted = format === undefined || encoding === detected;
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
