// The hook in a page, with the newest React and with the oldest that it is for.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { describeInChromium, skip, until } from './chromium.mjs';
import { vectorImage } from './pictures.mjs';
import { sendJson } from './site.mjs';
import { CONFIRM } from './upload_call.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const photo = await vectorImage('baseline_420.jpg');
const chosen = (...names) =>
  names.map((name) => ({ name, mimeType: 'image/jpeg', buffer: name.startsWith('bad') ? Buffer.from('text') : photo }));

const FOLDERS = { 19: here('../../node_modules'), 18: here('../../react-18/node_modules') };

for (const [version, folder] of Object.entries(FOLDERS)) {
  const script = skip ? '' : await bundle(version, folder);

  describeInChromium(`useImageUpload in React ${version}`, (inPage) => {
    const open = async (page, site) => {
      site.page('/react.js', script);
      site.page(
        '/react',
        '<!doctype html><title>photos</title><div id="root"></div><script type="module" src="/react.js"></script>',
      );
      const complaints = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await page.goto(`${site.url}/react`);
      await page.waitForSelector('input');
      return complaints;
    };
    const read = (page, name) => page.evaluate((name) => window.uploads[name], name);
    const previews = (page) => page.evaluate(() => [window.made, window.revoked]);

    inPage('uploads, shows previews, keeps the reason of what failed', async ({ page, site }) => {
      site.giveTickets();
      site.route(`POST ${CONFIRM}`, ({ json }, response) => sendJson(response, 200, { success: true, key: json.key }));
      const complaints = await open(page, site);
      await page.setInputFiles('input', chosen('1.jpg', '2.jpg', 'bad.jpg', '3.jpg'));
      await page.waitForSelector('li[data-state=success] >> nth=2');
      await page.waitForFunction(() => !window.uploads.uploading);

      assert.deepEqual(await page.locator('li').evaluateAll((items) => items.map((item) => item.dataset.state)), [
        'success',
        'success',
        'error',
        'success',
      ]);
      assert.equal(
        await page.textContent('[role=alert]'),
        'expected an image, received bytes of no known image format',
      );
      assert.equal(await read(page, 'progress'), 100);
      const { key, confirmed, confirmation } = await read(page, 'uploadedImage');
      assert.match(key, /^uploads\/user-7\//);
      assert.deepEqual([confirmed, confirmation], [true, { success: true, key }]);
      // Thumbnails of the good ones, drawn.
      const widths = await page.locator('img').evaluateAll((images) => images.map((image) => image.naturalWidth));
      assert.deepEqual(widths, [48, 48, 48]);
      assert.equal(site.store.objects.size, 3);
      assert.deepEqual(
        complaints.filter((text) => !text.includes('404')),
        [],
      );
      const told = await page.evaluate(() => window.told);
      assert.deepEqual(
        told
          .filter(([id]) => id === 3)
          .map(([, state]) => state)
          .filter((state, index, all) => state !== all[index - 1]),
        ['pending', 'uploading', 'error'],
      );

      await page.setInputFiles('input', chosen('4.jpg'));
      await page.waitForFunction(() => window.uploads.files.length === 5 && !window.uploads.uploading);
      assert.equal(await page.locator('[role=alert]').count(), 0, 'a new choice begins without the old error');
    });

    inPage('shows a preview of a picture that nobody has given a type', async ({ page, site }) => {
      site.giveTickets();
      site.route(`POST ${CONFIRM}`, ({ json }, response) => sendJson(response, 200, { success: true, key: json.key }));
      await open(page, site);
      const untyped = (name, buffer) => ({ name, mimeType: 'application/octet-stream', buffer });
      await page.setInputFiles('input', [untyped('IMG_1', photo), untyped('notes', Buffer.from('text'))]);
      await page.waitForSelector('li[data-state=success]');
      await page.waitForSelector('[role=alert]');
      const widths = await page.locator('img').evaluateAll((images) => images.map((image) => image.naturalWidth));
      assert.deepEqual(widths, [48]);
    });

    inPage('removes and resets: uploads stop, previews give their memory back', async ({ page, site }) => {
      let hungUp = 0;
      site.route('POST /api/upload/presigned-url', (_, response) => response.on('close', () => (hungUp += 1)));
      await open(page, site);
      await page.setInputFiles('input', chosen('1.jpg', '2.jpg', '3.jpg', '4.jpg'));
      await page.waitForFunction(() => window.uploads.files.filter(({ state }) => state === 'uploading').length === 3);
      await until(() => site.requests.length === 3);
      assert.equal(await page.textContent('#state'), 'uploading');

      await page.click('text=remove 1.jpg');
      await page.waitForFunction(() => window.uploads.files.length === 3);
      await page.waitForFunction(() => window.uploads.files.at(-1).state === 'uploading');
      await until(() => site.requests.length === 4);
      await until(() => hungUp === 1);
      assert.equal(await read(page, 'error'), null);
      await page.click('text=reset');
      await page.waitForFunction(() => window.uploads.files.length === 0);
      assert.equal(await page.textContent('#state'), 'idle');
      assert.deepEqual(await previews(page), [4, 4]);
      await until(() => hungUp === 4);
    });

    inPage('stops when it is unmounted, and starts again', async ({ page, site }) => {
      let hungUp = 0;
      site.route('POST /api/upload/presigned-url', (_, response) => response.on('close', () => (hungUp += 1)));
      const complaints = await open(page, site);
      await page.setInputFiles('input', chosen('1.jpg', '2.jpg'));
      await until(() => site.requests.length === 2);
      const late = await page.evaluateHandle(() => window.uploads);
      await page.evaluate(() => window.show(false));
      await page.waitForSelector('text=nothing');
      await until(() => hungUp === 2);
      assert.deepEqual(await previews(page), [2, 2]);
      const renders = await page.evaluate(() => window.renders);
      const ended = await late.evaluate(
        (uploads, base64) => uploads.upload(window.fileOf(base64)),
        photo.toString('base64'),
      );
      assert.equal(ended, null);
      assert.equal(site.requests.length, 2, 'nothing begins that nobody would see');
      assert.deepEqual(await previews(page), [2, 2]);
      assert.equal(await page.evaluate(() => window.renders), renders);

      site.giveTickets();
      await page.evaluate(() => window.show(true));
      await page.setInputFiles('input', chosen('3.jpg'));
      await page.waitForSelector('li[data-state=success]');
      assert.deepEqual(
        complaints.filter((text) => !text.includes('404')),
        [],
      );
    });

    inPage('uploads again what has failed, in its place', async ({ page, site }) => {
      site.giveTickets();
      const good = site.routeOf('POST /api/upload/presigned-url');
      const refusal = { code: 'upload_too_large', message: 'too large', details: {} };
      site.route('POST /api/upload/presigned-url', (seen, response) => {
        if (seen.json.filename === '1.jpg') return sendJson(response, 413, { error: refusal });
        return good(seen, response);
      });
      await open(page, site);
      await page.setInputFiles('input', chosen('1.jpg', '2.jpg'));
      await page.waitForFunction(() => window.uploads.files.length === 2 && !window.uploads.uploading);
      assert.equal(await page.textContent('[role=alert]'), 'too large');
      await page.click('text=retry 2.jpg');
      await page.click('text=retry 1.jpg');
      await page.waitForFunction(() => !window.uploads.uploading && window.uploads.error !== null);
      assert.equal(site.to('/api/upload/presigned-url').length, 3, 'what has not failed is not uploaded again');

      const states = () => page.locator('li').evaluateAll((items) => items.map((item) => item.dataset.state));
      assert.deepEqual(await states(), ['error', 'success']);
      site.route('POST /api/upload/presigned-url', good);
      await page.click('text=retry 1.jpg');
      await page.waitForSelector('li[data-state=success] >> nth=1');
      assert.deepEqual(await states(), ['success', 'success']);
      assert.equal(await page.locator('[role=alert]').count(), 0);
      assert.equal(await page.evaluate(() => window.uploads.retry(99)), null);
      // Every file has its thumbnail, also one that was no image when it was looked at first.
      assert.equal(await page.locator('img').count(), 2);
    });

    inPage('answers with the image, or with null and the error in its state', async ({ page, site }) => {
      site.giveTickets();
      await open(page, site);
      const call = () =>
        page.evaluate(
          async (base64) => (await window.uploads.upload(window.fileOf(base64)))?.key ?? null,
          photo.toString('base64'),
        );
      assert.equal(await call(), 'uploads/user-7/1');
      const refusal = { code: 'upload_too_large', message: 'too large', user_message: 'Too large.', details: {} };
      site.route('POST /api/upload/presigned-url', (_, response) => sendJson(response, 413, { error: refusal }));
      assert.equal(await call(), null);
      const error = await page.evaluate(() => ({
        ...window.uploads.error.toJSON(),
        httpStatus: window.uploads.error.httpStatus,
      }));
      assert.deepEqual(error, { ...refusal, httpStatus: 413 });
    });
  });
}

describeInChromium('the component of the README', (inPage) => {
  inPage('uploads, names files that failed, tries again, and sends headers', async ({ page, site }) => {
    const installed = path.dirname(createRequire(import.meta.url).resolve('presize/package.json'));
    const readme = await readFile(path.join(installed, 'README.md'), 'utf8');
    const [, component] = /```tsx\n([^]*?)```/.exec(readme);
    const contents = `${component}
      import { createRoot } from 'react-dom/client';
      createRoot(document.querySelector('#root')!).render(<Photos />);`;
    const stdin = { contents, loader: 'tsx', resolveDir: here('.') };
    site.page('/readme.js', await bundle('19', FOLDERS[19], { stdin }));
    site.page(
      '/readme',
      '<!doctype html><meta name="csrf-token" content="t0ken"><div id="root"></div><script type="module" src="/readme.js"></script>',
    );
    site.giveTickets();
    const good = site.routeOf('POST /api/upload/presigned-url');
    const words = 'This file is larger than 10 MB.';
    const refusal = { code: 'upload_too_large', message: 'too large', user_message: words, details: {} };
    site.route('POST /api/upload/presigned-url', (_, response) => sendJson(response, 413, { error: refusal }));
    await page.goto(`${site.url}/readme`);
    await page.waitForSelector('input');
    await page.setInputFiles('input', chosen('cat.jpg'));
    await page.waitForSelector('[role=alert]');
    assert.match(await page.textContent('figcaption'), /^cat\.jpg, [\d.]+ \w+: This file is larger than 10 MB\.$/);
    assert.equal(await page.inputValue('input'), '');
    site.route('POST /api/upload/presigned-url', good);
    await page.click('text=Try again');
    await page.waitForFunction(() => document.querySelector('figcaption').textContent.endsWith('success 100 %'));
    const sent = site.to('/api/upload/presigned-url').map(({ headers }) => headers['x-csrf-token']);
    assert.deepEqual(sent, ['t0ken', 't0ken']);
    await page.click('text=Remove');
    await page.waitForFunction(() => document.querySelector('figure') === null);
  });
});

async function bundle(version, folder, entry = { entryPoints: [here('react_page.jsx')] }) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...entry,
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    alias: { react: `${folder}/react`, 'react-dom': `${folder}/react-dom` },
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'error',
  });
  const [{ text }] = outputFiles;
  const installed = createRequire(import.meta.url)(`${folder}/react/package.json`).version;
  assert.ok(installed.startsWith(`${version}.`), `React ${installed} is installed`);
  return text;
}
