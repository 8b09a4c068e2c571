'use strict';
// The calls of confirm.json: every request that a confirmation makes, and how it ends.

const assert = require('node:assert');
const presize = require('presize');
const { afterTheEnd, drive, thrower } = require('./exchange.js');
const { dateOf, options, snake } = require('./inputs.js');
const { readUploads } = require('./signing.js');

async function confirm(given) {
  const { requests, event, finish } = await run(given);
  return { confirmed: showConfirmed(finish()), requests, event };
}

/** What there is to compare beside an error: the requests that led to it, and the event. */
async function besideError(given) {
  let ran;
  try {
    ran = await run(given);
  } catch (error) {
    if (!(error instanceof presize.PresizeError)) throw error;
    return {};
  }
  return { requests: ran.requests, event: ran.event };
}

/** `finish` gives what became of it. The error is one that comes before there is a confirmation or a request for one. */
async function run(given) {
  const uploads = readUploads(given);
  const now = dateOf(given.now);
  const events = [];
  const onEvent = (event) => events.push(event);
  let confirmation;
  try {
    confirmation = uploads.confirm({ ...options(given.request), now, onEvent });
  } catch (error) {
    // A request that is none has no event.
    if (events.length === 0) throw error;
    return { requests: [], event: { ...events[0] }, finish: thrower(error) };
  }
  assert.strictEqual(events.length, 0);
  assert.throws(() => confirmation.finish(), { code: 'store_unavailable' });
  const { requests, finish } = await drive(confirmation, given);
  const event = { ...confirmation.event({ now }) };
  await afterTheEnd(confirmation, given);
  return { requests, event, finish };
}

function showConfirmed(confirmed) {
  assert.ok(confirmed instanceof presize.Confirmed && Object.isFrozen(confirmed));
  assert.ok(confirmed.variants.every((variant) => variant instanceof presize.Variant));
  const exif = confirmed.exif === null ? null : snake(confirmed.exif);
  return { ...snake(confirmed), exif, variants: confirmed.variants.map(snake) };
}

module.exports = { CALLS: { confirm }, besideError };
