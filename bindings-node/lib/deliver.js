'use strict';
// resizeObject and answerEvent: drive the machines of delivery with fetch.

const { expectAnsweringResizer } = require('./answers.js');
const args = require('./arguments.js');
const { SENDING_OPTIONS, driveInTime, sendingSettings } = require('./drive.js');
const { machineOf } = require('./exchange.js');
const { expectEventResizer } = require('./resize.js');
const { abortReason } = require('./signal.js');

/** The default time for an answer: CloudFront and API Gateway wait no longer than about 30 seconds. */
const ANSWER_TIMEOUT_MS = 25_000;

async function resizeObject(resizer, object, options) {
  const settings = readSettings(options);
  return driveInTime(machineOf(expectEventResizer(resizer).resize(object)), settings);
}

async function answerEvent(resizer, event, options) {
  return (await answerWithError(resizer, event, options)).answer;
}

/** The answer to an event, and the error that it tells of, or `null`. */
async function answerWithError(resizer, event, options) {
  const settings = readSettings(options, ANSWER_TIMEOUT_MS);
  const answering = expectAnsweringResizer(resizer).answer(event);
  const finish = () => {
    const { error } = answering;
    // Nobody is left to be answered.
    if (error?.code === 'cancelled') throw error;
    return { answer: answering.finish(), error };
  };
  return driveInTime({ ...machineOf(answering), finish }, settings);
}

function readSettings(options, defaultTimeoutMs) {
  const settings = sendingSettings(args.ownOptions(options, SENDING_OPTIONS), defaultTimeoutMs);
  if (settings.signal?.aborted) throw abortReason(settings.signal);
  return settings;
}

module.exports = { ANSWER_TIMEOUT_MS, answerEvent, answerWithError, resizeObject };
