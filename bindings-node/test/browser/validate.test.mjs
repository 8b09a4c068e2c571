// What the page refuses, held against what the core refuses.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { check } from 'presize';

import { describeInChromium } from './chromium.mjs';
import { moduleOf } from './modules.mjs';
import { vectorImage, vectors } from './pictures.mjs';

const { failure } = await moduleOf('errors.js');

const CHECKED_BY_THE_PAGE = ['image_format_unknown', 'image_format_not_allowed', 'image_format_mismatch'];

test("codes have the core's status and details", async () => {
  const { errors } = await vectors('errors');
  const details = {
    option_invalid: { name: 'a', expected: 'b', received: 'c' },
    image_format_unknown: {},
    image_format_not_allowed: { detected: 'svg', allowed: ['jpeg'] },
    image_format_unsupported: { detected: 'heic' },
    image_format_mismatch: { declared: 'image/png', detected: 'image/jpeg' },
    image_too_small: { what: 'bytes', received: 0, min: 1 },
    image_too_large: { what: 'bytes', received: 2, max: 1 },
    image_corrupt: { reason: 'r' },
    encoding_unsupported: { format: 'webp', reason: 'r' },
  };
  for (const [code, fields] of Object.entries(details)) {
    const known = errors.find((error) => error.code === code);
    const error = failure(code, fields);
    assert.equal(error.httpStatus, known.http_status, code);
    assert.deepEqual(Object.keys(error.details), known.details, code);
  }
});

describeInChromium('validateImageFile', (inPage) => {
  const validate = (page, bytes, name, type, options) =>
    page.evaluate(
      async ([base64, name, type, options]) => {
        const { validateImageFile } = await import('/presize/index.js');
        return window.outcome(validateImageFile(window.fileOf(base64, name, type), options));
      },
      [bytes.toString('base64'), name, type, options],
    );

  inPage("says of every file of the core's vectors what the core says", async ({ page }) => {
    const cases = [...(await vectors('check')).cases, ...(await vectors('types')).cases];
    let refused = 0;
    for (const { name, call, input, ok, error } of cases) {
      if (call !== 'check') continue;
      const { formats, max_bytes: maxBytes, ...others } = input.rules ?? {};
      if (Object.keys(others).length > 0 || error?.code === 'option_invalid') continue;
      // A File has no other types than these.
      if (input.declared !== undefined && !/^[\x20-\x7e]+$/.test(input.declared)) continue;
      const bytes = await vectorImage(input.file.replace('images/', ''));
      const declared = input.declared?.toLowerCase();
      const result = await validate(page, bytes, input.file, declared ?? '', { formats, maxBytes });
      const ofSize = ['image_too_small', 'image_too_large'].includes(error?.code) && error.details?.what === 'bytes';
      if (CHECKED_BY_THE_PAGE.includes(error?.code) || ofSize) {
        refused += 1;
        const refusal = await check(bytes, { formats, maxBytes }, { declared }).catch((error) => error);
        assert.equal(refusal.code, error.code, name);
        const { message, userMessage, code, details, httpStatus } = refusal;
        assert.deepEqual(result.error, { name: 'PresizeError', message, userMessage, code, details, httpStatus }, name);
      } else if (ok?.format) {
        const mediaType = `image/${ok.format}`;
        assert.deepEqual(result.value, { format: ok.format, mediaType, sizeBytes: bytes.length }, name);
      }
    }
    assert.ok(refused >= 15, `${refused} cases were refused`);
  });

  inPage("names in the core's words what is wrong", async ({ page }) => {
    const jpeg = await vectorImage('baseline_420.jpg');
    const messages = async (...call) => (await validate(page, ...call)).error.message;
    assert.equal(await messages(jpeg, 'a.png', 'image/png'), 'expected image/png as declared, received image/jpeg');
    assert.equal(
      await messages(Buffer.from('<svg/>'), 'a.svg', 'image/svg+xml'),
      'expected one of ["jpeg", "png", "webp", "gif"] for the image format, received svg',
    );
    assert.equal(
      await messages(Buffer.from('hello'), 'a.jpg', 'image/jpeg'),
      'expected an image, received bytes of no known image format',
    );
    assert.equal(
      await messages(jpeg, 'a.jpg', 'image/jpeg', { maxBytes: 100 }),
      `expected at most 100 for bytes, received ${jpeg.length}`,
    );
    assert.equal(
      await messages(jpeg, 'a.jpg', 'image/jpeg', { minBytes: 99_999 }),
      `expected at least 99999 for bytes, received ${jpeg.length}`,
    );
    assert.equal(await messages(Buffer.alloc(0), 'a.jpg', 'image/jpeg'), 'expected at least 1 for bytes, received 0');
  });

  inPage('takes the spellings of a type that clients send', async ({ page }) => {
    const jpeg = await vectorImage('baseline_420.jpg');
    const open = ['', 'application/octet-stream', 'Binary/Octet-Stream', 'image/*', 'application/octet-stream;charset=binary'];
    for (const type of ['image/jpg', 'IMAGE/JPEG', 'image/pjpeg', ...open]) {
      assert.equal((await validate(page, jpeg, 'a.jpg', type)).value?.mediaType, 'image/jpeg', type);
    }
    assert.equal((await validate(page, jpeg, 'a.jpg', '', { formats: ['jpg'] })).value?.format, 'jpeg');
    const heic = await vectorImage('head.heic');
    assert.equal((await validate(page, heic, 'a.heic', 'image/heif', { formats: ['heic'] })).value?.format, 'heic');
  });

  inPage('refuses options as the core does', async ({ page }) => {
    const jpeg = await vectorImage('baseline_420.jpg');
    for (const [options, message] of [
      [{ maxBytes: -1 }, 'expected an integer from 1 to 4294967295 for maxBytes, received -1'],
      [{ maxBytes: 1.5 }, 'expected an integer from 1 to 4294967295 for maxBytes, received 1.5'],
      [{ maxBytes: null }, 'expected an integer from 1 to 4294967295 for maxBytes, received null'],
      [{ maxBytes: '1' }, 'expected an integer from 1 to 4294967295 for maxBytes, received "1"'],
      [
        { formats: ['jpeg', 'bmp'] },
        'expected a list of jpeg, png, webp, gif, heic, heif, avif for formats, received a list of 2 values',
      ],
      [{ maxByte: 1 }, 'expected a known option (formats, maxBytes, minBytes) for maxByte, received an unknown one'],
      [{ max_bytes: 1 }, 'expected a known option (formats, maxBytes, minBytes) for max_bytes, received an unknown one'],
      [null, 'expected an object of options for options, received null'],
    ]) {
      const { error } = await validate(page, jpeg, 'a.jpg', 'image/jpeg', options);
      assert.equal(error?.code, 'option_invalid');
      assert.equal(error.message, message);
      assert.equal(error.httpStatus, 400);
    }
  });

  inPage("reads a list's empty places, and nothing that is not the options' own", async ({ page }) => {
    const jpeg = await vectorImage('baseline_420.jpg');
    const [sparse, others] = await page.evaluate(async (base64) => {
      const { validateImageFile } = await import('/presize/index.js');
      const file = window.fileOf(base64);
      const sparse = await window.outcome(validateImageFile(file, { formats: new Array(1) }));
      Object.prototype.maxBytes = 1;
      const others = await window.outcome(validateImageFile(file, {}));
      delete Object.prototype.maxBytes;
      return [sparse, others];
    }, jpeg.toString('base64'));
    const refusal = await check(jpeg, { formats: new Array(1) }).catch((error) => error);
    assert.equal(sparse.error?.message, refusal.message);
    assert.equal(others.value?.format, 'jpeg');
  });

  inPage('says so when it is given no file, or one that has gone', async ({ page }) => {
    const [none, gone] = await page.evaluate(async () => {
      const { validateImageFile } = await import('/presize/index.js');
      const unreadable = new File(['abc'], 'a.jpg');
      unreadable.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) });
      return [await window.outcome(validateImageFile('a.jpg')), await window.outcome(validateImageFile(unreadable))];
    });
    assert.equal(none.error.message, 'expected a File or Blob for file, received "a.jpg"');
    assert.equal(gone.error.code, 'file_unreadable');
  });

  inPage('formats sizes for people', async ({ page }) => {
    const sizes = [0, 1, 999, 1024, 1536, 1_048_524, 1_048_576, 10 * 1024 * 1024, 5.25 * 1024 ** 3, -1, Number.NaN];
    const shown = await page.evaluate(async (sizes) => {
      const { formatFileSize } = await import('/presize/index.js');
      return sizes.map(formatFileSize);
    }, sizes);
    assert.deepEqual(shown, [
      '0 bytes',
      '1 byte',
      '999 bytes',
      '1 KB',
      '1.5 KB',
      '1023.9 KB',
      '1 MB',
      '10 MB',
      '5.3 GB',
      '',
      '',
    ]);
  });
});
