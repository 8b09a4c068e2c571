//! What the tables cannot say: which types the languages have for them, and what a language takes beyond a table.
//!
//! Texts are in the form of the tables' own: `code` in core's names, links as rustdoc has them.

use crate::language::Language;

/// A type of options: a `TypedDict`, an interface.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) table: &'static str,
    /// The types whose options it has too.
    pub(crate) bases: &'static [&'static str],
    pub(crate) rows: Rows,
    /// Options that have no default here.
    pub(crate) required: &'static [&'static str],
    /// What the language takes beyond the table.
    pub(crate) extra: &'static [Extra],
}

/// Which rows of its table a type has.
pub(crate) enum Rows {
    /// Those that its bases do not have.
    Rest,
    Only(&'static [&'static str]),
    /// The rest but these, which are arguments by themselves.
    But(&'static [&'static str]),
}

pub(crate) struct Extra {
    pub(crate) name: &'static str,
    pub(crate) typed: &'static str,
    pub(crate) doc: &'static str,
}

/// How a colour is written in languages that have no type for it.
pub(crate) const COLORS: &str = "A colour is `\"#rgb\"`, `\"#rgba\"`, `\"#rrggbb\"`, `\"#rrggbbaa\"`, `\"white\"`, `\"black\"` or `\"transparent\"`.";

/// Enums whose words need no explanation where an option takes them; their types have one all the same.
pub(crate) const SELF_EXPLAINING: [&str; 9] = [
    "ImageFormat",
    "OutputFormat",
    "Position",
    "ChromaSubsampling",
    "ChecksumAlgorithm",
    "ServerSideEncryption",
    "CannedAcl",
    "Jurisdiction",
    "CloudFrontHash",
];

/// Names in the texts that are no options, and in camelCase in JavaScript.
pub(crate) const NAMES: [&str; 1] = ["public_url"];

/// Tables whose texts speak of the options of another one: its words are words in them too.
pub(crate) const SPEAKING_OF: [(&str, &str); 2] =
    [("UploadRequest", "UploadPolicy"), ("ConfirmRequest", "UploadPolicy")];

/// Links to what the other languages explain elsewhere.
pub(crate) const RETARGETED: [(&str, &str); 1] = [("crate::SignOptions::metadata", "crate::Presigner::put")];

/// What a language says of an option beyond the table.
const NOTES: [(Language, &str, &str, &str); 2] = [
    (
        Language::Python,
        "UploadRequest",
        "owner",
        "An integer of at least 0 stands for its decimal digits, a ``uuid.UUID`` for its text.",
    ),
    (
        Language::TypeScript,
        "UploadRequest",
        "owner",
        "An integer from 0 stands for its decimal digits: 7 and `\"7\"` are the same owner.",
    ),
];

pub(crate) fn note(language: Language, table: &str, option: &str) -> Option<&'static str> {
    let found = NOTES.iter().find(|note| (note.0, note.1, note.2) == (language, table, option));
    found.map(|note| note.3)
}

/// Options that core reads as a text or a number, and whose Python and TypeScript types are narrower.
const NARROWED: [(&str, &str, &str); 3] = [
    ("if_none_match", "Literal[\"*\"]", "'*'"),
    ("success_action_status", "Literal[200, 201, 204]", "200 | 201 | 204"),
    ("owner", "str | int | UUID", "string | number | bigint"),
];

pub(crate) fn narrowed(language: Language, option: &str) -> Option<&'static str> {
    let (_, python, typescript) = NARROWED.iter().find(|(name, ..)| *name == option)?;
    match language {
        Language::Python => Some(python),
        Language::TypeScript => Some(typescript),
        Language::Rust => None,
    }
}

const CHECKSUMS: &[&str] = &["checksum_sha256", "checksum_crc32", "checksum_crc32c", "checksum_crc64nvme"];
const CUSTOMER_KEY: &[&str] = &["sse_customer_key"];
const STORED: &[&str] = &[
    "content_encoding",
    "content_language",
    "content_disposition",
    "cache_control",
    "storage_class",
    "acl",
    "server_side_encryption",
    "sse_kms_key_id",
    "sse_kms_encryption_context",
    "sse_bucket_key_enabled",
];
/// What JavaScript has among [`STORED`], and Python as arguments of `put`.
const CONTENT: &[&str] = &["content_type", "metadata"];
const OF_READS: &[&str] = &[
    "if_match",
    "version_id",
    "part_number",
    "response_cache_control",
    "response_content_disposition",
    "response_content_encoding",
    "response_content_language",
    "response_content_type",
    "response_expires",
];
const OF_COPIES: &[&str] = &[
    "copy_source_version_id",
    "copy_source_if_match",
    "metadata_directive",
    "checksum_algorithm",
    "if_match",
    "if_none_match",
];
const OF_PIXELS: &[&str] = &["width", "height", "fit", "position", "background", "enlarge", "scaling"];

const GET: &str = "The options of `get` and `head`.";
const PUT: &str = "The options of `put`.";
const COPY: &str = "The options of `copy`. What the copy has instead of the source's own headers and metadata needs a \
    `metadata_directive` of `\"replace\"`; tags are copied.";
const SIGN: &str = "Every option of every operation, for `request` and for many keys. One that the operation does not have is \
    `option_invalid`.";
const CLOUDFRONT: &str = "The options of signed URLs and cookies. With no more than an expiry the policy is a *canned* one: the \
    shorter form, which names one file. `starts_at`, `ip_range` or `resource` make it a *custom* one, which travels with the \
    request. A URL with `*`, with a second `?`, or with a query that does not begin with `name=value` or has a slash, is signed \
    with a `resource` alone: `*` and `?` are wildcards, also under a canned policy, which its holder can send as a custom one. A \
    `*` of a name is written `%2A`.";

/// A type with the rows of a table that its bases do not have, and nothing else.
const fn all(name: &'static str, doc: &'static str, table: &'static str) -> Shape {
    Shape { name, doc, table, bases: &[], rows: Rows::Rest, required: &[], extra: &[] }
}

/// A type of requests.
const fn signed(
    name: &'static str,
    doc: &'static str,
    bases: &'static [&'static str],
    rows: &'static [&'static str],
) -> Shape {
    Shape { bases, rows: Rows::Only(rows), ..all(name, doc, "SignOptions") }
}

const RULES: Shape = all("ImageRulesOptions", "The options of [`ImageRules`](crate::ImageRules).", "ImageRules");
const POLICY: Shape =
    all("UploadPolicyOptions", "The options of [`UploadPolicy`](crate::UploadPolicy).", "UploadPolicy");
const DECODE: Shape = Shape {
    rows: Rows::Only(OF_PIXELS),
    ..all("DecodeOptions", "The options of [`decode`](crate::decode): how a picture is scaled and placed.", "Transform")
};
const TRANSFORM: Shape = Shape {
    bases: &["DecodeOptions"],
    ..all("TransformOptions", "The options of [`transform`](crate::transform).", "Transform")
};
const VARIANTS: Shape =
    all("VariantPolicyOptions", "The options of [`VariantPolicy`](crate::VariantPolicy).", "VariantPolicy");
const EDGE: Shape = all("EdgeOptions", "The options of [`EdgeResizer`](crate::EdgeResizer).", "EdgeOptions");
const GATEWAY: Shape =
    all("GatewayOptions", "The options of [`GatewayResizer`](crate::GatewayResizer).", "GatewayOptions");
const SRCSET: Shape = all("SrcsetOptions", "How an image is put on a page.", "SrcsetOptions");
const PLACEHOLDER: Shape =
    all("PlaceholderOptions", "The options of [`placeholder`](crate::placeholder).", "PlaceholderOptions");
const EVENT_RESIZE: Shape =
    all("EventResizePolicyOptions", "The policy of an [`EventResizer`](crate::EventResizer).", "EventResizePolicy");
const BUCKET: Shape = all("BucketOptions", "The options of every kind of [`Bucket`](crate::Bucket).", "BucketOptions");
const JSON: &str = "The options of [`JsonScanner`](crate::JsonScanner).";

pub(crate) const PYTHON: &[Shape] = &[
    RULES,
    all("JsonLimitsOptions", JSON, "JsonLimits"),
    DECODE,
    TRANSFORM,
    POLICY,
    Shape {
        rows: Rows::But(&["owner", "content_type", "size_bytes"]),
        ..all("IssueOptions", "The options of [`issue`](crate::Uploads::issue) that may be left out.", "UploadRequest")
    },
    Shape {
        rows: Rows::But(&["owner", "key"]),
        ..all(
            "ConfirmOptions",
            "The options of [`confirm`](crate::Uploads::confirm) that may be left out.",
            "ConfirmRequest",
        )
    },
    BUCKET,
    signed(
        "RequestOptions",
        "What every presigned request can say, besides `expires_in` and `now`.",
        &[],
        &["requester_pays", "expected_bucket_owner"],
    ),
    signed("_Checksums", "At most one of them. The store refuses another body.", &[], CHECKSUMS),
    signed("_CustomerKey", "The key of a customer.", &[], CUSTOMER_KEY),
    signed("_Stored", "What an object gets when it is written, also as a copy.", &["_CustomerKey"], STORED),
    signed("_Written", "What an object gets when it is created, not copied.", &["_Stored"], &["tagging"]),
    signed("GetOptions", GET, &["RequestOptions", "_CustomerKey"], OF_READS),
    signed(
        "PutOptions",
        "The options of `put`, besides `content_type`, `content_length` and `metadata`.",
        &["RequestOptions", "_Checksums", "_Written"],
        &["content_md5", "if_match", "if_none_match"],
    ),
    signed("_Content", "What a copy and an upload in parts say of the object itself.", &[], CONTENT),
    signed("CopyOptions", COPY, &["RequestOptions", "_Stored", "_Content"], OF_COPIES),
    signed("DeleteOptions", "The options of `delete`.", &["RequestOptions"], &["if_match", "version_id"]),
    signed(
        "CreateMultipartUploadOptions",
        "The options of `create_multipart_upload`.",
        &["RequestOptions", "_Written", "_Content"],
        &["checksum_algorithm"],
    ),
    signed(
        "UploadPartOptions",
        "The options of `upload_part`.",
        &["RequestOptions", "_Checksums", "_CustomerKey"],
        &["content_length", "content_md5"],
    ),
    signed(
        "CompleteMultipartUploadOptions",
        "The options of `complete_multipart_upload`.",
        &["RequestOptions", "_Checksums", "_CustomerKey"],
        &["if_match", "if_none_match"],
    ),
    signed("ListPartsOptions", "The options of `list_parts`.", &["RequestOptions", "_CustomerKey"], OF_LISTS),
    Shape { bases: &["PutOptions"], ..all("SignOptions", SIGN, "SignOptions") },
    Shape {
        rows: Rows::But(&["max_bytes"]),
        ..all("PostFormOptions", "The options of `post_form`, besides `max_bytes`.", "PostFormOptions")
    },
    all("CloudFrontOptions", CLOUDFRONT, "CloudFrontOptions"),
    VARIANTS,
    SRCSET,
    PLACEHOLDER,
    EDGE,
    GATEWAY,
    EVENT_RESIZE,
];
const OF_LISTS: &[&str] = &["max_parts", "part_number_marker"];

const NOW: Extra = Extra { name: "now", typed: "Date", doc: "The time at which it is signed. Default: the clock." };

pub(crate) const TYPESCRIPT: &[Shape] = &[
    Shape {
        doc: "The options of `ImageRules`. One that is left out, or `undefined`, has its default; `null` is refused.",
        ..RULES
    },
    all("JsonLimits", JSON, "JsonLimits"),
    DECODE,
    TRANSFORM,
    POLICY,
    Shape {
        required: &["owner", "content_type", "size_bytes"],
        extra: &[
            Extra { name: "now", typed: "Date", doc: "The time at which the ticket is issued. Default: the clock." },
            Extra {
                name: "onEvent",
                typed: "((event: UploadEvent) => void)",
                doc: "Is told what happened, a refusal too. What it throws goes to `console.error`; a promise is not waited for. \
                    Default: nobody.",
            },
        ],
        ..all(
            "UploadRequest",
            "What a client wants to upload. All of it but the owner comes from the client, and none of it is trusted.",
            "UploadRequest",
        )
    },
    Shape {
        required: &["owner", "key"],
        extra: &[Extra {
            name: "now",
            typed: "Date",
            doc: "The time at which it begins, which `record_origin` notes. Default: the clock.",
        }],
        ..all("ConfirmRequest", "Which upload is to be confirmed, and what was promised of it.", "ConfirmRequest")
    },
    BUCKET,
    Shape {
        extra: &[NOW],
        ..signed(
            "RequestOptions",
            "The options that every request has.",
            &[],
            &["expires_in", "requester_pays", "expected_bucket_owner"],
        )
    },
    signed("ChecksumOptions", "At most one of them. The store refuses another body.", &[], CHECKSUMS),
    signed("CustomerKeyOptions", "The key of a customer.", &[], CUSTOMER_KEY),
    signed("ContentOptions", "What is said of the object itself.", &[], CONTENT),
    signed(
        "StoredOptions",
        "What an object gets when it is written, also as a copy.",
        &["ContentOptions", "CustomerKeyOptions"],
        STORED,
    ),
    signed("WrittenOptions", "What an object gets when it is created, not copied.", &["StoredOptions"], &["tagging"]),
    signed("GetOptions", GET, &["RequestOptions", "CustomerKeyOptions"], OF_READS),
    signed(
        "PutOptions",
        PUT,
        &["RequestOptions", "ChecksumOptions", "WrittenOptions"],
        &["content_length", "content_md5", "if_match", "if_none_match"],
    ),
    signed("CopyOptions", COPY, &["RequestOptions", "StoredOptions"], OF_COPIES),
    signed("DeleteOptions", "The options of `delete`.", &["RequestOptions"], &["if_match", "version_id"]),
    signed(
        "CreateMultipartUploadOptions",
        "The options of `createMultipartUpload`.",
        &["RequestOptions", "WrittenOptions"],
        &["checksum_algorithm"],
    ),
    signed(
        "UploadPartOptions",
        "The options of `uploadPart`.",
        &["RequestOptions", "ChecksumOptions", "CustomerKeyOptions"],
        &["content_length", "content_md5"],
    ),
    signed(
        "CompleteMultipartUploadOptions",
        "The options of `completeMultipartUpload`.",
        &["RequestOptions", "ChecksumOptions", "CustomerKeyOptions"],
        &["if_match", "if_none_match"],
    ),
    signed("ListPartsOptions", "The options of `listParts`.", &["RequestOptions", "CustomerKeyOptions"], OF_LISTS),
    Shape {
        bases: &["GetOptions", "PutOptions", "CopyOptions", "CreateMultipartUploadOptions", "ListPartsOptions"],
        ..all("SignOptions", SIGN, "SignOptions")
    },
    Shape {
        required: &["max_bytes"],
        extra: &[NOW],
        ..all("PostFormOptions", "The options of `postForm`.", "PostFormOptions")
    },
    Shape { extra: &[NOW], ..all("CloudFrontOptions", CLOUDFRONT, "CloudFrontOptions") },
    VARIANTS,
    SRCSET,
    PLACEHOLDER,
    EDGE,
    GATEWAY,
    EVENT_RESIZE,
];

/// Where a Python docstring lists options, and which options it lists.
pub(crate) struct Listed {
    pub(crate) file: &'static str,
    /// The definitions that lead to the docstring, each within the one before; none for that of the module.
    pub(crate) within: &'static [&'static str],
    pub(crate) table: &'static str,
    pub(crate) rows: Rows,
    pub(crate) required: &'static [&'static str],
}

const fn listed(file: &'static str, within: &'static [&'static str], table: &'static str) -> Listed {
    Listed { file, within, table, rows: Rows::Rest, required: &[] }
}

pub(crate) const DOCSTRINGS: &[Listed] = &[
    listed("rules.py", &["class ImageRules"], "ImageRules"),
    listed("json_scan.py", &["class JsonScanner"], "JsonLimits"),
    listed("bucket.py", &["class Bucket"], "BucketOptions"),
    listed("images.py", &["def transform"], "Transform"),
    Listed { rows: Rows::Only(OF_PIXELS), ..listed("images.py", &["def decode"], "Transform") },
    listed("uploads.py", &["class UploadPolicy"], "UploadPolicy"),
    Listed {
        required: &["owner", "content_type"],
        ..listed("uploads.py", &["class Uploads", "def issue"], "UploadRequest")
    },
    Listed { required: &["owner", "key"], ..listed("uploads.py", &["class Uploads", "def confirm"], "ConfirmRequest") },
    Listed {
        rows: Rows::Only(&["content_type", "content_length", "metadata", "expires_in"]),
        ..listed("presign.py", &["class Presigner", "def put"], "SignOptions")
    },
    Listed {
        rows: Rows::Only(&["expires_in"]),
        ..listed("presign.py", &["class Presigner", "def get"], "SignOptions")
    },
    Listed {
        required: &["max_bytes"],
        ..listed("presign.py", &["class Presigner", "def post_form"], "PostFormOptions")
    },
    listed("cloudfront.py", &[], "CloudFrontOptions"),
    listed("delivery.py", &["class VariantPolicy"], "VariantPolicy"),
    listed("delivery.py", &["class Variants", "def srcset"], "SrcsetOptions"),
    listed("delivery.py", &["def placeholder"], "PlaceholderOptions"),
    listed("resize.py", &["class EventResizer"], "EventResizePolicy"),
    listed("answers.py", &["class EdgeResizer"], "EdgeOptions"),
    listed("answers.py", &["class GatewayResizer"], "GatewayOptions"),
];
