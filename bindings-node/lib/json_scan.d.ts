import type { JsonLimits } from './options.js';

/**
 * Scans a JSON document chunk by chunk as it arrives, and refuses one that would be too costly to parse.
 *
 * A parser turns two bytes into a value: 32 MB of `[],[],[]` become gigabytes. The scanner counts what values are made of and
 * skips the text of strings, data URIs among them. It does not validate: `JSON.parse` does.
 *
 * It agrees with parsers only on UTF-8, so refuse requests whose content type names another charset. Scan a compressed body after
 * decompression.
 *
 * Error: `option_invalid`.
 */
export class JsonScanner {
  constructor(limits?: JsonLimits);
  /**
   * Scans the next chunk, which may end anywhere. A refused document stays refused.
   *
   * Errors: `request_malformed` beyond a limit and for a text that is not in UTF-8, `data_uri_count_exceeded` beyond
   * `maxDataUris`.
   */
  push(piece: Uint8Array): void;
  /**
   * Ends the document. A document that is cut off need not be parsed.
   *
   * Errors: those of `push`, `request_malformed` for a document that ends in a string, a list or an object.
   */
  finish(): void;
  #private;
}
