//! What is tried: a store, a policy, and what can go wrong.

use std::collections::BTreeMap;

use presize::options::OptionValue;
use presize::{Bucket, ConfirmRequest, Credentials, Presigner, UploadPolicy, UploadRequest, Uploads, UrlStyle};

use super::history::{Histories, now};
use super::objects::{FileId, ObjectId, Objects};
use super::photographs::{Metadata, Upload};
use super::request::{Keys, Request};
use super::store::Habits;

/// `originals` where the policy does not say.
const DEFAULT_ORIGINALS: &str = "stripped";

/// How the bucket is addressed: for S3 and R2 the policy's defaults are others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    S3,
    R2,
    Custom,
}

/// One thing to explore.
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) habits: Habits,
    pub(crate) policy: Vec<(&'static str, OptionValue<'static>)>,
    /// Whether the second confirmation signs with other credentials than the first, as temporary ones change.
    pub(crate) has_new_credentials: bool,
    /// What the client sends, each once, in any order.
    pub(crate) uploads: Vec<(Upload, Metadata)>,
    /// Answers that are lost or late, requests that arrive late or twice, refusals out of nothing: at most so many.
    pub(crate) faults: u8,
    /// Confirmations that die, or are given up, and are begun again: at most so many.
    pub(crate) restarts: u8,
    /// What the documentation leaves open for this store and policy.
    pub(crate) open: Open,
    /// The most states.
    pub(crate) max_states: usize,
}

/// What is left open, as the documentation of `Confirmation` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Open {
    /// A confirmation may write over what another one has written between its HEAD of the final key and its write.
    pub(crate) window: bool,
    /// What was not checked may be at the final key until the confirmation has compared it.
    pub(crate) unchecked_moment: bool,
    /// A client may replace what was confirmed, or a refusal delete it: uploads go straight to the final key.
    pub(crate) replaced: bool,
}

/// A scenario that is ready to be explored.
pub(crate) struct Ground {
    pub(crate) objects: Objects,
    pub(crate) histories: Histories,
    /// The requests of the client.
    pub(crate) puts: Vec<Request>,
    /// The files that may stand at the final key once confirmed, each with the upload that it is made of.
    pub(crate) originals: Originals,
    /// The files of the client that the policy accepts.
    accepted: Vec<FileId>,
}

impl Ground {
    pub(crate) fn is_accepted(&self, object: ObjectId) -> bool {
        self.accepted.contains(&self.objects.get(object).file)
    }
}

/// How an upload is stored.
pub(crate) enum Originals {
    /// As one of these files.
    Files(Vec<(FileId, Upload)>),
    /// As a file with the same picture and nothing else.
    Pictures,
}

impl Scenario {
    pub(crate) fn prepare(&self) -> presize::Result<Ground> {
        let bucket = match self.kind {
            Kind::S3 => Bucket::s3("eu-west-1", "photos"),
            Kind::R2 => Bucket::r2("0123456789abcdef0123456789abcdef", "photos"),
            Kind::Custom => Bucket::custom("http://127.0.0.1:9000", "garage", "photos", UrlStyle::Path),
        }?;
        let policy = UploadPolicy::from_named(self.policy.iter().map(|(name, value)| (*name, value.clone())))?;
        let uploads = |secret| {
            let presigner = Presigner::new(bucket.clone(), Credentials::new("AKIDEXAMPLE", secret)?);
            Uploads::new(presigner, policy.clone())
        };
        let mut processes = vec![uploads("secret")?];
        if self.has_new_credentials {
            processes.push(uploads("another-secret")?);
        }

        let mut objects = Objects::default();
        let sent: Vec<_> = self.uploads.iter().map(|(upload, metadata)| (*upload, upload.bytes(*metadata))).collect();
        let size_bytes = sent.first().map_or(1, |(_, bytes)| bytes.len() as u64);
        assert!(sent.iter().all(|(_, bytes)| bytes.len() as u64 == size_bytes), "one ticket is for one size");
        let files: Vec<_> =
            sent.iter().map(|(upload, bytes)| (objects.file(bytes, Some(format!("{upload:?}"))), *upload)).collect();
        let mut bare = |upload: Upload| {
            let name = Some(format!("{upload:?} without metadata"));
            (objects.file(&upload.bytes(Metadata::Bare), name), upload)
        };
        let accepted: Vec<_> = files.iter().copied().filter(|(_, upload)| self.accepts(*upload)).collect();
        let originals = match self.text("originals").unwrap_or(DEFAULT_ORIGINALS) {
            "as_is" => Originals::Files(accepted.clone()),
            "stripped" => Originals::Files(accepted.iter().map(|(_, upload)| bare(*upload)).collect()),
            _ => Originals::Pictures,
        };

        let ticket = processes[0].issue(&UploadRequest::new("user-7", "image/jpeg", size_bytes), [7; 16], now())?;
        let incoming = if self.is_in_place() { ticket.key.clone() } else { format!("incoming/{}", ticket.key) };
        let keys = Keys { incoming, last: ticket.key.clone() };
        let (put, mut headers) = Request::of_ticket(&ticket, &keys);
        self.add_headers(&mut headers);
        let headers = objects.headers(&headers);
        let puts = files.iter().map(|(file, _)| Request { file: Some(*file), headers, ..put.clone() }).collect();
        let request = ConfirmRequest::new("user-7", &ticket.key).size_bytes(size_bytes).content_type("image/jpeg");
        let histories = Histories::new(processes, request, keys, &mut objects);
        Ok(Ground {
            objects,
            histories,
            puts,
            originals,
            accepted: accepted.into_iter().map(|(file, _)| file).collect(),
        })
    }

    /// Whether the policy accepts what the client sends: damage is found only in a file that is decoded.
    fn accepts(&self, upload: Upload) -> bool {
        match upload {
            Upload::First | Upload::Second => true,
            Upload::Damaged => self.text("verify") == Some("head"),
            Upload::Page => false,
        }
    }

    /// Whether uploads go straight to the final key.
    pub(crate) fn is_in_place(&self) -> bool {
        self.text("incoming_prefix") == Some("")
    }

    pub(crate) fn has_variants(&self) -> bool {
        self.policy.iter().any(|(name, _)| *name == "variant_widths")
    }

    pub(crate) fn text(&self, option: &str) -> Option<&str> {
        self.policy.iter().find_map(|(name, value)| match value {
            OptionValue::Text(text) if *name == option => Some(text.as_ref()),
            _ => None,
        })
    }

    /// What a client adds to the headers of its ticket: nothing that is signed says that it must not.
    fn add_headers(&self, headers: &mut BTreeMap<String, String>) {
        for (name, value) in [("cache-control", "max-age=1"), ("content-disposition", "attachment")] {
            headers.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
        if self.kind == Kind::Custom {
            headers.insert("x-amz-meta-mine".to_owned(), "1".to_owned());
        }
    }
}
