/** The options of `JsonScanner`. */
export interface JsonLimits {
  /**
   * The most bytes outside of strings that are no white space; the quotes of strings count, 1 to 1073741824. Default: 65536 (64
   * KiB).
   */
  maxStructureBytes?: number | undefined;
  /** The most objects and lists within each other, 1 to 1000. Default: 32. */
  maxDepth?: number | undefined;
  /** The most strings that start with `data:`, in any case, 0 to 10000. Default: none. */
  maxDataUris?: number | undefined;
  /** The most escapes (`\n`, `\u00e9`) in all strings together, 0 to 1073741824. Default: 1048576. */
  maxEscapes?: number | undefined;
}

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
