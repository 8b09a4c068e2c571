'use strict';

// The declarations of presize/http and presize/express, as the compiler sees them in CommonJS and in ES modules.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const ts = require('typescript');

const FOLDER = path.join(__dirname, 'types');
const STRICT = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
const { ESNext, NodeNext } = ts.ModuleKind;
const { Bundler, NodeNext: AsNode } = ts.ModuleResolutionKind;

/** What the compiler has to say. Files are given another name, since that decides what kind of module they are. */
function complaints(extension, options) {
  const names = ['http', 'express'].map((name) => path.join(FOLDER, name + extension));
  const compiler = { ...STRICT, ...options, noEmit: true, target: ts.ScriptTarget.ES2022, types: ['node'] };
  const host = ts.createCompilerHost(compiler);
  const { fileExists, readFile, getSourceFile } = host;
  const written = (name) => (names.includes(path.normalize(name)) ? name.replace(/\.m?ts$/, '.ts') : name);
  host.fileExists = (name) => fileExists(written(name));
  host.readFile = (name) => readFile(written(name));
  host.getSourceFile = (name, version, ...others) => {
    if (written(name) === name) return getSourceFile(name, version, ...others);
    return ts.createSourceFile(name, fs.readFileSync(written(name), 'utf8'), version);
  };
  host.getCurrentDirectory = () => path.dirname(__dirname);
  const found = ts.getPreEmitDiagnostics(ts.createProgram(names, compiler, host));
  return ts.formatDiagnostics(found, host);
}

test('CommonJS', () => {
  assert.equal(complaints('.ts', { module: NodeNext, moduleResolution: AsNode }), '');
});

test('ES modules', () => {
  assert.equal(complaints('.mts', { module: NodeNext, moduleResolution: AsNode }), '');
});

test('a bundler', () => {
  assert.equal(complaints('.ts', { module: ESNext, moduleResolution: Bundler, skipLibCheck: true }), '');
});
