import type { JsonLimits } from './options.js';

/**
 * Reads a JSON document in pieces as it arrives and refuses one that would cost a parser too much.
 *
 * A parser turns two bytes into a value: 32 MB of `[],[],[]` become gigabytes. The scanner counts what values are made of and
 * skips the text of strings, data URIs among them. It does not validate: `JSON.parse` does.
 *
 * It agrees with parsers on UTF-8 alone: refuse a request whose content type names another charset. A body that is compressed
 * is scanned after it is unpacked.
 *
 * Error: `option_invalid`.
 */
export class JsonScanner {
  constructor(limits?: JsonLimits);
  /**
   * Reads the next piece, which may end anywhere. A document that was refused stays refused.
   *
   * Errors: `request_malformed` beyond a limit and for a text that is not in UTF-8, `data_uri_count_exceeded` beyond
   * `maxDataUris`.
   */
  push(piece: Uint8Array): void;
  /**
   * The end of the document. What is cut off need not be parsed.
   *
   * Errors: those of `push`, `request_malformed` for a document that ends in a string, a list or an object.
   */
  finish(): void;
  #private;
}
