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
  /** The only method for which the URL is valid. */
  readonly method: string;
  /** The URL with its signature. */
  readonly url: string;
  /**
   * Exactly the headers that the client must send, besides `Host`, which every client sends by itself. All of them are
   * signed: a different value, or one left out, is refused by the server.
   */
  readonly headers: Record<string, string>;
  /** The lifetime in seconds, from the second at which it was signed; shorter than requested if the credentials expire sooner. */
  readonly expiresIn: number;
  /** The time of expiry by the server's clock, a whole second. */
  readonly expiresAt: Date;
}

/**
 * A form that anybody who holds it may send until it expires, with `multipart/form-data` as its encoding and the method
 * POST: all `fields` in their order, then those that the options leave to the page, and `file` as the last one, since S3
 * ignores fields after it. The fields are as good as a password.
 */
export class PostForm {
  private constructor();
  /** The `action` of the form. */
  readonly url: string;
  /** Names and values, `key` first. All of them must be sent as they are. */
  readonly fields: Record<string, string>;
  /** The lifetime in seconds, from the second at which it was signed. */
  readonly expiresIn: number;
  /** The time of expiry, a whole second. */
  readonly expiresAt: Date;
}

/**
 * Signs requests for one bucket with one set of credentials. Create one instance and share it, since it caches the signing key
 * of the day. Other credentials need another instance.
 *
 * ```js
 * const presigner = new Presigner(Bucket.s3('ap-northeast-2', 'photos'), Credentials.fromEnv());
 * const { method, url, headers } = presigner.put('cats/1.webp', { contentType: 'image/webp', contentLength: 48_211 });
 * ```
 *
 * The headers of a request are exactly what the client must send besides `Host`: no other header is
 * signed, and no checksum is added that was not requested. A key has 1 to 1024 bytes of UTF-8, no control characters, and
 * neither `.` nor `..` as a segment.
 *
 * Errors of every request: `expiry_out_of_range` (outside 1 second to 7 days), `upload_key_invalid`, `header_invalid`,
 * `option_invalid`, `credentials_expired`, `signing_failed`.
 */
export class Presigner {
  constructor(bucket: Bucket, credentials: Credentials);
  /**
   * A presigner for the bucket that environment variables describe, by default those of `process.env`. An empty variable counts
   * as unset.
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
   * `bucket/key`, as `Bucket.copySource` returns it, without percent-encoding. The answer of the store can be an error under
   * the status 200: success is a body with `CopyObjectResult`.
   */
  copy(key: string, copySource: string, options?: CopyOptions): PresignedRequest;
  /** Begins a multipart upload. `parseUploadId` reads its id from the response. */
  createMultipartUpload(key: string, options?: CreateMultipartUploadOptions): PresignedRequest;
  /** Writes one part, numbered from 1 to 10000. All but the last have at least 5 MiB. */
  uploadPart(key: string, uploadId: string, partNumber: number, options?: UploadPartOptions): PresignedRequest;
  /** Joins the parts. The body of the request is made by `completeMultipartBody`. */
  completeMultipartUpload(key: string, uploadId: string, options?: CompleteMultipartUploadOptions): PresignedRequest;
  /** Aborts a multipart upload. */
  abortMultipartUpload(key: string, uploadId: string, options?: RequestOptions): PresignedRequest;
  /** Lists the parts that have arrived. */
  listParts(key: string, uploadId: string, options?: ListPartsOptions): PresignedRequest;
  /** Any operation, by its name. */
  request(operation: Operation, key: string, options?: SignOptions): PresignedRequest;
  /**
   * Signs the same request for many keys, in their order. Options, time and headers are processed once. The error of a key has
   * its `index`.
   */
  signMany(operation: Operation, keys: readonly string[], options?: SignOptions): PresignedRequest[];
  /**
   * A form with which a browser uploads by POST, within limits of size. In a key that ends in `${filename}`, S3 replaces that
   * by the name of the user's file; the form is valid for all keys with the same prefix.
   *
   * Errors: `post_form_unsupported` (R2 and access points), and those of every request.
   */
  postForm(key: string, options: PostFormOptions): PostForm;
  #private;
}

/** A part of a multipart upload that has been uploaded. */
export interface CompletedPart {
  /** From 1 to 10000. */
  number: number;
  /** The `ETag` of the response to its upload, with or without quotes. */
  etag: string;
  /** The algorithm of `checksum`. Default: none. */
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
 * Reads the id of a multipart upload from the response body of `create-multipart-upload`.
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
