//! `ErrorFamily`: which part of the path refused.

/// Which part of the path refused: the class of the error in Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorFamily {
    /// An option that is not what its table allows: `OptionError`.
    Option,
    /// Text that is no acceptable data URI: `DataUriError`.
    DataUri,
    /// Bytes that are no acceptable image, or that cannot be transformed: `ImageError`.
    Image,
    /// A request to upload that the policy refuses: `UploadError`.
    Upload,
    /// A request for a variant that cannot be read or is not allowed: `DeliveryError`.
    Delivery,
    /// Buckets, credentials, signing: `ConfigError`.
    Config,
}

impl ErrorFamily {
    /// The name of the family: `"option"`, `"data_uri"`, `"image"`, `"upload"`, `"delivery"` or `"config"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Option => "option",
            Self::DataUri => "data_uri",
            Self::Image => "image",
            Self::Upload => "upload",
            Self::Delivery => "delivery",
            Self::Config => "config",
        }
    }

    /// What a list of it consists of.
    pub(super) const fn item(self) -> &'static str {
        match self {
            Self::DataUri | Self::Image => "image",
            Self::Option | Self::Upload | Self::Delivery | Self::Config => "item",
        }
    }
}
