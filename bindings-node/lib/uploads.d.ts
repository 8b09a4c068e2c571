import type { Presigner } from './presign.js';
import type { UploadPolicy, UploadPolicyOptions } from './rules.js';

/** What is asked for. */
export interface UploadRequest {
  /** Who uploads, as your program knows them, never as the client says: 1 to 128 of `A-Z a-z 0-9 - _ . ~ @ + = : |`. */
  owner: string;
  /** The media type of the file, as the client says. */
  contentType: string;
  /** The exact size of the file in bytes, as the client says. */
  sizeBytes: number;
  /** The name that the file has with the client, at most 255 bytes. It is never a part of the key. Default: unset. */
  filename?: string | undefined;
  /** The time at which the ticket is issued. Default: the clock. */
  now?: Date | undefined;
}

/**
 * One upload that the client may make: a PUT of exactly the size and type asked for, to a key of our choosing. It is as good
 * as a password until it expires; `console.log` of it leaves the URL's query out. Frozen.
 */
export class UploadTicket {
  private constructor();
  /** `"PUT"`. */
  readonly method: string;
  /** The URL with its signature. */
  readonly url: string;
  /** Exactly the headers to send: `content-type` and `content-length`, which a browser sets by itself from the body. */
  readonly headers: Record<string, string>;
  /** The object's key. Keep it: it is the name of the upload from here on. */
  readonly key: string;
  /** Where the object can be read later, when the policy has a `publicBaseUrl`. */
  readonly publicUrl: string | null;
  /** How long the ticket holds, in seconds from the whole second at which it was issued; shorter than the policy says where the credentials expire sooner. */
  readonly expiresIn: number;
  /** When it ceases to hold: a whole second. */
  readonly expiresAt: Date;
}

/**
 * Issues tickets for uploads under one policy. Make it once and share it.
 *
 * Error: `option_invalid`, when the policy makes no sense.
 */
export class Uploads {
  constructor(presigner: Presigner, policy?: UploadPolicy | UploadPolicyOptions);
  /**
   * Issues a ticket. Synchronous.
   *
   * Errors: `upload_owner_invalid`, `upload_format_not_allowed`, `upload_too_small`, `upload_too_large`, `option_invalid`
   * (types; the file's name), `credentials_expired`, `signing_failed`.
   */
  issue(request: UploadRequest): UploadTicket;
  get policy(): UploadPolicy;
  /** To read what was uploaded. */
  get presigner(): Presigner;
  #private;
}
