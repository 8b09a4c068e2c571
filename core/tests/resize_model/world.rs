//! The world: a client that uploads, a store, and calls that each work off one event.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use presize::{
    Bucket, CreatedObject, Credentials, EventResizePolicy, EventResizer, Fit, ImageRules, OutputFormat, PixelImage,
    Presigner, Resizing, Transform, UrlStyle, encode, transform,
};

use super::schedule::Schedule;
use super::store::{Conditions, Object, Store};

const KEY: &str = "cat.png";
const MOST_STEPS: usize = 1000;

/// What happens, but not when.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    /// The photographs that the client uploads under one key, one after the other.
    pub uploads: Vec<usize>,
    /// For each call the upload whose event it works off.
    pub deliveries: Vec<usize>,
    pub widths: &'static [u32],
    pub is_versioned: bool,
    /// Whether the event of each upload has a sequencer.
    pub has_sequencer: Vec<bool>,
    /// Whether the results are on S3, which documents conditions, or on another store.
    pub is_on_s3: bool,
    pub conditions: Conditions,
    /// How many answers may be lost: the request was carried out, and the event comes again.
    pub losses: usize,
    /// Whether a call begins only after the one before it has ended.
    pub is_sequential: bool,
}

/// A photograph of one colour.
fn photograph(number: usize) -> Vec<u8> {
    let pixels = [40 * number as u8 + 20, 200, 90].repeat(8 * 8);
    let image = PixelImage::new(8, 8, 3, pixels).unwrap();
    encode(&image, &Transform::default().format(OutputFormat::Png), &ImageRules::default()).unwrap().bytes
}

enum Call {
    Waiting,
    Running(Box<Resizing>),
    Ended,
}

pub(crate) struct World<'a> {
    scenario: &'a Scenario,
    resizer: EventResizer,
    store: Store,
    photographs: BTreeMap<usize, Vec<u8>>,
    calls: Vec<Call>,
    losses: usize,
}

/// What can happen next.
#[derive(Clone, Copy)]
enum Action {
    Upload,
    /// A call sends its next request and has the answer.
    Advance(usize),
    /// The same, but the answer is lost.
    Lose(usize),
}

impl<'a> World<'a> {
    pub(crate) fn new(scenario: &'a Scenario) -> Self {
        let presigner = |name, is_on_s3| {
            let bucket = if is_on_s3 {
                Bucket::s3("us-east-1", name)
            } else {
                Bucket::custom("http://127.0.0.1:9000", "us-east-1", name, UrlStyle::Path)
            };
            Presigner::new(bucket.unwrap(), Credentials::new("AKIDEXAMPLE", "secret").unwrap())
        };
        let policy = EventResizePolicy::default().widths(scenario.widths);
        let (source, destination) = (presigner("originals", true), presigner("results", scenario.is_on_s3));
        let store = Store { conditions: scenario.conditions, key: KEY, versions: Vec::new(), results: BTreeMap::new() };
        Self {
            resizer: EventResizer::new(policy, source, destination, ImageRules::default()).unwrap(),
            store,
            photographs: scenario.uploads.iter().map(|number| (*number, photograph(*number))).collect(),
            calls: scenario.deliveries.iter().map(|_| Call::Waiting).collect(),
            losses: scenario.losses,
            scenario,
        }
    }

    /// Runs to the end.
    pub(crate) fn run(self, schedule: &mut impl Schedule) {
        let told = format!("{:?}", self.scenario);
        assert!(self.ends_with_the_newest(schedule), "{told}");
    }

    /// Runs to the end, and looks whether the results are those of the newest original.
    pub(crate) fn ends_with_the_newest(mut self, schedule: &mut impl Schedule) -> bool {
        for _ in 0..MOST_STEPS {
            let actions = self.actions();
            let Some(action) = actions.get(schedule.choose(actions.len())) else { return self.has_newest() };
            match *action {
                Action::Upload => {
                    let number = self.scenario.uploads[self.store.versions.len()];
                    self.store.versions.push(Object { bytes: self.photographs[&number].clone(), marker: None });
                }
                Action::Advance(call) => self.advance(call, false),
                Action::Lose(call) => self.advance(call, true),
            }
        }
        panic!("no end after {MOST_STEPS} steps");
    }

    fn actions(&self) -> Vec<Action> {
        let uploaded = self.store.versions.len();
        let mut actions = Vec::new();
        if uploaded < self.scenario.uploads.len() {
            actions.push(Action::Upload);
        }
        let is_busy = self.calls.iter().any(|call| matches!(call, Call::Running(_)));
        for (index, call) in self.calls.iter().enumerate() {
            let can_run = match call {
                Call::Waiting => {
                    self.scenario.deliveries[index] < uploaded && !(self.scenario.is_sequential && is_busy)
                }
                Call::Running(_) => true,
                Call::Ended => false,
            };
            if can_run {
                actions.push(Action::Advance(index));
            }
            if matches!(call, Call::Running(_)) && self.losses > 0 {
                actions.push(Action::Lose(index));
            }
        }
        actions
    }

    /// Begins a call, or carries out its next request.
    fn advance(&mut self, index: usize, is_lost: bool) {
        let Call::Running(resizing) = &mut self.calls[index] else {
            self.calls[index] =
                Call::Running(Box::new(self.resizer.resize(&self.event(self.scenario.deliveries[index]))));
            return;
        };
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let request = resizing.next_request(now).unwrap().unwrap();
        let answer = self.store.answer(&request);
        if is_lost {
            self.losses -= 1;
            resizing.fail("no answer");
            assert!(resizing.finish().unwrap_err().is_worth_retry());
            self.calls[index] = Call::Waiting; // the event comes again
            return;
        }
        resizing.answer(answer);
        if resizing.next_request(now).unwrap().is_none() {
            self.calls[index] = match resizing.finish() {
                Ok(_) => Call::Ended,
                Err(error) if error.is_worth_retry() => Call::Waiting,
                Err(error) => panic!("{error}"),
            };
        }
    }

    fn event(&self, upload: usize) -> CreatedObject {
        let object = &self.store.versions[upload];
        let mut event = CreatedObject::new("originals", KEY);
        event.entity_tag = Some(object.etag());
        event.version_id = self.scenario.is_versioned.then(|| upload.to_string());
        event.sequencer = self.scenario.has_sequencer[upload].then(|| format!("{:04X}", upload + 1));
        event
    }

    fn has_newest(&self) -> bool {
        let newest = self.store.versions.last().unwrap();
        self.scenario.widths.iter().all(|width| {
            let result = &self.store.results[&format!("{width}/{KEY}.jpg")];
            let wanted = Transform::default().width(*width).fit(Fit::Inside).format(OutputFormat::Jpeg);
            let wanted = transform(&newest.bytes, &wanted, &ImageRules::default()).unwrap().bytes;
            let marker = result.marker.as_ref().unwrap().to_str().unwrap();
            result.bytes == wanted && marker.ends_with(&newest.etag())
        })
    }
}
