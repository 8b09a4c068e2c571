// User messages: the sentences of the core for checks in the page, and sentences for failures between the page and a server.

// Also used for errors of a back end that sends no user message.
export const TRY_LATER = 'The server could not do this. Please try again later.';
const RELOAD = 'This could not be done. Please reload the page and try again.';

const SENTENCES = {
  option_invalid: () => RELOAD,
  image_format_unknown: () => 'This file is not a picture that can be opened here. Please choose another one.',
  image_format_not_allowed: ({ detected, allowed }) => {
    const name = formatName(detected);
    const files = name === undefined ? 'This kind of file is not accepted.' : `${name} files are not accepted.`;
    return `${files} Please choose one of these: ${formatNames(allowed)}.`;
  },
  image_format_unsupported: ({ detected }) => {
    const name = formatName(detected);
    const file = name === undefined ? 'This file' : `This ${name} file`;
    const wayOut =
      name === 'JPEG'
        ? 'Please save it again in another program, or choose another one.'
        : 'Please save it in another format, for example JPEG.';
    return `${file} cannot be opened here. ${wayOut}`;
  },
  image_format_mismatch: ({ declared, detected }) => {
    const [called, is] = [formatName(declared), formatName(detected)];
    const what =
      called === undefined || is === undefined || called === is
        ? 'This file is not what it is called.'
        : `This file is called ${called}, but it is ${is}.`;
    return `${what} Please save it again, or choose another one.`;
  },
  // The page checks only the size in bytes.
  image_too_small: ({ received, min }) =>
    received === 0 ? 'This file is empty.' : `This file is smaller than ${limit(min, Math.ceil)}.`,
  image_too_large: ({ max }) => `This file is larger than ${limit(max, Math.floor)}.`,
  image_corrupt: () => 'This picture is damaged or incomplete. Please choose another one.',
  encoding_unsupported: () => TRY_LATER,

  // Only in the page.
  file_unreadable: () => 'This file cannot be read any more. Please choose it again.',
  network_failed: () => 'The server cannot be reached. Please check your connection and try again.',
  cors_refused: () => TRY_LATER,
  response_invalid: () => TRY_LATER,
  response_refused: () => TRY_LATER,
};

// The sentence for an error that the page has found.
export function userMessage(code, details) {
  return SENTENCES[code](details);
}

const NAMES = {
  jpeg: 'JPEG',
  jpg: 'JPEG',
  pjpeg: 'JPEG',
  png: 'PNG',
  'x-png': 'PNG',
  webp: 'WebP',
  gif: 'GIF',
  heic: 'HEIC',
  heif: 'HEIF',
  avif: 'AVIF',
  svg: 'SVG',
  'svg+xml': 'SVG',
  tiff: 'TIFF',
  bmp: 'BMP',
  ico: 'ICO',
  jxl: 'JPEG XL',
  jp2: 'JPEG 2000',
  pdf: 'PDF',
  'application/pdf': 'PDF',
  zip: 'ZIP',
  'application/zip': 'ZIP',
  mp4: 'MP4',
  'video/mp4': 'MP4',
};

function formatName(text) {
  const word = text.split(/[ ;]/, 1)[0].toLowerCase().replace(/^image\//, '');
  return Object.hasOwn(NAMES, word) ? NAMES[word] : undefined;
}

function formatNames(texts) {
  const names = texts.map(formatName).filter((name) => name !== undefined);
  return names.filter((name, index) => name !== names[index - 1]).join(', ');
}

const UNITS = [
  [2 ** 30, 1e9, 'GB'],
  [2 ** 20, 1e6, 'MB'],
  [2 ** 10, 1e3, 'KB'],
];

// Formats a limit in the unit, binary or decimal, in which it is a round number, or rounded in binary units if it is round in
// neither.
function limit(bytes, round) {
  const tenths = bytes * 10;
  const isRound = (unit) => tenths % unit === 0;
  const [binary, decimal, name] =
    UNITS.find(([binary, decimal]) => bytes >= binary || (bytes >= decimal && isRound(decimal))) ?? UNITS[2];
  const unit = isRound(binary) || !isRound(decimal) ? binary : decimal;
  return `${round(tenths / unit) / 10} ${name}`;
}
