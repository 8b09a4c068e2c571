//! Images are resized as soon as they are stored: every result is that of the newest original, in whatever order events come.

use presize::{
    CreatedObject, EventResizePolicy, EventResizer, ImageFormat, ImageRules, Resized, SkippedReason, inspect,
};
use presize_examples::drive::{PATIENT, drive};
use presize_examples::photo::{self, PhotoSize};

use crate::ground::Ground;

scenarios!(
    originals_are_resized_once,
    replaced_originals_get_new_results,
    what_nothing_orders_is_that_of_the_original_that_is_stored,
    late_events_change_nothing,
    several_calls_at_once_agree,
);

const KEY: &str = "originals/cat 고양이.jpg";
const SMALL: &str = "40/originals/cat 고양이.jpg.jpg";
const LARGE: &str = "90/originals/cat 고양이.jpg.jpg";

/// A photo on its side.
fn photo(width: u16, height: u16) -> Vec<u8> {
    photo::draw(PhotoSize { width, height }).unwrap()
}

impl Ground {
    fn resizer(&self) -> EventResizer {
        let policy = EventResizePolicy::default().widths(&[40, 90]).prefix("originals").cache_control("max-age=60");
        let presigner = || self.presigner.clone();
        EventResizer::new(policy, presigner(), presigner(), ImageRules::default()).unwrap()
    }

    /// Stores an original, and gives the object of its event.
    fn original(&self, file: &[u8], sequencer: &str) -> CreatedObject {
        let request = self.presigner.put(KEY).content_type("image/jpeg").content_length(file.len() as u64);
        let answer = self.send(request, file).into_success().unwrap();
        let mut object = CreatedObject::new(self.presigner.bucket().name(), KEY);
        object.entity_tag = Some(answer.headers["etag"].to_str().unwrap().trim_matches('"').to_owned());
        object.sequencer = Some(sequencer.to_owned()).filter(|sequencer| !sequencer.is_empty());
        object
    }

    fn resize(&self, object: &CreatedObject) -> Resized {
        drive(&mut self.resizer().resize(object), &self.client, PATIENT).unwrap()
    }

    fn size(&self, key: &str) -> (u32, u32) {
        let info = inspect(&self.read(key)).unwrap();
        (info.width, info.height)
    }
}

fn are_new(resized: &Resized) -> Vec<bool> {
    resized.outputs.iter().map(|output| output.is_new).collect()
}

fn originals_are_resized_once(ground: &Ground) {
    let object = ground.original(&photo(120, 160), "01");
    let resized = ground.resize(&object);
    assert_eq!((are_new(&resized), resized.skipped), (vec![true, true], None));
    assert_eq!((ground.size(SMALL), ground.size(LARGE)), ((40, 53), (90, 120)));
    let stored = ground.send(ground.presigner.get(SMALL), b"").into_success().unwrap();
    let info = inspect(&stored.body).unwrap();
    assert_eq!((info.format, info.has_exif), (ImageFormat::Jpeg, false));
    assert_eq!(
        (&stored.headers["content-type"], &stored.headers["cache-control"]),
        (&"image/jpeg".parse().unwrap(), &"max-age=60".parse().unwrap())
    );
    assert_eq!(are_new(&ground.resize(&object)), [false, false], "again");
    let result = CreatedObject::new(ground.presigner.bucket().name(), SMALL);
    assert_eq!(ground.resize(&result).skipped, Some(SkippedReason::OtherPrefix));
    let copied = ground.presigner.bucket().copy_source(SMALL);
    ground.send(ground.presigner.copy("originals/copied.jpg", &copied), b"").into_success().unwrap();
    let copy = CreatedObject::new(ground.presigner.bucket().name(), "originals/copied.jpg");
    assert_eq!(ground.resize(&copy).skipped, Some(SkippedReason::OwnResult), "the marker is copied too");
}

fn replaced_originals_get_new_results(ground: &Ground) {
    ground.resize(&ground.original(&photo(120, 160), "01"));
    let resized = ground.resize(&ground.original(&photo(160, 120), "02"));
    assert_eq!((are_new(&resized), resized.skipped), (vec![true, true], None));
    assert_eq!((ground.size(SMALL), ground.size(LARGE)), ((40, 30), (90, 68)));
}

fn what_nothing_orders_is_that_of_the_original_that_is_stored(ground: &Ground) {
    ground.store(SMALL); // by somebody else
    ground.resize(&ground.original(&photo(120, 160), ""));
    assert_eq!(ground.size(SMALL), (40, 53));
    let resized = ground.resize(&ground.original(&photo(160, 120), ""));
    assert_eq!(are_new(&resized), [true, true]);
    assert_eq!((ground.size(SMALL), ground.size(LARGE)), ((40, 30), (90, 68)));
}

fn late_events_change_nothing(ground: &Ground) {
    let old = ground.original(&photo(120, 160), "01");
    let new = ground.original(&photo(160, 120), "02");
    assert_eq!(ground.resize(&old).skipped, Some(SkippedReason::Superseded), "it was replaced");
    ground.resize(&new);
    // Its bytes can still be had, as in a bucket with versions.
    let late = ground.original(&photo(120, 160), "0100");
    assert_eq!(ground.resize(&late).skipped, Some(SkippedReason::Superseded), "by the sequencer");
    assert_eq!((ground.size(SMALL), ground.size(LARGE)), ((40, 30), (90, 68)));
    assert_eq!(ground.send(ground.presigner.delete(KEY), b"").status, 204);
    assert_eq!(ground.resize(&new).skipped, Some(SkippedReason::Missing));
}

fn several_calls_at_once_agree(ground: &Ground) {
    for sequencer in ["01", "02", "03"] {
        let height = if sequencer == "02" { 120 } else { 160 };
        let object = ground.original(&photo(120, height), sequencer);
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| ground.resize(&object))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(results.iter().all(|resized| resized.outputs.len() == 2 && resized.skipped.is_none()), "{results:?}");
        assert_eq!(ground.size(LARGE), (90, if sequencer == "02" { 90 } else { 120 }));
    }
}
