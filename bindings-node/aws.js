'use strict';
// presize/aws: Lambda functions that resize what was stored, and that answer requests for variants.

const { PresizeError, parseStoreEvents, resizeObject, sqsBatchResponse } = require('./index.js');
const { isEdgeResizer, isGatewayResizer } = require('./lib/answers.js');
const { ANSWER_TIMEOUT_MS, answerWithError } = require('./lib/deliver.js');
const { sendingSettings } = require('./lib/drive.js');
const { invalid } = require('./lib/error.js');
const { notify } = require('./lib/event.js');
const { expectOptions } = require('./lib/http/options.js');
const { expectEventResizer } = require('./lib/resize.js');
const { typeName } = require('./lib/value_type.js');

/** The time that a function keeps for its answer, once no more requests are sent; at most a fifth of what it has. */
const RESERVE_MS = 1000;

const OPTIONS = ['fetch', 'timeoutMs', 'retries', 'onError'];

function s3Handler(resizer, options) {
  expectEventResizer(resizer);
  const { sending, onError, onResized } = handlerSettings(options, ['onResized'], logRefusal);
  return async function resizeStored(event, context) {
    const failedMessages = [];
    const failures = [];
    for (const object of parseStoreEvents(event).objects) {
      try {
        const resized = await resizeObject(resizer, object, withinTimeLeft(sending, context));
        await onResized(resized, object);
      } catch (error) {
        await notify((each) => onError(each, object), error);
        // A damaged image stays damaged: another attempt would fail as well.
        if (error instanceof PresizeError && !error.isWorthRetry) continue;
        if (object.messageId === null) failures.push(error);
        else failedMessages.push(object.messageId);
      }
    }
    // Lambda hands an event that is no batch over again if the function fails.
    if (failures.length > 0) throw failures[0];
    return sqsBatchResponse(failedMessages);
  };
}

function edgeHandler(resizer, options) {
  if (!isEdgeResizer(resizer)) throw invalid('resizer', 'an EdgeResizer', typeName(resizer));
  return answeringHandler(resizer, options);
}

function gatewayHandler(resizer, options) {
  if (!isGatewayResizer(resizer)) throw invalid('resizer', 'a GatewayResizer', typeName(resizer));
  return answeringHandler(resizer, options);
}

function answeringHandler(resizer, options) {
  const { sending, onError } = handlerSettings(options, [], logFailure, ANSWER_TIMEOUT_MS);
  return async function answerRequest(event, context) {
    const { answer, error } = await answerWithError(resizer, event, withinTimeLeft(sending, context));
    if (error !== null) await notify(onError, error);
    return answer;
  };
}

/** The options of a handler, checked when the function starts. */
function handlerSettings(options, more, log, defaultTimeoutMs) {
  const known = expectOptions(options, [...OPTIONS, ...more]);
  const { onError = log, onResized = () => {}, ...sending } = known;
  for (const [name, listener] of Object.entries({ onError, onResized })) {
    if (typeof listener !== 'function') throw new TypeError(`expected a function for ${name}, received ${typeName(listener)}`);
  }
  const { fetch, timeoutMs, retries } = sendingSettings(sending, defaultTimeoutMs);
  return { sending: { fetch: sending.fetch === undefined ? undefined : fetch, timeoutMs, retries }, onError, onResized };
}

/** The settings of a call in an invocation of the function: its requests end before the function's own time does. */
function withinTimeLeft(sending, context) {
  const left = context?.getRemainingTimeInMillis?.();
  if (typeof left !== 'number' || Number.isNaN(left)) return sending;
  const usable = Math.floor(left - Math.min(RESERVE_MS, left / 5));
  return { ...sending, timeoutMs: Math.max(1, Math.min(sending.timeoutMs, usable)) };
}

/** Logs a failure of the server's side. Refusals are answers, and what was asked for is in the log of CloudFront or the gateway. */
function logFailure(error) {
  if (!(error instanceof PresizeError) || error.httpStatus >= 500) console.error(error);
}

/** Logs every error: nobody else is told that an image was refused. */
function logRefusal(error, { bucket, key }) {
  console.error(`presize: ${oneLine({ bucket, key })}`, error);
}

/** JSON without line ends and characters that change the direction of text: a key is the uploader's text. */
function oneLine(value) {
  const escape = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escape);
}

module.exports = { edgeHandler, gatewayHandler, s3Handler };
