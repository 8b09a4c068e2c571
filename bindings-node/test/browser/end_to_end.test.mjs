// The whole way: files chosen in a page, tickets of an Express application, a store that checks every signature, and back
// to the application, which confirms what has arrived.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, request as ask } from 'node:http';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Bucket, Credentials, Presigner, UploadPolicy, Uploads, check, inspect } from 'presize';

import s3Server from '../s3.js';
import { describeInChromium, slowLine } from './chromium.mjs';
import { MODULES } from './modules.mjs';
import { noisePng, vectorImage } from './pictures.mjs';
import { allowAnyOrigin, answer, listen, stop } from './site.mjs';
import { uploadIn } from './upload_call.mjs';

const PAGE = new URL('photos.html', import.meta.url);

describeInChromium('an upload from end to end', (inPage) => {
  let s3;
  let store;
  let application;
  let forms;
  let direct;

  before(async () => {
    s3 = await s3Server.startS3('photos');
    store = await storeForPages(s3.endpoint);
    direct = presigner(s3, s3.endpoint);
    const uploadsWith = (policy) =>
      new Uploads(presigner(s3, store.url), new UploadPolicy({ maxBytes: 5_000_000, ...policy }));
    application = await startApplication(uploadsWith());
    forms = await startApplication(uploadsWith({ method: 'post' }));
  });
  after(async () => {
    await application?.close();
    await forms?.close();
    await store?.close();
    await s3?.stop();
  });

  const read = (key) => {
    const { url, headers } = direct.get(key);
    return fetch(url, { headers });
  };
  const stored = async (key) => {
    const response = await read(key);
    assert.equal(response.status, 200, key);
    return { bytes: Buffer.from(await response.arrayBuffer()), type: response.headers.get('content-type') };
  };

  // Of all that was issued, nothing waits any more, and only what was confirmed is there.
  const assertSettled = async ({ events }, confirmed) => {
    const keys = events.filter(({ action }) => action === 'issue').map(({ key }) => key);
    assert.ok(keys.length > 0 && confirmed.every((key) => keys.includes(key)));
    for (const key of keys) {
      assert.equal((await read(`incoming/${key}`)).status, 404, key);
      assert.equal((await read(key)).status, confirmed.includes(key) ? 200 : 404, key);
    }
  };

  inPage('four files: progress, thumbnails, one refused with its reason, three in the store', async ({ page }) => {
    const photos = {
      'one.png': noisePng(900, 1000, 1),
      'two.png': noisePng(900, 1100, 2),
      'bad.jpg': Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
      'photo.jpg': await vectorImage('large.jpg'),
    };
    application.events.length = 0;
    await page.goto(`${application.url}/photos`);
    await watchProgress(page);
    // Slow enough for many steps, also on a busy machine.
    await slowLine(page, 800_000);
    await page.setInputFiles(
      'input',
      Object.entries(photos).map(([name, buffer]) => ({
        name,
        mimeType: `image/${name.endsWith('png') ? 'png' : 'jpeg'}`,
        buffer,
      })),
    );
    await page.waitForFunction(() => {
      const items = [...document.querySelectorAll('li')];
      return items.length === 4 && items.every(({ dataset }) => ['success', 'error'].includes(dataset.state));
    });

    const items = await page.locator('li').evaluateAll((items) =>
      items.map((item) => ({
        state: item.dataset.state,
        key: item.dataset.key,
        text: item.querySelector('output').value,
        thumbnail: item.querySelector('img').naturalWidth,
        progress: item.querySelector('progress').value,
      })),
    );
    assert.deepEqual(
      items.map(({ state }) => state),
      ['success', 'success', 'error', 'success'],
    );
    assert.equal(items[2].text, 'expected one of ["jpeg", "png", "webp", "gif"] for the image format, received svg');
    assert.ok(items.every(({ thumbnail }, index) => (index === 2 ? thumbnail === 0 : thumbnail > 0)));
    assert.deepEqual(
      items.filter((_, index) => index !== 2).map(({ progress }) => progress),
      [100, 100, 100],
    );

    const moves = await page.evaluate(() => window.moves);
    for (const index of [0, 1]) {
      const values = moves[index];
      assert.ok(values.length >= 5, `the bar ${index} stood at ${values}`);
      assert.deepEqual(
        values,
        [...values].sort((a, b) => a - b),
      );
    }

    assert.equal(application.events.length, 6, 'the bad file asks for nothing');
    const good = items.filter((_, index) => index !== 2).map(({ key }) => key);
    await assertSettled(application, good);
    for (const [index, name] of ['one.png', 'two.png', null, 'photo.jpg'].entries()) {
      if (name === null) continue;
      const { bytes, type } = await stored(items[index].key);
      assert.ok(bytes.equals(photos[name]), name);
      assert.equal(type, name.endsWith('png') ? 'image/png' : 'image/jpeg');
    }
  });

  inPage('a photo that is too large is made smaller on the way', async ({ page }) => {
    const large = noisePng(2400, 1600);
    assert.ok(large.length > 10 * 1024 * 1024);
    await page.goto(`${application.url}/photos?downscale`);
    await page.setInputFiles('input', { name: 'large.png', mimeType: 'image/png', buffer: large });
    await page.waitForSelector('li[data-state=success]');
    const { bytes, type } = await stored(await page.getAttribute('li', 'data-key'));
    assert.equal(type, 'image/jpeg');
    const { format, width, height } = inspect(bytes);
    assert.deepEqual([format, width, height], ['jpeg', 1920, 1280]);
    await check(bytes, undefined, { declared: type });
  });

  inPage('as forms, half a picture and a picture under another name among them', async ({ page }) => {
    const photo = await vectorImage('large.jpg');
    forms.events.length = 0;
    await page.goto(`${forms.url}/photos`);
    const files = {
      'photo.jpg': photo,
      'half.jpg': photo.subarray(0, photo.length >> 1),
      'odd.jpg': await vectorImage('polyglot_html.jpg'),
    };
    await page.setInputFiles(
      'input',
      Object.entries(files).map(([name, buffer]) => ({ name, mimeType: 'image/jpeg', buffer })),
    );
    await page.waitForFunction(() => {
      const items = [...document.querySelectorAll('li')];
      return items.length === 3 && items.every(({ dataset }) => ['success', 'error'].includes(dataset.state));
    });
    const items = await page.locator('li').evaluateAll((items) =>
      items.map(({ dataset }) => ({ state: dataset.state, key: dataset.key, code: dataset.code })),
    );
    const { key } = items[0];
    assert.deepEqual(items, [
      { state: 'success', key, code: '' },
      { state: 'error', key: '', code: 'image_corrupt' },
      { state: 'error', key: '', code: 'image_polyglot' },
    ]);
    const { bytes, type } = await stored(key);
    assert.ok(bytes.equals(photo));
    assert.equal(type, 'image/jpeg');
    await assertSettled(forms, [key]);
  });

  inPage('what the back end says of a confirmed upload comes back', async ({ page }) => {
    const photo = await vectorImage('large.jpg');
    await page.goto(`${application.url}/photos`);
    const { value, progress } = await uploadIn(page, photo, { confirm: true });
    const { key, confirmed, confirmation } = value;
    assert.deepEqual([confirmed, confirmation.success, confirmation.key], [true, true, key]);
    assert.deepEqual([confirmation.bytes, confirmation.format, confirmation.variants], [photo.length, 'jpeg', []]);
    assert.deepEqual(
      [...new Set(progress.map(({ phase }) => phase))],
      ['preparing', 'ticket', 'sending', 'confirming', 'done'],
    );
  });

  inPage('a ticket lets nothing else through', async ({ page }) => {
    application.events.length = 0;
    await page.goto(`${application.url}/photos`);
    const statuses = await page.evaluate(async () => {
      const ask = (route, body) =>
        fetch(`/api/upload/${route}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      const asked = { contentType: 'image/jpeg', fileSize: 10 };
      const { uploadUrl, key } = await (await ask('presigned-url', asked)).json();
      const put = async (bytes, type) =>
        (await fetch(uploadUrl, { method: 'PUT', headers: { 'content-type': type }, body: new Uint8Array(bytes) }))
          .status;
      const sent = [await put(11, 'image/jpeg'), await put(10, 'image/png'), await put(10, 'image/jpeg')];
      return [...sent, (await ask('confirm', { key })).status];
    });
    assert.deepEqual(statuses, [403, 403, 200, 415]);
    await assertSettled(application, []);
  });

  inPage("what the policy refuses comes back with the back end's words", async ({ page }) => {
    await page.goto(`${application.url}/photos`);
    const text = await page.evaluate(async (base64) => {
      const { upload } = await import('/presize/index.js');
      return (await window.outcome(upload(window.fileOf(base64, 'a.png', 'image/png')))).error;
    }, noisePng(1300, 1400).toString('base64'));
    assert.equal(text.code, 'upload_too_large');
    assert.equal(text.httpStatus, 413);
    assert.equal(text.details.max_bytes, 5_000_000);
  });
});

const presigner = (s3, endpoint) =>
  new Presigner(
    Bucket.custom(endpoint, s3.region, s3.bucket, 'path'),
    new Credentials(s3.accessKeyId, s3.secretAccessKey),
  );

// The store as a page meets it: under another origin, with a CORS rule.
async function storeForPages(endpoint) {
  const server = createServer((request, response) => {
    allowAnyOrigin(request, response);
    if (request.method === 'OPTIONS') return answer(response, 204);
    const { method, url: path, headers } = request;
    const forward = ask(new URL(path, endpoint), { method, headers }, (answered) => {
      response.writeHead(answered.statusCode, answered.headers);
      answered.pipe(response);
    });
    forward.on('error', () => response.destroy());
    request.pipe(forward);
  });
  const url = await listen(server);
  return { url, close: () => stop(server) };
}

async function startApplication(uploads) {
  const { default: express } = await import('express5');
  const { presizeErrors, uploadRouter } = await import('presize/express');
  const events = [];
  const app = express();
  app.use('/presize', express.static(fileURLToPath(MODULES)));
  app.get('/photos', async (_, response) => response.type('html').send(await readFile(PAGE, 'utf8')));
  const onEvent = (event) => events.push(event);
  app.use('/api/upload', uploadRouter(uploads, { currentUser: () => 'user-7', onEvent }));
  app.use(presizeErrors());
  const server = createServer(app);
  const url = await listen(server);
  return { url, events, close: () => stop(server) };
}

// Notes each value that a progress bar takes.
function watchProgress(page) {
  return page.evaluate(() => {
    window.moves = [];
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        if (target.localName !== 'progress') continue;
        const bar = [...document.querySelectorAll('progress')].indexOf(target);
        const values = (window.moves[bar] ??= []);
        if (values.at(-1) !== target.value) values.push(target.value);
      }
    }).observe(document.querySelector('ul'), { subtree: true, attributeFilter: ['value'] });
  });
}
