import type { OwnedBuffer } from './bytes.js';
import type { CloudFrontHash, CloudFrontKeyType, CloudFrontOptions } from './options.js';

/** A URL that anybody who holds it may use until it expires. It is as good as a password. Frozen. */
export class SignedUrl {
  private constructor();
  /** The URL with its signature. */
  readonly url: string;
  /** The lifetime in seconds, from the second at which it was signed. */
  readonly expiresIn: number;
  /** The time of expiry, a whole second. */
  readonly expiresAt: Date;
}

/**
 * Cookies that anybody who holds them may use until they expire. They are as good as a password. Frozen.
 *
 * Set each with `Secure` and `HttpOnly`, without `Expires` and `Max-Age`, with a `Domain` that the page and the distribution
 * share, and with the `Path` of the folder that is opened. The values need no quoting.
 */
export class SignedCookies {
  private constructor();
  /** Names and values. */
  readonly cookies: Record<string, string>;
  /** The lifetime in seconds, from the second at which they were signed. */
  readonly expiresIn: number;
  /** The time of expiry, a whole second. */
  readonly expiresAt: Date;
}

/**
 * Signs URLs and cookies for CloudFront. The private key is parsed once, and the addon's copy is wiped from memory when the
 * signer is collected; the PEM text is not.
 *
 * Errors of all calls: `cloudfront_url_invalid`, `cloudfront_policy_invalid`, `expiry_out_of_range`, `option_invalid`,
 * `signing_failed`, `cloudfront_signature_invalid`.
 */
export class CloudFrontSigner {
  /**
   * With the private key in PEM form: ECDSA P-256 (SEC1 or PKCS#8) or RSA (PKCS#1 or PKCS#8).
   *
   * Error: `cloudfront_key_invalid`.
   */
  constructor(keyPairId: string, pem: string);
  /** The same as the constructor. */
  static fromPem(keyPairId: string, pem: string): CloudFrontSigner;
  /**
   * With a private key that is elsewhere: `sign` is called with the message and the hash to sign it with, and returns the
   * signature, in DER for ECDSA, in PKCS#1 v1.5 for RSA. What it throws is the `cause` of `signing_failed`. For asynchronous
   * signers use `CloudFrontKeyPair`.
   *
   * Error: `cloudfront_key_invalid`.
   */
  static withSigner(
    keyPairId: string,
    keyType: CloudFrontKeyType,
    sign: (message: OwnedBuffer, hash: CloudFrontHash) => Uint8Array,
  ): CloudFrontSigner;
  /** Signs a URL. A URL that clients would normalise before sending it is refused. */
  signUrl(url: string, options?: CloudFrontOptions): SignedUrl;
  /** Signs cookies for a URL, or for a pattern with `*`, which is the same as naming it as `resource`. */
  signCookies(url: string, options?: CloudFrontOptions): SignedCookies;
  /** The id and the type of the key. */
  get keyPair(): CloudFrontKeyPair;
  #private;
}

/**
 * The id of a key pair and the type of its key, for asynchronous signers such as a key management service or a hardware security
 * module: prepare, sign the message, finish.
 *
 * ```js
 * const prepared = pair.prepareUrl('https://cdn.example.com/1.jpg');
 * const { url } = prepared.finish(await kms.sign(prepared.message));
 * ```
 *
 * Error: `cloudfront_key_invalid`.
 */
export class CloudFrontKeyPair {
  constructor(id: string, keyType: CloudFrontKeyType);
  /** The id of the public key, as CloudFront has it. */
  get id(): string;
  get keyType(): CloudFrontKeyType;
  /** A URL that waits for its signature. */
  prepareUrl(url: string, options?: CloudFrontOptions): PreparedUrl;
  /** Cookies that wait for their signature. */
  prepareCookies(url: string, options?: CloudFrontOptions): PreparedCookies;
  #private;
}

/** A URL that waits for its signature: sign `message`, then call `finish`. Frozen. */
export class PreparedUrl {
  private constructor();
  /** The bytes to sign: the policy. */
  readonly message: OwnedBuffer;
  /** The hash to sign them with. */
  readonly hash: CloudFrontHash;
  /** The kind of key to sign them with. */
  readonly keyType: CloudFrontKeyType;
  /**
   * The signed URL, from the signature: for ECDSA its DER form, for RSA 256, 384 or 512 bytes of PKCS#1 v1.5. Whether it
   * belongs to the key is not checked.
   */
  finish(signature: Uint8Array): SignedUrl;
  #private;
}

/** Cookies that wait for their signature: sign `message`, then call `finish`. Frozen. */
export class PreparedCookies {
  private constructor();
  /** The bytes to sign: the policy. */
  readonly message: OwnedBuffer;
  /** The hash to sign them with. */
  readonly hash: CloudFrontHash;
  /** The kind of key to sign them with. */
  readonly keyType: CloudFrontKeyType;
  /** The signed cookies, from the signature: as `PreparedUrl.finish`. */
  finish(signature: Uint8Array): SignedCookies;
  #private;
}
