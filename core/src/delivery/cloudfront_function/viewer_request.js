// The viewer-request function of CloudFront: JavaScript runtime 2.0, cloudfront-js-2.0.
//
// The generator writes `var policy = {...};` before this text, and leaves out comments, indents and the blanks around operators:
// a function may have 10 KB. Strings are in single quotes; no regular expression has a blank or a quote, and no line ends in a
// comment. What is read here, the modules of the delivery read in Rust, by the same rules and in the same order.
//
// The language is ECMAScript 5.1 with arrow functions. Of the runtime it needs `request.rawQueryString()`, and a `querystring`
// that may be set to a text. Nothing is imported.
//
// `policy` is data alone, and lists are searched by value: no word of a request is ever the name of a property, which could be
// `__proto__`. What was asked for stays text: one number has one spelling.

// Both spellings of a name are at 2 * n and 2 * n + 1; at n is its parameter: name, what is expected, pattern, least, most.
var NAMES = 'w width h height q quality fit fit f format preset preset e e s s'.split(' ');
var DECIMAL = /^(0|[1-9][0-9]{0,11})$/;
var PARAMETERS = [
  ['width', 'a whole number of pixels from 1 on', DECIMAL, 1, 99999],
  ['height', 'a whole number of pixels from 1 on', DECIMAL, 1, 99999],
  ['quality', 'a whole number from 1 to 100', DECIMAL, 1, 100],
  ['fit', 'one of cover, contain, fill, inside, outside', /^(cover|contain|fill|inside|outside)$/],
  ['format', 'one of auto, jpeg, png, webp, baseline', /^(auto|jpe?g|png|webp|baseline)$/],
  ['preset', 'the name of a preset', /^[a-z0-9_-]{1,32}$/],
  ['e', 'a time in Unix seconds', DECIMAL, 0, 253402300799],
  ['s', 'a signature in base64url', /^[A-Za-z0-9_-]{43}$/]
];

function handler(event) {
  var request = event.request;
  var isHead = request.method === 'HEAD';
  if (request.method !== 'GET' && !isHead) return request;
  try {
    normalize(request);
    return request;
  } catch (refusal) {
    if (!refusal.statusCode) throw refusal;
    if (isHead) delete refusal.body;
    return refusal;
  }
}

function normalize(request) {
  var key = originalKey(request.uri);
  var asked = parseQuery(rawQuery(request));
  checkKey(key, policy.keyPrefixes);
  // Whether there is an answer without a variant is for the origin to say: the original, or an error.
  if (!Object.keys(asked).length && !policy.originalSize) return proceed(request, key, '', '*/*');
  var preset = policy.presets.filter(preset => preset.name === asked.preset)[0] || {};
  checkAllowed(asked, preset);
  var fixed = asked.format || preset.format;
  var format = fixed || negotiate(preset.candidates || policy.candidates, request.headers.accept);
  if (!asked.s) {
    var query = canonical(asked, format);
    checkResult(key, query, format, preset.unsupported || policy.unsupported);
    return proceed(request, key, query, '*/*');
  }
  // The origin verifies the signature, which is of the format that was asked for, and chooses by the Accept header.
  var signed = canonical(asked, asked.format || 'auto') + (asked.e ? '&e=' + asked.e : '') + '&s=' + asked.s;
  proceed(request, key, signed, fixed || format === 'baseline' ? '*/*' : 'image/' + format);
}

function proceed(request, key, query, accept) {
  var encoded = encodeURIComponent(key.slice(policy.originPath.length)).replace(/[!\x27()*]/g, percent);
  request.uri = '/' + encoded.replace(/%2F/g, '/');
  request.querystring = query;
  request.headers.accept = { value: accept };
}

function checkResult(key, query, format, unsupported) {
  unsupported.forEach(pair => {
    if (pair[0] === format) refuse(501, 'encoding_unsupported', 'an encoding that can be made for ' + format, pair[1]);
  });
  // The key of the stored result: "webp.cover.h150.q90.w200/" and the key of the original.
  var head = query.slice(2).replace('fit=', '').replace(/([hqw])=/g, '$1');
  if (head.length + 1 + bytes(key) > 1024) malformed('key', 'an object key', 'one that is too long together with the size');
}

// The query as it was sent. A test in the console has none but the parsed one.
function rawQuery(request) {
  var raw = request.rawQueryString && request.rawQueryString();
  if (raw) return raw;
  var query = request.querystring;
  return Object.keys(query).map(name => valuesOf(query[name]).map(value => name + '=' + value).join('&')).join('&');
}

function valuesOf(field) {
  return (field.multiValue || [field]).map(each => each.value);
}

function parseQuery(query) {
  query = query.replace(/^\?/, '');
  var length = query.length > 2048 ? query.length : bytes(query);
  if (length > 2048) malformed('query', 'at most 2048 bytes', length);
  var asked = {};
  query.split('&').filter(Boolean).forEach((pair, count) => {
    if (count === 64) malformed('query', 'at most 64 parameters', 'more');
    var end = (pair + '=').indexOf('=');
    // A plus is a space, which no name has.
    var place = NAMES.indexOf(decode(pair.slice(0, end)));
    if (place < 0) return;
    var parameter = PARAMETERS[place >> 1];
    var name = parameter[0];
    var raw = pair.slice(end + 1);
    var value = decode(raw.replace(/\+/g, ' '));
    if (value !== null && asked[name]) malformed(name, 'it once', 'it twice');
    // The runtime's `$` matches before a line feed at the end too, as that of PCRE, so that the match is compared.
    var match = parameter[2].exec(value) || [];
    if (match[0] !== value || value < parameter[3] || value > parameter[4]) {
      malformed(name, parameter[1], quote(value === null ? raw : value));
    }
    asked[name] = value;
  });
  if (asked.preset && (asked.width || asked.height || asked.fit || asked.quality)) {
    malformed('preset', 'a preset alone, or a width and a height', 'both');
  }
  if (asked.e && !asked.s) malformed('s', PARAMETERS[7][1], 'none beside e');
  if (asked.format === 'jpg') asked.format = 'jpeg';
  if (asked.format === 'auto') asked.format = '';
  return asked;
}

function originalKey(uri) {
  var key = decode(uri);
  if (key === null) malformed('key', 'an object key', quote(uri));
  key = policy.originPath + key.replace(/^\//, '');
  var reason = !key ? 'none'
    : bytes(key) > 1024 ? 'one of more than 1024 bytes'
    : /[\x00-\x1f\x7f-\x9f]/.test(key) ? 'one with a control character'
    : /(^|\/)\.\.?(\/|$)/.test(key) ? 'one with a segment that is . or ..'
    : /(^|\/)(\/|$)/.test(key) ? 'one with an empty segment' : '';
  if (reason) malformed('key', 'an object key', reason);
  return key;
}

function checkKey(key, prefixes) {
  if (prefixes.length && !prefixes.some(prefix => key.indexOf(prefix + '/') === 0)) notAllowed('key', key);
}

function checkAllowed(asked, preset) {
  var format = asked.format;
  if (format && (preset.format || format) !== format) notAllowed('format', format);
  if (format && format !== 'baseline' && !has(policy.formats, format)) notAllowed('format', format);
  if (!asked.s) {
    if (!asked.preset) checkLists(asked, asked.width, asked.height);
    if (asked.preset && !preset.name) notAllowed('preset', asked.preset);
  } else if (!policy.signed) {
    signatureInvalid('another one');
  } else if (asked.e <= Math.floor(Date.now() / 1000)) {
    signatureInvalid('one that has expired');
  }
}

function checkLists(asked, width, height) {
  var size = (width || '') + 'x' + (height || '');
  var areListed = (!width || has(policy.widths, +width)) && (!height || has(policy.heights, +height));
  if (size === 'x' ? !policy.originalSize : !areListed && !has(policy.sizes, size)) notAllowed('size', size);
  if (asked.quality && !has(policy.qualities, +asked.quality)) notAllowed('quality', asked.quality);
  if (asked.fit && !has(policy.fits, asked.fit)) notAllowed('fit', asked.fit);
}

function has(list, value) {
  return list.indexOf(value) >= 0;
}

function negotiate(candidates, header) {
  var accept = header ? valuesOf(header).join() : '';
  if (accept.length > 4096 || bytes(accept) > 4096) return 'baseline';
  var ranges = accept.toLowerCase().split(',');
  return candidates.filter(format => ranges.some(range => grants(range, 'image/' + format)))[0] || 'baseline';
}

function grants(range, mediaType) {
  if (range.indexOf(mediaType) < 0) return false;
  var weight = '=1';
  var parts = range.split(';').map(part => part.replace(/^[\x20\t]+|[\x20\t]+$/g, ''));
  return parts[0] === mediaType && parts.slice(1).every(parameter => {
    var end = parameter.indexOf('=');
    if (end < 0) return !parameter;
    if (parameter.slice(0, end) !== 'q') return true;
    weight = parameter.slice(end);
    return /^=(0(\.[0-9]{0,3})?|1(\.0{0,3})?)$/.test(weight);
  }) && /[1-9]/.test(weight);
}

function canonical(asked, format) {
  var query = 'f=' + format;
  if (asked.preset) return query + '&preset=' + asked.preset;
  if (asked.width && asked.height) query += '&fit=' + (asked.fit || policy.fit);
  if (asked.height) query += '&h=' + asked.height;
  if (format !== 'png') query += '&q=' + (asked.quality || policy.quality);
  if (asked.width) query += '&w=' + asked.width;
  return query;
}

// Null for text that is not encoded properly.
function decode(text) {
  try {
    return text.indexOf('%') < 0 ? text : decodeURIComponent(text);
  } catch (error) {
    return null;
  }
}

function percent(character) {
  return '%' + character.charCodeAt(0).toString(16).toUpperCase();
}

// The length in UTF-8. Half of a surrogate pair has none.
function bytes(text) {
  try {
    var encoded = encodeURIComponent(text).split('%');
    return encoded.join('').length - encoded.length + 1;
  } catch (error) {
    return Infinity;
  }
}

function quote(text) {
  return '"' + clip(text) + '"';
}

function clip(text) {
  return text.slice(0, 60).replace(/[^\x20-~]/g, '?') + (text.length > 60 ? '\u2026' : '');
}

function malformed(name, expected, received) {
  refuse(400, 'variant_malformed', expected + ' for ' + name, received);
}

function notAllowed(name, value) {
  refuse(403, 'variant_not_allowed', 'a ' + name + ' that the policy allows', clip(value));
}

function signatureInvalid(reason) {
  refuse(403, 'variant_signature_invalid', 'a valid signature of the variant', reason);
}

function refuse(status, code, expected, received) {
  var headers = { 'content-type': { value: 'application/json' } };
  headers['cache-control'] = { value: status < 500 ? 'public, max-age=' + policy.errorMaxAgeSeconds : 'no-store' };
  if (policy.negotiate) headers.vary = { value: 'Accept' };
  var message = 'expected ' + expected + ', received ' + received;
  throw { statusCode: status, headers: headers, body: JSON.stringify({ error: { code: code, message: message } }) };
}
