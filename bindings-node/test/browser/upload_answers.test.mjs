// Whatever the back end and the store answer, the upload ends in an error of presize, and without what was signed.

import assert from 'node:assert/strict';

import { describeInChromium } from './chromium.mjs';
import { vectorImage } from './pictures.mjs';
import { answer, sendJson } from './site.mjs';
import { TICKET, uploadIn } from './upload_call.mjs';

const small = await vectorImage('baseline_420.jpg');

describeInChromium('answers to an upload', (inPage) => {
  inPage('never asks twice what was refused for good', async ({ page, site }) => {
    for (const [status, body, code, message] of [
      [
        415,
        { error: { code: 'upload_format_not_allowed', message: 'no', details: { allowed: ['image/png'] } } },
        'upload_format_not_allowed',
        'no',
      ],
      [
        401,
        { error: 'No token provided' },
        'response_refused',
        'expected success from the back end, received status 401: No token provided',
      ],
      [
        422,
        { detail: 'too many' },
        'response_refused',
        'expected success from the back end, received status 422: too many',
      ],
      [
        400,
        { message: 'Missing\nfields' },
        'response_refused',
        'expected success from the back end, received status 400: Missing\\u{a}fields',
      ],
    ]) {
      site.clear();
      site.route(`POST ${TICKET}`, (_, response) => sendJson(response, status, body));
      const { error } = await uploadIn(page, small);
      assert.deepEqual([error.code, error.message, error.httpStatus], [code, message, status]);
      assert.equal(site.to(TICKET).length, 1);
    }
  });

  inPage('says what it cannot make of an answer', async ({ page, site }) => {
    for (const [body, message] of [
      ['<html>', 'expected JSON from the back end, received other text'],
      ['{}', 'expected a ticket with a URL and a key from the back end, received no URL'],
      ['{"uploadUrl": "/x"}', 'expected a ticket with a URL and a key from the back end, received no key'],
      ['', 'expected a ticket with a URL and a key from the back end, received no URL'],
    ]) {
      site.route(`POST ${TICKET}`, (_, response) => answer(response, 200, 'application/json', body));
      const { error } = await uploadIn(page, small);
      assert.deepEqual([error.code, error.message], ['response_invalid', message]);
    }
  });

  inPage('says so of a ticket that no browser can send, and does not repeat it', async ({ page, site }) => {
    for (const [change, expected] of [
      [{ uploadUrl: 'http://[s3cret' }, 'a ticket with a URL'],
      [{ method: 'TRACE' }, 'a ticket for PUT or POST'],
      [{ headers: 's3cret' }, 'a ticket with headers by name'],
      [{ fields: ['s3cret'] }, 'a ticket with fields by name'],
      [{ headers: { 's3cret s3cret': '1' } }, 'a ticket with a URL and headers that a browser can send'],
      [{ headers: { 'x-amz-meta-a': 's3cret\n\n1' } }, 'a ticket with a URL and headers that a browser can send'],
      [{ headers: { 'x-amz-meta-a': '고양이' } }, 'a ticket with a URL and headers that a browser can send'],
    ]) {
      site.giveTickets((ticket) => ({ ...ticket, ...change }));
      const { error } = await uploadIn(page, small);
      assert.deepEqual([error?.code, error?.details?.expected], ['response_invalid', expected], JSON.stringify(change));
      assert.ok(!JSON.stringify(error).includes('s3cret'));
    }
    assert.equal(site.store.requests.length, 0);
    site.giveTickets((ticket) => ({ ...ticket, method: null, fields: null, headers: null, publicUrl: 7 }));
    assert.equal((await uploadIn(page, small)).value.publicUrl, null);
  });

  inPage('makes an error of whatever the back end puts into its own', async ({ page, site }) => {
    for (const [given, made] of [
      [{ message: null, details: null, user_message: null }, { message: 'x', details: {} }],
      [{ message: 7, details: ['a'], user_message: 7 }, { message: 'x', details: {} }],
      [{ message: 'y', details: { max_bytes: 1 } }, { message: 'y', details: { max_bytes: 1 } }],
      [{ user_message: 'Not now.' }, { message: 'x', details: {}, userMessage: 'Not now.' }],
    ]) {
      site.route(`POST ${TICKET}`, (_, response) => sendJson(response, 400, { error: { code: 'x', ...given } }));
      const { error } = await uploadIn(page, small);
      const userMessage = 'The server could not do this. Please try again later.';
      assert.deepEqual(error, { name: 'PresizeError', code: 'x', httpStatus: 400, userMessage, ...made });
    }
  });
});
