// Several files at a time.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { describeInChromium, until } from './chromium.mjs';
import { moduleOf } from './modules.mjs';
import { vectorImage } from './pictures.mjs';
import { sendJson } from './site.mjs';

const { Pool } = await moduleOf('pool.js');

const small = (await vectorImage('baseline_420.jpg')).toString('base64');

test('a pool gives nobody a turn who has left the row', async () => {
  const pool = new Pool(1);
  const began = [];
  const task = (name) => async () => began.push(name);
  let end;
  const first = pool.run(() => new Promise((resolve) => (end = resolve)));
  const stop = new AbortController();
  const second = pool.run(task('second'), stop.signal);
  const third = pool.run(task('third'));
  await Promise.resolve();
  stop.abort(new Error('left'));
  await assert.rejects(second, { message: 'left' });
  end();
  await Promise.all([first, third]);
  assert.deepEqual(began, ['third']);
  await Promise.all([pool.run(task('fourth')), pool.run(task('fifth'))]);
  assert.deepEqual(began, ['third', 'fourth', 'fifth']);
});

describeInChromium('uploadAll', (inPage) => {
  inPage('sends three at a time and tells how each is getting on', async ({ page, site }) => {
    site.giveTickets();
    const give = site.routeOf('POST /api/upload/presigned-url');
    // Nobody is answered before three are there, or the last.
    const waiting = [];
    let asked = 0;
    site.route('POST /api/upload/presigned-url', (seen, response) => {
      asked += 1;
      waiting.push(() => give(seen, response));
      if (waiting.length === 3 || asked === 8) waiting.splice(0).forEach((answer) => answer());
    });
    const [files, told] = await page.evaluate(async (base64) => {
      const { uploadAll } = await import('/presize/index.js');
      const told = [];
      const chosen = Array.from({ length: 8 }, (_, index) => window.fileOf(base64, `${index}.jpg`));
      const files = await uploadAll(chosen, {
        onFile: ({ index, state, progress }) => told.push([index, state, progress]),
      });
      return [
        files.map(({ index, file, state, progress, image, error }) => [
          index,
          file.name,
          state,
          progress,
          image.key,
          error,
        ]),
        told,
      ];
    }, small);
    const running = new Set();
    let most = 0;
    for (const [index, state, progress] of told) {
      running[state === 'uploading' && progress < 100 ? 'add' : 'delete'](index);
      most = Math.max(most, running.size);
    }
    assert.equal(most, 3);
    assert.deepEqual(
      files.map(([index, name, state]) => [index, name, state]),
      Array.from({ length: 8 }, (_, index) => [index, `${index}.jpg`, 'success']),
    );
    assert.equal(new Set(files.map(([, , , , key]) => key)).size, 8);
    assert.equal(site.store.objects.size, 8);
    assert.deepEqual(
      told.slice(0, 8),
      Array.from({ length: 8 }, (_, index) => [index, 'pending', 0]),
    );
    const fifth = told.filter(([index]) => index === 5);
    assert.deepEqual([...new Set(fifth.map(([, state]) => state))], ['pending', 'uploading', 'success']);
    assert.deepEqual(fifth.at(-1), [5, 'success', 100]);
  });

  inPage("keeps a bad file's reason beside the others' success", async ({ page, site }) => {
    site.giveTickets((ticket, { filename }) => {
      return filename === 'refused.jpg' ? { error: 'not a ticket' } : ticket;
    });
    const files = await page.evaluate(async (base64) => {
      const { uploadAll } = await import('/presize/index.js');
      const chosen = [
        window.fileOf(base64),
        window.fileOf(btoa('text'), 'bad.jpg'),
        'no file',
        window.fileOf(base64, 'refused.jpg'),
      ];
      const files = await uploadAll(chosen, { concurrency: 1 });
      return files.map(({ state, image, error }) => [state, image?.key ?? null, error?.code ?? null]);
    }, small);
    assert.deepEqual(files, [
      ['success', 'uploads/user-7/1', null],
      ['error', null, 'image_format_unknown'],
      ['error', null, 'option_invalid'],
      ['error', null, 'response_invalid'],
    ]);
  });

  inPage('stops what runs and what waits when it is called off', async ({ page, site }) => {
    site.route('POST /api/upload/presigned-url', () => {});
    const files = page.evaluate(async (base64) => {
      const { uploadAll } = await import('/presize/index.js');
      window.stopper = new AbortController();
      const chosen = Array.from({ length: 5 }, () => window.fileOf(base64));
      const files = await uploadAll(chosen, { concurrency: 2, signal: window.stopper.signal });
      return files.map(({ state, error }) => [state, error.name]);
    }, small);
    await until(() => site.requests.length === 2);
    await page.evaluate(() => window.stopper.abort());
    assert.deepEqual(
      await files,
      Array.from({ length: 5 }, () => ['error', 'AbortError']),
    );
    assert.equal(site.requests.length, 2);
  });

  inPage(
    'rejects only for options that are wrong, and goes on when a callback fails',
    async ({ page, site, uncaught }) => {
      site.route('POST /api/upload/presigned-url', (_, response) => sendJson(response, 400, {}));
      const ends = await page.evaluate(async (base64) => {
        const { uploadAll } = await import('/presize/index.js');
        const onFile = ({ state }) => {
          if (state === 'error') throw new Error("the page's own fault");
        };
        const ends = [
          await window.outcome(uploadAll([], { concurrency: 0 })),
          await window.outcome(uploadAll([], { onProgress: () => {} })),
          await window.outcome(uploadAll('a.jpg')),
          await window.outcome(uploadAll([])),
        ];
        const [file] = await uploadAll([window.fileOf(base64)], { onFile });
        return [...ends.map(({ value, error }) => error?.message ?? value), file.state];
      }, small);
      assert.equal(ends[0], 'expected an integer from 1 to 100 for concurrency, received 0');
      assert.match(ends[1], /^expected a known option .* for onProgress, received an unknown one$/);
      assert.equal(ends[2], 'expected a list of files for files, received "a.jpg"');
      assert.deepEqual(ends.slice(3), [[], 'error']);
      await until(() => uncaught.length > 0);
      assert.equal(uncaught.shift()?.message, "the page's own fault");
    },
  );

  inPage('a listener of a list that throws stops no upload and no other listener', async ({ page, site, uncaught }) => {
    site.giveTickets();
    const [key, states, told] = await page.evaluate(async (base64) => {
      const { UploadList } = await import('/presize/index.js');
      const list = new UploadList();
      let told = 0;
      list.subscribe(() => {
        throw new Error("the page's own fault");
      });
      list.subscribe(() => (told += 1));
      const image = await list.upload(window.fileOf(base64));
      return [image?.key, list.getSnapshot().files.map(({ state }) => state), told];
    }, small);
    assert.deepEqual([key, states], ['uploads/user-7/1', ['success']]);
    assert.ok(told > 0);
    await until(() => uncaught.length >= told);
    assert.equal(uncaught.splice(0)[0].message, "the page's own fault");
  });
});
