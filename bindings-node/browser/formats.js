// Image formats by name and by their first bytes: `format.rs` of the core, for the page.

export const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'heic', 'heif', 'avif'];

// The number of bytes that `sniff` needs.
export const HEAD_BYTES = 4096;

export const mediaTypeOf = (format) => `image/${format}`;
export const extensionOf = (format) => (format === 'jpeg' ? '.jpg' : `.${format}`);

const ALIASES = {
  'image/jpg': 'jpeg',
  'image/pjpeg': 'jpeg',
  'image/x-citrix-jpeg': 'jpeg',
  'image/x-png': 'png',
  'image/x-citrix-png': 'png',
  'image/apng': 'png',
  'image/heic-sequence': 'heic',
  'image/heif-sequence': 'heif',
};

// The format of a media type in any case, parameters ignored; null for any other type.
export function formatOfMediaType(mediaType) {
  const essence = essenceOf(mediaType);
  const format = FORMATS.find((name) => essence === mediaTypeOf(name));
  return format ?? (Object.hasOwn(ALIASES, essence) ? ALIASES[essence] : null);
}

const OPEN_TYPES = [
  '',
  'application/octet-stream',
  'binary/octet-stream',
  'image/*',
  '*/*',
  'application/unknown',
  'unknown/unknown',
];

// Whether a media type names no format, so that only the bytes count.
export const isUndeclared = (mediaType) => OPEN_TYPES.includes(essenceOf(mediaType));

function essenceOf(mediaType) {
  return mediaType
    .split(';')[0]
    .replace(/^[ \t]+|[ \t]+$/g, '')
    .toLowerCase();
}

// A format by its name: `jpg` is read as `jpeg`.
export const formatNamed = (name) => (name === 'jpg' ? 'jpeg' : name);

// Whether a file declared as `declared` may be `detected`. HEIC and HEIF are declared loosely.
export function admits(declared, detected) {
  const heif = ['heic', 'heif'];
  return declared === detected || (heif.includes(declared) && heif.includes(detected));
}

// { format } for an image, { other } for another file type that errors can name, {} for anything else.
export function sniff(head) {
  for (const [mark, offset, found, alsoHolds] of SIGNATURES) {
    if (matches(head, mark, offset) && (!alsoHolds || alsoHolds(head))) {
      return typeof found === 'function' ? found(head) : found;
    }
  }
  const markup = sniffMarkup(head);
  return markup ? { other: markup } : {};
}

const letters = (characters) => [...characters].map((character) => character.charCodeAt(0));
const isWebp = (head) => ['WEBPVP8 ', 'WEBPVP8L', 'WEBPVP8X'].some((mark) => matches(head, letters(mark), 8));
const isBitmap = (head) => matches(head, [0, 0, 0, 0], 6);

const SIGNATURES = [
  [[0xff, 0xd8, 0xff], 0, { format: 'jpeg' }],
  [[0x89, ...letters('PNG\r\n'), 0x1a, 0x0a], 0, { format: 'png' }],
  [letters('GIF87a'), 0, { format: 'gif' }],
  [letters('GIF89a'), 0, { format: 'gif' }],
  [letters('RIFF'), 0, { format: 'webp' }, isWebp],
  [letters('ftyp'), 4, sniffBrands],
  [[0xff, 0x0a], 0, { other: 'jxl' }],
  [[0, 0, 0, 0x0c, ...letters('JXL ')], 0, { other: 'jxl' }],
  [[0, 0, 0, 0x0c, ...letters('jP  ')], 0, { other: 'jp2' }],
  [[...letters('II'), 42, 0], 0, { other: 'tiff' }],
  [[...letters('MM'), 0, 42], 0, { other: 'tiff' }],
  [letters('BM'), 0, { other: 'bmp' }, isBitmap],
  [[0, 0, 1, 0], 0, { other: 'ico' }],
  [[0, 0, 2, 0], 0, { other: 'ico' }],
  [letters('%PDF-'), 0, { other: 'pdf' }],
  [letters('PK\x03\x04'), 0, { other: 'zip' }],
  [[0x1f, 0x8b], 0, { other: 'gzip' }],
];

function matches(head, mark, offset) {
  return mark.every((byte, index) => head[offset + index] === byte);
}

function asText(bytes) {
  return String.fromCharCode(...bytes);
}

const AVIF_BRANDS = ['avif', 'avis'];
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'];
const HEIF_BRANDS = ['mif1', 'msf1', 'mif2'];

// ISO base media files: the major brand first, then the compatible ones.
function sniffBrands(head) {
  const size = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const end = Math.min(size, head.length, 256);
  if (size < 16 || end < 12) return {};
  const brands = [asText(head.subarray(8, 12))];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(asText(head.subarray(at, at + 4)));
  for (const brand of brands) {
    if (AVIF_BRANDS.includes(brand)) return { format: 'avif' };
    if (HEIC_BRANDS.includes(brand)) return { format: 'heic' };
  }
  return brands.some((brand) => HEIF_BRANDS.includes(brand)) ? { format: 'heif' } : { other: 'mp4' };
}

const ASCII_SPACE = /^[ \t\n\f\r]+/;

function sniffMarkup(head) {
  const marked = [
    [0xef, 0xbb, 0xbf],
    [0xff, 0xfe],
    [0xfe, 0xff],
  ].find((mark) => matches(head, mark, 0));
  const bytes = head.subarray(marked ? marked.length : 0, HEAD_BYTES).filter((byte) => byte !== 0);
  // Only ASCII letters: Unicode lower-casing turns some other letters into ASCII ones.
  let rest = asText(bytes)
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(ASCII_SPACE, '');
  while (rest.startsWith('<!--')) {
    const end = rest.indexOf('-->', 4);
    if (end < 0) return null;
    rest = rest.slice(end + 3).replace(ASCII_SPACE, '');
  }
  if (!rest.startsWith('<')) return null;
  if (rest.includes('<svg') || rest.startsWith('<!doctype svg')) return 'svg';
  return rest.startsWith('<?xml') ? 'xml' : 'html';
}

// Whether a PNG or WebP is animated, by the chunks before its first frame. A GIF tells only at its end.
export function isAnimated(head, format) {
  if (format === 'webp') return matches(head, letters('VP8X'), 12) && (head[20] & 0x02) !== 0;
  if (format !== 'png') return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (let at = 8; at + 8 <= head.length; at += 12 + view.getUint32(at)) {
    const chunk = asText(head.subarray(at + 4, at + 8));
    if (chunk === 'acTL') return true;
    if (chunk === 'IDAT') return false;
  }
  return false;
}
