//! What a presigned request does: the method, and the sub-resource that it asks for.

use http::Method;

use crate::options::option_enum;

option_enum! {
    /// What a presigned request does.
    pub enum Operation {
        /// Reads an object.
        Get = "get",
        /// Writes an object.
        Put = "put",
        /// Reads an object's headers.
        Head = "head",
        /// Removes an object.
        Delete = "delete",
        /// Writes an object as a copy of another one, which the store makes. The client sends no body, and reads the answer to
        /// its end: S3 can begin it with status 200 before it knows, and a failure is then an `Error` in the XML.
        CopyObject = "copy-object",
        /// Begins an upload in parts; the answer's XML holds its `UploadId`. The client sends no body.
        CreateMultipartUpload = "create-multipart-upload",
        /// Writes one part; the answer's `ETag` is needed to complete the upload.
        UploadPart = "upload-part",
        /// Joins the parts to an object. The client sends what
        /// [`complete_multipart_body`](crate::presign::complete_multipart_body) makes, and reads the answer to its end: S3
        /// begins it with status 200 before it knows, and a failure is then an `Error` in the XML.
        CompleteMultipartUpload = "complete-multipart-upload",
        /// Gives an upload in parts up and removes what was uploaded of it.
        AbortMultipartUpload = "abort-multipart-upload",
        /// Lists the parts that have arrived.
        ListParts = "list-parts",
    }
}

impl Operation {
    /// The HTTP method.
    pub fn method(self) -> Method {
        match self {
            Self::Get | Self::ListParts => Method::GET,
            Self::Put | Self::CopyObject | Self::UploadPart => Method::PUT,
            Self::Head => Method::HEAD,
            Self::Delete | Self::AbortMultipartUpload => Method::DELETE,
            Self::CreateMultipartUpload | Self::CompleteMultipartUpload => Method::POST,
        }
    }

    /// The operations on an upload in parts that has begun: they name it by its id.
    pub(super) const OF_AN_UPLOAD: &'static [Self] =
        &[Self::UploadPart, Self::CompleteMultipartUpload, Self::AbortMultipartUpload, Self::ListParts];
}
