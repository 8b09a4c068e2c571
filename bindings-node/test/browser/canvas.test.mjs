// `downscale` in browsers that are unlike Chromium: what they refuse, keep from a page, or do not know is taken away.

import assert from 'node:assert/strict';

import { describeInChromium } from './chromium.mjs';
import { vectorImage } from './pictures.mjs';

const photo = (await vectorImage('baseline_420.jpg')).toString('base64');

// What is done to the page and, as text, to the worker before its own script.
const bothWays = (page, change) =>
  page.evaluate((source) => {
    (0, eval)(source);
    const { createObjectURL } = URL;
    URL.createObjectURL = (blob) =>
      createObjectURL.call(URL, blob.type === 'text/javascript' ? new Blob([source, '\n', blob], blob) : blob);
  }, `(${change})();`);

const downscale = (page, options = { format: 'png' }) =>
  page.evaluate(
    async ([base64, options]) => {
      const { downscale } = await import('/presize/index.js');
      return window.outcome(downscale(window.fileOf(base64), options).then(({ type }) => type));
    },
    [photo, options],
  );

const withoutWorkers = (page) =>
  page.evaluate(() => {
    delete window.Worker;
  });

describeInChromium('downscale elsewhere', (inPage) => {
  // Chrome before 112, Firefox before 111, Safari before 16: they do the same, but do not know the word.
  const refuseTheWord = () => {
    const original = self.createImageBitmap;
    self.createImageBitmap = async (source, options) => {
      if (options?.imageOrientation === 'from-image') throw new TypeError('no value of ImageOrientation');
      return original.call(self, source, options);
    };
  };
  // A canvas beyond the limits of Safari: whatever is drawn, it stays blank.
  const stayBlank = () => {
    for (const name of ['CanvasRenderingContext2D', 'OffscreenCanvasRenderingContext2D']) {
      if (name in self) Object.assign(self[name].prototype, { fillRect() {}, drawImage() {} });
    }
  };
  // Firefox with privacy.resistFingerprinting: pixels are read as noise.
  const giveNoise = () => {
    for (const name of ['CanvasRenderingContext2D', 'OffscreenCanvasRenderingContext2D']) {
      if (!(name in self)) continue;
      self[name].prototype.getImageData = (x, y, width, height) => ({
        data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, index) => (index * 89) % 256),
      });
    }
  };

  for (const where of ['in a worker', 'on the page']) {
    inPage(`needs no word for upright ${where}`, async ({ page }) => {
      await bothWays(page, refuseTheWord);
      if (where === 'on the page') await withoutWorkers(page);
      assert.equal((await downscale(page)).value, 'image/png');
    });

    for (const [what, change] of Object.entries({ 'stays blank': stayBlank, 'gives noise': giveNoise })) {
      inPage(`makes no picture of a canvas that ${what} ${where}`, async ({ page }) => {
        await bothWays(page, change);
        if (where === 'on the page') await withoutWorkers(page);
        for (const format of ['png', 'jpeg']) {
          const { error } = await downscale(page, { format, maxWidth: 20 });
          assert.equal(error?.code, 'encoding_unsupported');
          assert.equal(error.details.reason, 'a canvas that does not keep what is drawn');
        }
      });
    }
  }

  inPage("draws on the page where its policy wants trusted types of a worker's address", async ({ page, site }) => {
    site.route('GET /trusted', (_, response) => {
      response.setHeader('content-security-policy', "require-trusted-types-for 'script'");
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>trusted</title>');
    });
    await page.goto(`${site.url}/trusted`);
    assert.equal((await downscale(page)).value, 'image/png');
  });

  inPage('decodes one picture at a time, however many are asked for', async ({ page }) => {
    const [most, left] = await page.evaluate(async (base64) => {
      const { downscale } = await import('/presize/index.js');
      const { Worker } = window;
      let running = 0;
      let most = 0;
      window.Worker = class extends Worker {
        constructor(address) {
          super(address);
          running += 1;
          most = Math.max(most, running);
        }
        terminate() {
          running -= 1;
          super.terminate();
        }
      };
      const files = Array.from({ length: 6 }, () => window.fileOf(base64));
      await Promise.all(files.map((file) => downscale(file, { format: 'png' })));
      return [most, running];
    }, photo);
    assert.deepEqual([most, left], [1, 0]);
  });

  inPage('gives every bitmap back that the page decodes', async ({ page }) => {
    await withoutWorkers(page);
    const open = await page.evaluate(async (base64) => {
      const { downscale } = await import('/presize/index.js');
      const { close } = ImageBitmap.prototype;
      const { createImageBitmap } = window;
      let open = 0;
      window.createImageBitmap = (...call) => createImageBitmap(...call).finally(() => (open += 1));
      ImageBitmap.prototype.close = function () {
        open -= 1;
        close.call(this);
      };
      await downscale(window.fileOf(base64), { format: 'png' });
      CanvasRenderingContext2D.prototype.drawImage = () => {
        throw new Error('no memory');
      };
      await window.outcome(downscale(window.fileOf(base64), { format: 'png' }));
      return open;
    }, photo);
    assert.equal(open, 0);
  });
});

describeInChromium('what downscale keeps', (inPage) => {
  inPage('is a moving PNG, however long its profile is', async ({ page }) => {
    const moving = await vectorImage('animated.png');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(60_000);
    const chunk = Buffer.concat([length, Buffer.from('prVt'), Buffer.alloc(60_000 + 4)]);
    // Behind the signature and IHDR.
    const long = Buffer.concat([moving.subarray(0, 33), chunk, moving.subarray(33)]);
    const same = await page.evaluate(async (base64) => {
      const { downscale } = await import('/presize/index.js');
      const file = window.fileOf(base64, 'a.png', 'image/png');
      return (await downscale(file, { maxWidth: 2, maxHeight: 2 })) === file;
    }, long.toString('base64'));
    assert.equal(same, true);
  });

  inPage('is in an upload only what the rules accept', async ({ page, site }) => {
    site.giveTickets();
    // As JPEG it is no smaller.
    const png = (await vectorImage('gray_1.png')).toString('base64');
    const formats = await page.evaluate(async (base64) => {
      const { upload } = await import('/presize/index.js');
      const file = window.fileOf(base64, 'a.png', 'image/png');
      const ends = [
        await window.outcome(upload(file, { downscale: true })),
        await window.outcome(upload(file, { downscale: true, formats: ['jpeg'] })),
      ];
      return ends.map(({ value, error }) => value?.format ?? error.code);
    }, png);
    assert.deepEqual(formats, ['png', 'jpeg']);
  });
});
