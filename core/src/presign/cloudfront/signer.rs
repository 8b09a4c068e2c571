//! `CloudFrontSigner` and `CloudFrontKeyPair`: a key pair by its id, with the private key held here or elsewhere.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use super::cookies::{PreparedCookies, SignedCookies};
use super::hash::CloudFrontHash;
use super::key::{CloudFrontKeyType, PrivateKey};
use super::options::CloudFrontOptions;
use super::policy::Policy;
use super::prepared_policy::PreparedPolicy;
use super::url::{PreparedUrl, SignedUrl};
use crate::error::{Error, ErrorKind, Result};

const MAX_ID_BYTES: usize = 128;

/// A key pair without its private key: its id and the kind of key. It prepares the message that a KMS or an HSM signs, in a
/// program that awaits the signature in its own way.
///
/// ```
/// # use std::time::SystemTime;
/// # use presize::{CloudFrontHash, CloudFrontKeyPair, CloudFrontKeyType, CloudFrontOptions};
/// # fn kms_sign(message: &[u8]) -> Vec<u8> { vec![1; 256] }
/// let pair = CloudFrontKeyPair::new("K2JCJMDEHXQW5F", CloudFrontKeyType::Rsa)?;
/// let options = CloudFrontOptions::default().hash(CloudFrontHash::Sha256);
/// let prepared = pair.prepare_url("https://d111111abcdef8.cloudfront.net/a.jpg", &options, SystemTime::now())?;
/// let signature = kms_sign(prepared.message()); // RSASSA_PKCS1_V1_5_SHA_256 or ECDSA_SHA_256
/// let signed = prepared.finish(&signature)?;
/// # assert!(signed.url.ends_with("&Key-Pair-Id=K2JCJMDEHXQW5F&Hash-Algorithm=SHA256"));
/// # Ok::<(), presize::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CloudFrontKeyPair {
    id: String,
    key_type: CloudFrontKeyType,
}

impl CloudFrontKeyPair {
    /// A key pair: the id that CloudFront has given to the public key, 1 to 128 letters, digits, `-` or `_`.
    ///
    /// Error: `cloudfront_key_invalid`.
    pub fn new(id: impl Into<String>, key_type: CloudFrontKeyType) -> Result<Self> {
        let id = id.into();
        let reason = if id.is_empty() {
            "an empty one"
        } else if id.len() > MAX_ID_BYTES {
            "one of more than 128 bytes"
        } else if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
            "one with characters other than A-Z a-z 0-9 - _"
        } else {
            return Ok(Self { id, key_type });
        };
        Err(ErrorKind::CloudFrontKeyInvalid { name: "key_pair_id", reason }.into())
    }

    /// The id that CloudFront has given to the public key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The kind of key.
    pub fn key_type(&self) -> CloudFrontKeyType {
        self.key_type
    }

    /// Prepares a signed URL, as of `now`. The URL is signed as it is and never encoded again, so it must be one that
    /// clients send unchanged: `http` or `https`, host in lower case, a path, percent-encoded, at most 8192 bytes, no
    /// fragment, no segment that is `.` or `..`, also with escapes, no parameter named `Expires`, `Policy`, `Signature`,
    /// `Key-Pair-Id` or `Hash-Algorithm`.
    ///
    /// Without a `resource` the URL is its own, and must have no `*` and no second `?`: they would be wildcards, also under a
    /// canned policy, which its holder can send as a custom one. A `*` of a name is written `%2A`. The `?` before the query
    /// stands for any one character, as in every resource; so the query must begin with `name=value` and have no slash, or it
    /// could be the end of another name.
    ///
    /// Errors: `cloudfront_url_invalid`, `cloudfront_policy_invalid`, `expiry_out_of_range`, `option_invalid`,
    /// `signing_failed` (a time, or an end of the lifetime, before 1970 or after 9999).
    pub fn prepare_url(&self, url: &str, options: &CloudFrontOptions, now: SystemTime) -> Result<PreparedUrl> {
        let policy = Policy::for_url(url, options, now)?;
        Ok(PreparedUrl::new(url, self.prepare(policy, options)))
    }

    /// Prepares signed cookies, as of `now`: for one URL, or for all that fit a pattern with `*`, such as
    /// `https://cdn.example.com/albums/7/*`, which is the same as naming it as `resource`.
    ///
    /// Errors: as [`prepare_url`](Self::prepare_url).
    pub fn prepare_cookies(&self, url: &str, options: &CloudFrontOptions, now: SystemTime) -> Result<PreparedCookies> {
        let policy = Policy::for_cookies(url, options, now)?;
        PreparedCookies::new(self.prepare(policy, options))
    }

    fn prepare(&self, policy: Policy, options: &CloudFrontOptions) -> PreparedPolicy {
        PreparedPolicy { policy, key_pair_id: self.id.clone(), key_type: self.key_type, hash: options.hash }
    }
}

/// The failure of a caller's signer.
type SignerError = Box<dyn StdError + Send + Sync>;

type ExternalSigner = dyn Fn(&[u8], CloudFrontHash) -> Result<Vec<u8>, SignerError> + Send + Sync;

/// How messages are signed.
#[derive(Clone)]
enum SigningMethod {
    /// By a private key that is held here.
    PrivateKey(PrivateKey),
    /// By a function of the caller's.
    External(Arc<ExternalSigner>),
}

/// Signs URLs and cookies for CloudFront. The private key is read once, here; it is overwritten when the last clone is
/// dropped, and no `Debug` shows it. Usable from all threads at once.
///
/// ```no_run
/// # use std::time::SystemTime;
/// # use presize::{CloudFrontOptions, CloudFrontSigner};
/// # let pem = String::new();
/// let signer = CloudFrontSigner::from_pem("K2JCJMDEHXQW5F", &pem)?;
/// let now = SystemTime::now();
/// let photo = signer.sign_url("https://cdn.example.com/photos/1.jpg?w=200", &CloudFrontOptions::default(), now)?;
/// let album = signer.sign_cookies("https://cdn.example.com/albums/7/*", &CloudFrontOptions::default(), now)?;
/// # Ok::<(), presize::Error>(())
/// ```
#[derive(Clone)]
pub struct CloudFrontSigner {
    pair: CloudFrontKeyPair,
    method: SigningMethod,
}

impl CloudFrontSigner {
    /// A signer with the private key in PEM form: ECDSA P-256 in SEC1 (`EC PRIVATE KEY`) or PKCS#8 (`PRIVATE KEY`), and with
    /// the crate's feature `cloudfront-rsa` RSA of 2048, 3072 or 4096 bits (CloudFront itself takes 2048) in PKCS#1
    /// (`RSA PRIVATE KEY`) or PKCS#8. Encrypted keys are refused, and so are other curves.
    ///
    /// Error: `cloudfront_key_invalid`.
    pub fn from_pem(key_pair_id: impl Into<String>, pem: &str) -> Result<Self> {
        let key = PrivateKey::from_pem(pem)?;
        let pair = CloudFrontKeyPair::new(key_pair_id, key.key_type())?;
        Ok(Self { pair, method: SigningMethod::PrivateKey(key) })
    }

    /// A signer whose private key is held elsewhere: `sign` takes the message and the hash to sign it with, and returns the
    /// signature, in DER for ECDSA, in PKCS#1 v1.5 for RSA. Where the signature has to be awaited without blocking, use
    /// [`CloudFrontKeyPair::prepare_url`].
    ///
    /// A failure of `sign` becomes `signing_failed`, with what it says as the source.
    ///
    /// Error: `cloudfront_key_invalid`.
    pub fn with_signer<F>(key_pair_id: impl Into<String>, key_type: CloudFrontKeyType, sign: F) -> Result<Self>
    where
        F: Fn(&[u8], CloudFrontHash) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> + Send + Sync + 'static,
    {
        Ok(Self {
            pair: CloudFrontKeyPair::new(key_pair_id, key_type)?,
            method: SigningMethod::External(Arc::new(sign)),
        })
    }

    /// The key pair without its private key.
    pub fn key_pair(&self) -> &CloudFrontKeyPair {
        &self.pair
    }

    /// Signs a URL, as of `now`: see [`CloudFrontKeyPair::prepare_url`].
    ///
    /// Errors: `cloudfront_url_invalid`, `cloudfront_policy_invalid`, `expiry_out_of_range`, `option_invalid`,
    /// `signing_failed`, and with a caller's signer `cloudfront_signature_invalid`.
    pub fn sign_url(&self, url: &str, options: &CloudFrontOptions, now: SystemTime) -> Result<SignedUrl> {
        let prepared = self.pair.prepare_url(url, options, now)?;
        let signature = self.sign(prepared.message(), options.hash)?;
        prepared.attach(&signature)
    }

    /// Signs cookies, as of `now`: see [`CloudFrontKeyPair::prepare_cookies`], and [`SignedCookies`] on how to set them.
    ///
    /// Errors: as [`sign_url`](Self::sign_url).
    pub fn sign_cookies(&self, url: &str, options: &CloudFrontOptions, now: SystemTime) -> Result<SignedCookies> {
        let prepared = self.pair.prepare_cookies(url, options, now)?;
        let signature = self.sign(prepared.message(), options.hash)?;
        Ok(prepared.attach(&signature))
    }

    fn sign(&self, message: &[u8], hash: CloudFrontHash) -> Result<Vec<u8>> {
        match &self.method {
            SigningMethod::PrivateKey(key) => key.sign(message, hash),
            SigningMethod::External(sign) => {
                let failed = ErrorKind::SigningFailed { reason: "the caller's own signer failed" };
                let signature = sign(message, hash).map_err(|source| Error::from(failed).with_source(source))?;
                self.pair.key_type.check_signature(&signature)?;
                Ok(signature)
            }
        }
    }
}

impl fmt::Debug for CloudFrontSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudFrontSigner").field("key_pair", &self.pair).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// The key of RFC 6979, appendix A.2.5: public knowledge. Written as PKCS#8 by OpenSSL.
    const PEM: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX
Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth
+mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ
-----END PRIVATE KEY-----
";
    const URL: &str = "https://d111111abcdef8.cloudfront.net/a.jpg?user=confidential";

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    #[test]
    fn debug_shows_no_key_no_signature_and_no_query() {
        let signer = CloudFrontSigner::from_pem("K1", PEM).unwrap();
        let options = CloudFrontOptions::default();
        let prepared = signer.key_pair().prepare_url(URL, &options, now()).unwrap();
        let cookies = signer.key_pair().prepare_cookies(URL, &options, now()).unwrap();
        let url = signer.sign_url(URL, &options, now()).unwrap();
        let signed_cookies = signer.sign_cookies(URL, &options, now()).unwrap();
        let key = PrivateKey::from_pem(PEM).unwrap();
        let shown = format!("{signer:#?} {prepared:?} {cookies:?} {url:?} {signed_cookies:?} {key:?}");
        let signature = signed_cookies.cookies[1].1.as_str();
        // The private number as hexadecimal digits and as a list of bytes.
        for secret in ["confidential", signature, "C9AFA9D8", "c9afa9d8", "201, 175", "Signature=", "scalar"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        assert!(
            shown.contains("https://d111111abcdef8.cloudfront.net/a.jpg") && shown.contains("CloudFront-Signature")
        );
    }

    #[test]
    fn one_signer_serves_all_threads() {
        let signer = CloudFrontSigner::from_pem("K1", PEM).unwrap();
        let sign = || signer.sign_url(URL, &CloudFrontOptions::default(), now()).unwrap().url;
        let expected = sign();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(sign)).collect();
            for thread in threads {
                assert_eq!(thread.join().unwrap(), expected);
            }
        });
    }

    #[test]
    fn a_signer_elsewhere_is_given_message_and_hash_and_its_failure_is_the_source() {
        let options = CloudFrontOptions::default().hash(CloudFrontHash::Sha256);
        let local = CloudFrontSigner::from_pem("K1", PEM).unwrap();
        let key = PrivateKey::from_pem(PEM).unwrap();
        let elsewhere = CloudFrontSigner::with_signer("K1", CloudFrontKeyType::EcdsaP256, move |message, hash| {
            Ok(key.sign(message, hash)?)
        });
        let urls = [&local, &elsewhere.unwrap()].map(|signer| signer.sign_url(URL, &options, now()).unwrap().url);
        assert_eq!(urls[0], urls[1]);

        let failing = CloudFrontSigner::with_signer("K1", CloudFrontKeyType::Rsa, |_, _| Err("throttled".into()));
        let error = failing.unwrap().sign_url(URL, &options, now()).unwrap_err();
        assert_eq!(error.code(), "signing_failed");
        assert_eq!(error.source().unwrap().to_string(), "throttled");
    }
}
