//! Every table of options and every enum of words: what the types and texts of other languages are generated from.

use crate::delivery::{
    EdgeOptions, ErrorForm, EventResizePolicy, EventSource, GatewayOptions, IgnoredReason, PlaceholderOptions,
    RedirectRule, RequestForm, SkippedReason, SrcsetOptions, VariantFormat, VariantPolicy, WidthSet,
};
use crate::format::ImageFormat;
use crate::imaging::{
    ChromaSubsampling, Effort, Fit, MetadataKind, OutputFormat, Position, Scaling, Transform, TransformPath,
};
use crate::json_scan::JsonLimits;
use crate::options::{EnumSpec, OptionTable};
use crate::presign::{
    BucketOptions, CannedAcl, ChecksumAlgorithm, CloudFrontHash, CloudFrontKeyType, CloudFrontOptions, Disposition,
    Jurisdiction, MetadataDirective, Operation, PostFormOptions, ServerSideEncryption, SignOptions, UrlStyle,
};
use crate::rules::ImageRules;
use crate::upload::{
    ConfirmRequest, Originals, Promote, UploadAction, UploadMethod, UploadOutcome, UploadPolicy, UploadRequest, Verify,
};

/// Every table.
pub const TABLES: &[OptionTable] = &[
    ImageRules::TABLE,
    JsonLimits::TABLE,
    Transform::TABLE,
    UploadPolicy::TABLE,
    UploadRequest::TABLE,
    ConfirmRequest::TABLE,
    BucketOptions::TABLE,
    SignOptions::TABLE,
    PostFormOptions::TABLE,
    CloudFrontOptions::TABLE,
    VariantPolicy::TABLE,
    SrcsetOptions::TABLE,
    PlaceholderOptions::TABLE,
    EdgeOptions::TABLE,
    GatewayOptions::TABLE,
    EventResizePolicy::TABLE,
];

/// Every enum of words, those among them that no option takes.
pub const ENUMS: &[EnumSpec] = &[
    ImageFormat::SPEC,
    OutputFormat::SPEC,
    Fit::SPEC,
    Position::SPEC,
    ChromaSubsampling::SPEC,
    Scaling::SPEC,
    Effort::SPEC,
    TransformPath::SPEC,
    MetadataKind::SPEC,
    Operation::SPEC,
    MetadataDirective::SPEC,
    UrlStyle::SPEC,
    Jurisdiction::SPEC,
    Disposition::SPEC,
    ChecksumAlgorithm::SPEC,
    ServerSideEncryption::SPEC,
    CannedAcl::SPEC,
    CloudFrontHash::SPEC,
    CloudFrontKeyType::SPEC,
    UploadMethod::SPEC,
    Verify::SPEC,
    Promote::SPEC,
    Originals::SPEC,
    UploadAction::SPEC,
    UploadOutcome::SPEC,
    VariantFormat::SPEC,
    WidthSet::SPEC,
    EventSource::SPEC,
    IgnoredReason::SPEC,
    RequestForm::SPEC,
    RedirectRule::SPEC,
    ErrorForm::SPEC,
    SkippedReason::SPEC,
];
