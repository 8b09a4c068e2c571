'use strict';

// multipart/form-data (RFC 7578), parsed as it comes in; only the files of one field are kept, in memory.

const { requestMalformed } = require('../../index.js');
const { shownType } = require('./json.js');
const { KeptBytes } = require('./kept_bytes.js');

const LIMITS = {
  // Real forms have a few dozen; every part costs work, however short it is.
  parts: 1000,
  headerPairs: 100,
  headerSize: 8 * 1024,
  // Parts that are no files are read over.
  fields: 0,
};

/**
 * The files of the field `name`: `{ filename, declared, kept }` each. `watch` is called with them whenever one
 * begins or grows, and refuses by throwing. Error: `request_malformed`, and what `watch` and the pieces throw.
 */
async function readFormFiles(contentType, pieces, name, watch) {
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
    // The form itself fails as well.
    stream.on('error', () => {});
    if (field !== name || filename === undefined) {
      stream.resume();
      return;
    }
    const file = { filename, declared: declaredType(type), kept: new KeptBytes() };
    files.push(file);
    check();
    stream.on('data', (piece) => {
      file.kept.add(piece);
      if (refusal === undefined) check();
    });
  });
  for await (const piece of pieces) {
    await write(form, piece);
    if (refusal !== undefined) throw refusal;
  }
  form.end();
  await finished;
  if (refusal !== undefined) throw refusal;
  // A browser sends a part without a name for a field in which nobody has chosen a file.
  return files.filter((file) => file.filename !== '' || file.kept.length > 0);
}

/** Error: `request_malformed`, where the client itself says that it sends something else. */
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
    // It reads the header more strictly: what looks like a boundary may be within another value.
    throw malformed('one whose boundary is not found');
  }
}

/** Gives the parser a piece, and waits until its streams have handed on what is in it. */
function write(form, piece) {
  return new Promise((resolve) => {
    const next = () => setImmediate(resolve);
    // After its end the parser may not call back.
    form.once('error', next);
    form.write(piece, () => {
      form.off('error', next);
      next();
    });
  });
}

/** The parser says `text/plain` of a part that declares nothing (RFC 7578, section 4.4). */
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
