export type Operation =
  | 'get'
  | 'put'
  | 'head'
  | 'delete'
  | 'copy-object'
  | 'create-multipart-upload'
  | 'upload-part'
  | 'complete-multipart-upload'
  | 'abort-multipart-upload'
  | 'list-parts';
export type ChecksumAlgorithm = 'sha256' | 'crc32' | 'crc32c' | 'crc64nvme';
export type ServerSideEncryption = 'AES256' | 'aws:kms' | 'aws:kms:dsse';
export type MetadataDirective = 'copy' | 'replace';
export type CannedAcl =
  | 'private'
  | 'public-read'
  | 'public-read-write'
  | 'authenticated-read'
  | 'aws-exec-read'
  | 'bucket-owner-read'
  | 'bucket-owner-full-control';

/** The options that every request has. */
export interface RequestOptions {
  /** How long the request holds, in seconds, 1 to 604800, and never longer than the credentials. Default: 900 (15 minutes). */
  expiresIn?: number | undefined;
  /** The time at which it is signed. Default: the clock. */
  now?: Date | undefined;
  /** The account that must own the bucket, 12 digits. Default: any. */
  expectedBucketOwner?: string | undefined;
  /** Who sends the request pays for it. Default: false. */
  requesterPays?: boolean | undefined;
}

/** At most one of them. The store refuses another body. */
export interface ChecksumOptions {
  /** The SHA-256 of the body, 32 bytes in base64. Default: unset. */
  checksumSha256?: string | undefined;
  /** The CRC-32 of the body, 4 bytes in base64. Default: unset. */
  checksumCrc32?: string | undefined;
  /** The CRC-32C of the body, 4 bytes in base64. Default: unset. */
  checksumCrc32c?: string | undefined;
  /** The CRC-64/NVME of the body, 8 bytes in base64. Default: unset. */
  checksumCrc64nvme?: string | undefined;
}

export interface CustomerKeyOptions {
  /** The customer's own key (SSE-C), 32 bytes in base64. It is in the headers: the client must send it. Default: unset. */
  sseCustomerKey?: string | undefined;
}

/** What an object gets when it is written, also as a copy. */
export interface StoredOptions extends CustomerKeyOptions {
  /** The `Content-Type` that the client must send. Default: any. */
  contentType?: string | undefined;
  /**
   * The object's own metadata, names with values, at most 2048 bytes in all on S3, 8192 elsewhere. A value outside ASCII
   * is sent in encoded words (RFC 2047), as S3 wants and returns it. Default: none.
   */
  metadata?: Readonly<Record<string, string>> | undefined;
  /** `Content-Encoding` of the object. Default: unset. */
  contentEncoding?: string | undefined;
  /** `Content-Language` of the object. Default: unset. */
  contentLanguage?: string | undefined;
  /** `Content-Disposition` of the object, ASCII: see `contentDisposition`. Default: unset. */
  contentDisposition?: string | undefined;
  /** `Cache-Control` of the object. Default: unset. */
  cacheControl?: string | undefined;
  /** The storage class, as the store names it: `"STANDARD_IA"`. Default: the store's. */
  storageClass?: string | undefined;
  /** Who may use the object. Default: the store's. */
  acl?: CannedAcl | undefined;
  /** How the object is encrypted at rest. Default: the bucket's. */
  serverSideEncryption?: ServerSideEncryption | undefined;
  /** The key's id or ARN, with `serverSideEncryption` of `"aws:kms"` or `"aws:kms:dsse"`. Default: the bucket's. */
  sseKmsKeyId?: string | undefined;
  /** The encryption context, JSON in base64. Default: unset. */
  sseKmsEncryptionContext?: string | undefined;
  /** Whether S3 keeps a key for the bucket. Default: the bucket's. */
  sseBucketKeyEnabled?: boolean | undefined;
}

/** What an object gets when it is written anew. */
export interface WrittenOptions extends StoredOptions {
  /** The object's tags, at most 10; names of 1 to 128, values of at most 256 characters. Default: none. */
  tagging?: Readonly<Record<string, string>> | undefined;
}

/** The options of `get` and `head`. */
export interface GetOptions extends RequestOptions, CustomerKeyOptions {
  /** The `ETag` that the object must have (RFC 9110, section 13.1.1). Default: any. */
  ifMatch?: string | undefined;
  /** The version of the object. Default: the latest. */
  versionId?: string | undefined;
  /** One part of the object, from 1 to 10000. Default: all of it. */
  partNumber?: number | undefined;
  /** The `Cache-Control` that the answer shall have. Default: the object's. */
  responseCacheControl?: string | undefined;
  /** The `Content-Disposition` that the answer shall have, ASCII: see `contentDisposition`. Default: the object's. */
  responseContentDisposition?: string | undefined;
  /** The `Content-Encoding` that the answer shall have. Default: the object's. */
  responseContentEncoding?: string | undefined;
  /** The `Content-Language` that the answer shall have. Default: the object's. */
  responseContentLanguage?: string | undefined;
  /** The `Content-Type` that the answer shall have. Default: the object's. */
  responseContentType?: string | undefined;
  /** The `Expires` that the answer shall have, an HTTP date. Default: the object's. */
  responseExpires?: string | undefined;
}

/** The options of `put`. */
export interface PutOptions extends RequestOptions, ChecksumOptions, WrittenOptions {
  /** The exact size of the body in bytes, which the client must send. Default: any. */
  contentLength?: number | undefined;
  /** The MD5 of the body, 16 bytes in base64 (RFC 1864). Default: unset. */
  contentMd5?: string | undefined;
  /** The `ETag` of the object that is to be replaced (RFC 9110, section 13.1.1). Default: any. */
  ifMatch?: string | undefined;
  /** `"*"`: the object is created and never replaced (RFC 9110, section 13.1.2). Default: unset. */
  ifNoneMatch?: '*' | undefined;
}

/**
 * The options of `copy`. Content type, encoding, language and disposition, `cacheControl` and `metadata` are those of the
 * source, unless `metadataDirective` is `"replace"`: then they are those given here.
 */
export interface CopyOptions extends RequestOptions, StoredOptions {
  /** The version of what is copied: 1 to 1024 of `A-Z a-z 0-9 - _ . ~ / + =`. Default: the latest. */
  copySourceVersionId?: string | undefined;
  /** The `ETag` that what is copied must have. Default: any. */
  copySourceIfMatch?: string | undefined;
  /** Whether the copy has the metadata of its source, or that which is given here. Default: the store's, `"copy"`. */
  metadataDirective?: MetadataDirective | undefined;
  /** The `ETag` of the object that is to be replaced (RFC 9110, section 13.1.1). Default: any. */
  ifMatch?: string | undefined;
  /** `"*"`: the object is created and never replaced (RFC 9110, section 13.1.2). Default: unset. */
  ifNoneMatch?: '*' | undefined;
  /** The checksum that the store makes of the copy. Default: none. */
  checksumAlgorithm?: ChecksumAlgorithm | undefined;
}

/** The options of `delete`. */
export interface DeleteOptions extends RequestOptions {
  /** The `ETag` that the object must have (RFC 9110, section 13.1.1). Default: any. */
  ifMatch?: string | undefined;
  /** The version that is removed. Default: none, so that a versioned bucket marks the object as removed. */
  versionId?: string | undefined;
}

/** The options of `createMultipartUpload`. */
export interface CreateMultipartUploadOptions extends RequestOptions, WrittenOptions {
  /** The checksum that each part will carry. Default: none. */
  checksumAlgorithm?: ChecksumAlgorithm | undefined;
}

/** The options of `uploadPart`. */
export interface UploadPartOptions extends RequestOptions, ChecksumOptions, CustomerKeyOptions {
  /** The exact size of the part, in bytes. Default: any. */
  contentLength?: number | undefined;
  /** The MD5 of the part, 16 bytes in base64 (RFC 1864). Default: unset. */
  contentMd5?: string | undefined;
}

/** The options of `completeMultipartUpload`. */
export interface CompleteMultipartUploadOptions extends RequestOptions, ChecksumOptions, CustomerKeyOptions {
  /** The `ETag` of the object that is to be replaced (RFC 9110, section 13.1.1). Default: any. */
  ifMatch?: string | undefined;
  /** `"*"`: the object is created and never replaced (RFC 9110, section 13.1.2). Default: unset. */
  ifNoneMatch?: '*' | undefined;
}

/** The options of `listParts`. */
export interface ListPartsOptions extends RequestOptions, CustomerKeyOptions {
  /** How many parts are listed, from 1 to 1000. Default: 1000. */
  maxParts?: number | undefined;
  /** The part after which the list begins, from 0 to 10000. Default: none. */
  partNumberMarker?: number | undefined;
}

/**
 * Every option of every operation, for `request` and `signMany`. One that the operation does not have is
 * `option_invalid`.
 */
export interface SignOptions extends GetOptions, PutOptions, CopyOptions, CreateMultipartUploadOptions, ListPartsOptions {
  /** What is copied, `bucket/key`, as `Bucket.copySource` gives it. Default: unset. */
  copySource?: string | undefined;
  /** The id of an upload in parts. Default: unset. */
  uploadId?: string | undefined;
}

/** The options of `postForm`. */
export interface PostFormOptions {
  /** The largest file, in bytes, 1 to 5368709120. It must be given. */
  maxBytes: number;
  /** The smallest file, in bytes, 0 to 5368709120. Default: 1. */
  minBytes?: number | undefined;
  /** How long the form holds, in seconds, 1 to 604800. Default: 900 (15 minutes). */
  expiresIn?: number | undefined;
  /** The time at which it is signed. Default: the clock. */
  now?: Date | undefined;
  /** The object's `Content-Type`. Default: unset. */
  contentType?: string | undefined;
  /** What the field `Content-Type`, which the page adds, must start with. Default: unset. */
  contentTypeStartsWith?: string | undefined;
  /** `Cache-Control` of the object. Default: unset. */
  cacheControl?: string | undefined;
  /** `Content-Disposition` of the object, ASCII: see `contentDisposition`. Default: unset. */
  contentDisposition?: string | undefined;
  /** `Content-Encoding` of the object. Default: unset. */
  contentEncoding?: string | undefined;
  /** Who may use the object. Default: the store's. */
  acl?: CannedAcl | undefined;
  /** The storage class, as the store names it. Default: the store's. */
  storageClass?: string | undefined;
  /** How the object is encrypted at rest. Default: the bucket's. */
  serverSideEncryption?: ServerSideEncryption | undefined;
  /** The key's id or ARN. Default: the bucket's. */
  sseKmsKeyId?: string | undefined;
  /** The object's own metadata, as for `put`. Default: none. */
  metadata?: Readonly<Record<string, string>> | undefined;
  /** The object's tags, as for `put`. Default: none. */
  tagging?: Readonly<Record<string, string>> | undefined;
  /** At most 100 fields that the page adds, and what each must start with. Default: none. */
  startsWith?: Readonly<Record<string, string>> | undefined;
  /** S3's answer. Default: 204. */
  successActionStatus?: 200 | 201 | 204 | undefined;
  /** The URL that the browser goes to after the upload instead. Default: unset. */
  successActionRedirect?: string | undefined;
}
