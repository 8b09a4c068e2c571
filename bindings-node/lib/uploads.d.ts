import type { Confirmation } from './confirmation.js';
import type { UploadEvent } from './event.js';
import type { ConfirmRequest, UploadPolicyOptions, UploadRequest } from './options.js';
import type { Presigner } from './presign.js';
import type { UploadPolicy } from './rules.js';

/**
 * Authorises a client to make one upload, to a key that the policy chooses: a PUT of exactly the requested size and type, or a
 * POST form. It is as good as a password until it expires; `console.log` of it leaves the URL's query and the signature out.
 * Frozen.
 */
export class UploadTicket {
  private constructor();
  /** `"PUT"`; `"POST"` with a policy whose `method` is `"post"`. */
  readonly method: string;
  /** The URL: with its signature for a PUT, the form's `action` for a POST. */
  readonly url: string;
  /**
   * Exactly the headers to send: `content-type` and `content-length`, which a browser sets by itself from the body;
   * `if-none-match: *` with a policy that is `createOnly`, `x-amz-checksum-sha256` if the request has a checksum, and
   * `cache-control` if the policy has one and uploads go directly to their final keys. The bucket's CORS rule must allow them.
   * None for a POST.
   */
  readonly headers: Record<string, string>;
  /**
   * The fields of the form, in the order in which to send them as `multipart/form-data`, before the field `file`. Empty for a
   * PUT.
   */
  readonly fields: Record<string, string>;
  /** The object's key once the upload is confirmed. Keep it: it identifies the upload. */
  readonly key: string;
  /** Where the object can be read later, when the policy has a `publicBaseUrl`. */
  readonly publicUrl: string | null;
  /**
   * The lifetime in seconds, from the second at which it was issued; shorter than that of the policy if the credentials expire
   * sooner.
   */
  readonly expiresIn: number;
  /** The time of expiry, a whole second. */
  readonly expiresAt: Date;
}

/**
 * Issues tickets for uploads under one policy, and confirms uploads. Create one instance and share it.
 *
 * ```js
 * const ticket = uploads.issue({ owner: 'user-7', contentType: 'image/jpeg', sizeBytes: 48_211 });
 * // The client uploads the file, then asks for the confirmation:
 * const photo = await confirmUpload(uploads, { owner: 'user-7', key: ticket.key });
 * ```
 *
 * Errors: `option_invalid`, for a contradictory policy; `header_invalid`, when its `cacheControl` or `metadata` cannot be
 * sent; `post_form_unsupported`, when it asks for POST forms and the bucket takes none.
 */
export class Uploads {
  constructor(presigner: Presigner, policy?: UploadPolicy | UploadPolicyOptions);
  /**
   * Uploads into the bucket that environment variables describe, by default those of `process.env`. An empty variable counts as
   * unset.
   *
   * For R2, where any of them is set: `R2_ACCOUNT_ID`, `R2_ACCESS_KEY_ID`, `R2_SECRET_ACCESS_KEY`, `R2_BUCKET_NAME` and
   * `R2_PUBLIC_URL`, all five; the last one becomes the policy's `publicBaseUrl`, and is needed only where that is unset.
   *
   * Otherwise, for S3: `AWS_REGION` (or `AWS_DEFAULT_REGION`), `AWS_BUCKET_NAME`, `AWS_ACCESS_KEY_ID` and
   * `AWS_SECRET_ACCESS_KEY`, and if set `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION`; `AWS_ENDPOINT_URL_S3` or
   * `AWS_ENDPOINT_URL`, the address of another server that speaks S3, in path style; `AWS_PUBLIC_URL`, for a `publicBaseUrl`
   * that is unset.
   *
   * Errors: `environment_incomplete`, whose details name every variable that is missing; `credentials_invalid`,
   * `bucket_invalid`, and those of the constructor.
   */
  static fromEnv(
    policy?: UploadPolicy | UploadPolicyOptions,
    env?: Readonly<Record<string, string | undefined>>,
  ): Uploads;
  /**
   * Issues a ticket. Synchronous.
   *
   * Errors: `upload_owner_invalid`, `upload_format_not_allowed`, `upload_too_small`, `upload_too_large`, `option_invalid`
   * (types; the file's name; the checksum), `credentials_expired`, `signing_failed`.
   */
  issue(request: UploadRequest): UploadTicket;
  /**
   * Begins a confirmation. Synchronous, and nothing is sent: `confirmUpload` does all of it. `onEvent` is called only if the
   * request is refused.
   *
   * Errors: `upload_owner_invalid`, `upload_owner_mismatch`, `upload_prefix_mismatch`, `upload_key_unknown`,
   * `upload_key_invalid`, `option_invalid` (types; the file's name; the checksum).
   */
  confirm(request: ConfirmRequest & { onEvent?: ((event: UploadEvent) => void) | undefined }): Confirmation;
  get policy(): UploadPolicy;
  /** The presigner, for example to sign URLs at which uploads can be read. */
  get presigner(): Presigner;
  #private;
}
