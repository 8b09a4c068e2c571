// An upload, request by request.

import assert from 'node:assert/strict';

import { describeInChromium, slowLine } from './chromium.mjs';
import { noisePng, vectorImage } from './pictures.mjs';
import { answer, sendJson } from './site.mjs';

const TICKET = '/api/upload/presigned-url';
const CONFIRM = '/api/upload/confirm';

const small = await vectorImage('baseline_420.jpg');

describeInChromium('upload', (inPage) => {
  // Uploads a file from the page. The progress is what `onProgress` was told, in its order.
  const upload = async (page, bytes, { name = 'cat.jpg', type = 'image/jpeg', ...options } = {}) =>
    page.evaluate(
      async ([base64, name, type, options]) => {
        const { upload } = await import('/presize/index.js');
        const progress = [];
        const onProgress = (step) => progress.push(step);
        const end = await window.outcome(upload(window.fileOf(base64, name, type), { ...options, onProgress }));
        return { ...end, progress };
      },
      [bytes.toString('base64'), name, type, options],
    );

  inPage('asks for a ticket, sends exactly its headers, confirms', async ({ page, site }) => {
    site.giveTickets((ticket) => ({ ...ticket, headers: { ...ticket.headers, host: 'store', 'x-amz-meta-a': '1' } }));
    site.route(`POST ${CONFIRM}`, (_, response) => sendJson(response, 200, { success: true }));
    const { value, progress } = await upload(page, small, {
      name: '고양이.jpg',
      headers: { authorization: 'Bearer t' },
    });

    const [ticket, confirm] = site.requests;
    assert.deepEqual(ticket.json, {
      filename: '고양이.jpg',
      contentType: 'image/jpeg',
      content_type: 'image/jpeg',
      fileSize: small.length,
      file_size: small.length,
    });
    assert.equal(ticket.headers.authorization, 'Bearer t');
    assert.deepEqual(confirm.json, {
      key: 'uploads/user-7/1',
      originalFilename: '고양이.jpg',
      original_filename: '고양이.jpg',
    });
    assert.equal(confirm.headers.authorization, 'Bearer t');

    const [put] = site.store.requests;
    assert.equal(put.method, 'PUT');
    assert.equal(put.headers['content-type'], 'image/jpeg');
    assert.equal(put.headers['content-length'], String(small.length));
    assert.equal(put.headers['x-amz-meta-a'], '1');
    assert.equal(put.headers.authorization, undefined, 'what is for the back end is not for the store');
    assert.equal(put.headers.cookie, undefined);
    assert.ok(site.store.objects.get('/photos/uploads/user-7/1').bytes.equals(small));

    const { file: _, ...rest } = value;
    assert.deepEqual(rest, {
      key: 'uploads/user-7/1',
      publicUrl: null,
      format: 'jpeg',
      contentType: 'image/jpeg',
      sizeBytes: small.length,
      confirmed: true,
      confirmation: { success: true },
    });
    assert.deepEqual(
      [...new Set(progress.map(({ phase }) => phase))],
      ['preparing', 'ticket', 'sending', 'confirming', 'done'],
    );
    assert.deepEqual(progress.at(-1), { phase: 'done', percent: 100, loaded: small.length, total: small.length });
  });

  inPage('takes tickets in snake_case and without headers', async ({ page, site }) => {
    site.route('POST /files/ticket', ({ json }, response) => {
      assert.deepEqual(Object.keys(json), ['filename', 'content_type', 'file_size']);
      sendJson(response, 200, {
        upload_url: `${site.store.url}/photos/k`,
        key: 'k',
        public_url: 'https://cdn.example/k',
        expires_in: 300,
      });
    });
    const { value } = await upload(page, small, { ticketUrl: '/files/ticket', case: 'snake' });
    assert.deepEqual([value.key, value.publicUrl, value.confirmed], ['k', 'https://cdn.example/k', false]);
    assert.equal(site.store.requests[0].headers['content-type'], 'image/jpeg');
    assert.equal(site.requests.length, 1, "no route is guessed beside one of the caller's own");
  });

  inPage('sends no content-type that was not signed', async ({ page, site }) => {
    site.giveTickets((ticket) => ({ ...ticket, headers: {} }));
    await upload(page, small);
    assert.equal(site.store.requests[0].headers['content-type'], undefined);
  });

  inPage('sends a form where the ticket is one', async ({ page, site }) => {
    site.giveTickets(({ uploadUrl, key }) => ({ url: uploadUrl, key, fields: { key, policy: 'cG9saWN5' } }));
    const { value } = await upload(page, small);
    assert.equal(value.key, 'uploads/user-7/1');
    const [post] = site.store.requests;
    assert.equal(post.method, 'POST');
    const form = await new Response(post.body, {
      headers: { 'content-type': post.headers['content-type'] },
    }).formData();
    assert.deepEqual([...form.keys()], ['key', 'policy', 'file']);
    assert.ok(Buffer.from(await form.get('file').arrayBuffer()).equals(small));
  });

  inPage('confirms when the back end can, must, or not at all', async ({ page, site }) => {
    site.giveTickets();
    assert.equal((await upload(page, small)).value.confirmed, false, '404 on auto');
    assert.equal((await upload(page, small, { confirm: true })).error.details.status, 404);
    site.route(`POST ${CONFIRM}`, (_, response) => answer(response, 405));
    assert.equal((await upload(page, small)).value.confirmed, false, '405 on auto');
    site.route(`POST ${CONFIRM}`, (_, response) => answer(response, 204));
    assert.deepEqual((await upload(page, small)).value.confirmation, null);
    const asked = site.to(CONFIRM).length;
    assert.equal((await upload(page, small, { confirm: false })).value.confirmed, false);
    assert.equal(site.to(CONFIRM).length, asked);
    const refusal = {
      error: { code: 'image_corrupt', message: 'expected a complete image', details: { reason: 'cut' } },
    };
    site.route(`POST ${CONFIRM}`, (_, response) => sendJson(response, 422, refusal));
    assert.equal((await upload(page, small)).error.code, 'image_corrupt');
  });

  inPage('tries again after 1, 2 and 4 seconds', async ({ page, site }) => {
    site.giveTickets();
    const good = site.routeOf(`POST ${TICKET}`);
    const failures = [503, 500, 429];
    site.route(`POST ${TICKET}`, (seen, response) => {
      const status = failures.shift();
      return status ? sendJson(response, status, {}) : good(seen, response);
    });
    const { value } = await upload(page, small);
    assert.equal(value?.key, 'uploads/user-7/1');
    const times = site.to(TICKET).map(({ at }) => at);
    assert.equal(times.length, 4);
    [1000, 2000, 4000].forEach((wait, index) => {
      const waited = times[index + 1] - times[index];
      assert.ok(waited >= wait - 5 && waited < 2 * wait, `${waited} ms instead of ${wait}`);
    });
  });

  inPage('gives up after as many retries as allowed', async ({ page, site }) => {
    const body = { error: { code: 'signing_failed', message: 'signing failed: clock', details: { reason: 'clock' } } };
    site.route(`POST ${TICKET}`, (_, response) => sendJson(response, 500, body));
    const { error } = await upload(page, small, { retries: 1 });
    assert.deepEqual(error, { name: 'PresizeError', httpStatus: 500, ...body.error });
    assert.equal(site.to(TICKET).length, 2);
  });

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
      const { error } = await upload(page, small);
      assert.deepEqual([error.code, error.message, error.httpStatus], [code, message, status]);
      assert.equal(site.to(TICKET).length, 1);
    }
  });

  inPage('waits as long as the server asks, and not for ever', async ({ page, site }) => {
    site.route(`POST ${TICKET}`, (_, response) => sendJson(response, 429, {}, { 'retry-after': '3' }));
    await upload(page, small, { retries: 1 });
    const [first, second] = site.to(TICKET);
    assert.ok(second.at - first.at >= 2995, `${second.at - first.at} ms`);
    site.clear();
    site.route(`POST ${TICKET}`, (_, response) => sendJson(response, 429, {}, { 'retry-after': '3600' }));
    const { error } = await upload(page, small);
    assert.equal(error.httpStatus, 429);
    assert.equal(site.to(TICKET).length, 1);
  });

  inPage('sends again to a store that stumbles, not to one that refuses', async ({ page, site }) => {
    site.giveTickets();
    let stumbles = 1;
    site.store.respond = (_, response) => {
      if (stumbles-- > 0) answer(response, 503, 'application/xml', '<Error><Code>SlowDown</Code></Error>');
      else return false;
      return true;
    };
    assert.equal((await upload(page, small)).value?.key, 'uploads/user-7/1');
    assert.equal(site.store.requests.length, 2);
    assert.equal(site.to(TICKET).length, 1, 'the same ticket serves again');

    site.store.clear();
    site.store.respond = (_, response) => {
      answer(
        response,
        403,
        'application/xml',
        "<?xml version='1.0'?><Error><Code>SignatureDoesNotMatch</Code><StringToSign>secret</StringToSign></Error>",
      );
      return true;
    };
    const { error } = await upload(page, small);
    assert.deepEqual(error.details, { from: 'store', status: 403, reason: 'SignatureDoesNotMatch' });
    assert.ok(!error.message.includes('secret'));
    assert.equal(site.store.requests.length, 1);
  });

  inPage(
    'sends again after a connection that broke, with a fresh ticket once the old one is over',
    async ({ page, site }) => {
      site.giveTickets((ticket) => ({ ...ticket, expiresIn: 1 }));
      // For a while, because Chromium by itself sends again what went into a connection that it had used before.
      let until;
      site.store.respond = ({ at }, response) => {
        until ??= at + 500;
        if (at < until) response.socket.destroy();
        return at < until;
      };
      const { value } = await upload(page, small);
      assert.equal(value?.key, 'uploads/user-7/2');
      const paths = site.store.requests.map(({ path }) => path);
      assert.deepEqual([...new Set(paths)], ['/photos/uploads/user-7/1', '/photos/uploads/user-7/2']);
      assert.equal(paths.at(-1), '/photos/uploads/user-7/2');
    },
  );

  inPage('tells of progress over a slow line', async ({ page, site }) => {
    site.giveTickets();
    await slowLine(page, 1_000_000);
    const { value, progress } = await upload(page, noisePng(700, 700), { name: 'a.png', type: 'image/png' });
    assert.ok(value);
    const sending = progress.filter(({ phase }) => phase === 'sending').map(({ percent }) => percent);
    assert.ok(sending.length >= 4, `percent: ${sending}`);
    assert.deepEqual(
      sending,
      [...sending].sort((a, b) => a - b),
    );
    assert.equal(progress.filter(({ percent }) => percent === 100).length, 1, '100 is for the end');
  });

  inPage('stops in every phase when it is called off', async ({ page, site }) => {
    const stopIn = (phase, options = {}) =>
      page.evaluate(
        async ([base64, phase, options]) => {
          const { upload } = await import('/presize/index.js');
          const stop = new AbortController();
          const onProgress = (step) => step.phase === phase && setTimeout(() => stop.abort(), 100);
          const began = performance.now();
          const { error } = await window.outcome(
            upload(window.fileOf(base64), { ...options, onProgress, signal: stop.signal }),
          );
          return [error?.name, performance.now() - began];
        },
        [small.toString('base64'), phase, options],
      );
    const hang = () => {};
    const stopped = ([name, milliseconds]) => {
      assert.equal(name, 'AbortError');
      assert.ok(milliseconds < 5000, `${milliseconds} ms`);
    };

    site.route(`POST ${TICKET}`, hang);
    stopped(await stopIn('ticket'));
    site.route(`POST ${TICKET}`, (_, response) => sendJson(response, 503, {}, { 'retry-after': '6' }));
    stopped(await stopIn('ticket'));

    site.giveTickets();
    site.store.respond = () => true;
    stopped(await stopIn('sending'));
    site.store.respond = null;
    site.route(`POST ${CONFIRM}`, hang);
    stopped(await stopIn('confirming'));

    const before = site.requests.length;
    const early = await page.evaluate(async (base64) => {
      const { upload } = await import('/presize/index.js');
      return window.outcome(upload(window.fileOf(base64), { signal: AbortSignal.abort(new Error('left the page')) }));
    }, small.toString('base64'));
    assert.equal(early.error.message, 'left the page');
    assert.equal(site.requests.length, before);
  });

  inPage('refuses a bad file before anything is asked', async ({ page, site }) => {
    site.giveTickets();
    assert.equal((await upload(page, Buffer.from('%PDF-1.7'), {})).error.details.detected, 'pdf');
    assert.equal((await upload(page, small, { maxBytes: 10 })).error.code, 'image_too_large');
    assert.equal((await upload(page, small, { formats: ['png'] })).error.code, 'image_format_not_allowed');
    assert.equal((await upload(page, small, { endpint: '/x' })).error.details.name, 'endpint');
    assert.equal((await upload(page, small, { ticketUrl: '/x', confirm: true })).error.details.name, 'confirm_url');
    assert.equal((await upload(page, small, { downscale: { maxWidht: 1 } })).error.details.name, 'max_widht');
    assert.equal(site.requests.length, 0);
  });

  inPage('makes the picture smaller before it is measured', async ({ page, site }) => {
    site.giveTickets();
    const large = noisePng(2400, 600);
    const { value } = await upload(page, large, {
      name: 'a.png',
      type: 'image/png',
      maxBytes: 2_000_000,
      formats: ['jpeg'],
      downscale: true,
    });
    assert.deepEqual([value?.contentType, value?.format], ['image/jpeg', 'jpeg']);
    assert.ok(value.sizeBytes < large.length / 2);
    assert.equal(site.requests[0].json.filename, 'a.jpg');
    assert.equal(site.store.objects.get('/photos/uploads/user-7/1').bytes.length, value.sizeBytes);
  });

  inPage('goes on when a callback fails, which is reported', async ({ page, site, uncaught }) => {
    site.giveTickets();
    const key = await page.evaluate(async (base64) => {
      const { upload } = await import('/presize/index.js');
      const onProgress = ({ percent }) => {
        if (percent === 100) throw new Error("the page's own fault");
      };
      return (await upload(window.fileOf(base64), { onProgress, headers: async () => ({ 'x-user': '7' }) })).key;
    }, small.toString('base64'));
    assert.equal(key, 'uploads/user-7/1');
    assert.equal(site.requests[0].headers['x-user'], '7');
    await page.waitForTimeout(20);
    assert.equal(uncaught.shift()?.message, "the page's own fault");
  });

  inPage('says what it cannot make of an answer', async ({ page, site }) => {
    for (const [body, message] of [
      ['<html>', 'expected JSON from the back end, received other text'],
      ['{}', 'expected a ticket with a URL and a key from the back end, received no URL'],
      ['{"uploadUrl": "/x"}', 'expected a ticket with a URL and a key from the back end, received no key'],
      ['', 'expected a ticket with a URL and a key from the back end, received no URL'],
    ]) {
      site.route(`POST ${TICKET}`, (_, response) => answer(response, 200, 'application/json', body));
      const { error } = await upload(page, small);
      assert.deepEqual([error.code, error.message], ['response_invalid', message]);
    }
  });
});
