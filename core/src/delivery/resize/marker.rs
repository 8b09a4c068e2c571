//! The marker: metadata of a result that names the original that it was made of.
//!
//! ```text
//! x-amz-meta-presize-resized-from: 1/0055AED6DCD90281E5/d41d8cd98f00b204e9800998ecf8427e
//!                                  1//d41d8cd98f00b204e9800998ecf8427e        no sequencer is known
//! ```
//!
//! It says which of two results is newer, and keeps results from being resized themselves (`store::provenance`). It is no
//! proof: whoever may write to the bucket can write a marker.

use std::cmp::Ordering;

use http::HeaderMap;

use crate::delivery::events::{CreatedObject, compare_sequencers, is_sequencer};
use crate::store::{RESIZED_METADATA, metadata_header, parse_etag};

/// The longest value, in bytes: version, sequencer and entity tag.
pub(super) const MAX_MARKER_BYTES: usize = 1 + 1 + 64 + 1 + 256;

const VERSION: &str = "1";

/// Which original a result was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    /// The entity tag of the original, without quotes.
    pub etag: String,
    /// Orders the originals of a key.
    pub sequencer: Option<String>,
}

/// How the original of a result that was found relates to ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MadeFrom {
    /// The same one.
    Same,
    Older,
    Newer,
    /// Another one, or unknown: nothing says which of the two is newer.
    Unordered,
}

impl Marker {
    /// The marker of the results of this object, whose entity tag the store has said.
    pub(super) fn new(object: &CreatedObject, etag: &str) -> Self {
        let sequencer = object.sequencer.as_ref().filter(|sequencer| is_sequencer(sequencer));
        Self { etag: etag.to_owned(), sequencer: sequencer.cloned() }
    }

    /// Reads the marker; `None` if there is none, several, or one that is not understood.
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(metadata_header(RESIZED_METADATA)).iter();
        let first = values.next()?;
        if values.any(|value| value != first) {
            return None;
        }
        let mut fields = first.to_str().ok()?.trim().splitn(3, '/');
        let (version, sequencer, etag) = (fields.next()?, fields.next()?, fields.next()?);
        if version != VERSION || !(sequencer.is_empty() || is_sequencer(sequencer)) {
            return None;
        }
        let sequencer = (!sequencer.is_empty()).then(|| sequencer.to_owned());
        Some(Self { etag: parse_etag(etag).filter(|parsed| parsed == etag)?, sequencer })
    }

    /// The value of the metadata.
    pub(super) fn value(&self) -> String {
        [VERSION, self.sequencer.as_deref().unwrap_or_default(), &self.etag].join("/")
    }

    /// How the original of a result that was found relates to this one. The same bytes that were uploaded again later, after
    /// others, have the same entity tag: by the sequencer they are newer.
    pub(super) fn compare(&self, found: Option<&Self>) -> MadeFrom {
        let Some(found) = found else { return MadeFrom::Unordered };
        let order = match (&found.sequencer, &self.sequencer) {
            (Some(found), Some(ours)) => compare_sequencers(found, ours),
            _ => None,
        };
        let is_same = found.etag == self.etag;
        match order {
            Some(Ordering::Less) => MadeFrom::Older,
            Some(Ordering::Greater) if is_same => MadeFrom::Same,
            Some(Ordering::Greater) => MadeFrom::Newer,
            Some(Ordering::Equal) | None if is_same => MadeFrom::Same,
            Some(Ordering::Equal) | None => MadeFrom::Unordered,
        }
    }
}
