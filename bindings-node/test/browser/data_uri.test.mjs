// Images as data URIs, from files and from addresses.

import assert from 'node:assert/strict';

import { describeInChromium, until } from './chromium.mjs';
import { vectorImage } from './pictures.mjs';
import { answer } from './site.mjs';

describeInChromium('data URIs', (inPage) => {
  const fromUrl = (page, url, options) =>
    page.evaluate(
      async ([url, options]) => {
        const { imageUrlToDataUri } = await import('/presize/index.js');
        return window.outcome(imageUrlToDataUri(url, options));
      },
      [url, options],
    );

  inPage('of a file have the type of its bytes', async ({ page }) => {
    const png = await vectorImage('rgb.png');
    const { value } = await page.evaluate(async (base64) => {
      const { fileToDataUri } = await import('/presize/index.js');
      return window.outcome(fileToDataUri(window.fileOf(base64, 'photo', '')));
    }, png.toString('base64'));
    assert.equal(value, `data:image/png;base64,${png.toString('base64')}`);
  });

  inPage('are not made of what is no image, too large, or called off', async ({ page }) => {
    const codes = await page.evaluate(async () => {
      const { fileToDataUri } = await import('/presize/index.js');
      const text = new File(['no image'], 'a.jpg', { type: 'image/jpeg' });
      const large = new File([new Uint8Array(101)], 'a.jpg', { type: 'image/jpeg' });
      const ends = [
        await window.outcome(fileToDataUri(text)),
        await window.outcome(fileToDataUri(large, { maxBytes: 100 })),
        await window.outcome(fileToDataUri(text, { signal: AbortSignal.abort() })),
      ];
      return ends.map(({ error }) => error.code ?? error.name);
    });
    assert.deepEqual(codes.slice(0, 2), ['image_format_unknown', 'image_too_large']);
    // A DOMException has a number as its code, and 20 is an AbortError.
    assert.equal(codes[2], 20);
  });

  inPage('of an address go by the bytes, with credentials if asked for', async ({ page, site }) => {
    const jpeg = await vectorImage('baseline_420.jpg');
    site.route('GET /cat', (_, response) => answer(response, 200, 'application/octet-stream', jpeg));
    await page.context().addCookies([{ name: 'session', value: '7', url: site.url }]);

    const { value } = await fromUrl(page, '/cat', { headers: { 'x-user': '7' } });
    assert.equal(value, `data:image/jpeg;base64,${jpeg.toString('base64')}`);
    await fromUrl(page, `${site.url}/cat`, { credentials: 'omit' });
    const [with_, without] = site.to('/cat');
    assert.equal(with_.headers.cookie, 'session=7');
    assert.equal(with_.headers['x-user'], '7');
    assert.equal(without.headers.cookie, undefined);
  });

  inPage('of an address stop reading at the limit', async ({ page, site }) => {
    // One byte more than is allowed, and then nothing and no end.
    let hungUp = false;
    site.route('GET /long', (_, response) => {
      response.on('close', () => (hungUp = true));
      response.writeHead(200, { 'content-type': 'image/jpeg' }).write(Buffer.alloc(100_001, 0xff));
    });
    const { error } = await fromUrl(page, '/long', { maxBytes: 100_000 });
    assert.equal(error.message, 'expected at most 100000 for bytes, received more than 100000');
    await until(() => hungUp);

    site.route('GET /announced', (_, response) => answer(response, 200, 'image/jpeg', Buffer.alloc(1_000)));
    const announced = await fromUrl(page, '/announced', { maxBytes: 999 });
    assert.equal(announced.error.message, 'expected at most 999 for bytes, received more than 999');
  });

  inPage('of an address say why there is none', async ({ page, site }) => {
    site.route('GET /private', (_, response) =>
      answer(response, 403, 'application/xml', '<Error><Code>AccessDenied</Code></Error>'),
    );
    const forbidden = await fromUrl(page, '/private');
    assert.equal(forbidden.error.code, 'response_refused');
    assert.deepEqual(forbidden.error.details, { from: 'server', status: 403, reason: 'AccessDenied' });
    // An error that goes on for ever.
    let hungUp = false;
    site.route('GET /endless', (_, response) => {
      response.on('close', () => (hungUp = true));
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.write(`<Error><Code>AccessDenied</Code></Error>${' '.repeat(65_536)}`);
    });
    assert.deepEqual((await fromUrl(page, '/endless')).error.details, forbidden.error.details);
    await until(() => hungUp);
    const unreachable = await fromUrl(page, 'http://localhost:9/cat.jpg');
    assert.equal(unreachable.error.code, 'network_failed');
    assert.equal((await fromUrl(page, 7)).error.code, 'option_invalid');
    assert.equal((await fromUrl(page, 'http://[')).error.message, 'expected a URL for url, received "http://["');
    assert.equal((await fromUrl(page, '/cat', { headers: { 'a b': 's3cret' } })).error.details.name, 'headers');
  });
});
