//! `CATALOGUE`: every code there is, as the bindings and the documentation list them.

use super::catalogue::ROWS;
use super::family::ErrorFamily;
use super::user_message::TEMPLATES;

/// A row of the catalogue, as [`CATALOGUE`] lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogueRow {
    /// The stable code, `noun_problem`.
    pub code: &'static str,
    /// When it is the answer, as it is written above the row.
    pub doc: &'static str,
    /// The HTTP status a back end should answer with.
    pub http_status: u16,
    /// The family, that is, the Python class.
    pub family: ErrorFamily,
    /// The names of the details, in order.
    pub details: &'static [&'static str],
    /// The templates of [`Error::user_message`](super::Error::user_message); more than one where the sentence depends on
    /// the details.
    pub user_messages: &'static [&'static str],
}

/// Every code there is, in the order of the catalogue.
pub const CATALOGUE: &[CatalogueRow] = &rows();

/// Joins what developers and what users are told of each kind, by its name. No kind is missing in either table: the match of
/// `UserMessage::new` names them all.
const fn rows() -> [CatalogueRow; ROWS.len()] {
    let nothing = CatalogueRow {
        code: "",
        doc: "",
        http_status: 0,
        family: ErrorFamily::Config,
        details: &[],
        user_messages: &[],
    };
    let mut rows = [nothing; ROWS.len()];
    let (mut listed, mut left) = (ROWS, rows.as_mut_slice());
    while let (Some((row, after)), Some((place, others))) = (listed.split_first(), left.split_first_mut()) {
        let (code, doc, http_status, family, details) = (row.code, row.doc, row.http_status, row.family, row.details);
        *place = CatalogueRow { code, doc, http_status, family, details, user_messages: templates(row.kind) };
        (listed, left) = (after, others);
    }
    rows
}

const fn templates(kind: &str) -> &'static [&'static str] {
    let mut listed = TEMPLATES;
    while let Some(((name, templates), after)) = listed.split_first() {
        if is_same(name.as_bytes(), kind.as_bytes()) {
            return templates;
        }
        listed = after;
    }
    &[]
}

const fn is_same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let (Some((a, after)), Some((b, others))) = (one.split_first(), other.split_first()) {
        if *a != *b {
            return false;
        }
        (one, other) = (after, others);
    }
    one.is_empty() && other.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_unique_and_reads_noun_problem() {
        let mut seen = HashSet::new();
        for row in CATALOGUE {
            assert!(seen.insert(row.code), "{} is listed twice", row.code);
            assert!(row.code.contains('_') || row.code == "cancelled", "{}: only a call has no noun", row.code);
            assert!(
                row.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{}",
                row.code
            );
            assert!((400..600).contains(&row.http_status), "{}", row.code);
            assert!(!row.user_messages.is_empty(), "{}: nothing for users", row.code);
        }
    }
}
