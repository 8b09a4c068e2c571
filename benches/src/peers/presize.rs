//! presize, where requests are signed.

use std::sync::LazyLock;

use presize::{Bucket, Credentials, Presigner};

use crate::scenario::{
    ACCESS_KEY_ID, BUCKET, CONTENT_LENGTH, CONTENT_TYPE, EXPIRES_IN, KEY, METADATA, REGION, SECRET_ACCESS_KEY, now,
};

static PRESIGNER: LazyLock<Result<Presigner, String>> = LazyLock::new(|| {
    let bucket = Bucket::s3(REGION, BUCKET).map_err(|error| error.to_string())?;
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY).map_err(|error| error.to_string())?;
    Ok(Presigner::new(bucket, credentials))
});

pub(crate) fn presign_get() -> Result<String, String> {
    let presigner = PRESIGNER.as_ref().map_err(Clone::clone)?;
    presigner.get(KEY).expires_in(EXPIRES_IN).sign(now()).map(|request| request.url).map_err(|error| error.to_string())
}

/// The lengths of what is hashed and then signed, in bytes: the floor of every signer hashes as much.
pub(crate) fn lengths(is_put: bool) -> Result<(usize, usize), String> {
    let presigner = PRESIGNER.as_ref().map_err(Clone::clone)?;
    let mut builder = presigner.get(KEY);
    if is_put {
        builder = presigner.put(KEY).content_type(CONTENT_TYPE).content_length(CONTENT_LENGTH);
        for (name, value) in METADATA {
            builder = builder.metadata(name, value);
        }
    }
    let stages = builder.expires_in(EXPIRES_IN).explain(now()).map_err(|error| error.to_string())?;
    Ok((stages.canonical_request.len(), stages.string_to_sign.len()))
}

pub(crate) fn presign_put() -> Result<String, String> {
    let presigner = PRESIGNER.as_ref().map_err(Clone::clone)?;
    let mut put = presigner.put(KEY).content_type(CONTENT_TYPE).content_length(CONTENT_LENGTH).expires_in(EXPIRES_IN);
    for (name, value) in METADATA {
        put = put.metadata(name, value);
    }
    put.sign(now()).map(|request| request.url).map_err(|error| error.to_string())
}
