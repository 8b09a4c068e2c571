//! Uploads are confirmed: what is good gets to its final key as it was checked, and nothing else does.

use std::cell::Cell;
use std::time::{Duration, SystemTime};

use presize::{
    ConfirmRequest, Confirmed, ImageFormat, ImageRules, Originals, Promote, Result, StoreRequest, UploadOutcome,
    UploadPolicy, UploadRequest, UploadTicket, Uploads, Verify, inspect, strip_metadata,
};
use presize_examples::bomb;
use presize_examples::confirm::confirm_upload;
use presize_examples::drive::PATIENT;
use presize_examples::photo::{self, PhotoSize};

use crate::ground::{Ground, assert_accepted};
use crate::server::Rule;

scenarios!(
    a_good_upload_gets_to_its_key,
    a_bad_upload_gets_nowhere,
    a_replaced_upload_gets_nowhere,
    a_replaced_upload_is_not_what_is_promoted,
    what_comes_after_the_confirmation_changes_nothing,
    pictures_are_written_beside_it,
    the_header_of_a_file_is_enough,
    without_quarantine_what_is_bad_is_deleted,
    several_confirmations_at_once_agree,
);

/// A photo on its side, with a place in its EXIF.
pub(crate) fn jpeg() -> Vec<u8> {
    photo::draw(PhotoSize { width: 120, height: 160 }).unwrap()
}

/// The file as it is promoted.
pub(crate) fn stripped(file: &[u8]) -> Vec<u8> {
    let stripped = strip_metadata(file, &ImageRules::default()).unwrap();
    stripped.bytes.into_owned()
}

/// What every confirmation of an upload says. Only the one that fetches the upload itself can say more: what its EXIF was.
pub(crate) fn common(confirmed: &Confirmed) -> Confirmed {
    let mut common = confirmed.clone();
    common.exif = None;
    common
}

impl Ground {
    pub(crate) fn uploads(&self, policy: UploadPolicy) -> Uploads {
        Uploads::new(self.presigner.clone(), policy).unwrap()
    }

    /// Uploads with a ticket for a JPEG.
    pub(crate) fn upload(&self, uploads: &Uploads, file: &[u8]) -> UploadTicket {
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).unwrap();
        let request = UploadRequest::new("user-7", "image/jpeg", file.len() as u64);
        let ticket = uploads.issue(&request, nonce, SystemTime::now()).unwrap();
        self.upload_again(&ticket, file);
        ticket
    }

    /// The same ticket for another file: its size need not be that of the ticket for this.
    fn upload_again(&self, ticket: &UploadTicket, file: &[u8]) {
        let answer = self.send_changed(&ticket.method, &ticket.url, &ticket.headers, file);
        assert_accepted(&answer, "PUT with a ticket");
    }

    pub(crate) fn confirm(&self, uploads: &Uploads, key: &str) -> Result<Confirmed> {
        let request = ConfirmRequest::new("user-7", key).filename("고양이.jpg");
        let mut outcomes = Vec::new();
        let result = confirm_upload(uploads, &request, &self.client, PATIENT, |event| outcomes.push(event.outcome));
        let expected = match &result {
            Ok(_) => UploadOutcome::Confirmed,
            Err(error) if error.http_status() < 500 => UploadOutcome::Rejected,
            Err(_) => UploadOutcome::Failed,
        };
        assert_eq!(outcomes, [expected]);
        result
    }

    /// The same with something happening before each request.
    pub(crate) fn confirm_while(
        &self,
        uploads: &Uploads,
        key: &str,
        before: impl Fn(&StoreRequest),
    ) -> Result<Confirmed> {
        let mut confirmation = uploads.confirm(&ConfirmRequest::new("user-7", key), SystemTime::now())?;
        while let Some(request) = confirmation.next_request(SystemTime::now())? {
            before(&request);
            confirmation.answer(self.client.send_to_store(&request, Duration::from_mins(1)).unwrap());
        }
        confirmation.finish()
    }

    pub(crate) fn read(&self, key: &str) -> Vec<u8> {
        self.send(self.presigner.get(key), b"").into_success().unwrap().body
    }
}

pub(crate) fn is_copy(request: &StoreRequest) -> bool {
    request.headers.contains_key("x-amz-copy-source")
}

fn code(result: Result<Confirmed>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "confirmed")
}

fn a_good_upload_gets_to_its_key(ground: &Ground) {
    let policy = UploadPolicy::default().cache_control("public, max-age=60").metadata(&[("app", "photos")]);
    let uploads = ground.uploads(policy.record_origin(true).public_base_url("https://cdn.example.com"));
    let file = stripped(&jpeg());
    let ticket = ground.upload(&uploads, &jpeg());
    assert!(!ground.is_stored(&ticket.key) && ground.is_stored(&format!("incoming/{}", ticket.key)));
    let confirmed = ground.confirm(&uploads, &ticket.key).unwrap();
    assert_eq!((&confirmed.key, &confirmed.public_url), (&ticket.key, &ticket.public_url));
    assert_eq!((confirmed.format, confirmed.width, confirmed.height), (ImageFormat::Jpeg, 120, 160));
    let answer = ground.send(ground.presigner.get(&ticket.key), b"").into_success().unwrap();
    assert!(answer.body == file && confirmed.bytes == file.len() as u64);
    assert_eq!(answer.headers["etag"], format!("\"{}\"", confirmed.etag));
    assert_eq!(answer.headers["content-type"], "image/jpeg");
    assert_eq!(answer.headers["cache-control"], "public, max-age=60");
    assert_eq!(answer.headers["x-amz-meta-app"], "photos");
    assert_eq!(answer.headers["x-amz-meta-uploaded-by"], "user-7");
    assert!(answer.headers.contains_key("x-amz-meta-original-filename"));
    assert!(!ground.is_stored(&format!("incoming/{}", ticket.key)));
    assert_eq!(ground.confirm(&uploads, &ticket.key).unwrap(), common(&confirmed), "again");
}

fn a_bad_upload_gets_nowhere(ground: &Ground) {
    let uploads = ground.uploads(UploadPolicy::default());
    let file = jpeg();
    let png = bomb::draw_sized(40, 30).unwrap();
    for (file, expected) in [
        (&file[..file.len() / 2], "image_corrupt"),
        (&png, "image_format_mismatch"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image_format_not_allowed"),
        (b"any bytes will do", "image_format_unknown"),
    ] {
        let ticket = ground.upload(&uploads, file);
        assert_eq!(code(ground.confirm(&uploads, &ticket.key)), expected);
        assert!(!ground.is_stored(&ticket.key) && !ground.is_stored(&format!("incoming/{}", ticket.key)));
        assert_eq!(code(ground.confirm(&uploads, &ticket.key)), "upload_not_found", "again");
    }
    let ticket = ground.upload(&uploads, &file);
    let stranger = ConfirmRequest::new("user-8", &ticket.key);
    assert_eq!(uploads.confirm(&stranger, SystemTime::now()).unwrap_err().code(), "upload_owner_mismatch");
    let promised = ConfirmRequest::new("user-7", &ticket.key).size_bytes(7);
    let result = confirm_upload(&uploads, &promised, &ground.client, PATIENT, |_| ());
    assert_eq!(code(result), "upload_size_mismatch");
    assert!(!ground.is_stored(&ticket.key) && !ground.is_stored(&format!("incoming/{}", ticket.key)));
}

fn a_replaced_upload_gets_nowhere(ground: &Ground) {
    for variant_widths in [&[][..], &[40]] {
        let uploads = ground.uploads(UploadPolicy::default().variant_widths(variant_widths));
        let ticket = ground.upload(&uploads, &jpeg());
        let result = confirm_replaced(ground, &uploads, &ticket, |request| request.method == "GET");
        assert_eq!(code(result), "upload_replaced");
        let (stem, _) = ticket.key.rsplit_once('.').unwrap();
        for key in [&ticket.key, &format!("incoming/{}", ticket.key), &format!("{stem}/40.jpg")] {
            assert!(!ground.is_stored(key), "{key}");
        }
    }
}

/// Between the check and the last step nothing that comes in changes what was checked.
fn a_replaced_upload_is_not_what_is_promoted(ground: &Ground) {
    let uploads = ground.uploads(UploadPolicy::default());
    let ticket = ground.upload(&uploads, &jpeg());
    let confirmed = confirm_replaced(ground, &uploads, &ticket, |request| request.method == "PUT").unwrap();
    assert!(ground.read(&ticket.key) == stripped(&jpeg()) && confirmed.bytes == stripped(&jpeg()).len() as u64);
    assert_eq!(ground.confirm(&uploads, &ticket.key).unwrap(), common(&confirmed), "again");

    let uploads = ground.uploads(UploadPolicy::default().originals(Originals::AsIs).promote(Promote::Copy));
    let ticket = ground.upload(&uploads, &jpeg());
    let result = confirm_replaced(ground, &uploads, &ticket, is_copy);
    if ground.keeps(Rule::CopyOnlyThis) {
        assert_eq!(code(result), "upload_replaced");
        assert!(!ground.is_stored(&ticket.key));
    } else {
        // What was copied is compared, and the checked bytes are written over it.
        let confirmed = result.unwrap();
        assert!(ground.read(&ticket.key) == jpeg());
        assert_eq!(ground.confirm(&uploads, &ticket.key).unwrap(), confirmed, "again, with its EXIF");
    }
    assert!(!ground.is_stored(&format!("incoming/{}", ticket.key)));
}

/// Confirms while the client uploads another file, before each request of a kind.
fn confirm_replaced(
    ground: &Ground,
    uploads: &Uploads,
    ticket: &UploadTicket,
    is_moment: impl Fn(&StoreRequest) -> bool,
) -> Result<Confirmed> {
    let mut other = jpeg();
    *other.last_mut().unwrap() ^= 1;
    let is_replaced = Cell::new(false);
    let result = ground.confirm_while(uploads, &ticket.key, |request| {
        if is_moment(request) {
            ground.upload_again(ticket, &other);
            is_replaced.set(true);
        }
    });
    assert!(is_replaced.get());
    result
}

fn what_comes_after_the_confirmation_changes_nothing(ground: &Ground) {
    let uploads = ground.uploads(UploadPolicy::default());
    let file = jpeg();
    let ticket = ground.upload(&uploads, &file);
    let confirmed = ground.confirm(&uploads, &ticket.key).unwrap();
    let page = vec![b'<'; file.len()];
    ground.upload_again(&ticket, &page);
    assert_eq!(ground.confirm(&uploads, &ticket.key).unwrap(), common(&confirmed));
    assert!(ground.read(&ticket.key) == stripped(&file) && !ground.is_stored(&format!("incoming/{}", ticket.key)));
}

fn pictures_are_written_beside_it(ground: &Ground) {
    let formats = [ImageFormat::Jpeg, ImageFormat::Png];
    let policy =
        UploadPolicy::default().formats(&formats).originals(Originals::Reencoded).variant_widths(&[60, 30, 500]);
    let uploads = ground.uploads(policy);
    let ticket = ground.upload(&uploads, &jpeg());
    let confirmed = ground.confirm(&uploads, &ticket.key).unwrap();
    let original = ground.read(&ticket.key);
    let info = inspect(&original).unwrap();
    assert!(!info.has_exif && (info.width, info.height) == (120, 160));
    assert_eq!((confirmed.bytes, confirmed.width), (original.len() as u64, 120));
    let sizes: Vec<_> = confirmed.variants.iter().map(|variant| (variant.width, variant.height)).collect();
    assert_eq!(sizes, [(60, 80), (30, 40), (120, 160)]);
    for variant in &confirmed.variants {
        let info = inspect(&ground.read(&variant.key)).unwrap();
        assert_eq!((info.width, info.height, info.has_exif), (variant.width, variant.height, false), "{}", variant.key);
    }
    assert!(!ground.is_stored(&format!("incoming/{}", ticket.key)));
    assert_eq!(ground.confirm(&uploads, &ticket.key).unwrap(), common(&confirmed), "again");
}

/// What is further on is not looked at, but fetched: these stores promise nothing of a copy, and the bytes are written.
fn the_header_of_a_file_is_enough(ground: &Ground) {
    let uploads = ground.uploads(UploadPolicy::default().verify(Verify::Head));
    let mut file = jpeg();
    let (middle, end) = (file.len() / 2, file.len() - 2); // the end marker stays
    file[middle..end].fill(0xaa);
    let ticket = ground.upload(&uploads, &file);
    let confirmed = ground.confirm(&uploads, &ticket.key).unwrap();
    assert_eq!((confirmed.width, confirmed.height), (120, 160));
    assert!(ground.read(&ticket.key) == stripped(&file));
    assert_eq!(ground.confirm(&uploads, &ticket.key).unwrap(), common(&confirmed), "again");
}

fn without_quarantine_what_is_bad_is_deleted(ground: &Ground) {
    let uploads = ground.uploads(UploadPolicy::default().incoming_prefix("").cache_control("no-cache"));
    let file = jpeg();
    let ticket = ground.upload(&uploads, &file);
    let confirmed = ground.confirm(&uploads, &ticket.key).unwrap();
    assert_eq!(confirmed.bytes, stripped(&file).len() as u64);
    let answer = ground.send(ground.presigner.get(&ticket.key), b"").into_success().unwrap();
    assert!(answer.body == stripped(&file) && answer.headers["cache-control"] == "no-cache");
    let ticket = ground.upload(&uploads, &file[..file.len() / 2]);
    assert_eq!(code(ground.confirm(&uploads, &ticket.key)), "image_corrupt");
    assert!(!ground.is_stored(&ticket.key));
}

/// Somebody clicks more than once.
fn several_confirmations_at_once_agree(ground: &Ground) {
    let uploads = ground.uploads(UploadPolicy::default().variant_widths(&[40]));
    for _ in 0..8 {
        let ticket = ground.upload(&uploads, &jpeg());
        let confirm =
            || confirm_upload(&uploads, &ConfirmRequest::new("user-7", &ticket.key), &ground.client, PATIENT, |_| ());
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(confirm)).collect();
            threads.into_iter().map(|thread| common(&thread.join().unwrap().unwrap())).collect()
        });
        assert!(results.iter().all(|result| *result == results[0]), "{results:?}");
        assert!(ground.is_stored(&ticket.key) && ground.is_stored(&results[0].variants[0].key));
        assert!(!ground.is_stored(&format!("incoming/{}", ticket.key)));
    }
}
