// An upload, request by request.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { describeInChromium, slowLine, until } from './chromium.mjs';
import { noisePng, vectorImage } from './pictures.mjs';
import { answer, sendJson } from './site.mjs';
import { CONFIRM, TICKET, uploadIn } from './upload_call.mjs';

const small = await vectorImage('baseline_420.jpg');

describeInChromium('upload', (inPage) => {
  inPage('asks for a ticket, sends exactly its headers, confirms', async ({ page, site }) => {
    site.giveTickets((ticket) => ({ ...ticket, headers: { ...ticket.headers, host: 'store', 'x-amz-meta-a': '1' } }));
    site.route(`POST ${CONFIRM}`, (_, response) => sendJson(response, 200, { success: true }));
    const { value, progress } = await uploadIn(page, small, {
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

  inPage('says the checksum to the back end, and sends the header of its ticket', async ({ page, site }) => {
    const sha256 = createHash('sha256').update(small).digest('base64');
    site.giveTickets((ticket, { checksumSha256 }) => ({
      ...ticket,
      headers: { ...ticket.headers, 'x-amz-checksum-sha256': checksumSha256 },
    }));
    site.route(`POST ${CONFIRM}`, (_, response) => sendJson(response, 200, { success: true }));
    const { value } = await uploadIn(page, small, { checksum: true });
    assert.equal(value?.confirmed, true);
    for (const { json } of site.requests) {
      assert.deepEqual([json.checksumSha256, json.checksum_sha256], [sha256, sha256]);
    }
    assert.equal(site.store.requests[0].headers['x-amz-checksum-sha256'], sha256);
  });

  inPage('refuses to hash in a page that is not secure', async ({ page, site }) => {
    site.giveTickets();
    await page.evaluate(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
    const { error } = await uploadIn(page, small, { checksum: true });
    assert.equal(error.message, 'expected false in a page that is not secure (https) for checksum, received true');
    assert.equal((await uploadIn(page, small, { checksum: 1 })).error.code, 'option_invalid');
    assert.deepEqual(site.requests, []);
    assert.equal((await uploadIn(page, small)).error, undefined);
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
    const { value } = await uploadIn(page, small, { ticketUrl: '/files/ticket', case: 'snake' });
    assert.deepEqual([value.key, value.publicUrl, value.confirmed], ['k', 'https://cdn.example/k', false]);
    assert.equal(site.store.requests[0].headers['content-type'], 'image/jpeg');
    assert.equal(site.requests.length, 1, "no route is guessed beside one of the caller's own");
  });

  inPage('sends no content-type that was not signed', async ({ page, site }) => {
    site.giveTickets((ticket) => ({ ...ticket, headers: {} }));
    await uploadIn(page, small);
    assert.equal(site.store.requests[0].headers['content-type'], undefined);
  });

  inPage('sends a form where the ticket is one', async ({ page, site }) => {
    site.giveTickets(({ uploadUrl, key }) => ({ url: uploadUrl, key, fields: { key, policy: 'cG9saWN5' } }));
    const { value } = await uploadIn(page, small);
    assert.equal(value.key, 'uploads/user-7/1');
    const [post] = site.store.requests;
    assert.equal(post.method, 'POST');
    const form = await new Response(post.body, {
      headers: { 'content-type': post.headers['content-type'] },
    }).formData();
    assert.deepEqual([...form.keys()], ['key', 'policy', 'file']);
    assert.ok(Buffer.from(await form.get('file').arrayBuffer()).equals(small));
    site.giveTickets((ticket) => ({ ...ticket, fields: {} }));
    await uploadIn(page, small);
    assert.equal(site.store.requests[1].method, 'PUT', 'no fields are no form');
  });

  inPage('sends a form again, with its progress, and confirms it', async ({ page, site }) => {
    await page.evaluate(() => window.hurry());
    site.giveTickets(({ uploadUrl, key }) => ({ uploadUrl, method: 'POST', headers: {}, fields: { key }, key }));
    site.route(`POST ${CONFIRM}`, (_, response) => sendJson(response, 200, { success: true }));
    let fails = 1;
    site.store.respond = (_, response) => {
      fails -= 1;
      if (fails >= 0) answer(response, 503);
      return fails >= 0;
    };
    const { value, progress } = await uploadIn(page, small);
    assert.deepEqual([value.confirmed, site.store.requests.length], [true, 2]);
    assert.deepEqual(
      [...new Set(progress.map(({ phase }) => phase))],
      ['preparing', 'ticket', 'sending', 'confirming', 'done'],
    );
    const { loaded, total } = progress.at(-1);
    assert.deepEqual([loaded, total], [small.length, small.length], 'the bytes of the file, not of the form');
  });

  inPage('confirms when the back end can, must, or not at all', async ({ page, site }) => {
    site.giveTickets();
    assert.equal((await uploadIn(page, small)).value.confirmed, false, '404 on auto');
    assert.equal((await uploadIn(page, small, { confirm: true })).error.details.status, 404);
    site.route(`POST ${CONFIRM}`, (_, response) => answer(response, 405));
    assert.equal((await uploadIn(page, small)).value.confirmed, false, '405 on auto');
    site.route(`POST ${CONFIRM}`, (_, response) => answer(response, 204));
    assert.deepEqual((await uploadIn(page, small)).value.confirmation, null);
    const asked = site.to(CONFIRM).length;
    assert.equal((await uploadIn(page, small, { confirm: false })).value.confirmed, false);
    assert.equal(site.to(CONFIRM).length, asked);
    const gone = { error: { code: 'upload_not_found', message: 'expected an upload', details: {} } };
    site.route(`POST ${CONFIRM}`, (_, response) => sendJson(response, 404, gone));
    assert.equal((await uploadIn(page, small)).error.code, 'upload_not_found', 'the route is there');
    const refusal = {
      error: { code: 'image_corrupt', message: 'expected a complete image', details: { reason: 'cut' } },
    };
    site.route(`POST ${CONFIRM}`, (_, response) => sendJson(response, 422, refusal));
    assert.equal((await uploadIn(page, small)).error.code, 'image_corrupt');
  });

  inPage('tells of progress over a slow line', async ({ page, site }) => {
    site.giveTickets();
    // Slow enough for many steps, also on a busy machine.
    await slowLine(page, 300_000);
    const { value, progress } = await uploadIn(page, noisePng(700, 700), { name: 'a.png', type: 'image/png' });
    assert.ok(value);
    const sending = progress.filter(({ phase }) => phase === 'sending').map(({ percent }) => percent);
    assert.ok(sending.length >= 4, `percent: ${sending}`);
    assert.deepEqual(
      sending,
      [...sending].sort((a, b) => a - b),
    );
    assert.equal(progress.filter(({ percent }) => percent === 100).length, 1, '100 is for the end');
  });

  // Nothing of what is called off here would ever end by itself.
  inPage('stops in every phase when it is called off', async ({ page, site }) => {
    const stopOnce = async (reached, options = {}) => {
      // That of the round before would be stopped in place of this one's.
      await page.evaluate(() => delete window.stopper);
      const end = page.evaluate(
        async ([base64, options]) => {
          const { upload } = await import('/presize/index.js');
          window.stopper = new AbortController();
          const headers = options.headers === 'never' ? () => new Promise(() => {}) : {};
          return window.outcome(upload(window.fileOf(base64), { ...options, headers, signal: window.stopper.signal }));
        },
        [small.toString('base64'), options],
      );
      await until(() => page.evaluate(() => Boolean(window.stopper)));
      await until(reached);
      await page.evaluate(() => window.stopper.abort());
      assert.equal((await end).error?.name, 'AbortError');
    };
    const hang = () => {};

    site.route(`POST ${TICKET}`, hang);
    await stopOnce(() => site.to(TICKET).length === 1);
    await stopOnce(() => true, { headers: 'never' });

    site.giveTickets();
    site.store.respond = () => true;
    await stopOnce(() => site.store.requests.length === 1);
    site.store.respond = null;
    site.route(`POST ${CONFIRM}`, hang);
    await stopOnce(() => site.to(CONFIRM).length === 1);

    site.route(`POST ${TICKET}`, (_, response) => sendJson(response, 503, {}, { 'retry-after': '6' }));
    await page.evaluate(() => {
      window.setTimeout = (_, milliseconds) => (window.waiting = milliseconds);
    });
    await stopOnce(() => page.evaluate(() => window.waiting === 6000));

    const before = site.requests.length;
    const early = await page.evaluate(async (base64) => {
      const { upload } = await import('/presize/index.js');
      return window.outcome(upload(window.fileOf(base64), { signal: AbortSignal.abort(new Error('left the page')) }));
    }, small.toString('base64'));
    assert.equal(early.error.message, 'left the page');
    assert.equal(site.requests.length, before);
  });

  inPage('ends when the browser stops the page, and leaves no listener with the signal', async ({ page, site }) => {
    site.giveTickets();
    const attempt = () =>
      page.evaluate(async (base64) => {
        const { upload } = await import('/presize/index.js');
        const { signal } = new AbortController();
        let listening = 0;
        for (const [name, change] of [
          ['addEventListener', 1],
          ['removeEventListener', -1],
        ]) {
          const original = signal[name].bind(signal);
          signal[name] = (...call) => {
            listening += change;
            original(...call);
          };
        }
        const { value, error } = await window.outcome(upload(window.fileOf(base64), { retries: 0, signal }));
        return [value?.confirmed ?? error.code, listening];
      }, small.toString('base64'));

    assert.deepEqual(await attempt(), [false, 0]);
    site.store.respond = () => true;
    const stopped = attempt();
    await until(() => site.store.requests.length === 2);
    await page.evaluate(() => window.stop());
    assert.deepEqual(await stopped, ['network_failed', 0]);
    site.giveTickets((ticket) => ({ ...ticket, headers: { 'no name': '1' } }));
    assert.deepEqual(await attempt(), ['response_invalid', 0]);
  });

  inPage('refuses a bad file before anything is asked', async ({ page, site }) => {
    site.giveTickets();
    assert.equal((await uploadIn(page, Buffer.from('%PDF-1.7'), {})).error.details.detected, 'pdf');
    assert.equal((await uploadIn(page, small, { maxBytes: 10 })).error.code, 'image_too_large');
    assert.equal((await uploadIn(page, small, { formats: ['png'] })).error.code, 'image_format_not_allowed');
    assert.equal((await uploadIn(page, small, { endpint: '/x' })).error.details.name, 'endpint');
    assert.equal((await uploadIn(page, small, { endpoint: 'http://[' })).error.details.name, 'endpoint');
    assert.equal((await uploadIn(page, small, { ticketUrl: '/x', confirm: true })).error.details.name, 'confirm_url');
    assert.equal((await uploadIn(page, small, { downscale: { maxWidht: 1 } })).error.details.name, 'max_widht');
    assert.equal(site.requests.length, 0);
  });

  inPage('makes the picture smaller before it is measured', async ({ page, site }) => {
    site.giveTickets();
    const large = noisePng(2400, 600);
    const { value } = await uploadIn(page, large, {
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
    await until(() => uncaught.length > 0);
    assert.equal(uncaught.shift()?.message, "the page's own fault");
  });

  inPage('takes headers in every form that fetch takes, and repeats none that is wrong', async ({ page, site }) => {
    site.giveTickets();
    assert.ok((await uploadIn(page, small, { headers: [['x-user', '7']] })).value);
    assert.equal(site.to(TICKET)[0].headers['x-user'], '7');
    const { error } = await uploadIn(page, small, { headers: { authorization: 'Bearer s3cret\nx' } });
    assert.equal(error.message, 'expected names and values that HTTP allows for headers, received others');
    assert.equal(site.to(TICKET).length, 1);
  });
});
