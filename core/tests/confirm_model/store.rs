//! A store in memory that reads the conditions of a request, or leaves them unread, as the stores that it stands for do.

use super::answer::Answer;
use super::objects::{ObjectId, Objects};
use super::request::{Place, Request, Verb};

/// What is stored, by [`Place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Contents {
    objects: [Option<ObjectId>; 3],
    /// How often each place was written; only where that is a part of the entity tag.
    writes: [u8; 3],
}

impl Contents {
    pub(crate) fn at(&self, place: Place) -> Option<ObjectId> {
        self.objects[place as usize]
    }

    fn put(mut self, place: Place, object: Option<ObjectId>) -> Self {
        self.objects[place as usize] = object;
        self
    }
}

/// What a store does with a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    Honoured,
    Unread,
    /// The request is refused as a whole: 501.
    Refused,
}

/// Which conditions a store reads, and what else it has of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    /// `If-None-Match: *` of a PUT.
    pub(crate) put_creates_only: Condition,
    /// `If-Match` of a PUT.
    pub(crate) put_if_match: Condition,
    /// The condition on the key that is copied to.
    pub(crate) copy_creates_only: Condition,
    /// `x-amz-copy-source-if-match`.
    pub(crate) copy_source_if_match: Condition,
    /// `If-Match` of a GET.
    pub(crate) get_if_match: Condition,
    /// `If-Match` of a DELETE.
    pub(crate) delete_if_match: Condition,
    /// Each write gives an entity tag of its own, as with SSE-KMS.
    pub(crate) has_unique_tags: bool,
    /// 403 for an object that is missing, as S3 says to those who may not list the bucket.
    pub(crate) hides_missing: bool,
}

impl Habits {
    /// What follows from an answer is stored, and the answer.
    pub(crate) fn apply(self, contents: Contents, request: &Request, objects: &mut Objects) -> (Contents, Answer) {
        let present = contents.at(request.place);
        let is_this = |etag: &Option<String>, object: Option<ObjectId>, objects: &Objects| {
            etag.as_ref().is_none_or(|etag| object.is_some_and(|object| objects.get(object).etag == *etag))
        };
        let matches = is_this(&request.if_match, present, objects);
        let missing = if self.hides_missing { Answer::Hidden } else { Answer::Missing };
        match request.verb {
            Verb::Head => (contents, present.map_or(missing, Answer::Described)),
            Verb::Get => match present {
                None => (contents, missing),
                Some(_) if !matches && self.get_if_match == Condition::Honoured => (contents, Answer::Precondition),
                Some(object) => (contents, Answer::Read(object)),
            },
            Verb::Delete => {
                if !matches && self.delete_if_match == Condition::Honoured {
                    return (contents, Answer::Precondition);
                }
                (contents.put(request.place, None), Answer::Deleted)
            }
            Verb::Put => {
                let creating = (request.creates_only, self.put_creates_only);
                let replacing = (request.if_match.is_some(), self.put_if_match);
                if let Some(answer) = refusal(creating, replacing, present.is_some(), matches) {
                    return (contents, answer);
                }
                let file = request.file.expect("the body of a PUT");
                self.store(contents, request, file, objects, Answer::Stored)
            }
            Verb::Copy => {
                let source = request.source.and_then(|place| contents.at(place));
                let creating = (request.creates_only, self.copy_creates_only);
                let replacing = (request.if_match.is_some(), self.put_if_match);
                let is_source = is_this(&request.source_if_match, source, objects);
                if let Some(answer) = refusal(creating, replacing, present.is_some(), matches) {
                    return (contents, answer);
                }
                let Some(source) = source else { return (contents, missing) };
                if !is_source && self.copy_source_if_match == Condition::Honoured {
                    return (contents, Answer::Precondition);
                }
                let file = objects.get(source).file;
                self.store(contents, request, file, objects, Answer::Copied)
            }
        }
    }

    fn store(
        self,
        mut contents: Contents,
        request: &Request,
        file: u16,
        objects: &mut Objects,
        answer: fn(ObjectId) -> Answer,
    ) -> (Contents, Answer) {
        let serial = if self.has_unique_tags {
            contents.writes[request.place as usize] += 1;
            Some((request.place, contents.writes[request.place as usize]))
        } else {
            None
        };
        let object = objects.written(request.headers, file, serial);
        (contents.put(request.place, Some(object)), answer(object))
    }

    /// Whether a write is done whatever is there, although it asks for a condition, or cannot ask.
    pub(crate) fn is_unguarded(self, request: &Request) -> bool {
        let condition = match (request.if_match.is_some(), request.verb) {
            (true, _) => self.put_if_match,
            (false, Verb::Copy) => self.copy_creates_only,
            (false, _) => self.put_creates_only,
        };
        condition != Condition::Honoured
    }
}

/// The answer to a write whose condition is refused, or does not hold.
fn refusal(
    (is_creating, creating): (bool, Condition),
    (is_replacing, replacing): (bool, Condition),
    is_present: bool,
    matches: bool,
) -> Option<Answer> {
    let is = |asked: bool, condition, what| asked && condition == what;
    if is(is_creating, creating, Condition::Refused) || is(is_replacing, replacing, Condition::Refused) {
        return Some(Answer::Unimplemented);
    }
    let is_late = is(is_creating, creating, Condition::Honoured) && is_present;
    let is_other = is(is_replacing, replacing, Condition::Honoured) && !matches;
    // S3 says 404 to an If-Match where there is nothing.
    if is_other && !is_present {
        return Some(Answer::Missing);
    }
    (is_late || is_other).then_some(Answer::Precondition)
}
