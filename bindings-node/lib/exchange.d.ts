import type { OwnedBuffer } from './bytes.js';

/**
 * A request of a `Confirmation`, a `Resizing` or an `Answering`, which your application sends to the store. The URL is as good as
 * a password and does not belong in a log; `console.log` of the request leaves its query out. Frozen.
 */
export class StoreRequest {
  private constructor();
  readonly method: string;
  /** The URL with its signature. Do not follow redirects. */
  readonly url: string;
  /** Exactly the headers to send, besides `Host`; `content-length` is among them if there is a body. */
  readonly headers: Record<string, string>;
  /** The body of a PUT; empty for other methods. */
  readonly body: OwnedBuffer;
  /** The number of bytes of the response body after which to stop reading. */
  readonly maxBodyBytes: number;
}

/** A response of the store, of any status. */
export interface StoreAnswer {
  /** The HTTP status. */
  status: number;
  /** By name, as `Headers`, or in pairs. */
  headers?: Iterable<readonly [string, string]> | Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** The body as the store sent it, not decompressed, whole or as a list of chunks, which are copied once. Default: empty. */
  body?: Uint8Array | readonly Uint8Array[] | undefined;
}
