//! Media types as clients declare them. Every module of core may use this one, which uses none.

/// A media type without its parameters and the white space around it.
pub(crate) fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim_matches([' ', '\t'])
}

/// Whether a declared media type leaves the format open, so that the bytes alone decide: it is empty, or one of
/// `application/octet-stream` (RFC 2046, section 4.5.1: unknown binary data), `binary/octet-stream` (what S3 stores without a
/// type), `image/*` (Android's file pickers), and the three that the WHATWG MIME Sniffing Standard (section 7) calls unknown:
/// `*/*`, `application/unknown`, `unknown/unknown`. In any case, parameters ignored.
pub(crate) fn is_undeclared(media_type: &str) -> bool {
    let essence = essence(media_type);
    let open = [
        "",
        "application/octet-stream",
        "binary/octet-stream",
        "image/*",
        "*/*",
        "application/unknown",
        "unknown/unknown",
    ];
    open.iter().any(|name| essence.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_leave_the_format_open() {
        for open in [
            "",
            " ",
            ";charset=binary",
            "application/octet-stream",
            "Application/Octet-Stream; charset=binary",
            "binary/octet-stream",
            "image/*",
            "IMAGE/*;q=0.8",
            "*/*",
            "application/unknown",
            "unknown/unknown",
        ] {
            assert!(is_undeclared(open), "{open}");
        }
        for other in ["image/jpeg", "image/", "image", "application/octet", "text/*", "text/plain", "*", "octet-stream"]
        {
            assert!(!is_undeclared(other), "{other}");
        }
    }
}
