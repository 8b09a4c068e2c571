'use strict';
// Reads images from multipart forms, and checks them.

const { ImageRules, PresizeError, check, requestMalformed, requestTooLarge } = require('../../index.js');
const { checkTotalsOnPool } = require('../images.js');
const { loadParser, readFormFiles } = require('./form.js');

// Allowances for the other fields of the form, and for the boundary and the headers of each file.
const OTHER_BYTES = 64 * 1024;
const PART_HEADER_BYTES = 4 * 1024;

/** Checks the options of reading a form. `isList` says whether the form has several images or one. */
function formOptions(rules, options, isList) {
  const checked = imageRules(rules);
  const maxFiles = isList ? checked.maxImages : 1;
  const maxTotalBytes = Math.min(checked.maxTotalBytes, checked.maxBytes * maxFiles);
  const overhead = OTHER_BYTES + PART_HEADER_BYTES * maxFiles;
  const { field = isList ? 'files' : 'file', maxBodyBytes = maxTotalBytes + overhead } = options;
  if (typeof field !== 'string') throw new TypeError(`expected a string for field, received ${String(field)}`);
  // A missing parser is an error when the application starts, not when the first form arrives.
  loadParser();
  return {
    rules: checked,
    field,
    isList,
    maxFiles,
    maxTotalBytes,
    maxBodyBytes: byteCount(maxBodyBytes, 'maxBodyBytes'),
  };
}

/**
 * The checked images of a form. Their totals are checked before the first is decoded; then they are checked one after another,
 * so a request never takes more than one slot of the queue.
 */
async function readFormImages(contentType, chunks, options, call) {
  const { rules, field, isList } = options;
  const files = await readFiles(contentType, chunks, options, call);
  if (files.length === 0) throw requestMalformed(`a file in the field ${field}`, 'none');
  const buffered = files.map(({ body, declared }) => ({ bytes: body.take(), callOptions: { ...call, declared } }));
  await checkTotals(buffered, call, options);
  const images = [];
  for (const [index, file] of buffered.entries()) {
    images.push(await checkFile(file.bytes, file.callOptions, options, index));
    file.bytes = undefined;
  }
  return isList ? images : images[0];
}

async function checkTotals(files, call, options) {
  if (files.length === 1) return;
  try {
    await checkTotalsOnPool(
      files.map(({ bytes }) => bytes),
      options.rules,
      call,
    );
  } catch (error) {
    // The error is that of checking the refused file alone, and no file before it has been decoded.
    if (error instanceof PresizeError && error.index !== undefined) {
      const { bytes, callOptions } = files[error.index];
      await checkFile(bytes, callOptions, options, error.index);
    }
    throw error;
  }
}

async function readFiles(contentType, chunks, options, call) {
  let oversized;
  try {
    return await readFormFiles(contentType, chunks, options.field, (files) => {
      const newest = files.at(-1);
      if (newest.body.length > options.rules.maxBytes) oversized = { file: newest, index: files.length - 1 };
      watch(files, options, oversized !== undefined);
    });
  } catch (error) {
    if (error !== OVERSIZED) throw error;
    // The check refuses the file for its size, before anything else. The file is cut one byte above the limit, since its full
    // length is unknown.
    const start = oversized.file.body.take().subarray(0, options.rules.maxBytes + 1);
    await checkFile(start, call, options, oversized.index);
    throw error;
  }
}

const OVERSIZED = new Error('a file is longer than the rules allow');

/** Refuses a form as soon as it exceeds a limit. */
function watch(files, { field, maxFiles, maxTotalBytes }, isOversized) {
  if (files.length > maxFiles) {
    throw requestMalformed(
      `${maxFiles === 1 ? 'one file' : `at most ${maxFiles} files`} in the field ${field}`,
      'more',
    );
  }
  if (isOversized) throw OVERSIZED;
  let total = 0;
  for (const file of files) total += file.body.length;
  if (total > maxTotalBytes) throw requestTooLarge(maxTotalBytes);
}

async function checkFile(bytes, callOptions, { rules, isList }, index) {
  try {
    return await check(bytes, rules, callOptions);
  } catch (error) {
    throw isList && error instanceof PresizeError ? withIndex(error, index) : error;
  }
}

/** The error with the index of the image that it is about. */
function withIndex(error, index) {
  const { code, httpStatus, message, details, userMessageTemplate, userMessageParameters } = error;
  const words = { userMessageTemplate, userMessageParameters };
  return new PresizeError(code, httpStatus, `image ${index}: ${message}`, details, index, words);
}

function imageRules(rules) {
  return rules instanceof ImageRules ? rules : new ImageRules(rules);
}

function byteCount(value, name) {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new TypeError(`expected a number of bytes for ${name}, received ${String(value)}`);
  }
  return value;
}

module.exports = { byteCount, formOptions, imageRules, readFormImages };
