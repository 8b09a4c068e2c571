//! Reads a private key from PEM (RFC 7468): a label and base64 of DER. Reasons never repeat text of the key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// An RSA key of 16384 bits is shorter.
const MAX_PEM_BYTES: usize = 16 * 1024;

/// The DER structure of a private key, which the PEM label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyFormat {
    /// `EC PRIVATE KEY` (RFC 5915).
    Sec1,
    /// `RSA PRIVATE KEY` (RFC 8017).
    Pkcs1,
    /// `PRIVATE KEY` (RFC 5958), which contains the identifier of its algorithm.
    Pkcs8,
}

/// The first private key of the text. The error is the reason, as the end of "expected ..., received".
pub(super) fn decode(text: &str) -> Result<(KeyFormat, Zeroizing<Vec<u8>>), &'static str> {
    if text.len() > MAX_PEM_BYTES {
        return Err("a text of more than 16384 bytes");
    }
    let mut rest = text;
    loop {
        let (_, from_label) = rest.split_once("-----BEGIN ").ok_or("a text without a PEM private key")?;
        let (label, body) = from_label.split_once("-----").ok_or("a key that is cut off")?;
        let (body, after) = body.split_once("-----END ").ok_or("a key that is cut off")?;
        let format = match label {
            "EC PRIVATE KEY" => KeyFormat::Sec1,
            "RSA PRIVATE KEY" => KeyFormat::Pkcs1,
            "PRIVATE KEY" => KeyFormat::Pkcs8,
            // `openssl ecparam -genkey` writes these before the key.
            "EC PARAMETERS" => {
                rest = after;
                continue;
            }
            "ENCRYPTED PRIVATE KEY" => return Err(ENCRYPTED),
            "OPENSSH PRIVATE KEY" => return Err("an OpenSSH key, which must be converted to PKCS#8"),
            "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => return Err("a public key or a certificate"),
            _ => return Err("a PEM of another kind than a private key"),
        };
        if !after.strip_prefix(label).is_some_and(|end| end.starts_with("-----")) {
            return Err("a key that is cut off");
        }
        // The traditional format marks encryption in a header: `Proc-Type: 4,ENCRYPTED`.
        if body.contains("ENCRYPTED") {
            return Err(ENCRYPTED);
        }
        // Allocated at once: a list that grows leaves copies that are never overwritten.
        let mut base64 = Zeroizing::new(Vec::with_capacity(body.len()));
        base64.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
        let bytes = STANDARD.decode(base64.as_slice()).map_err(|_| "a key whose base64 is damaged")?;
        return Ok((format, Zeroizing::new(bytes)));
    }
}

const ENCRYPTED: &str = "an encrypted key, which must be decrypted first";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_counts() {
        let text = "# key\r\n-----BEGIN EC PARAMETERS-----\r\nBggqhkjOPQMBBw==\r\n-----END EC PARAMETERS-----\r\n\
            -----BEGIN EC PRIVATE KEY-----\r\nAAEC\r\nAwQ=\r\n-----END EC PRIVATE KEY-----\r\n";
        let (format, bytes) = decode(text).unwrap();
        assert_eq!((format, bytes.as_slice()), (KeyFormat::Sec1, [0, 1, 2, 3, 4].as_slice()));
    }

    #[test]
    fn the_rest_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "a text without a PEM private key"),
            ("-----BEGIN PRIVATE KEY", "a key that is cut off"),
            ("-----BEGIN PRIVATE KEY-----\nAAEC\n", "a key that is cut off"),
            ("-----BEGIN PRIVATE KEY-----\nAAEC\n-----END EC PRIVATE KEY-----", "a key that is cut off"),
            ("-----BEGIN PRIVATE KEY-----\nA!EC\n-----END PRIVATE KEY-----", "a key whose base64 is damaged"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAEC\n-----END RSA PRIVATE KEY-----",
                ENCRYPTED,
            ),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAEC\n-----END ENCRYPTED PRIVATE KEY-----", ENCRYPTED),
            ("-----BEGIN PUBLIC KEY-----\nAAEC\n-----END PUBLIC KEY-----", "a public key or a certificate"),
            ("-----BEGIN X-----\n-----END X-----", "a PEM of another kind than a private key"),
            (&" ".repeat(MAX_PEM_BYTES + 1), "a text of more than 16384 bytes"),
        ] {
            assert_eq!(decode(text).unwrap_err(), reason, "{text}");
        }
    }
}
