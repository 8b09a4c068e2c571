//! A confirmation that stops before each of its requests, while the client and other confirmations go on.

use presize::{Confirmed, Originals, Promote, Result, UploadPolicy, UploadTicket, Uploads};

use crate::by_hand::ByHand;
use crate::confirmations::common;
use crate::files::{Content, Files};
use crate::ground::Ground;
use crate::server::Rule;

scenarios!(a_confirmation_that_is_overtaken, a_confirmation_that_dies_after_a_swap);

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

fn policies() -> [UploadPolicy; 2] {
    [UploadPolicy::default(), UploadPolicy::default().variant_widths(&[40])]
}

struct Stage<'a> {
    ground: &'a Ground,
    uploads: &'a Uploads,
    files: &'a Files,
    ticket: UploadTicket,
    /// What somebody was told, with what was at the final key then.
    told: Option<(Confirmed, Content)>,
    /// What went wrong.
    harm: Vec<String>,
}

impl<'a> Stage<'a> {
    fn set(ground: &'a Ground, uploads: &'a Uploads, files: &'a Files) -> Self {
        Self { ground, uploads, files, ticket: ground.upload(uploads, &files.photos[0]), told: None, harm: Vec::new() }
    }

    fn put(&self, file: &[u8]) {
        let ticket = &self.ticket;
        self.ground.send_changed(&ticket.method, &ticket.url, &ticket.headers, file).into_success().unwrap();
    }

    fn act(&mut self, act: Act) {
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

    /// Who is told that it is confirmed is told the same as all others.
    fn ended(&mut self, who: &str, result: &Result<Confirmed>) {
        let Ok(confirmed) = result else {
            if self.told.is_some() {
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
    let (mut windows, mut harm) = (0, Vec::new());
    for (policy, script) in policies().iter().flat_map(|policy| SCRIPTS.map(|script| (policy, script))) {
        let uploads = ground.uploads(policy.clone());
        for count in 0.. {
            let mut stage = Stage::set(ground, &uploads, &files);
            let mut slow = ByHand::begin(ground, &uploads, &stage.ticket.key);
            if !slow.steps(count) {
                break;
            }
            let is_in_window = slow.is_in_window();
            script.iter().for_each(|act| stage.act(*act));
            while slow.step() {
                stage.look();
            }
            let asked = slow.asked.clone();
            let result = slow.finish();
            stage.ended("the slow one", &result);
            stage.look();
            let variants = stage.told.iter().flat_map(|(told, _)| &told.variants);
            for variant in variants.filter(|variant| !ground.is_stored(&variant.key)) {
                stage.harm.push(format!("there is no {}", variant.key));
            }
            if stage.harm.is_empty() {
                continue;
            }
            if is_in_window && !ground.keeps(Rule::CreateOnly) {
                windows += 1;
                assert!(stage.harm.iter().all(|harm| !harm.contains("unchecked") && !harm.contains("Missing")));
            } else {
                let last = asked.get(count.wrapping_sub(1));
                harm.push(format!("{script:?} after {count} requests, the last {last:?}: {:?}", stage.harm));
            }
        }
    }
    println!("{} harms, {windows} in the window between HEAD and PUT", harm.len());
    assert!(harm.is_empty(), "{harm:#?}");
    assert_eq!(windows > 0, !ground.keeps(Rule::CreateOnly), "the window that is documented");
}

/// The process ends somewhere between the swap and the end: nothing unchecked is there to stay, or to be taken for confirmed.
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
