// Stripped files as Chromium shows them: the same pixels on a canvas, upright.

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';

import { check, stripMetadata } from 'presize';

import { describeInChromium } from './chromium.mjs';
import { VECTORS } from '../runner/inputs.js';

// What presize and others take for the orientation of a picture, and Chromium does not: it is kept in the form that all read.
const OTHERWISE = {
  'exif_prefix.png': 'an eXIf chunk that begins as in a JPEG',
};

const RULES = { allowPolyglots: true, allowTruncated: true };

describeInChromium('a stripped image', (inPage) => {
  inPage('is drawn as before', async ({ page }) => {
    const folder = `${VECTORS}/images`;
    let compared = 0;
    const others = [];
    for (const name of (await readdir(folder)).sort()) {
      const bytes = await readFile(`${folder}/${name}`);
      let stripped;
      try {
        const { info } = await check(bytes, RULES);
        if (info.width * info.height > 4_000_000) continue;
        stripped = await stripMetadata(bytes, RULES);
      } catch {
        continue; // Refused.
      }
      if (stripped.removed.length === 0) continue;
      const type = `image/${stripped.format}`;
      const [before, after] = await page.evaluate(drawBoth, [bytes, stripped.bytes].map((file) => [file.toString('base64'), type]));
      // What Chromium did not show before it may show now: a JPEG without an end has one once it is stripped.
      if (before === null) continue;
      if (OTHERWISE[name] !== undefined && String(after) !== String(before)) others.push(name);
      else assert.deepEqual(after, before, name);
      compared += 1;
    }
    console.log(`${compared} images compared`);
    assert.deepEqual(others, Object.keys(OTHERWISE), 'an exception that is none any more');
    assert.ok(compared > 30, `${compared}`);
  });
});

// The size as displayed, and a hash of the pixels of each file; null for one that the browser does not show.
function drawBoth(files) {
  const draw = async ([base64, type]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    let bitmap;
    try {
      bitmap = await createImageBitmap(new Blob([bytes], { type }), { imageOrientation: 'from-image' });
    } catch {
      return null;
    }
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
    return [bitmap.width, bitmap.height, [...digest].join(' ')];
  };
  return Promise.all(files.map(draw));
}
