//! A confirmation that stops before each of its requests, while the client and other confirmations go on.

use presize::{Confirmed, Originals, Promote, Result, UploadPolicy, UploadTicket, Uploads};

use crate::by_hand::ByHand;
use crate::confirmations::common;
use crate::files::{Content, Files, VARIANT_WIDTH};
use crate::ground::Ground;
use crate::server::Rule;

scenarios!(a_confirmation_that_is_overtaken, a_copy_that_is_overtaken, a_confirmation_that_dies_after_a_swap);

/// What happens while the confirmation stands still.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// The client uploads the other photo with the same ticket.
    Swap,
    Page,
    Damaged,
    /// Another confirmation, from its beginning to its end.
    Confirm,
}

const SCRIPTS: [&[Act]; 8] = [
    &[Act::Confirm],
    &[Act::Confirm, Act::Swap],
    &[Act::Swap, Act::Confirm],
    &[Act::Confirm, Act::Swap, Act::Confirm],
    &[Act::Swap],
    &[Act::Page],
    &[Act::Damaged],
    &[Act::Confirm, Act::Page],
];

/// One confirmation that is interrupted by others.
struct Stage<'a> {
    ground: &'a Ground,
    uploads: &'a Uploads,
    files: &'a Files,
    ticket: UploadTicket,
    /// Whether the client has uploaded a photo last.
    is_good: bool,
    /// The first result of a confirmation, with what was at the final key then.
    told: Option<(Confirmed, Content)>,
    /// What went wrong.
    harm: Vec<String>,
}

impl<'a> Stage<'a> {
    fn set(ground: &'a Ground, uploads: &'a Uploads, files: &'a Files) -> Self {
        let ticket = ground.upload(uploads, &files.photos[0]);
        Self { ground, uploads, files, ticket, is_good: true, told: None, harm: Vec::new() }
    }

    fn put(&self, file: &[u8]) {
        let ticket = &self.ticket;
        self.ground.send_changed(&ticket.method, &ticket.url, &ticket.headers, file).into_success().unwrap();
    }

    fn act(&mut self, act: Act) {
        self.is_good = match act {
            Act::Swap => true,
            Act::Page | Act::Damaged => false,
            Act::Confirm => self.is_good,
        };
        match act {
            Act::Swap => self.put(&self.files.photos[1]),
            Act::Page => self.put(&self.files.page),
            Act::Damaged => self.put(&self.files.damaged),
            Act::Confirm => {
                let result = ByHand::begin(self.ground, self.uploads, &self.ticket.key).finish();
                self.ended("another", &result);
            }
        }
        self.look();
    }

    /// All confirmations that succeed say the same. One that looked at the final key before the upload was confirmed may still
    /// refuse what the client has uploaded since, if that is bad.
    fn ended(&mut self, who: &str, result: &Result<Confirmed>) {
        let Ok(confirmed) = result else {
            if self.told.is_some() && self.is_good {
                self.harm.push(format!("{who} was refused what is confirmed: {result:?}"));
            }
            return;
        };
        let content = self.ground.content(&self.ticket.key, self.files);
        if self.ground.etag(&self.ticket.key) != confirmed.etag || !matches!(content, Content::Photo(_)) {
            self.harm.push(format!("{who} was told of another object than there is: {content:?}"));
        }
        match &self.told {
            Some((told, _)) if *told != common(confirmed) => {
                self.harm.push(format!("{who} was told {}, not {}", confirmed.etag, told.etag));
            }
            _ => self.told = Some((common(confirmed), content)),
        }
    }

    /// What must hold at the end.
    fn look_at_variants(&mut self) {
        let Some((told, content)) = &self.told else { return };
        for variant in &told.variants {
            let answer = self.ground.send(self.ground.presigner.get(&variant.key), b"");
            if answer.status != 200 || !self.files.is_variant_of(&answer.body, content) {
                self.harm.push(format!("there is no {} of {content:?}: {}", variant.key, answer.status));
            }
        }
    }

    /// What must hold at every moment.
    fn look(&mut self) {
        let content = self.ground.content(&self.ticket.key, self.files);
        if let Content::Unchecked(start) = &content {
            self.harm.push(format!("unchecked bytes are served: {start:?}"));
        }
        if let Some((_, told)) = &self.told
            && *told != content
        {
            self.harm.push(format!("confirmed was {told:?}, now it is {content:?}"));
        }
    }
}

fn a_confirmation_that_is_overtaken(ground: &Ground) {
    let files = Files::draw(Originals::Stripped);
    let uploads = ground.uploads(UploadPolicy::default().variant_widths(&[VARIANT_WIDTH]));
    let (mut windows, mut harm) = (0, Vec::new());
    each_moment(ground, &uploads, &files, |stage, is_in_window, moment| {
        if stage.harm.is_empty() {
            return;
        }
        if is_in_window && !ground.keeps(Rule::CreateOnly) {
            windows += 1;
            let is_bad = |harm: &String| harm.contains("unchecked") || harm.contains("Missing");
            assert!(!stage.harm.iter().any(is_bad), "{moment}: {:?}", stage.harm);
        } else {
            harm.push(format!("{moment}: {:?}", stage.harm));
        }
    });
    println!("{windows} times overtaken between HEAD and PUT, where this store reads no condition");
    assert!(harm.is_empty(), "{harm:#?}");
    assert_eq!(windows > 0, !ground.keeps(Rule::CreateOnly), "the window that is documented");
}

/// A copy is compared with what was checked, and mended, before the confirmation succeeds. A store that does not read the
/// condition on the source serves unchecked bytes until then, even in place of what is confirmed: there, `copy` is no default.
fn a_copy_that_is_overtaken(ground: &Ground) {
    let files = Files::draw(Originals::AsIs);
    let policy = UploadPolicy::default().originals(Originals::AsIs).promote(Promote::Copy);
    let uploads = ground.uploads(policy);
    let (mut unchecked, mut harm) = (0, Vec::new());
    each_moment(ground, &uploads, &files, |stage, is_in_window, moment| {
        let end = ground.content(&stage.ticket.key, &files);
        let is_bad_end = stage.told.is_some() && !matches!(end, Content::Photo(_));
        let is_known = |harm: &&String| {
            !ground.keeps(Rule::CopyOnlyThis)
                && (harm.contains("unchecked bytes") || (is_in_window && harm.contains("confirmed was")))
        };
        let (known, unknown): (Vec<_>, Vec<_>) = stage.harm.iter().partition(is_known);
        unchecked += usize::from(!known.is_empty());
        if is_bad_end || !unknown.is_empty() {
            harm.push(format!("{moment}: {unknown:?}, at the end {end:?}"));
        }
    });
    println!("{unchecked} times other bytes were copied, and mended");
    assert!(harm.is_empty(), "{harm:#?}");
    assert_eq!(unchecked > 0, !ground.keeps(Rule::CopyOnlyThis), "what is documented");
}

/// Stops a confirmation before each of its requests in turn, plays a script, and lets the confirmation go on to its end.
fn each_moment(ground: &Ground, uploads: &Uploads, files: &Files, mut ended: impl FnMut(&Stage<'_>, bool, &str)) {
    for script in SCRIPTS {
        for count in 0.. {
            let mut stage = Stage::set(ground, uploads, files);
            let mut slow = ByHand::begin(ground, uploads, &stage.ticket.key);
            if !slow.steps(count) {
                break;
            }
            let is_in_window = slow.is_in_window();
            for act in script {
                stage.act(*act);
            }
            while slow.step() {
                if slow.has_written() {
                    stage.look();
                }
            }
            stage.ended("the slow one", &slow.finish());
            stage.look();
            stage.look_at_variants();
            ended(&stage, is_in_window, &format!("{script:?} after {count} requests"));
        }
    }
}

/// The process ends at any moment after the upload was replaced: no unchecked bytes stay at the final key, and the next
/// confirmation takes none for confirmed.
fn a_confirmation_that_dies_after_a_swap(ground: &Ground) {
    let files = Files::draw(Originals::Stripped);
    let uploads = ground.uploads(UploadPolicy::default());
    let mut harm = Vec::new();
    for (act, count) in [Act::Page, Act::Damaged].into_iter().flat_map(|act| (0..10).map(move |count| (act, count))) {
        for more in 0.. {
            let mut stage = Stage::set(ground, &uploads, &files);
            let mut dying = ByHand::begin(ground, &uploads, &stage.ticket.key);
            if !dying.steps(count) {
                break;
            }
            stage.act(act);
            let is_over = !dying.steps(more);
            stage.look();
            drop(dying);
            let before = ground.content(&stage.ticket.key, &files);
            let result = ByHand::begin(ground, &uploads, &stage.ticket.key).finish();
            stage.ended("the next one", &result);
            stage.look();
            if matches!(before, Content::Photo(_)) != result.is_ok() {
                stage.harm.push(format!("{before:?} was there, and the next one ended with {result:?}"));
            }
            if !stage.harm.is_empty() {
                harm.push(format!("{act:?} after {count} requests, dead after {more} more: {:?}", stage.harm));
            }
            if is_over {
                break;
            }
        }
    }
    println!("{} harms", harm.len());
    assert!(harm.is_empty(), "{harm:#?}");
}
