'use strict';
// Stripped files as sharp reads them: the same picture, turned as before, and nothing else in it.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const presize = require('presize');
const sharp = require('sharp');
const { core } = require('./http_app.js');
const { VECTORS } = require('./runner/inputs.js');

const SECRET = 'secret-5f0c7a';
const RULES = { allowPolyglots: true, allowTruncated: true };
// The TIFF header, a directory of one entry and the end of directories, with the prefix that JPEG has.
const MAX_EXIF_BYTES = 64;

/** What a file is as a whole, and its pixels as they are stored. `pages` are all frames of an animation. */
async function seen(bytes, pages) {
  const options = { failOn: 'none', limitInputPixels: false, ignoreIcc: true, pages };
  const metadata = await sharp(bytes, options).metadata();
  const pixels = await sharp(bytes, options).raw().toBuffer();
  const upright = await sharp(bytes, options).autoOrient().raw().toBuffer();
  const { format, width, height, space, channels, depth, hasAlpha, orientation = 1, icc, pages: count, delay, loop } = metadata;
  return { whole: { format, width, height, space, channels, depth, hasAlpha, orientation, icc, count, delay, loop }, pixels, upright, metadata };
}

function assertNothingButThePicture({ exif, xmp, iptc, comments, tifftagPhotoshop }) {
  assert.deepStrictEqual([xmp, iptc, comments, tifftagPhotoshop], Array(4).fill(undefined));
  if (exif !== undefined) assert.ok(exif.length <= MAX_EXIF_BYTES, `${exif.length} bytes of EXIF`);
}

async function assertStripped(name, bytes, pages) {
  const before = await seen(bytes, pages);
  const stripped = await presize.stripMetadata(bytes, RULES);
  const after = await seen(stripped.bytes, pages);
  assert.deepStrictEqual(after.whole, before.whole, name);
  assert.ok(after.pixels.equals(before.pixels), `${name}: the pixels`);
  assert.ok(after.upright.equals(before.upright), `${name}: the turn`);
  assertNothingButThePicture(after.metadata);
  return stripped;
}

/** Noise over a gradient. */
function picture(channels = 3, width = 45, height = 30) {
  const pixels = Buffer.alloc(width * height * channels);
  let state = 1;
  for (let at = 0; at < pixels.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[at] = ((at / channels) % width) * 4 + (state >>> 28);
  }
  return sharp(pixels, { raw: { width, height, channels } });
}

const EXIF = {
  IFD0: { Make: SECRET, Model: SECRET, Artist: SECRET, Copyright: SECRET },
  IFD2: { DateTimeOriginal: '2026:01:02 03:04:05', UserComment: SECRET },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
};
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="${SECRET}"/></rdf:RDF></x:xmpmeta>`;

const ENCODINGS = {
  jpeg: (image) => image.jpeg(),
  'progressive jpeg': (image) => image.jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
  png: (image) => image.png(),
  'lossy webp': (image) => image.webp(),
  'lossless webp': (image) => image.webp({ lossless: true }),
};

for (const [name, encode] of Object.entries(ENCODINGS)) {
  test(`a ${name} keeps its pixels, its turn and its profile, and loses the rest`, async () => {
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const made = picture().withMetadata({ orientation }).withExifMerge(EXIF).withXmp(XMP).withIccProfile('p3');
      const bytes = await encode(made).toBuffer();
      assert.ok(bytes.includes(SECRET));
      const { bytes: stripped, removed } = await assertStripped(`${name}, ${orientation}`, bytes);
      assert.ok(!stripped.includes(SECRET) && !stripped.includes('2026:01:02'));
      assert.deepStrictEqual(removed.map(({ kind }) => kind).slice(0, 2), ['exif', 'xmp']);
      const info = presize.inspect(bytes);
      assert.deepStrictEqual([info.exifSummary.make, info.exifSummary.hasGps], [SECRET, true]);
      assert.deepStrictEqual([info.exifSummary.takenAt, presize.inspect(stripped).exifSummary], ['2026-01-02T03:04:05', null]);
      assert.deepStrictEqual((await presize.stripMetadata(stripped)).removed, []);
    }
  });
}

test('every image of the suite keeps its picture', async () => {
  const folder = path.join(VECTORS, 'images');
  let compared = 0;
  const others = [];
  for (const name of fs.readdirSync(folder).sort()) {
    const bytes = fs.readFileSync(path.join(folder, name));
    let info;
    try {
      ({ info } = await presize.check(bytes, RULES));
      // A frame after the other is read of what is one: sharp has no APNG.
      await seen(bytes, info.isAnimated && info.format !== 'png' ? -1 : 1);
    } catch {
      continue; // Refused, or not read by libvips.
    }
    try {
      await assertStripped(name, bytes, info.isAnimated && info.format !== 'png' ? -1 : 1);
    } catch (error) {
      if (OTHERWISE[name] === undefined) throw error;
      others.push(name);
    }
    compared += 1;
  }
  assert.deepStrictEqual(others, Object.keys(OTHERWISE), 'an exception that is none any more');
  console.log(`${compared} images compared`);
  assert.ok(compared > 250, `${compared}`);
});

// What presize and libvips read otherwise, and strip_metadata keeps as presize reads it.
const OTHERWISE = {
  'exif_prefix.png': 'an eXIf chunk that begins as in a JPEG: presize and Pillow read it, and it is kept in the form that all read',
  'tolerance-control-1.gif': 'a graphic control extension of another length than 4 is none',
  'tolerance-control-3.gif': 'a graphic control extension of another length than 4 is none',
  'tolerance-exif-checksum.png': 'a chunk with a wrong checksum is none, as for libpng',
  'tolerance-trns-checksum.png': 'a chunk with a wrong checksum is none, as for libpng',
};

test('a file without metadata comes back as it is, and is the same for a caller who writes to it meanwhile', async () => {
  const bytes = await picture().png().toBuffer();
  const given = Uint8Array.from(bytes);
  const call = presize.stripMetadata(given);
  given.fill(0);
  const stripped = await call;
  assert.ok(stripped.bytes.equals(bytes));
  assert.deepStrictEqual([stripped.removed, stripped.format, stripped.mediaType, stripped.extension], [[], 'png', 'image/png', '.png']);
  assert.ok(Object.isFrozen(stripped) && Object.isFrozen(stripped.removed));
  assert.strictEqual(stripped.toDataUri(), `data:image/png;base64,${bytes.toString('base64')}`);
});

test('a JPEG that does not say where it ends is weighed as the decoding that it takes', async (t) => {
  const bytes = await picture().jpeg().toBuffer();
  assert.strictEqual(bytes.toString('latin1', bytes.length - 2), '\xff\xd9');
  // An end that stands in a comment is none.
  const endless = Buffer.concat([bytes.subarray(0, -2), Buffer.from('fffe0004ffd9', 'hex')]);
  const { mock } = t.mock.method(core, 'queuedWork');
  await presize.stripMetadata(bytes);
  await presize.stripMetadata(endless);
  assert.deepStrictEqual(mock.calls.map(({ result }) => result), [0, presize.workPixels(endless)]);
});

test('what is no image, or too large, is refused', async () => {
  await assert.rejects(presize.stripMetadata(Buffer.from('<svg/>')), { code: 'image_format_not_allowed' });
  await assert.rejects(presize.stripMetadata(Buffer.alloc(100), { maxBytes: 99 }), { code: 'image_too_large' });
  await assert.rejects(presize.stripMetadata('text'), { code: 'option_invalid' });
  await assert.rejects(presize.stripMetadata(Buffer.alloc(1), {}, { declared: 'image/png' }), { code: 'option_invalid' });
});

test('a change is told', async () => {
  const [one, other] = await Promise.all([picture().png().toBuffer(), picture().rotate(180).png().toBuffer()]);
  assert.ok(!(await seen(one)).pixels.equals((await seen(other)).pixels));
  const named = await picture().withExif(EXIF).jpeg().toBuffer();
  assert.throws(() => assertNothingButThePicture({ exif: named.subarray(0, 100) }), /bytes of EXIF/);
});
