'use strict';

// Images in multipart forms: what a form may be, and the checked images that come of it.

const { ImageRules, PresizeError, check, requestMalformed, requestTooLarge } = require('../../index.js');
const { checkTotalsLater } = require('../images.js');
const { loadParser, readFormFiles } = require('./form.js');

// For the other fields of the form, and for the headers and the boundary of each file.
const BYTES_BESIDE = 64 * 1024;
const BYTES_BESIDE_A_FILE = 4 * 1024;

/** What a form must be; `options` are checked. `isList` says whether it has one image or several. */
function formOptions(rules, options, isList) {
  const checked = imageRules(rules);
  const maxFiles = isList ? checked.maxImages : 1;
  const maxTotalBytes = Math.min(checked.maxTotalBytes, checked.maxBytes * maxFiles);
  const beside = BYTES_BESIDE + BYTES_BESIDE_A_FILE * maxFiles;
  const { field = isList ? 'files' : 'file', maxBodyBytes = maxTotalBytes + beside } = options;
  if (typeof field !== 'string') throw new TypeError(`expected a string for field, received ${String(field)}`);
  // What is not installed is missed at once, not by the first who sends a form.
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
 * The checked images of a form. What they are together is known before the first is decoded; then they are checked one after
 * the other: a request never takes more than its share.
 */
async function readFormImages(contentType, pieces, options, call) {
  const { rules, field, isList } = options;
  const files = await readFiles(contentType, pieces, options, call);
  if (files.length === 0) throw requestMalformed(`a file in the field ${field}`, 'none');
  const taken = files.map(({ kept, declared }) => ({ bytes: kept.take(), how: { ...call, declared } }));
  await checkTotals(taken, call, options);
  const images = [];
  for (const [index, file] of taken.entries()) {
    images.push(await checkFile(file.bytes, file.how, options, index));
    file.bytes = undefined;
  }
  return isList ? images : images[0];
}

async function checkTotals(files, call, options) {
  if (files.length === 1) return;
  try {
    await checkTotalsLater(
      files.map(({ bytes }) => bytes),
      options.rules,
      call,
    );
  } catch (error) {
    // The file that is refused says why in the words of a check of its own, and nothing before it is decoded.
    if (error instanceof PresizeError && error.index !== undefined) {
      const { bytes, how } = files[error.index];
      await checkFile(bytes, how, options, error.index);
    }
    throw error;
  }
}

async function readFiles(contentType, pieces, options, call) {
  let oversized;
  try {
    return await readFormFiles(contentType, pieces, options.field, (files) => {
      const newest = files.at(-1);
      if (newest.kept.length > options.rules.maxBytes) oversized = { file: newest, index: files.length - 1 };
      watch(files, options, oversized !== undefined);
    });
  } catch (error) {
    if (error !== OVERSIZED) throw error;
    // Its size is the first thing that is checked, and found wanting.
    // One byte above the limit: how long the file is nobody knows.
    const start = oversized.file.kept.take().subarray(0, options.rules.maxBytes + 1);
    await checkFile(start, call, options, oversized.index);
    throw error;
  }
}

const OVERSIZED = new Error('a file is longer than the rules allow');

/** Refuses a form as soon as it passes a limit. */
function watch(files, { field, maxFiles, maxTotalBytes }, isOversized) {
  if (files.length > maxFiles) {
    throw requestMalformed(
      `${maxFiles === 1 ? 'one file' : `at most ${maxFiles} files`} in the field ${field}`,
      'more',
    );
  }
  if (isOversized) throw OVERSIZED;
  let total = 0;
  for (const file of files) total += file.kept.length;
  if (total > maxTotalBytes) throw requestTooLarge(maxTotalBytes);
}

async function checkFile(bytes, how, { rules, isList }, index) {
  try {
    return await check(bytes, rules, how);
  } catch (error) {
    throw isList && error instanceof PresizeError ? named(error, index) : error;
  }
}

/** The error of the image at this index. */
function named(error, index) {
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
