import type { Bucket, Credentials } from './bucket.js';
import type {
  ChecksumAlgorithm,
  CompleteMultipartUploadOptions,
  CopyOptions,
  CreateMultipartUploadOptions,
  DeleteOptions,
  Disposition,
  GetOptions,
  ListPartsOptions,
  Operation,
  PostFormOptions,
  PutOptions,
  RequestOptions,
  SignOptions,
  UploadPartOptions,
} from './options.js';

/**
 * A request that anybody who holds it may send until it expires. The URL is as good as a password and does not belong in a
 * log; `console.log` of the request leaves its query out.
 */
export class PresignedRequest {
  constructor(method: string, url: string, headers: Record<string, string>, expiresIn: number, expiresAt: Date);
  /** The method; a URL is good for this one only. */
  readonly method: string;
  /** The URL with its signature. */
  readonly url: string;
  /**
   * Exactly the headers that the client must send, besides `Host`, which every client sends by itself. All of them are
   * signed: a different value, or one left out, is refused by the server.
   */
  readonly headers: Record<string, string>;
  /** How long it holds, in seconds from the whole second at which it was signed. Shorter than asked for where the credentials expire sooner. */
  readonly expiresIn: number;
  /** When it ceases to hold, by the server's clock: a whole second. */
  readonly expiresAt: Date;
}

/**
 * A form that anybody who holds it may send until it expires, with `multipart/form-data` as its encoding and the method
 * POST: all `fields` in their order, then those that the options leave to the page, and `file` as the last one, since S3
 * ignores what comes after it. The fields are as good as a password.
 */
export class PostForm {
  private constructor();
  /** Where the form is sent: its `action`. */
  readonly url: string;
  /** Names and values, `key` first. All of them must be sent as they are. */
  readonly fields: Record<string, string>;
  /** How long it holds, in seconds from the whole second at which it was signed. */
  readonly expiresIn: number;
  /** When it ceases to hold: a whole second. */
  readonly expiresAt: Date;
}

/**
 * Signs requests for one bucket with one set of credentials. Make it once and share it: it keeps the day's signing key.
 * For other credentials make another one.
 *
 * ```js
 * const presigner = new Presigner(Bucket.s3('ap-northeast-2', 'photos'), Credentials.fromEnv());
 * const { method, url, headers } = presigner.put('cats/1.webp', { contentType: 'image/webp', contentLength: 48_211 });
 * ```
 *
 * The headers of a request are exactly what the client must send besides `Host`: nothing is signed that the caller is not
 * told of, and no checksum is added that was not asked for. A key has 1 to 1024 bytes of UTF-8, no control characters, and
 * neither `.` nor `..` as a segment.
 *
 * Errors of every request: `expiry_out_of_range` (outside 1 second to 7 days), `upload_key_invalid`, `header_invalid`,
 * `option_invalid`, `credentials_expired`, `signing_failed`.
 */
export class Presigner {
  constructor(bucket: Bucket, credentials: Credentials);
  /**
   * A presigner for the bucket that the environment describes. Another object than `process.env` can be given. An empty
   * variable counts as one that is not set.
   *
   * For R2, if any variable that begins with `R2_` is set: `R2_ACCOUNT_ID`, `R2_ACCESS_KEY_ID`, `R2_SECRET_ACCESS_KEY` and
   * `R2_BUCKET_NAME`, all four.
   *
   * Otherwise, for S3: `AWS_REGION` (or `AWS_DEFAULT_REGION`), `AWS_BUCKET_NAME`, `AWS_ACCESS_KEY_ID` and
   * `AWS_SECRET_ACCESS_KEY`, and if set `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION`; `AWS_ENDPOINT_URL_S3` or
   * `AWS_ENDPOINT_URL`, the address of another server that speaks S3, in path style.
   *
   * Errors: `environment_incomplete`, whose details name every variable that is missing; `credentials_invalid`,
   * `bucket_invalid`.
   */
  static fromEnv(env?: Readonly<Record<string, string | undefined>>): Presigner;
  get bucket(): Bucket;
  /** Reads an object. */
  get(key: string, options?: GetOptions): PresignedRequest;
  /** Writes an object. */
  put(key: string, options?: PutOptions): PresignedRequest;
  /** Reads an object's headers. */
  head(key: string, options?: GetOptions): PresignedRequest;
  /** Removes an object. */
  delete(key: string, options?: DeleteOptions): PresignedRequest;
  /**
   * Writes an object as a copy of another one, which the credentials may read: a PUT without a body. `copySource` is
   * `bucket/key`, as `Bucket.copySource` gives it, without percent-encoding. The answer of the store can be an error under
   * the status 200: success is a body with `CopyObjectResult`.
   */
  copy(key: string, copySource: string, options?: CopyOptions): PresignedRequest;
  /** Begins an upload in parts. Its id is in the answer: `parseUploadId`. */
  createMultipartUpload(key: string, options?: CreateMultipartUploadOptions): PresignedRequest;
  /** Writes one part, numbered from 1 to 10000. All but the last have at least 5 MiB. */
  uploadPart(key: string, uploadId: string, partNumber: number, options?: UploadPartOptions): PresignedRequest;
  /** Joins the parts. The client sends what `completeMultipartBody` makes. */
  completeMultipartUpload(key: string, uploadId: string, options?: CompleteMultipartUploadOptions): PresignedRequest;
  /** Gives an upload in parts up. */
  abortMultipartUpload(key: string, uploadId: string, options?: RequestOptions): PresignedRequest;
  /** Lists the parts that have arrived. */
  listParts(key: string, uploadId: string, options?: ListPartsOptions): PresignedRequest;
  /** Any operation, by its name. */
  request(operation: Operation, key: string, options?: SignOptions): PresignedRequest;
  /**
   * Signs the same request for many keys, in their order: options, time and headers are looked at once. The error of a key
   * has its `index`.
   */
  signMany(operation: Operation, keys: readonly string[], options?: SignOptions): PresignedRequest[];
  /**
   * A form with which a browser uploads by POST, within bounds of size. A key that ends in `${filename}` stands for all keys
   * with the start before it; the name that the user's file has comes after it.
   *
   * Errors: `post_form_unsupported` (R2 and access points), and those of every request.
   */
  postForm(key: string, options: PostFormOptions): PostForm;
  #private;
}

/** A part that has arrived. */
export interface CompletedPart {
  /** From 1 to 10000. */
  number: number;
  /** The `ETag` of the answer to its upload, with its quotes or without. */
  etag: string;
  /** Of `checksum`. Default: none. */
  checksumAlgorithm?: ChecksumAlgorithm | undefined;
  /** The checksum that it was uploaded with, in base64. Default: none. */
  checksum?: string | undefined;
}

/**
 * The body of a `complete-multipart-upload` request, XML as S3 reads it. The parts are in the order of their numbers.
 *
 * Error: `option_invalid` for no part, more than 10000, a number out of range or out of order, or an `ETag` or checksum that
 * is none.
 */
export function completeMultipartBody(parts: readonly CompletedPart[]): string;

/**
 * The id of an upload in parts, from the body of the store's answer to `create-multipart-upload`.
 *
 * Error: `store_response_invalid`.
 */
export function parseUploadId(answer: string): string;

/**
 * The value of a `Content-Disposition` header for any file name (RFC 6266, RFC 8187).
 *
 * Error: `header_invalid`.
 */
export function contentDisposition(disposition: Disposition, filename: string): string;
