import type { BucketOptions, UrlStyle } from './options.js';

/**
 * A bucket of S3, of R2, or of any S3-compatible server. Creating one connects to nothing.
 *
 * Errors: `bucket_invalid`, `option_invalid`.
 */
export class Bucket {
  private constructor();
  /** A bucket of S3, by its region (`"eu-central-1"`) and name. Regional virtual hosts, in every partition of AWS. */
  static s3(region: string, name: string, options?: BucketOptions): Bucket;
  /** A bucket of Cloudflare R2, by the account's id and the name. */
  static r2(account: string, name: string, options?: BucketOptions): Bucket;
  /** A bucket of another S3-compatible server: `Bucket.custom('http://localhost:9000', 'us-east-1', 'photos', 'path')`. */
  static custom(endpoint: string, region: string, name: string, style: UrlStyle, options?: BucketOptions): Bucket;
  /** An access point of S3, by its ARN. */
  static accessPoint(arn: string, options?: BucketOptions): Bucket;
  /** The same bucket at the server's own address, for the back end itself, if clients use a `publicEndpoint`. */
  internal(): Bucket;
  /** An object of the bucket as the source of `Presigner.copy`: `bucket/key`, for an access point `arn.../object/key`. */
  copySource(key: string): string;
  /** The bucket's name; of an access point, its ARN. */
  get name(): string;
  /** The region that requests are signed for; `"auto"` for R2. */
  get region(): string;
  /** The host of its URLs, with the port if it is not the default port of the scheme. */
  get host(): string;
  #private;
}

export interface CredentialsOptions {
  /** The session token of temporary credentials. Default: none. */
  sessionToken?: string | undefined;
  /** The time of expiry; nothing that they sign is valid for longer. Default: never. */
  expiresAt?: Date | undefined;
}

/**
 * An access key. The addon's copy of the secret is wiped from memory when it is no longer used, and it is never shown.
 *
 * Errors: `credentials_invalid`, `option_invalid`.
 */
export class Credentials {
  constructor(accessKeyId: string, secretAccessKey: string, options?: CredentialsOptions);
  /**
   * The credentials in environment variables, by default those of `process.env`: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
   * and if set `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION` (RFC 3339).
   *
   * Errors: `credentials_missing`, whose details name every variable that is not set; `credentials_invalid`.
   */
  static fromEnv(env?: Readonly<Record<string, string | undefined>>): Credentials;
  /** The id of the key, which is in every URL that it signs. */
  get accessKeyId(): string;
  #private;
}
