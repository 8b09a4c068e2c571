//! The bytes of the upload. They are read under the entity tag that was looked at, and what is promoted is that tag's object,
//! or the bytes themselves.

use std::collections::VecDeque;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{ErrorKind, Result};
use crate::imaging::{ImageInfo, check_head};
use crate::upload::policy::Verify as Depth;

use super::arrival::Arrival;
use super::exchange::{StoreAnswer, StoreRequest};
use super::fetch::{Fetch, Fetched};
use super::find::Find;
use super::marker::Fingerprint;
use super::original::{Original, original};
use super::pictures::{Drawn, check_and_draw};
use super::promote::{Checked, Content};
use super::step::Step;

/// GET of the incoming key.
pub(super) struct Verify(pub(super) Fetch);

impl Verify {
    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        self.0.request(arrival, arrival.key(), now)
    }

    pub(super) fn answered(self, arrival: &mut Arrival, answer: StoreAnswer) -> Result<Step> {
        let bytes = match self.0.read(arrival, answer)? {
            Fetched::Bytes(bytes) => bytes,
            Fetched::Hidden(error) => return Ok(Find::unless_confirmed(error)),
            Fetched::Gone => return Ok(Find::unless_confirmed(ErrorKind::UploadNotFound {})),
            Fetched::Replaced => return Ok(Find::unless_confirmed(ErrorKind::UploadReplaced {})),
        };
        let Fetch { stored, is_whole } = self.0;
        check_promise(&bytes, arrival)?;
        let Some((info, drawn)) = check(&bytes, stored.bytes, arrival)? else {
            return Ok(Step::Verify(Self(Fetch::whole(stored))));
        };
        let (fingerprint, content) = if is_whole {
            let original = original(&bytes, drawn.original, arrival)?;
            let fingerprint = Fingerprint::whole(original.bytes(&bytes));
            (fingerprint, content(original, bytes, &info, arrival))
        } else {
            let is_done = arrival.is_as_it_is_to_be(&info);
            let content = if is_done { Content::InPlace } else { Content::Copied(None) };
            (Fingerprint::head(&bytes, stored.bytes), content)
        };
        Checked { info, source: stored, fingerprint, content, variants: drawn.variants }.step(arrival)
    }
}

/// Error: `upload_checksum_mismatch`.
fn check_promise(bytes: &[u8], arrival: &Arrival) -> Result<()> {
    let Some(promised) = arrival.promised_hash else { return Ok(()) };
    let received = Fingerprint::whole(bytes).hash;
    if promised == received {
        return Ok(());
    }
    let (promised_sha256, received_sha256) = (STANDARD.encode(promised), STANDARD.encode(received));
    Err(ErrorKind::UploadChecksumMismatch { promised_sha256, received_sha256 }.into())
}

/// As the policy says; `None` where more of the file is needed.
fn check(bytes: &[u8], total_bytes: u64, arrival: &Arrival) -> Result<Option<(ImageInfo, Drawn)>> {
    if arrival.policy().verify != Depth::Head {
        return check_and_draw(bytes, arrival).map(Some);
    }
    // Nothing is made of a file that is not decoded.
    let nothing = Drawn { original: None, variants: VecDeque::new() };
    let info = check_head(bytes, total_bytes, Some(arrival.format.media_type()), &arrival.rules)?;
    Ok(info.map(|info| (info, nothing)))
}

/// How what was made of the upload gets to the final key.
fn content(original: Original, uploaded: Vec<u8>, info: &ImageInfo, arrival: &Arrival) -> Content {
    match original {
        Original::Uploaded if arrival.is_as_it_is_to_be(info) => Content::InPlace,
        Original::Uploaded if arrival.copies() => {
            // A store that keeps to its conditions copies nothing else.
            let may_go_wrong = !arrival.presigner.bucket().honours_conditions();
            Content::Copied(may_go_wrong.then_some(uploaded))
        }
        Original::Uploaded => Content::Written(uploaded.into()),
        Original::Changed(changed) => Content::Written(changed.into()),
    }
}
