// What is sent again, when, and how often. In these pages waiting takes no time: what counts is what was waited for.

import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describeInChromium } from './chromium.mjs';
import { vectorImage } from './pictures.mjs';
import { answer, sendJson } from './site.mjs';
import { CONFIRM, TICKET, uploadIn } from './upload_call.mjs';

const small = await vectorImage('baseline_420.jpg');

describeInChromium('a request that fails', (inPage) => {
  const waits = (page) => page.evaluate(() => window.waits);

  inPage('is sent again after 1, 2 and 4 seconds', async ({ page, site }) => {
    site.giveTickets();
    const good = site.routeOf(`POST ${TICKET}`);
    const failures = [503, 500, 429];
    site.route(`POST ${TICKET}`, (seen, response) => {
      const status = failures.shift();
      return status ? sendJson(response, status, {}) : good(seen, response);
    });
    await page.evaluate(() => window.hurry());
    const { value } = await uploadIn(page, small);
    assert.equal(value?.key, 'uploads/user-7/1');
    assert.deepEqual(await waits(page), [1000, 2000, 4000]);
    assert.equal(site.to(TICKET).length, 4);
  });

  inPage('is sent again as often as allowed, at most a minute apart', async ({ page, site }) => {
    site.route(`POST ${TICKET}`, (_, response) => sendJson(response, 500, {}));
    await page.evaluate(() => window.hurry());
    await uploadIn(page, small, { retries: 10 });
    assert.equal(site.to(TICKET).length, 11);
    const seconds = (await waits(page)).map((milliseconds) => milliseconds / 1000);
    assert.deepEqual(seconds, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  });

  inPage('is given up after as many retries as allowed', async ({ page, site }) => {
    const userMessage = 'Please try again tomorrow.';
    const refusal = { code: 'signing_failed', message: 'signing failed: clock', details: { reason: 'clock' } };
    const body = { error: { ...refusal, user_message: userMessage } };
    site.route(`POST ${TICKET}`, (_, response) => sendJson(response, 500, body));
    await page.evaluate(() => window.hurry());
    const { error } = await uploadIn(page, small, { retries: 1 });
    assert.deepEqual(error, { name: 'PresizeError', httpStatus: 500, userMessage, ...refusal });
    assert.equal(site.to(TICKET).length, 2);
  });

  inPage('waits as long as the server asks, and not for ever', async ({ page, site }) => {
    site.route(`POST ${TICKET}`, (_, response) => sendJson(response, 429, {}, { 'retry-after': '3' }));
    await page.evaluate(() => window.hurry());
    await uploadIn(page, small, { retries: 1 });
    assert.deepEqual(await waits(page), [3000]);
    site.clear();
    site.route(`POST ${TICKET}`, (_, response) => sendJson(response, 429, {}, { 'retry-after': '3600' }));
    const { error } = await uploadIn(page, small);
    assert.equal(error.httpStatus, 429);
    assert.equal(site.to(TICKET).length, 1);
  });

  inPage('goes again to a store that stumbles, not to one that refuses', async ({ page, site }) => {
    site.giveTickets();
    await page.evaluate(() => window.hurry());
    let stumbles = 1;
    site.store.respond = (_, response) => {
      if (stumbles-- > 0) answer(response, 503, 'application/xml', '<Error><Code>SlowDown</Code></Error>');
      else return false;
      return true;
    };
    assert.equal((await uploadIn(page, small)).value?.key, 'uploads/user-7/1');
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
    const { error } = await uploadIn(page, small);
    assert.deepEqual(error.details, { from: 'store', status: 403, reason: 'SignatureDoesNotMatch' });
    assert.ok(!error.message.includes('secret'));
    assert.equal(site.store.requests.length, 1);
  });

  for (const clocks of [['performance', 'Date'], ['Date']]) {
    const asleep = clocks.length === 1 ? ', also where a laptop slept' : '';
    inPage(`has a fresh ticket once the old one is over${asleep}`, async ({ page, site }) => {
      site.giveTickets((ticket) => ({ ...ticket, expiresIn: 300 }));
      // Chromium by itself may send again what went into a connection that it had used before.
      site.store.respond = ({ path: asked }, response) => {
        const broken = asked === '/photos/uploads/user-7/1';
        if (broken) response.socket.destroy();
        return broken;
      };
      await page.evaluate((clocks) => {
        window.hurry(clocks.map((name) => window[name]));
        // The pause before the second attempt takes as long as the ticket is good.
        const { setTimeout } = window;
        window.setTimeout = (run) => setTimeout(run, 300_000);
      }, clocks);
      const { value } = await uploadIn(page, small);
      assert.equal(value?.key, 'uploads/user-7/2');
      const paths = site.store.requests.map((request) => request.path);
      assert.deepEqual([...new Set(paths)], ['/photos/uploads/user-7/1', '/photos/uploads/user-7/2']);
    });
  }

  // A store that keeps the first file under each key. `answers` are given in its place for a while: a status, or `null` for a
  // connection that breaks once the file is stored.
  const createOnly = (site, answers = []) => {
    site.giveTickets((ticket) => ({ ...ticket, headers: { ...ticket.headers, 'If-None-Match': '*' } }));
    site.store.respond = ({ path: asked, headers, body }, response) => {
      assert.equal(headers['if-none-match'], '*');
      const other = answers.shift();
      const isThere = site.store.objects.has(asked);
      if (other === undefined && !isThere) return false;
      if (other === null && !isThere) site.store.objects.set(asked, { bytes: body });
      const code = isThere ? 'PreconditionFailed' : 'ConditionalRequestConflict';
      if (other === null) response.socket.destroy();
      else answer(response, other ?? 412, 'application/xml', `<Error><Code>${code}</Code></Error>`);
      return true;
    };
  };

  inPage('is confirmed where the answer to an attempt was lost, and the next says that the file is there', async ({ page, site }) => {
    // Chromium by itself may send again what went into a connection that it had used before: as often as it likes.
    createOnly(site, [null, null, null]);
    site.route(`POST ${CONFIRM}`, (_, response) => sendJson(response, 200, { success: true }));
    await page.evaluate(() => window.hurry());
    const { value } = await uploadIn(page, small);
    assert.deepEqual([value?.key, value?.confirmed], ['uploads/user-7/1', true]);
    assert.equal(site.to(TICKET).length, 1);
    assert.ok(site.store.objects.get('/photos/uploads/user-7/1').bytes.equals(small));
  });

  inPage('has a fresh ticket where the first was used before it', async ({ page, site }) => {
    createOnly(site);
    site.store.objects.set('/photos/uploads/user-7/1', { bytes: Buffer.from('of another') });
    await page.evaluate(() => window.hurry());
    const { value } = await uploadIn(page, small);
    assert.equal(value?.key, 'uploads/user-7/2');
    assert.deepEqual(await waits(page), [1000]);
    assert.ok(site.store.objects.get('/photos/uploads/user-7/2').bytes.equals(small));

    site.store.objects.set('/photos/uploads/user-7/3', { bytes: Buffer.from('of another') });
    const { error } = await uploadIn(page, small, { retries: 0 });
    assert.deepEqual(error.details, { from: 'store', status: 412, reason: 'PreconditionFailed' });
  });

  inPage('goes again to a store that has two attempts at once', async ({ page, site }) => {
    createOnly(site, [409]);
    await page.evaluate(() => window.hurry());
    assert.equal((await uploadIn(page, small)).value?.key, 'uploads/user-7/1');
    assert.equal(site.store.requests.length, 2);
    assert.deepEqual(await waits(page), [1000]);
  });

  inPage('is not sent again for a file that has changed on the disk', async ({ page, site }) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'presize-'));
    try {
      const file = path.join(folder, 'a.jpg');
      await writeFile(file, small);
      await page.setContent('<input type="file">');
      await page.setInputFiles('input', file);
      site.giveTickets();
      const give = site.routeOf(`POST ${TICKET}`);
      site.route(`POST ${TICKET}`, async (seen, response) => {
        await writeFile(file, Buffer.alloc(5000, 1));
        await utimes(file, 2_000_000_000, 2_000_000_000);
        give(seen, response);
      });
      const error = await page.evaluate(async () => {
        const { upload } = await import('/presize/index.js');
        window.hurry();
        return (await window.outcome(upload(document.querySelector('input').files[0]))).error;
      });
      assert.equal(error?.code, 'file_unreadable');
      assert.deepEqual(await waits(page), []);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
