'use strict';
// The viewer-request function of CloudFront, run as CloudFront runs it: what it refuses and what it passes on is what Variants.fromUrl
// says of the same request.

const assert = require('node:assert/strict');
const vm = require('node:vm');
const { test } = require('node:test');
const ts = require('typescript-5.9');
const { PresizeError, Variants } = require('presize');
const { dateOf, read } = require('./runner/inputs.js');
const vectors = require('./runner/variant_policy.js');

const NOW = dateOf(1_767_225_600);
const CHROME = 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8';
const SECRET = '0123456789abcdef0123456789abcdef';
const OURS = ['w', 'width', 'h', 'height', 'q', 'quality', 'fit', 'f', 'format', 'preset', 'e', 's'];

/** As in the runtime's engine, `$` matches before a line feed at the end, too. */
const LIKE_PCRE = `
  const { exec } = RegExp.prototype;
  RegExp.prototype.exec = function (text) {
    const isLine = !this.global && this.source.endsWith('$') && String(text).endsWith('\\n');
    return exec.call(this, text) ?? (isLine ? exec.call(this, text.slice(0, -1)) : null);
  };`;

/** The handler in a realm of its own, in which there is nothing but the language, and the time stands still. */
function load(variants, now = NOW, originPath = undefined) {
  const realm = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
  vm.runInContext(`Date.now = () => ${now.getTime()};${LIKE_PCRE}`, realm);
  vm.runInContext(variants.cloudfrontFunction({ originPath }), realm);
  return vm.runInContext('handler', realm);
}

/** The event of a GET. CloudFront gives the query as it was sent, and parsed too. */
function eventOf(url, accept, { method = 'GET', raw = true } = {}) {
  const end = url.includes('?') ? url.indexOf('?') : url.length;
  const sent = url.includes('?') ? url.slice(end + 1) : undefined;
  const querystring = {};
  for (const pair of (sent ?? '').split('&').filter(Boolean)) {
    const [name, value = ''] = pair.split(/=(.*)/s);
    if (Object.hasOwn(querystring, name)) {
      querystring[name].multiValue ??= [{ value: querystring[name].value }];
      querystring[name].multiValue.push({ value });
    } else {
      Object.defineProperty(querystring, name, { value: { value }, enumerable: true });
    }
  }
  const headers = { host: { value: 'd111111abcdef8.cloudfront.net' } };
  if (accept) headers.accept = { value: accept };
  const request = { method, uri: url.slice(0, end), querystring, headers, cookies: {} };
  if (raw) request.rawQueryString = () => sent;
  return { version: '1.0', context: { eventType: 'viewer-request' }, viewer: { ip: '198.51.100.11' }, request };
}

/** What a handler does with a request: an error, or the URL and the Accept header that go on. */
function run(handler, url, accept, options) {
  const event = eventOf(url, accept, options);
  const answer = handler(event);
  if (answer.statusCode === undefined) {
    assert.equal(answer, event.request);
    return { url: answer.uri + (answer.querystring === '' ? '' : `?${answer.querystring}`), accept: answer.headers.accept?.value };
  }
  const { error } = JSON.parse(answer.body);
  return { status: answer.statusCode, error, headers: answer.headers };
}

/** What presize says of the same request. */
function ask(variants, url, accept, now = NOW) {
  try {
    return { variant: variants.fromUrl(url, { accept: accept ?? '', now }) };
  } catch (error) {
    if (!(error instanceof PresizeError)) throw error;
    return { error };
  }
}

/** A key as a path has it (RFC 3986): unreserved characters and slashes stay. */
function encoded(key) {
  return [...Buffer.from(key)].map((byte) => (/[\w.~/-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : percent(byte))).join('');
}

function percent(byte) {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function valuesOf(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value]));
}

/** Checks one request, and says what became of it. */
function hold(variants, handler, url, accept, now = NOW) {
  const received = run(handler, url, accept);
  const { variant, error } = ask(variants, url, accept, now);
  const what = `${url} for ${accept}`;
  if (received.status !== undefined) {
    assert.ok(error, `${what}: refused with ${received.error.code}`);
    assert.deepEqual([received.status, received.error.code], [error.httpStatus, error.code], what);
    const { 'content-type': contentType, ...cached } = received.headers;
    assert.deepEqual([contentType.value, valuesOf(cached)], ['application/json', variants.errorHeaders(error)], what);
    return 'refused';
  }
  if (!received.url.includes('?')) {
    const sent = new URLSearchParams(url.replace(/^[^?]*/, ''));
    assert.ok([...sent.keys()].every((name) => !OURS.includes(name)), what);
    // The only thing that is wrong with it.
    assert.equal(error.message, 'expected a size that the policy allows, received x', what);
    assert.equal(received.url, `/${encoded(decodeURIComponent(url.split('?')[0]).slice(1))}`, what);
    return 'nothing asked';
  }
  const [, query] = received.url.split('?');
  const isSigned = /&s=/.test(query);
  if (variant !== undefined && !isSigned) {
    assert.equal(`v1${received.url}`, variant.cacheKey, what);
    assert.equal(received.accept, '*/*', what);
  }
  // What the origin makes of it is what it would have made of the request itself, a signature that is not valid included.
  const origin = ask(variants, received.url, received.accept, now);
  assert.equal(origin.error?.code, error?.code, what);
  assert.deepEqual(origin.variant && [origin.variant.cacheKey, origin.variant.cacheControl], variant && [variant.cacheKey, variant.cacheControl]);
  assert.ok(error === undefined || isSigned, `${what}: ${error} is refused before the cache`);
  return isSigned ? 'signed' : 'canonical';
}

test('every vector', () => {
  const counts = { ok: 0, error: 0 };
  for (const given of read('delivery.json').cases) {
    const { call, input } = given;
    if (call !== 'variant_from_url' && call !== 'variant_from_query') continue;
    const url = input.url ?? `/${encoded(input.key.replace(/^\//, ''))}?${input.query}`;
    const now = dateOf(input.now ?? 0);
    const variants = vectors.variants(input);
    const handler = load(variants, now);
    const became = hold(variants, handler, url, input.accept, now);
    // The expectations themselves, without presize between.
    const received = run(handler, url, input.accept);
    if (given.ok && became === 'canonical') assert.equal(received.url.split('?')[1], given.ok.canonical_query, given.name);
    if (given.error && became === 'refused') {
      assert.equal(received.error.code, given.error.code, given.name);
      assert.equal(received.status, given.error.http_status, given.name);
      const { name } = given.error.details ?? {};
      if (name !== undefined) assert.match(received.error.message, new RegExp(`(for|a) ${name}\\b`), given.name);
    }
    counts[given.ok ? 'ok' : 'error'] += 1;
  }
  assert.ok(counts.ok > 60 && counts.error > 60, JSON.stringify(counts));
});

/** Numbers that look random, and are the same each time (Lehmer's generator). */
function generator(seed) {
  let state = seed;
  const random = (below) => (state = (state * 48_271) % 2_147_483_647) % below;
  const one = (list) => list[random(list.length)];
  return { random, one };
}

const POLICIES = [
  {
    widths: [200, 320, 99],
    heights: [150, 600],
    sizes: ['300x300', '80x200'],
    qualities: [75, 90],
    fits: ['inside', 'fill'],
    formats: ['webp', 'jpeg', 'png'],
    keyPrefixes: ['photos', "it's/(so)"],
    presets: {
      avatar: { width: 96, height: 96, format: 'jpeg' },
      icon: { width: 64, lossless: true },
      __proto__: null,
      ['__proto__']: { width: 7 },
      constructor: { width: 8, format: 'png' },
    },
    errorMaxAgeSeconds: 7,
  },
  { widths: [200], widthSet: 'next', originalSize: true, formats: ['webp', 'png'], quality: 60, fit: 'contain', qualities: [60] },
  { sizes: ['200x150'], presets: { icon: { lossless: true } }, negotiate: false, formats: ['webp', 'jpeg'], fits: ['cover'] },
  { heights: [150], signingKeys: [SECRET], maxSide: 1000, formats: ['webp', 'jpeg', 'png'], presets: { icon: { lossless: true } } },
];

const ACCEPTS = [
  '', undefined, CHROME, 'image/webp', 'IMAGE/WebP ; Q=0.001', 'image/*', '*/*', 'image/webp;q=0, image/*', 'image/webp;q=0.0001',
  'image/webp;level=1;q=1.000', 'image/webp;', 'image/webp;q', 'image/webp;q=1.', 'image/webp;q=0.', 'image/webp;q=0;q=1', 'image/webp;q=1;q=0',
  'image/webp;q=.5', 'image/webp;q=1.5', 'image/webpx', ',,;,;q=1,\timage/webp ', 'image/png;q=2,image/webp', 'image/webp;q=\u00a01',
  `${','.repeat(4086)}image/webp`, `${','.repeat(4087)}image/webp`, 'é'.repeat(2043) + ',image/webp', 'image/web\u212a',
];

const VALUES = {
  w: ['200', '320', '99', '201', '1', '0', '00', '0200', '+200', '%2B200', '2e2', '200.0', ' 200', '', '99999', '100000', '%32%30%30', '20%', '٢٠٠', '1000', '1001', '12abc', 'NaN', '200%0A', '9'.repeat(13)],
  h: ['150', '600', '300', '151', '0', '-1', '1001', '150', '150'],
  q: ['75', '90', '80', '60', '100', '101', '0', '09', '7.5', ''],
  fit: ['cover', 'inside', 'fill', 'contain', 'outside', 'Cover', 'x', ''],
  f: ['auto', 'jpeg', 'jpg', 'png', 'webp', 'baseline', 'avif', 'WEBP', 'gif', '', '%77ebp'],
  preset: ['avatar', 'icon', '__proto__', 'constructor', 'toString', 'none', 'A', 'null', 'a'.repeat(33), 'hasownproperty'],
  e: ['1767225601', '253402300799', '1767230000', '1767225600', '1767225599', '0', '253402300800', '1e9', ''],
  s: ['A'.repeat(43), 'B_-'.repeat(14) + 'c', 'A'.repeat(43), 'A'.repeat(42), `${'A'.repeat(42)}+`, `${'A'.repeat(42)}%2B`, ''],
};
const LONG = { width: 'w', height: 'h', quality: 'q', format: 'f', '%77': 'w', '%66it': 'fit', 'w+': 'w', 'W': 'w', '%zz': 'w', '__proto__': 'w', constructor: 'w' };
const FOREIGN = ['utm_source=x', 'fbclid', '&', '=', '=1', '%', '%ff=1', 'a=%zz', 'x=a?b', '한=글', 'toString=1', 'valueOf', '1=2', '0=1'];
const KEYS = [
  '/photos/cat.jpg', '/photos/cat.jpg', '/photos/a%20b+c%2Bd.jpg', "/it's/(so)/it!*'.jpg", '/it%27s/%28so%29/a', '/photos/%EC%82%AC%EC%A7%84.jpg', '/%61.jpg', '/photos',
  '/photosx/a', '/', '//a', '/photos//a', '/photos/', '/photos/../a', '/photos/%2e', '/photos/..a/.b', '/photos/%00', '/photos/%C2%85', '/photos/%C2%A0', '/photos/%7f',
  '/photos/%ff', '/photos/%ed%a0%80', '/photos/%c0%af', '/photos/%', '/photos/%2', '/photos/%252e', '/photos%2Fa', '/%2Fa', '/photos/사진', '/photos/%F0%9F%98%80~-_.',
  `/photos/${'a'.repeat(1017)}`, `/photos/${'a'.repeat(1018)}`, `/photos/${'a'.repeat(990)}`, `/photos/${'%EC%82%AC'.repeat(330)}`, `/photos/${'%EC%82%AC'.repeat(339)}`,
];

/** Any request: mostly one that is nearly right. */
function request({ random, one }) {
  const names = one([['w'], ['h'], ['w', 'h'], ['preset'], [], Array.from({ length: random(6) }, () => one(Object.keys(VALUES)))]);
  const optional = ['f', ...(names[0] === 'preset' ? [] : ['q', 'fit']), ...(random(4) === 0 ? ['s', 'e'] : [])];
  const pairs = [...names, ...optional.filter(() => random(3) === 0)].map((name) => {
    // The values at the start of a list are those that policies allow.
    const value = VALUES[name][random(8) === 0 ? random(VALUES[name].length) : random(3)];
    const spelled = random(4) === 0 ? one([...Object.keys(LONG).filter((long) => LONG[long] === name), name]) : name;
    return random(60) === 0 ? spelled : `${spelled}=${value}`;
  });
  if (random(3) === 0) pairs.splice(random(pairs.length + 1), 0, one(FOREIGN));
  if (random(60) === 0) pairs.push(...Array(random(2) + 63).fill('a=b'));
  if (random(60) === 0) pairs.push(`z=${'y'.repeat(2030 + random(16) - pairs.join('&').length)}`);
  const query = pairs.join('&');
  const key = random(3) > 0 ? KEYS[0] : one(KEYS);
  return [random(30) === 0 ? key : `${key}?${random(20) === 0 ? '?' : ''}${query}`, one(ACCEPTS)];
}

test('generated requests', () => {
  const counts = {};
  POLICIES.forEach((options, index) => {
    const variants = new Variants(options);
    const handler = load(variants);
    const random = generator(index + 20);
    for (let round = 0; round < 4000; round += 1) {
      const became = hold(variants, handler, ...request(random));
      counts[became] = (counts[became] ?? 0) + 1;
    }
  });
  for (const became of ['refused', 'canonical', 'signed', 'nothing asked']) assert.ok(counts[became] > 150, JSON.stringify(counts));
});

test('signed requests, and the same ones tampered with', () => {
  const variants = new Variants(POLICIES[3]);
  const handler = load(variants);
  const random = generator(7);
  for (let round = 0; round < 500; round += 1) {
    const { one } = random;
    const format = one(['', '&f=auto', '&f=webp', '&f=png', '&f=jpg']);
    const query = one([`w=${1 + random.random(1000)}&q=7${format}`, `h=9&width=10&fit=fill${format}`, `preset=icon${format}`]);
    const signed = variants.sign('photos/a b.jpg', query, { expiresIn: one([undefined, 60]), now: NOW });
    const accept = one(ACCEPTS);
    assert.equal(hold(variants, handler, `/photos/a%20b.jpg?utm_source=x&${signed}`, accept), 'signed');
    // What `sign` wrote goes on as it is.
    assert.equal(run(handler, `/photos/a%20b.jpg?${signed}`, accept).url, `/photos/a%20b.jpg?${signed}`);
    hold(variants, handler, `/photos/a%20b.jpg?${signed.replace(/w=\d+|f=\w+/, 'h=8')}`, accept);
    hold(variants, handler, `/photos/a.jpg?${signed}`, accept);
    const late = dateOf(1_767_225_660);
    hold(variants, load(variants, late), `/photos/a%20b.jpg?${signed}`, accept, late);
  }
  assert.deepEqual(run(handler, `/a?w=9&s=${'A'.repeat(43)}`, CHROME), { url: `/a?f=auto&q=80&w=9&s=${'A'.repeat(43)}`, accept: 'image/webp' });
});

test('an error is that of presize, word for word', () => {
  const variants = new Variants({ ...POLICIES[0], signingKeys: [SECRET], maxSide: 1000 });
  const handler = load(variants);
  for (const url of [
    '/photos/a?w=0', '/photos/a?q=101', '/photos/a?fit=x', '/photos/a?f=avif', '/photos/a?preset=A', '/photos/a?e=x&s=y', '/photos/a?s=y',
    '/photos/a?e=1', '/photos/a?w=1&width=2', '/photos/a?preset=a&w=1', `/photos/a?w=${'1'.repeat(70)}`, '/photos/a?w=%zz', `/photos/a?a=${'b'.repeat(2047)}`,
    `/photos/a?w=200${'&a=b'.repeat(64)}`, '/photos//a?w=200', '/?w=200', '/photos/%zz?w=200', '/photos/../a?w=200', '/photos/%0A?w=200', `/photos/${'a'.repeat(1018)}?w=200`,
    `/photos/${'a'.repeat(1010)}?w=200`, '/photos/a?w=201', '/photos/a?w=200&h=300', '/photos/a?f=png', '/photos/a?w=200&q=7', '/photos/a?w=200&fit=outside', '/photos/a?preset=x',
    '/photos/a?preset=avatar&f=png', `/photos/a?f=png&w=1001&e=1767225600&s=${'A'.repeat(43)}`, '/secret/a?w=200', '/photos/a?preset=icon&f=jpeg',
  ]) {
    const { status, error } = run(handler, url, CHROME);
    const { error: expected } = ask(variants, url, CHROME);
    const { code, httpStatus, message } = expected;
    // Of a signature the function knows only whether it has expired.
    const known = code === 'variant_signature_invalid' ? message.replace('another one', 'one that has expired') : message;
    assert.deepEqual({ status, error }, { status: httpStatus, error: { code, message: known } }, url);
  }
});

test('methods, HEAD, headers, and a test in the console', () => {
  const variants = new Variants({ widths: [200], formats: ['webp', 'jpeg'], errorMaxAgeSeconds: 5, presets: { icon: { lossless: true } } });
  const handler = load(variants);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const event = eventOf('/a?b=c&w=1', CHROME, { method });
    const before = structuredClone({ ...event.request, rawQueryString: undefined });
    assert.deepEqual({ ...handler(event), rawQueryString: undefined }, before);
  }
  assert.deepEqual(run(handler, '/a?b=c&w=200', '', { method: 'HEAD' }), { url: '/a?f=baseline&q=80&w=200', accept: '*/*' });
  const refused = handler(eventOf('/a?w=1', CHROME, { method: 'HEAD' }));
  assert.deepEqual(JSON.parse(JSON.stringify(refused)), {
    statusCode: 403,
    headers: {
      'content-type': { value: 'application/json' },
      'cache-control': { value: 'public, max-age=5' },
      vary: { value: 'Accept' },
    },
  });
  assert.equal(run(load(new Variants({ widths: [1], negotiate: false })), '/a?w=2').headers.vary, undefined);
  // Headers that came more than once are one header.
  const twice = eventOf('/a?preset=icon', 'image/png');
  twice.request.headers.accept.multiValue = [{ value: 'image/png' }, { value: 'image/webp' }];
  assert.equal(handler(twice).querystring, 'f=webp&preset=icon');
  // The console's test has a parsed query alone.
  const random = generator(5);
  const plain = new Variants(POLICIES[0]);
  const loaded = load(plain);
  for (let round = 0; round < 300; round += 1) {
    const [url, accept] = request(random);
    const [parsed, sent] = [false, true].map((raw) => run(loaded, url, accept, { raw }));
    assert.deepEqual([parsed.url, parsed.status], [sent.url, sent.status], url);
  }
});

test('the path of an origin is part of the key', () => {
  const variants = new Variants({ widths: [200], keyPrefixes: ['originals/2026'] });
  const handler = load(variants, NOW, '/originals');
  assert.equal(run(handler, '/2026/a%2Bb.jpg?width=200').url, '/2026/a%2Bb.jpg?f=baseline&q=80&w=200');
  const message = 'expected a key that the policy allows, received originals/2025/a.jpg';
  assert.deepEqual(run(handler, '/2025/a.jpg?w=200').error, { code: 'variant_not_allowed', message });
  assert.equal(run(handler, '/?w=200').error.message, 'expected an object key for key, received one with an empty segment');
  assert.throws(() => variants.cloudfrontFunction({ originPath: '/a/../b' }), { code: 'option_invalid' });
  for (const options of [{ originPath: 7 }, { path: '/a' }, '/a', null]) assert.throws(() => variants.cloudfrontFunction(options), { code: 'option_invalid' });
});

test('a policy that is too large for the quota', () => {
  const presets = Object.fromEntries(Array.from({ length: 300 }, (_, number) => [`preset-${number}`, { width: 9 }]));
  assert.throws(() => new Variants({ presets }).cloudfrontFunction(), { code: 'option_invalid', message: /at most 10000 bytes for policy, received one of \d+/ });
});

/** The nodes of ECMAScript 5.1 that the function may have, and arrow functions: what CloudFront documents for its runtime 2.0. */
const SYNTAX = new Set(
  [
    'SourceFile', 'FirstStatement', 'VariableDeclarationList', 'VariableDeclaration', 'FunctionDeclaration', 'Parameter', 'Block', 'ExpressionStatement',
    'IfStatement', 'ReturnStatement', 'ThrowStatement', 'TryStatement', 'CatchClause', 'Identifier', 'StringLiteral', 'FirstLiteralToken', 'NullKeyword',
    'TrueKeyword', 'FalseKeyword', 'RegularExpressionLiteral', 'ArrayLiteralExpression', 'ObjectLiteralExpression', 'PropertyAssignment',
    'PropertyAccessExpression', 'ElementAccessExpression', 'CallExpression', 'ParenthesizedExpression', 'PrefixUnaryExpression', 'BinaryExpression',
    'ConditionalExpression', 'DeleteExpression', 'ArrowFunction', 'EqualsGreaterThanToken', 'QuestionToken', 'ColonToken', 'PlusToken', 'EndOfFileToken',
    'EqualsToken', 'FirstAssignment', 'FirstCompoundAssignment', 'BarBarToken', 'AmpersandAmpersandToken', 'EqualsEqualsEqualsToken', 'ExclamationEqualsEqualsToken',
    'GreaterThanToken', 'FirstBinaryOperator', 'LessThanEqualsToken', 'GreaterThanEqualsToken', 'GreaterThanGreaterThanToken', 'SlashToken', 'MinusToken',
  ].map((name) => ts.SyntaxKind[name]),
);
/** What it may call or read of the language, all of it in ECMAScript 5.1. */
const GLOBALS = ['Boolean', 'Date', 'Infinity', 'JSON', 'Math', 'Number', 'Object', 'String', 'decodeURIComponent', 'encodeURIComponent'];
const METHODS = [
  'charCodeAt', 'every', 'exec', 'filter', 'floor', 'forEach', 'indexOf', 'join', 'keys', 'map', 'now', 'replace', 'slice', 'some', 'split', 'stringify', 'test',
  'toLowerCase', 'toString', 'toUpperCase', 'rawQueryString',
];

test('the language is that of the runtime', () => {
  const code = new Variants(POLICIES[0]).cloudfrontFunction();
  const source = ts.createSourceFile('function.js', code, ts.ScriptTarget.ES5, true, ts.ScriptKind.JS);
  assert.deepEqual(source.parseDiagnostics, []);
  const declared = new Set();
  const used = new Set();
  const called = new Set();
  (function walk(node) {
    assert.ok(SYNTAX.has(node.kind), `${ts.SyntaxKind[node.kind]}: ${node.getText(source).slice(0, 60)}`);
    if (ts.isVariableDeclarationList(node)) assert.equal(node.flags & ts.NodeFlags.BlockScoped, 0, 'let and const');
    if (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isParameter(node)) declared.add(node.name.text);
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) called.add(node.expression.name.text);
    const { parent } = node;
    const isName = ts.isIdentifier(node) && !(parent.name === node && !ts.isVariableDeclaration(parent));
    if (isName) used.add(node.text);
    ts.forEachChild(node, walk);
  })(source);
  const isFree = (name) => !declared.has(name) && !GLOBALS.includes(name);
  assert.deepEqual([...used].filter(isFree), [], 'globals');
  assert.deepEqual([...called].filter((name) => !METHODS.includes(name)), [], 'methods');
});
