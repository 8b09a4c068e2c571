'use strict';
// The calls of resize.json: every request that the resizing of an object makes, and how it ends.

const assert = require('node:assert');
const presize = require('presize');
const { afterTheEnd, drive, thrower } = require('./exchange.js');
const { options, snake } = require('./inputs.js');
const { readPresigner } = require('./signing.js');
const { policy } = require('./variant_policy.js');

async function resizeObject(given) {
  const { requests, finish } = await run(given);
  return { resized: show(finish()), requests };
}

/** What there is to compare beside an error: the requests that led to it, and whether the event should come again. */
async function besideError(given) {
  const { requests, finish } = await run(given).catch((error) => ({ requests: [], finish: thrower(error) }));
  try {
    finish();
  } catch (error) {
    return { requests, is_worth_retry: error.isWorthRetry };
  }
  return { requests };
}

async function run(given) {
  const [source, destination] = [readPresigner(given.source), readPresigner(given.destination)];
  const resizer = new presize.EventResizer({ source, destination, rules: options(given.rules), ...policy(given) });
  const resizing = resizer.resize(options(given.object));
  const ran = await drive(resizing, given);
  await afterTheEnd(resizing, given);
  return ran;
}

function show(resized) {
  assert.ok([resized, resized.outputs, ...resized.outputs].every(Object.isFrozen));
  return { ...resized, outputs: resized.outputs.map(snake) };
}

module.exports = { CALLS: { resize_object: resizeObject }, besideError };
