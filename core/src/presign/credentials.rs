//! `Credentials`: an access key id and its secret; for temporary credentials a session token and an expiry too.

use std::fmt;
use std::time::SystemTime;

use zeroize::Zeroizing;

use crate::error::{ErrorKind, Result};
use crate::presign::timestamp::parse_rfc3339;

const MAX_KEY_BYTES: usize = 512;
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Credentials of S3. The secret and the session token are overwritten when they are dropped, and no `Debug` shows them.
#[derive(Clone)]
pub struct Credentials {
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
    session_token: Option<Zeroizing<String>>,
    expires_at: Option<SystemTime>,
}

impl Credentials {
    /// Long-term credentials: an access key's id and its secret, each 1 to 512 bytes of printable ASCII without spaces;
    /// the id without a slash.
    ///
    /// Error: `credentials_invalid`.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Result<Self> {
        let access_key_id = access_key_id.into();
        let secret_access_key = Zeroizing::new(secret_access_key.into());
        check("access_key_id", &access_key_id, MAX_KEY_BYTES)?;
        if access_key_id.contains('/') {
            return Err(ErrorKind::CredentialsInvalid { name: "access_key_id", reason: "one with a slash" }.into());
        }
        check("secret_access_key", &secret_access_key, MAX_KEY_BYTES)?;
        Ok(Self { access_key_id, secret_access_key, session_token: None, expires_at: None })
    }

    /// The same with a session token, which temporary credentials need: 1 to 16384 bytes of printable ASCII.
    ///
    /// Error: `credentials_invalid`.
    pub fn session_token(mut self, token: impl Into<String>) -> Result<Self> {
        let token = Zeroizing::new(token.into());
        check("session_token", &token, MAX_TOKEN_BYTES)?;
        self.session_token = Some(token);
        Ok(self)
    }

    /// The same with the moment at which the credentials cease to be valid: no request is signed for longer than that.
    #[must_use]
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.expires_at = Some(time);
        self
    }

    /// Credentials from the environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, if set,
    /// `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION` (a time of RFC 3339: nothing is signed beyond it). An empty
    /// variable counts as one that is not set.
    ///
    /// Errors: `credentials_missing` (naming every variable that is missing), `credentials_invalid`.
    pub fn from_env() -> Result<Self> {
        Self::from_vars(|name| std::env::var(name).ok())
    }

    /// The same from any source of named values.
    ///
    /// Errors: `credentials_missing`, `credentials_invalid`.
    pub fn from_vars(mut read: impl FnMut(&str) -> Option<String>) -> Result<Self> {
        let mut missing = Vec::new();
        let mut read = |name: &str| read(name).filter(|value| !value.is_empty());
        let mut require = |name: &str| {
            read(name).unwrap_or_else(|| {
                missing.push(name.to_owned());
                String::new()
            })
        };
        let access_key_id = require("AWS_ACCESS_KEY_ID");
        let secret_access_key = Zeroizing::new(require("AWS_SECRET_ACCESS_KEY"));
        if !missing.is_empty() {
            return Err(ErrorKind::CredentialsMissing { missing }.into());
        }
        let mut credentials = Self::new(access_key_id, secret_access_key.as_str())?;
        if let Some(token) = read("AWS_SESSION_TOKEN") {
            credentials = credentials.session_token(token)?;
        }
        if let Some(text) = read("AWS_CREDENTIAL_EXPIRATION") {
            let reason = "one that is no time like 2026-01-01T00:00:00Z";
            let time = parse_rfc3339(&text);
            let refused = ErrorKind::CredentialsInvalid { name: "AWS_CREDENTIAL_EXPIRATION", reason };
            credentials = credentials.expires_at(time.ok_or(refused)?);
        }
        Ok(credentials)
    }

    pub(super) fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret_access_key
    }

    pub(super) fn token(&self) -> Option<&str> {
        self.session_token.as_ref().map(|token| token.as_str())
    }

    pub(super) fn expiry(&self) -> Option<SystemTime> {
        self.expires_at
    }
}

fn check(name: &'static str, value: &str, max_bytes: usize) -> Result<()> {
    let reason = if value.is_empty() {
        "an empty one"
    } else if value.len() > max_bytes {
        "one that is too long"
    } else if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        "one with spaces, line ends or other characters that no key has"
    } else {
        return Ok(());
    };
    Err(ErrorKind::CredentialsInvalid { name, reason }.into())
}

/// Shows the expiry alone.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Detail;

    #[test]
    fn debug_shows_no_secret() {
        let credentials = Credentials::new("AKIDSECRET", "hushhush").unwrap().session_token("tokentoken").unwrap();
        let shown = format!("{credentials:?} {credentials:#?}");
        for secret in ["AKIDSECRET", "hushhush", "tokentoken"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn each_missing_variable_is_named() {
        let error = Credentials::from_vars(|_| None).unwrap_err();
        assert_eq!(error.code(), "credentials_missing");
        let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(str::to_owned).to_vec();
        assert_eq!(error.details(), [("missing", Detail::List(names))]);
        let empty = Credentials::from_vars(|name| Some(if name == "AWS_ACCESS_KEY_ID" { "AK" } else { "" }.to_owned()));
        let missing = vec!["AWS_SECRET_ACCESS_KEY".to_owned()];
        assert_eq!(empty.unwrap_err().details(), [("missing", Detail::List(missing))]);
    }

    #[test]
    fn a_session_token_is_optional() {
        let with =
            Credentials::from_vars(|name| (name != "AWS_CREDENTIAL_EXPIRATION").then(|| name.to_owned())).unwrap();
        assert_eq!(with.token(), Some("AWS_SESSION_TOKEN"));
        let without = Credentials::from_vars(|name| {
            name.ends_with("KEY_ID")
                .then(|| name.to_owned())
                .or_else(|| name.ends_with("ACCESS_KEY").then(|| name.to_owned()))
        })
        .unwrap();
        assert_eq!(without.token(), None);
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_shown() {
        for (id, secret) in [("", "s"), ("AK", ""), ("A K", "s"), ("AK/1", "s"), ("AK", "secret\n"), ("키", "s")] {
            let error = Credentials::new(id, secret).unwrap_err();
            assert_eq!(error.code(), "credentials_invalid");
            assert!(!error.to_string().contains("secret\n"));
        }
        let good = || Credentials::new("AK", "s").unwrap();
        assert!(good().session_token("").is_err());
        assert!(good().session_token("a\r\nb").is_err());
        assert!(good().session_token("t".repeat(MAX_TOKEN_BYTES + 1)).is_err());
        assert!(good().session_token("t".repeat(MAX_TOKEN_BYTES)).is_ok());
    }
}
