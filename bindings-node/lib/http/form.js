'use strict';
// Parses multipart/form-data (RFC 7578) as it arrives. Only the files of one field are kept, in memory.

const { requestMalformed } = require('../../index.js');
const { BodyBuffer } = require('./body_buffer.js');
const { shownType } = require('./json.js');

const LIMITS = {
  // Real forms have a few dozen parts, and even an empty part costs work.
  parts: 1000,
  headerPairs: 100,
  headerSize: 8 * 1024,
  // Parts that are not files are skipped.
  fields: 0,
};

/**
 * The files of the field `name`, each as `{ filename, declared, body }`. `watch` is called with them whenever one begins or
 * grows, and refuses the form by throwing. Error: `request_malformed`, and whatever `watch` and the chunks throw.
 */
async function readFormFiles(contentType, chunks, name, watch) {
  const files = [];
  let refusal;
  const refuse = (error) => (refusal ??= error);
  const check = () => {
    try {
      watch(files);
    } catch (error) {
      refuse(error);
    }
  };
  const form = startForm(contentType);
  const finished = new Promise((resolve) => {
    form.once('finish', resolve);
    form.on('error', (error) => {
      refuse(malformed(`one that breaks off: ${error.message}`));
      resolve();
    });
  });
  form.on('partsLimit', () => refuse(malformed(`one of more than ${LIMITS.parts} parts`)));
  form.on('file', (field, stream, filename, _encoding, type) => {
    // The form emits the error too.
    stream.on('error', () => {});
    if (field !== name || filename === undefined) {
      stream.resume();
      return;
    }
    const file = { filename, declared: declaredType(type), body: new BodyBuffer() };
    files.push(file);
    check();
    stream.on('data', (chunk) => {
      file.body.add(chunk);
      if (refusal === undefined) check();
    });
  });
  for await (const chunk of chunks) {
    await write(form, chunk);
    if (refusal !== undefined) throw refusal;
  }
  form.end();
  await finished;
  if (refusal !== undefined) throw refusal;
  // A browser sends an empty part without a filename for a field in which no file was chosen.
  return files.filter((file) => file.filename !== '' || file.body.length > 0);
}

/** Error: `request_malformed`, for any other content type. */
function expectFormType(contentType) {
  const kind = (contentType ?? '').split(';', 1)[0].trim().toLowerCase();
  if (kind !== 'multipart/form-data') throw requestMalformed('multipart/form-data', shownType(contentType));
}

function startForm(contentType) {
  expectFormType(contentType);
  const Busboy = loadParser();
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]*)"|([^;\s]*))/i.exec(contentType) ?? [];
  const { length } = quoted ?? plain ?? '';
  // RFC 2046, section 5.1.1.
  if (length < 1 || length > 70) throw malformed('one without a boundary of 1 to 70 characters');
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS, preservePath: true });
  } catch {
    // The parser reads the header more strictly: the boundary found above may be part of another parameter.
    throw malformed('one whose boundary is not found');
  }
}

/** Writes a chunk to the parser, and waits until its streams have emitted the data in it. */
function write(form, chunk) {
  return new Promise((resolve) => {
    const next = () => setImmediate(resolve);
    // After an error the parser may not call back.
    form.once('error', next);
    form.write(chunk, () => {
      form.off('error', next);
      next();
    });
  });
}

/** The parser reports `text/plain` for a part without a content type (RFC 7578, section 4.4). */
function declaredType(type) {
  return type === 'text/plain' ? undefined : type;
}

function loadParser() {
  try {
    return require('@fastify/busboy').Busboy;
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    throw new Error('images in forms need a parser for them: npm install @fastify/busboy', { cause: error });
  }
}

function malformed(received) {
  return requestMalformed('a complete multipart/form-data body', received);
}

module.exports = { expectFormType, loadParser, readFormFiles };
