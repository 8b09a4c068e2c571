//! Two hundred uploads at once, a third of them hostile.

use std::time::Duration;

use presize::{ConfirmRequest, UploadPolicy};
use presize_examples::bomb;
use presize_examples::confirm::confirm_upload;
use presize_examples::drive::Patience;

use crate::confirmations::{jpeg, stripped};
use crate::ground::Ground;

scenarios!(a_crowd_with_hostile_uploads);

const UPLOADS: usize = 200;
/// The machine may be a slow one.
const PATIENCE: Patience = Patience { timeout: Duration::from_mins(5), retries: 5 };

/// What somebody uploads as a JPEG.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Good,
    Half,
    Png,
    Page,
    /// A good one that becomes another file right before it is fetched.
    Replaced,
}

fn kind(number: usize) -> Kind {
    match (number % 3, number / 3 % 4) {
        (0, 0) => Kind::Half,
        (0, 1) => Kind::Png,
        (0, 2) => Kind::Page,
        (0, _) => Kind::Replaced,
        _ => Kind::Good,
    }
}

/// No two are alike.
fn file(number: usize, photo: &[u8]) -> Vec<u8> {
    let mark = format!("upload {number:04}");
    match kind(number) {
        Kind::Good | Kind::Replaced => [photo, mark.as_bytes()].concat(),
        Kind::Half => [&photo[..photo.len() / 2], mark.as_bytes()].concat(),
        Kind::Png => bomb::draw_sized(20 + number as u32, 30).unwrap(),
        Kind::Page => format!("<!DOCTYPE html><script>alert('{mark}')</script>").into_bytes(),
    }
}

fn a_crowd_with_hostile_uploads(ground: &Ground) {
    let uploads = ground.uploads(UploadPolicy::default());
    let photo = jpeg();
    let one = |number: usize| {
        let file = file(number, &photo);
        let ticket = ground.upload(&uploads, &file);
        let result = if kind(number) == Kind::Replaced {
            ground.confirm_while(&uploads, &ticket.key, |request| {
                if request.method == "GET" {
                    let mut other = file.clone();
                    other.reverse();
                    ground.send_changed(&ticket.method, &ticket.url, &ticket.headers, &other).into_success().unwrap();
                }
            })
        } else {
            let request = ConfirmRequest::new("user-7", &ticket.key).size_bytes(file.len() as u64);
            confirm_upload(&uploads, &request, &ground.client, PATIENCE, |_| ())
        };
        (ticket.key, file, result)
    };
    let ended: Vec<_> = std::thread::scope(|scope| {
        let one = &one;
        let threads: Vec<_> = (0..UPLOADS).map(|number| scope.spawn(move || one(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut good = 0;
    for (number, (key, file, result)) in ended.iter().enumerate() {
        let code = result.as_ref().map_or_else(presize::Error::code, |_| "confirmed");
        let expected = match kind(number) {
            Kind::Good => "confirmed",
            Kind::Half => "image_corrupt",
            Kind::Png => "image_format_mismatch",
            Kind::Page => "image_format_not_allowed",
            Kind::Replaced => "upload_replaced",
        };
        assert_eq!(code, expected, "{number}: {result:?}");
        if code == "confirmed" {
            good += 1;
            assert!(ground.read(key) == stripped(file), "{number}: other bytes at {key}");
        } else {
            assert!(!ground.is_stored(key), "{number}: {code}, and there is {key}");
        }
        assert!(!ground.is_stored(&format!("incoming/{key}")), "{number}: {code}, and it is still there");
    }
    assert_eq!((ended.len(), good), (UPLOADS, 133));
}
