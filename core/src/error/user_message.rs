//! `UserMessage`: what went wrong, for the people who use an app.
//!
//! One sentence or two, without a word that only developers know. A failure that the operator or the developer has to mend
//! says no more than that it is not the user's. A sentence is written so that no number in it changes its grammar.

use std::fmt;

use crate::media_type::is_undeclared;

use super::ErrorKind;
use super::units::{Rounding, file_size, format_name, format_names, megapixels};

/// What went wrong, in plain English. `to_string()` gives the whole text; its template and its parameters are there for
/// translations.
///
/// ```
/// # fn main() {
/// use presize::error::{Error, ErrorKind};
///
/// let kind = ErrorKind::ImageTooLarge { what: "pixels", received: 150_000_000, max: 64_000_000 };
/// let message = Error::from(kind).user_message();
/// assert_eq!(message.to_string(), "This picture has 150 megapixels; at most 64 are accepted.");
/// assert_eq!(message.template(), "This picture has {received} megapixels; at most {max} are accepted.");
/// assert_eq!(message.parameters(), [("received", "150".to_owned()), ("max", "64".to_owned())]);
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserMessage {
    template: &'static str,
    parameters: Vec<(&'static str, String)>,
}

impl UserMessage {
    /// The English text with the names of the parameters in braces: what a translation is looked up by.
    pub fn template(&self) -> &'static str {
        self.template
    }

    /// The parameters by name, as they are shown: numbers with a point before the decimals, sizes with their unit (MB), names
    /// of formats.
    pub fn parameters(&self) -> &[(&'static str, String)] {
        &self.parameters
    }
}

impl fmt::Display for UserMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let parameter = self.parameters.iter().find(|(known, _)| *known == name);
            f.write_str(before)?;
            f.write_str(parameter.map_or("", |(_, text)| text))?;
            rest = after;
        }
        f.write_str(rest)
    }
}

/// For the operator or the developer to mend.
const TRY_LATER: &str = "The server could not do this. Please try again later.";
/// For the developer of the page or the app, who sent something else than the back end takes.
const RELOAD: &str = "This could not be done. Please reload the page and try again.";
const CHOOSE_AGAIN: &str = "This picture did not arrive as it should. Please choose it again.";
const UPLOAD_AGAIN: &str = "This picture did not arrive as it should. Please upload it again.";
const TOO_LARGE: &str = "This file is larger than {max}.";
const TOO_SMALL: &str = "This file is smaller than {min}.";
const EMPTY: &str = "This file is empty.";
const TOO_MANY: &str = "Too many pictures at once; the limit is {max}.";
const NOT_ACCEPTED: &str = "{detected} files are not accepted. Please choose one of these: {allowed}.";
const KIND_NOT_ACCEPTED: &str = "This kind of file is not accepted. Please choose one of these: {allowed}.";
const TOO_COMPLEX: &str =
    "This picture is too complex to be opened here. Please choose a smaller one, or save it again in another program.";

/// From this many pixels on, a limit is shown in megapixels.
const MIN_MEGAPIXELS: u64 = 100_000;

/// How many files a form takes: `1` of `one file in the field photo`, `10` of `at most 10 files in the field photos`.
fn max_files(expected: &str) -> Option<&str> {
    let (number, _) = expected.split_once(" in the field ")?;
    if number == "one file" { Some("1") } else { number.strip_prefix("at most ")?.strip_suffix(" files") }
}

macro_rules! user_messages {
    ($(
        $kind:ident {
            $($pattern:tt $(if $guard:expr)? => $template:expr $(, $name:ident = $value:expr)*;)+
        }
    )+) => {
        /// The templates of each kind of error, by its name.
        pub(super) const TEMPLATES: &[(&str, &[&str])] = &[$((stringify!($kind), &[$($template),+])),+];

        impl UserMessage {
            pub(super) fn new(kind: &ErrorKind) -> Self {
                match kind {
                    $($(
                        ErrorKind::$kind $pattern $(if $guard)? => Self {
                            template: $template,
                            parameters: vec![$((stringify!($name), String::from($value))),*],
                        },
                    )+)+
                }
            }
        }
    };
}

user_messages! {
    OptionInvalid { { .. } => RELOAD; }

    DataUriMalformed { { .. } => CHOOSE_AGAIN; }
    DataUriBase64Invalid { { .. } => CHOOSE_AGAIN; }
    DataUriTooLarge {
        // Three bytes of the picture are four of the text.
        { what: "text", max_bytes, .. } => TOO_LARGE, max = file_size(max_bytes / 4 * 3, Rounding::Down);
        { max_bytes, .. } => TOO_LARGE, max = file_size(*max_bytes, Rounding::Down);
    }
    DataUriCountExceeded {
        { max_count, .. } => TOO_MANY, max = max_count.to_string();
    }
    DataUriTotalTooLarge {
        { max_bytes, .. } => "These pictures are larger than {max} together.", max = file_size(*max_bytes, Rounding::Down);
    }

    ImageFormatUnknown { {} => "This file is not a picture that can be opened here. Please choose another one."; }
    ImageFormatNotAllowed {
        { detected, allowed } if format_name(detected).is_some() => NOT_ACCEPTED,
            detected = format_name(detected).unwrap_or_default(), allowed = format_names(allowed);
        { allowed, .. } => KIND_NOT_ACCEPTED, allowed = format_names(allowed);
    }
    ImageFormatUnsupported {
        // Of a kind that other programs do not open either: arithmetic coding, 12 bits.
        { detected } if format_name(detected) == Some("JPEG") =>
            "This {detected} file cannot be opened here. Please save it again in another program, or choose another one.",
            detected = "JPEG";
        { detected } if format_name(detected).is_some() =>
            "This {detected} file cannot be opened here. Please save it in another format, for example JPEG.",
            detected = format_name(detected).unwrap_or_default();
        { .. } => "This file cannot be opened here. Please save it in another format, for example JPEG.";
    }
    ImageFormatMismatch {
        // "png" is no media type of PNG, and nobody is told that a PNG is a PNG.
        { declared, detected } if format_name(declared).is_some() && format_name(detected).is_some()
            && format_name(declared) != format_name(detected) =>
            "This file is called {declared}, but it is {detected}. Please save it again, or choose another one.",
            declared = format_name(declared).unwrap_or_default(), detected = format_name(detected).unwrap_or_default();
        { .. } => "This file is not what it is called. Please save it again, or choose another one.";
    }
    ImagePolyglot { { .. } => "This file holds something else besides a picture. Please save the picture again, or choose another one."; }
    ImageTooSmall {
        { what: "bytes", received: 0, .. } => EMPTY;
        { what: "bytes", min, .. } => TOO_SMALL, min = file_size(*min, Rounding::Up);
        { what: "width", received, min } =>
            "This picture is too narrow: at least {min} pixels are needed, and it has {received}.",
            min = min.to_string(), received = received.to_string();
        { what: "height", received, min } =>
            "This picture is too low: at least {min} pixels are needed, and it has {received}.",
            min = min.to_string(), received = received.to_string();
        { .. } => "This picture is too small.";
    }
    ImageTooLarge {
        { what: "bytes", max, .. } => TOO_LARGE, max = file_size(*max, Rounding::Down);
        { what: "width", received, max } => "This picture is {received} pixels wide; the limit is {max}.",
            received = received.to_string(), max = max.to_string();
        { what: "height", received, max } => "This picture is {received} pixels high; the limit is {max}.",
            received = received.to_string(), max = max.to_string();
        { what: "pixels", received, max } if *max >= MIN_MEGAPIXELS =>
            "This picture has {received} megapixels; at most {max} are accepted.",
            received = megapixels(*received, *max).0, max = megapixels(*received, *max).1;
        { what: "pixels", received, max } => "This picture has {received} pixels; the limit is {max}.",
            received = received.to_string(), max = max.to_string();
        { what: "total_pixels", received, max } if *max >= MIN_MEGAPIXELS =>
            "These pictures have {received} megapixels together; at most {max} are accepted.",
            received = megapixels(*received, *max).0, max = megapixels(*received, *max).1;
        { what: "total_pixels" | "total_work_pixels", .. } => "These pictures are too much at once. Please send fewer of them.";
        { what: "frames", max, .. } => "This animation has too many frames; the limit is {max}.", max = max.to_string();
        { what: "frame_pixels", .. } => "This animation is too large. Please choose a smaller or a shorter one.";
        { .. } => TOO_COMPLEX;
    }
    ImageCorrupt { { .. } => "This picture is damaged or incomplete. Please choose another one."; }
    EncodingUnsupported { { .. } => TRY_LATER; }
    EncodingFailed { { .. } => TRY_LATER; }
    Cancelled { {} => "This was stopped before it was finished. Please try again."; }

    UploadFormatNotAllowed {
        // The file may be a good one: the page has not looked.
        { content_type, .. } if is_undeclared(content_type) => RELOAD;
        { content_type, allowed } if format_name(content_type).is_some() => NOT_ACCEPTED,
            detected = format_name(content_type).unwrap_or_default(), allowed = format_names(allowed);
        { allowed, .. } => KIND_NOT_ACCEPTED, allowed = format_names(allowed);
    }
    UploadTooLarge { { max_bytes, .. } => TOO_LARGE, max = file_size(*max_bytes, Rounding::Down); }
    UploadTooSmall {
        { size_bytes: 0, .. } => EMPTY;
        { min_bytes, .. } => TOO_SMALL, min = file_size(*min_bytes, Rounding::Up);
    }
    UploadOwnerInvalid { { .. } => TRY_LATER; }
    UploadKeyInvalid { { .. } => RELOAD; }
    UploadOwnerMismatch { {} => "This picture was uploaded by somebody else."; }
    UploadPrefixMismatch { {} => RELOAD; }
    UploadKeyUnknown { {} => RELOAD; }
    UploadNotFound { {} => "The uploaded picture was not found. Please upload it again."; }
    UploadReplaced { {} => "This picture was replaced while it was being checked. Please upload it again."; }
    UploadSizeMismatch { { .. } => UPLOAD_AGAIN; }
    UploadChecksumMismatch { { .. } => UPLOAD_AGAIN; }
    RequestMalformed {
        // What people do with a form, and no program by itself: nothing was chosen, or too much.
        { expected, received } if received == "none" && expected.starts_with("a file in the field ") =>
            "No picture was chosen. Please choose one.";
        { expected, received } if received == "more" && max_files(expected).is_some() => TOO_MANY,
            max = max_files(expected).unwrap_or_default();
        { .. } => RELOAD;
    }
    RequestTooLarge { { max_bytes } => "This is more than can be sent at once; the limit is {max}.", max = file_size(*max_bytes, Rounding::Down); }
    RequestUnauthenticated { {} => "Please log in first."; }
    RequestTypeUnsupported { { .. } => RELOAD; }
    RequestInvalid { { .. } => "Some of this is missing or cannot be accepted. Please check it and try again."; }
    ServerBusy {
        { retry_after_seconds } if *retry_after_seconds >= 120 => "The server is busy. Please try again in {minutes} minutes.",
            minutes = retry_after_seconds.div_ceil(60).to_string();
        { .. } => "The server is busy. Please try again in a moment.";
    }

    VariantMalformed { { .. } => RELOAD; }
    VariantNotAllowed { { .. } => RELOAD; }
    VariantSignatureInvalid { { .. } => RELOAD; }
    OriginalNotFound { {} => "This picture was not found."; }
    MethodNotAllowed { {} => RELOAD; }
    VariantTooLarge { { .. } => TRY_LATER; }
    VariantRedirectLoop { {} => TRY_LATER; }
    EventMalformed { { .. } => TRY_LATER; }
    VariantPolicyOpen { {} => TRY_LATER; }
    ResizeLoop { { .. } => TRY_LATER; }

    ExpiryOutOfRange { { .. } => RELOAD; }
    HeaderInvalid { { .. } => RELOAD; }
    BucketInvalid { { .. } => TRY_LATER; }
    PostFormUnsupported { { .. } => TRY_LATER; }
    CredentialsMissing { { .. } => TRY_LATER; }
    EnvironmentIncomplete { { .. } => TRY_LATER; }
    CredentialsInvalid { { .. } => TRY_LATER; }
    CredentialsExpired { {} => TRY_LATER; }
    CloudFrontKeyInvalid { { .. } => TRY_LATER; }
    CloudFrontUrlInvalid { { .. } => RELOAD; }
    CloudFrontPolicyInvalid { { .. } => RELOAD; }
    CloudFrontSignatureInvalid { { .. } => TRY_LATER; }
    StoreResponseInvalid { { .. } => TRY_LATER; }
    StoreRefused { { .. } => TRY_LATER; }
    BucketNotFound { { .. } => TRY_LATER; }
    StoreUnavailable { { .. } => TRY_LATER; }
    SigningFailed { { .. } => TRY_LATER; }
}
