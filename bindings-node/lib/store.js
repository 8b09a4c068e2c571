'use strict';
// confirmUpload: a confirmation that is driven with fetch, shared by all callers who ask for the same one at the same time.

const args = require('./arguments.js');
const { abandonedEvent } = require('./confirmation.js');
const { SENDING_OPTIONS, driveInTime, isBusy, sendingSettings } = require('./drive.js');
const { invalid } = require('./error.js');
const { awaitedListener, expectListener } = require('./event.js');
const { machineOf } = require('./exchange.js');
const { share } = require('./shared_confirmation.js');
const { abortReason } = require('./signal.js');
const { expectUploads } = require('./uploads.js');
const { isPlain, typeName } = require('./value_type.js');

async function confirmUpload(uploads, request, options) {
  expectUploads(uploads);
  if (!isPlain(request)) throw invalid('request', 'an object', typeName(request));
  if (Object.hasOwn(request, 'onEvent')) throw invalid('on_event', 'one among the options', 'one in the request');
  const settings = readSettings(options);
  const { signal, onEvent } = settings;
  if (signal?.aborted) throw abortReason(signal);
  const { emit, settled } = awaitedListener(onEvent);
  const confirmRequest = args.withOwnerText({ ...request });
  try {
    const confirmation = uploads.confirm({ ...confirmRequest, onEvent: emit });
    const { confirmed, error, event } = await confirmShared(uploads, confirmation, confirmRequest, settings);
    emit?.(event());
    if (confirmed === undefined) throw error;
    return confirmed;
  } finally {
    await settled();
  }
}

function drive(confirmation, settings) {
  return driveInTime(machineOf(confirmation), settings);
}

/**
 * The outcome for this caller, and a function that makes its event. `confirmation` is the caller's own, which runs unless an
 * equal one is running already.
 */
async function confirmShared(uploads, confirmation, confirmRequest, settings) {
  const { owner, key } = confirmRequest;
  const call = { ...settings, client: settings.client ?? `owner ${owner}` };
  let shared;
  let outcome;
  try {
    const upload = JSON.stringify([owner, key]);
    const callArguments = JSON.stringify(Object.entries(confirmRequest).sort());
    shared = await share(uploads, upload, confirmation, callArguments, call, drive);
    outcome = await shared.wait(settings.signal);
  } catch (error) {
    outcome = { error, hasLeft: true };
  }
  const { confirmed, error, hasLeft } = outcome;
  const event = () => {
    if (isBusy(error)) return abandonedEvent(confirmation, error.details.retry_after_seconds);
    return hasLeft ? abandonedEvent(confirmation) : shared.confirmation.event();
  };
  return { confirmed, error, event };
}

function readSettings(options) {
  const { onEvent, ...sending } = args.ownOptions(options, [...SENDING_OPTIONS, 'onEvent']);
  const settings = sendingSettings(sending);
  if (onEvent !== undefined) expectListener(onEvent);
  return { ...settings, onEvent };
}

module.exports = { confirmUpload, readSettings };
