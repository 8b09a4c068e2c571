//! `Operation`: the operation of S3 that a presigned request calls.

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
        /// Writes an object as a copy of another one, which the store makes. The client sends no body, and reads the whole response:
        /// S3 can send status 200 before the copy is made, and reports a failure then as an `Error` in the XML.
        CopyObject = "copy-object",
        /// Begins a multipart upload; the response's XML contains its `UploadId`. The client sends no body.
        CreateMultipartUpload = "create-multipart-upload",
        /// Writes one part; the response's `ETag` is needed to complete the upload.
        UploadPart = "upload-part",
        /// Joins the parts to an object. The client sends what
        /// [`complete_multipart_body`](crate::presign::complete_multipart_body) writes, and reads the whole response: S3 sends
        /// status 200 before the parts are joined, and reports a failure then as an `Error` in the XML.
        CompleteMultipartUpload = "complete-multipart-upload",
        /// Aborts a multipart upload and removes its parts.
        AbortMultipartUpload = "abort-multipart-upload",
        /// Lists the parts that were uploaded.
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

    /// The operations on a multipart upload, which need its id.
    pub(super) const ON_MULTIPART_UPLOADS: &'static [Self] =
        &[Self::UploadPart, Self::CompleteMultipartUpload, Self::AbortMultipartUpload, Self::ListParts];
}
