// Errors in the page. Checks in the page have the codes, messages and statuses of the core. Errors of the back end keep theirs.
// A few codes exist for failures between the two.

import { TRY_LATER, userMessage } from './user_message.js';

export class PresizeError extends Error {
  constructor(code, message, { httpStatus = null, details = {}, index, retryAfter, userMessage = TRY_LATER, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.httpStatus = httpStatus;
    this.details = details;
    this.userMessage = userMessage;
    if (index !== undefined) this.index = index;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }

  toJSON() {
    const { code, message, userMessage, details, index } = this;
    const shown = { code, message, user_message: userMessage, details };
    return index === undefined ? shown : { ...shown, index };
  }
}
// On the prototype, so that a minifier that renames the class does not rename the error.
Object.defineProperty(PresizeError.prototype, 'name', { value: 'PresizeError', configurable: true, writable: true });

const list = (words) => `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;

const CATALOGUE = {
  option_invalid: [400, (d) => `expected ${d.expected} for ${d.name}, received ${d.received}`],
  image_format_unknown: [415, () => 'expected an image, received bytes of no known image format'],
  image_format_not_allowed: [
    415,
    (d) => `expected one of ${list(d.allowed)} for the image format, received ${d.detected}`,
  ],
  image_format_unsupported: [415, (d) => `expected an image format that can be decoded, received ${d.detected}`],
  image_format_mismatch: [415, (d) => `expected ${d.declared} as declared, received ${d.detected}`],
  image_too_small: [422, (d) => `expected at least ${d.min} for ${d.what}, received ${d.received}`],
  // Bytes counted while they arrive are counted up to one above the limit.
  image_too_large: [
    413,
    (d) =>
      `expected at most ${d.max} for ${d.what}, received ${d.received === d.max + 1 ? `more than ${d.max}` : d.received}`,
  ],
  image_corrupt: [422, (d) => `expected a complete image, received a damaged one: ${d.reason}`],
  encoding_unsupported: [501, (d) => `expected an encoding that can be made for ${d.format}, received ${d.reason}`],

  // Only in the page.
  file_unreadable: [
    null,
    () => 'expected a file that can be read, received one that has changed or gone since it was chosen',
  ],
  network_failed: [
    null,
    (d) =>
      `expected an answer from the ${d.from}, received none: no network, or its CORS rules do not let this page ask`,
  ],
  cors_refused: [
    null,
    (d) =>
      `expected the store's CORS rules to let ${d.origin} send ${d.method}, received none that do: in the CORS configuration ` +
      `of the bucket, add ${d.origin} to AllowedOrigins, ${d.method} to AllowedMethods and ${d.headers} to AllowedHeaders`,
  ],
  response_invalid: [null, (d) => `expected ${d.expected} from the ${d.from}, received ${d.received}`],
  response_refused: [
    null,
    (d) => `expected success from the ${d.from}, received status ${d.status}${d.reason ? `: ${d.reason}` : ''}`,
  ],
};

export function failure(code, details = {}, { message, ...rest } = {}) {
  const [httpStatus, messageOf] = CATALOGUE[code];
  return new PresizeError(code, message ?? messageOf(details), {
    httpStatus,
    details,
    userMessage: userMessage(code, details),
    ...rest,
  });
}

const MAX_SHOWN = 60;

// Makes foreign text fit for a message: one line, printable, at most 60 characters, as in the core.
export function clip(text) {
  // Cut before the characters are counted: a character has at most two code units.
  const characters = [...text.slice(0, 2 * MAX_SHOWN + 2)];
  const shown = characters.slice(0, MAX_SHOWN).map((character) => {
    const control = /\p{Cc}/u.test(character);
    return control ? `\\u{${character.codePointAt(0).toString(16)}}` : character;
  });
  return shown.join('') + (characters.length > MAX_SHOWN ? '…' : '');
}
