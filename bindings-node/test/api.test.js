'use strict';
// Holds names, options, defaults, words and codes against api.json and errors.json, which all languages share.

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const presize = require('presize');
const { camel, read } = require('./runner/inputs.js');

const API = read('api.json');
const DECLARED = path.dirname(require.resolve('presize'));
const declarations = fs
  .readdirSync(path.join(DECLARED, 'lib'))
  .filter((name) => name.endsWith('.d.ts'))
  .map((name) => fs.readFileSync(path.join(DECLARED, 'lib', name), 'utf8'))
  .join('\n');

// Types of the core that are objects here, by the name of their declaration.
const AS_OBJECTS = {
  BucketOptions: 'BucketOptions',
  CloudFrontOptions: 'CloudFrontOptions',
  CompletedPart: 'CompletedPart',
  ConfirmRequest: 'ConfirmRequest',
  CreatedObject: 'CreatedObject',
  EdgeOptions: 'EdgeOptions',
  EventResizePolicy: 'EventResizePolicyOptions',
  ExifSummary: 'ExifSummary',
  GatewayOptions: 'GatewayOptions',
  IgnoredEvent: 'IgnoredEvent',
  JsonLimits: 'JsonLimits',
  Placeholder: 'Placeholder',
  PlaceholderOptions: 'PlaceholderOptions',
  PostFormOptions: 'PostFormOptions',
  RemovedMetadata: 'RemovedMetadata',
  RenderedVariant: 'RenderedVariant',
  Resized: 'Resized',
  ResizedObject: 'ResizedObject',
  SignOptions: 'SignOptions',
  Srcset: 'Srcset',
  SrcsetOptions: 'SrcsetOptions',
  StoreAnswer: 'StoreAnswer',
  StoreEvents: 'StoreEvents',
  Transform: 'TransformOptions',
  UploadRequest: 'UploadRequest',
};
const RENAMED = { Error: 'PresizeError' };
// Names that JavaScript has beyond those of the core: what sends requests, what is a method of
// Transform in Rust, and what a framework's module takes from here.
const OF_JAVASCRIPT = [
  'answerEvent',
  'configurePool',
  'confirmUpload',
  'explain',
  'requestMalformed',
  'requestTooLarge',
  'requestTypeUnsupported',
  'requestUnauthenticated',
  'resizeObject',
  'serverBusy',
];

test('every function is there', () => {
  for (const name of API.functions) assert.strictEqual(typeof presize[camel(name)], 'function', name);
});

test('every type is a class or the declaration of an object', () => {
  for (const name of API.types) {
    if (AS_OBJECTS[name] === undefined) {
      assert.strictEqual(typeof presize[RENAMED[name] ?? name], 'function', name);
    } else {
      assert.strictEqual(presize[name], undefined, name);
      assert.ok(declarations.includes(`export interface ${AS_OBJECTS[name]} `), name);
    }
  }
});

test('there are no other names', async () => {
  const types = API.types.filter((name) => AS_OBJECTS[name] === undefined).map((name) => RENAMED[name] ?? name);
  const expected = [...API.functions.map(camel), ...types, ...OF_JAVASCRIPT].sort();
  assert.deepStrictEqual(Object.keys(presize).sort(), expected);
  const esm = await import('presize');
  assert.deepStrictEqual(Object.keys(esm).sort(), expected);
  for (const name of expected) assert.strictEqual(esm[name], presize[name], name);
});

test('every word of an enum is in its declared type, in the same order', () => {
  for (const [name, words] of Object.entries(API.enums)) {
    const declared = new RegExp(`export type ${name} =([^;]*);`).exec(declarations);
    assert.ok(declared !== null, name);
    assert.deepStrictEqual([...declared[1].matchAll(/'([^']+)'/g)].map((match) => match[1]), words, name);
  }
});

test('every code is declared, in the order of the catalogue', () => {
  const declared = /export type ErrorCode =([^;]*);/.exec(declarations)[1];
  const codes = read('errors.json').errors.map((row) => row.code);
  assert.deepStrictEqual([...declared.matchAll(/'([^']+)'/g)].map((match) => match[1]), codes);
});

/** The options of an interface and of those that it extends, each with its comment. */
function optionsOf(name) {
  const body = new RegExp(`export interface ${name}(?: extends ([\\w, ]+))? \\{([\\s\\S]*?)\\n\\}`).exec(declarations);
  assert.ok(body !== null, name);
  const inherited = (body[1] ?? '').split(', ').filter(Boolean).map(optionsOf);
  const own = [...body[2].matchAll(/\/\*\*([\s\S]*?)\*\/\s+(\w+)\??: ([^;]+);/g)];
  assert.strictEqual(own.length, [...body[2].matchAll(/^ {2}\w+\??: /gm)].length, `an option of ${name} says nothing`);
  const said = own.map(([, comment, option, type]) => [option, { comment, type }]);
  return Object.assign({}, ...inherited, Object.fromEntries(said));
}

const TABLES = { ...AS_OBJECTS, ImageRules: 'ImageRulesOptions', UploadPolicy: 'UploadPolicyOptions', VariantPolicy: 'VariantPolicyOptions' };
const KINDS = {
  integer: /^(number|200 \| 201 \| 204)/,
  boolean: /^boolean/,
  text: /^(string|'\*')/,
  color: /^string/,
  text_map: /^Readonly<Record<string, string>>/,
  enum: /^[A-Z]\w+( \||$)/,
  enum_list: /^readonly [A-Z]\w+\[\]/,
  integer_list: /^readonly number\[\]/,
  text_list: /^readonly string\[\]/,
  presets: /^Readonly<Record<string, TransformOptions>>/,
};
const REQUIRED = {
  ConfirmRequest: ['owner', 'key'],
  PostFormOptions: ['maxBytes'],
  UploadRequest: ['owner', 'contentType', 'sizeBytes'],
};

for (const [table, rows] of Object.entries(API.options)) {
  test(`the options of ${table} are declared with their kinds, ranges and defaults`, () => {
    const declared = optionsOf(TABLES[table]);
    const ofJavaScript = Object.keys(declared).filter((name) => ['now', 'onEvent'].includes(name));
    assert.deepStrictEqual(Object.keys(declared).sort(), [...Object.keys(rows).map(camel), ...ofJavaScript].sort());
    for (const [name, row] of Object.entries(rows)) {
      const { comment, type } = declared[camel(name)];
      assert.match(type, KINDS[row.kind], `${table}.${name}`);
      if (REQUIRED[table]?.includes(camel(name))) {
        assert.ok(!type.includes('undefined'), name);
        continue;
      }
      assert.ok(type.endsWith(' | undefined'), `${table}.${name}: undefined stands for the default`);
      const text = comment.replace(/\s+/g, ' ').replaceAll(' * ', ' ');
      const said = /Default: (.*?)(\.|;|$)/.exec(text);
      assert.ok(said !== null, `${table}.${name}: no default`);
      if (typeof row.default === 'number' || typeof row.default === 'boolean') {
        assert.ok(said[1].startsWith(String(row.default)), `${table}.${name}: ${said[1]}`);
      }
      if (row.max !== undefined) {
        const range = text.split('Range: ')[1]?.replaceAll(/ \([^)]*\)/g, '').replace('10^12', '1000000000000');
        assert.ok(range?.startsWith(`${row.min} to ${row.max}.`), `${table}.${name}: no range`);
      }
    }
  });
}

for (const kind of ['ImageRules', 'UploadPolicy', 'VariantPolicy']) {
  test(`${kind} shows the defaults of its table`, () => {
    const expected = Object.entries(API.options[kind]).map(([name, row]) => [camel(name), row.default ?? undefined]);
    assert.deepStrictEqual({ ...new presize[kind]() }, Object.fromEntries(expected));
  });
}

test('an addon that cannot be loaded is told from one that is missing', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'presize-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  fs.mkdirSync(path.join(folder, 'lib'));
  const copy = path.join(folder, 'lib/native.js');
  fs.copyFileSync(path.join(DECLARED, 'lib/native.js'), copy);
  assert.throws(() => require(copy), /presize has no addon for .*: install presize without --omit=optional/);
  for (const name of Object.keys(require('presize/package.json').optionalDependencies)) {
    fs.writeFileSync(path.join(folder, `presize.${path.basename(name)}.node`), 'damaged');
  }
  delete require.cache[copy];
  assert.throws(() => require(copy), /presize cannot load its addon for .*: .*\.node/);
});

test('the package has the version of the addon', () => {
  const { version, optionalDependencies } = require('presize/package.json');
  const native = require(path.join(DECLARED, 'lib/native.js'));
  assert.strictEqual(native.version(), version);
  assert.deepStrictEqual(new Set(Object.values(optionalDependencies)), new Set([version]));
});

test('a module is loaded when one of its names is asked for', () => {
  const script = `
    const presize = require(${JSON.stringify(require.resolve('presize'))});
    const loaded = () => Object.keys(require.cache).map((file) => require('node:path').basename(file));
    const before = loaded();
    presize.Presigner;
    console.log(JSON.stringify([before, loaded().includes('presign.js'), loaded().includes('images.js')]));`;
  const shown = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  assert.deepStrictEqual(JSON.parse(shown), [['index.js'], true, false]);
});

test('a name can be given something else, as tests of applications do', () => {
  const script = `
    const presize = require(${JSON.stringify(require.resolve('presize'))});
    presize.check = 1;
    const { check, inspect } = presize;
    presize.inspect = 2;
    console.log(JSON.stringify([check, typeof inspect, presize.inspect, Object.keys(presize).length]));`;
  const shown = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  assert.deepStrictEqual(JSON.parse(shown), [1, 'function', 2, Object.keys(presize).length]);
});
