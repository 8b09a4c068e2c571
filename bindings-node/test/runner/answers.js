'use strict';
// The calls of edge.json and gateway.json: every request that an answer makes to the store, and what the function returns.

const assert = require('node:assert');
const presize = require('presize');
const { afterTheEnd, drive } = require('./exchange.js');
const { options } = require('./inputs.js');
const { readPresigner } = require('./signing.js');
const { variants } = require('./variant_policy.js');

function edge(given) {
  const source = readPresigner(given.source);
  return run(new presize.EdgeResizer(variants(given), { source, rules: options(given.rules), ...options(given.options) }), given);
}

function gateway(given) {
  const source = readPresigner(given.source);
  const results = given.results === undefined ? undefined : readPresigner(given.results);
  const own = { source, results, rules: options(given.rules) };
  return run(new presize.GatewayResizer(variants(given), { ...own, ...options(given.options) }), given);
}

async function run(resizer, given) {
  const answering = resizer.answer(given.event, { now: new Date(given.now * 1000) });
  const { requests, finish } = await drive(answering, given);
  const returned = finish();
  await afterTheEnd(answering, given);
  assert.deepStrictEqual(answering.finish(), returned);
  return { requests, returned: show(returned), code: answering.error?.code ?? null };
}

/** A body in base64 is told as the picture that it is, JSON as what it says. */
function show(returned) {
  const headers = returned.headers ?? returned.multiValueHeaders;
  const names = { members: Object.keys(returned).sort(), header_names: headers === undefined ? null : Object.keys(headers).sort() };
  const { body, bodyEncoding, isBase64Encoded } = returned;
  if (typeof body !== 'string') return { ...returned, ...names };
  return { ...returned, ...names, body: bodyEncoding === 'base64' || isBase64Encoded ? picture(body) : plain(body) };
}

function picture(body) {
  const bytes = Buffer.from(body, 'base64');
  assert.strictEqual(bytes.toString('base64'), body);
  const { format, width, height, hasExif, hasIccProfile, orientation } = presize.inspect(bytes);
  assert.deepStrictEqual([hasExif, hasIccProfile, orientation], [false, false, 1]);
  return { format, width, height };
}

function plain(body) {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

module.exports = { CALLS: { answer_edge: edge, answer_gateway: gateway } };
