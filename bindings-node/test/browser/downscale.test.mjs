// Pictures made smaller in the page: upright, within the box, never larger.

import assert from 'node:assert/strict';

import { describeInChromium, until } from './chromium.mjs';
import { vectorImage, withOrientation } from './pictures.mjs';

const CORNERS = { topLeft: 'red', topRight: 'green', bottomLeft: 'blue', bottomRight: 'white' };
// For each orientation of EXIF, which of the stored corners is displayed at the top left, top right, bottom left and
// bottom right.
const DISPLAYED = {
  1: ['red', 'green', 'blue', 'white'],
  2: ['green', 'red', 'white', 'blue'],
  3: ['white', 'blue', 'green', 'red'],
  4: ['blue', 'white', 'red', 'green'],
  5: ['red', 'blue', 'green', 'white'],
  6: ['blue', 'red', 'white', 'green'],
  7: ['white', 'green', 'blue', 'red'],
  8: ['green', 'white', 'red', 'blue'],
};

describeInChromium('downscale', (inPage) => {
  // A JPEG of four coloured quarters, drawn by the browser.
  const quarters = async (page, width, height, type = 'image/jpeg') => {
    const base64 = await page.evaluate(
      async ([width, height, colours, type]) => {
        const canvas = new OffscreenCanvas(width, height);
        const context = canvas.getContext('2d');
        Object.values(colours).forEach((colour, index) => {
          context.fillStyle = colour;
          context.fillRect(((index % 2) * width) / 2, (Math.floor(index / 2) * height) / 2, width / 2, height / 2);
        });
        const blob = await canvas.convertToBlob({ type, quality: 0.9 });
        return new Promise((resolve) => {
          const reader = new FileReader();
          reader.onload = () => resolve(reader.result.split(',')[1]);
          reader.readAsDataURL(blob);
        });
      },
      [width, height, CORNERS, type],
    );
    return Buffer.from(base64, 'base64');
  };

  // Downscales; gives what came out, with the colours in the middle of its quarters, and the workers that were started.
  const downscale = (page, bytes, { name = 'photo.jpg', type = 'image/jpeg', options } = {}) =>
    page.evaluate(
      async ([base64, name, type, options]) => {
        const { downscale } = await import('/presize/index.js');
        const started = [];
        window.RealWorker ??= window.Worker;
        if (window.Worker) {
          window.Worker = class extends window.RealWorker {
            constructor(address) {
              super(address);
              started.push(address);
            }
          };
        }
        const file = window.fileOf(base64, name, type);
        const outcome = await window.outcome(downscale(file, options));
        if (outcome.error) return outcome;
        const made = outcome.value;
        const exif = new TextDecoder('latin1').decode(await made.arrayBuffer()).includes('Exif\0\0');
        const bitmap = await createImageBitmap(made);
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext('2d');
        context.drawImage(bitmap, 0, 0);
        const colours = [
          [1, 1],
          [3, 1],
          [1, 3],
          [3, 3],
        ].map(([x, y]) => {
          const { data } = context.getImageData((bitmap.width * x) / 4, (bitmap.height * y) / 4, 1, 1);
          const near = (...colour) => colour.every((level, index) => Math.abs(level - data[index]) < 12);
          const names = {
            red: [255, 0, 0],
            green: [0, 128, 0],
            blue: [0, 0, 255],
            white: [255, 255, 255],
            black: [0, 0, 0],
          };
          return Object.keys(names).find((colour) => near(...names[colour])) ?? [...data].join();
        });
        const { width, height } = bitmap;
        const isFile = made instanceof File;
        const { lastModified } = made;
        return {
          exif,
          width,
          height,
          colours,
          same: made === file,
          isFile,
          name: made.name,
          type: made.type,
          size: made.size,
          lastModified,
          workers: started.length,
        };
      },
      [bytes.toString('base64'), name, type, options],
    );

  inPage('turns every orientation upright within 1920x1920, in a worker', async ({ page }) => {
    const jpeg = await quarters(page, 2400, 1200);
    for (const [orientation, colours] of Object.entries(DISPLAYED)) {
      const made = await downscale(page, withOrientation(jpeg, Number(orientation)));
      const size = orientation < 5 ? [1920, 960] : [960, 1920];
      assert.deepEqual([made.width, made.height], size, `orientation ${orientation}`);
      assert.deepEqual(made.colours, colours, `orientation ${orientation}`);
      assert.equal(made.exif, false, 'turned for good');
      assert.equal(made.workers, 1);
      assert.ok(made.isFile && made.type === 'image/jpeg' && made.name === 'photo.jpg');
    }
  });

  inPage('does the same on the page where there is no such worker', async ({ page }) => {
    const jpeg = withOrientation(await quarters(page, 2400, 1200), 6);
    await page.evaluate(() => {
      window.Offscreen = window.OffscreenCanvas;
      window.RealWorker = window.Worker;
      delete window.Worker;
    });
    const made = await downscale(page, jpeg);
    assert.deepEqual([made.width, made.height, made.workers], [960, 1920, 0]);
    assert.deepEqual(made.colours, DISPLAYED[6]);
  });

  inPage("does the same where the page's policy forbids the worker", async ({ page, site }) => {
    const jpeg = withOrientation(await quarters(page, 2400, 1200), 6);
    site.route('GET /strict', (_, response) => {
      response.setHeader('content-security-policy', "worker-src 'none'");
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>strict</title>');
    });
    await page.goto(`${site.url}/strict`);
    const made = await downscale(page, jpeg);
    assert.deepEqual([made.width, made.height], [960, 1920]);
    assert.deepEqual(made.colours, DISPLAYED[6]);
  });

  inPage('never enlarges, and gives back what would not become smaller', async ({ page }) => {
    const small = await vectorImage('baseline_420.jpg');
    const kept = await downscale(page, small);
    assert.deepEqual([kept.width, kept.height], [48, 36]);
    const png = await downscale(page, small, { options: { format: 'png' } });
    assert.deepEqual([png.width, png.height, png.type], [48, 36, 'image/png']);
    const tight = await quarters(page, 400, 300);
    const again = await downscale(page, tight, { options: { quality: 1 } });
    assert.deepEqual([again.width, again.height, again.same], [400, 300, true]);
  });

  inPage("keeps to a box of the caller's", async ({ page }) => {
    const jpeg = await quarters(page, 2400, 1200);
    const made = await downscale(page, jpeg, {
      options: { maxWidth: 600, maxHeight: 100, format: 'image/webp', quality: 0.5 },
    });
    assert.deepEqual([made.width, made.height], [200, 100]);
    assert.deepEqual([made.type, made.name], ['image/webp', 'photo.webp']);
    assert.deepEqual(made.colours, DISPLAYED[1]);
  });

  inPage('puts a ground beneath what is transparent', async ({ page }) => {
    const png = await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(2000, 2000);
      canvas.getContext('2d').fillRect(0, 0, 1000, 1000);
      const blob = await canvas.convertToBlob({ type: 'image/png' });
      return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
    });
    const made = await downscale(page, Buffer.from(png, 'base64'), { name: 'a.b.png', type: 'image/png' });
    assert.deepEqual(made.colours, ['black', 'white', 'white', 'white']);
    assert.deepEqual([made.type, made.name], ['image/jpeg', 'a.b.jpg']);
  });

  inPage('leaves alone what moves', async ({ page }) => {
    for (const [name, type] of [
      ['animated.gif', 'image/gif'],
      ['static.gif', 'image/gif'],
      ['animated.png', 'image/png'],
      ['animated.webp', 'image/webp'],
    ]) {
      const made = await downscale(page, await vectorImage(name), {
        name,
        type,
        options: { maxWidth: 2, maxHeight: 2 },
      });
      assert.equal(made.same, true, name);
    }
  });

  inPage('says what it cannot read or make', async ({ page }) => {
    const error = async (...call) => (await downscale(page, ...call)).error;
    assert.equal(
      (await error(await vectorImage('head.heic'), { name: 'a.heic', type: 'image/heic' })).code,
      'image_format_unsupported',
    );
    assert.equal((await error(Buffer.from('\x89PNG\r\n\x1a\nnothing more', 'latin1'))).code, 'image_corrupt');
    assert.equal((await error(await vectorImage('markup.svg'))).details.detected, 'svg');
    const jpeg = await quarters(page, 40, 40);
    assert.equal(
      (await error(jpeg, { options: { quality: 80 } })).message,
      'expected a number from 0 to 1 for quality, received 80',
    );
    assert.equal((await error(jpeg, { options: { format: 'gif' } })).code, 'option_invalid');
    assert.equal(
      (await error(jpeg, { options: { background: 'wite' } })).message,
      'expected a colour of CSS for background, received "wite"',
    );
  });

  // The worker never answers, so that only the signal ends the call.
  inPage('stops when it is called off, also in the row, and leaves no worker', async ({ page }) => {
    await page.evaluate(async (base64) => {
      const { downscale } = await import('/presize/index.js');
      window.workers = { started: 0, ended: 0 };
      window.Worker = class {
        postMessage() {
          window.workers.started += 1;
        }
        terminate() {
          window.workers.ended += 1;
        }
      };
      window.stopper = new AbortController();
      const call = (signal) => window.outcome(downscale(window.fileOf(base64), { signal }));
      window.running = call(window.stopper.signal);
      const waiting = new AbortController();
      window.waiting = call(waiting.signal);
      waiting.abort(new Error('left'));
    }, (await vectorImage('baseline_420.jpg')).toString('base64'));
    await until(() => page.evaluate(() => window.workers.started === 1));
    assert.equal(await page.evaluate(async () => (await window.waiting).error.message), 'left');
    await page.evaluate(() => window.stopper.abort());
    assert.equal(await page.evaluate(async () => (await window.running).error.name), 'AbortError');
    assert.deepEqual(await page.evaluate(() => window.workers), { started: 1, ended: 1 });
  });
});
