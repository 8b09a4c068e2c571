//! Circles of imports: files that reach each other again.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::Graph;

/// An import that closes a circle and is borne with until it is cured: the file that imports, and the file that it imports from.
pub(super) type Exception = (&'static str, &'static str);

/// Every circle, as the shortest way around it from its first file, and every exception that is no longer needed.
pub(super) fn check(graph: &Graph, exceptions: &[&Exception]) -> Vec<String> {
    let mut found = Vec::new();
    let open = without(graph, exceptions);
    let mut named = BTreeSet::new();
    for start in open.keys().filter(|file| !file.is_empty()) {
        if named.contains(start) {
            continue;
        }
        if let Some(way) = way(&open, start, start) {
            named.extend(way.iter().cloned());
            found.push(format!("a circle of imports: {}", way.join(" -> ")));
        }
    }
    for exception in exceptions {
        let (from, to) = **exception;
        let others: Vec<_> = exceptions.iter().copied().filter(|other| other != exception).collect();
        let stands = graph.get(from).is_some_and(|imports| imports.contains_key(to));
        if !stands || way(&without(graph, &others), to, from).is_none() {
            found.push(format!("{from} -> {to}: closes no circle any more: take it off the list of exceptions"));
        }
    }
    found
}

fn without(graph: &Graph, exceptions: &[&Exception]) -> Graph {
    let mut left = graph.clone();
    for (from, to) in exceptions {
        if let Some(imports) = left.get_mut(*from) {
            imports.remove(*to);
        }
    }
    left
}

/// The shortest way from a file to another one over at least one import, both of them included.
fn way(graph: &Graph, from: &str, to: &str) -> Option<Vec<String>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut front = vec![from];
    while !front.is_empty() {
        let mut next: Vec<&str> = Vec::new();
        for file in front {
            for target in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
                if before.contains_key(target.as_str()) {
                    continue;
                }
                before.insert(target, file);
                if target == to {
                    return Some(back(&before, from, to));
                }
                next.push(target.as_str());
            }
        }
        front = next;
    }
    None
}

fn back(before: &BTreeMap<&str, &str>, from: &str, to: &str) -> Vec<String> {
    let mut way = vec![to.to_owned()];
    let mut at = to;
    while let Some(file) = before.get(at) {
        way.push((*file).to_owned());
        at = file;
        if at == from {
            break;
        }
    }
    way.reverse();
    way
}

#[cfg(test)]
mod tests {
    use super::super::tree::resolve;
    use super::*;

    fn circles(files: &[(&str, &str)], exceptions: &[Exception]) -> Vec<String> {
        let sources = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        check(&resolve(&sources).graph, &exceptions.iter().collect::<Vec<_>>())
    }

    const BY_GROUP: [(&str, &str); 3] =
        [("lib.rs", "mod a; mod b;"), ("a.rs", "use crate::{b::{B, C}, other};"), ("b.rs", "use crate::a::A;")];

    #[test]
    fn a_circle_by_a_grouped_import_is_found() {
        assert_eq!(circles(&BY_GROUP, &[]), ["a circle of imports: a.rs -> b.rs -> a.rs"]);
    }

    #[test]
    fn a_circle_by_a_reexport_is_found() {
        let files = [
            ("lib.rs", "mod room; mod hall;"),
            ("room/mod.rs", "mod bed; pub(crate) use bed::Bed;"),
            ("room/bed.rs", "use crate::hall::Hall; pub struct Bed;"),
            ("hall.rs", "use crate::room::Bed; pub struct Hall;"),
        ];
        assert_eq!(circles(&files, &[]), ["a circle of imports: hall.rs -> room/bed.rs -> hall.rs"]);
        // Over mod.rs alone, which defines nothing that the file needs, there is none.
        assert_eq!(circles(&[files[0], files[1], files[2], ("hall.rs", "pub struct Hall;")], &[]), [""; 0]);
    }

    #[test]
    fn a_circle_by_super_is_found() {
        let files = [
            ("main.rs", "mod codec;"),
            ("codec/mod.rs", "mod png; pub(crate) fn failed() {} fn f() { png::decode() }"),
            ("codec/png.rs", "use super::failed; pub(super) fn decode() {}"),
        ];
        assert_eq!(circles(&files, &[]), ["a circle of imports: codec/mod.rs -> codec/png.rs -> codec/mod.rs"]);
    }

    #[test]
    fn a_long_circle_is_found_once_and_shortest() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c; mod d;"),
            ("a.rs", "use crate::b::x; use crate::d::x;"),
            ("b.rs", "use crate::c::x;"),
            ("c.rs", "use crate::d::x;"),
            ("d.rs", "use crate::a::x;"),
        ];
        assert_eq!(circles(&files, &[])[0], "a circle of imports: a.rs -> d.rs -> a.rs");
    }

    #[test]
    fn an_exception_is_borne_with_as_long_as_it_is_needed() {
        assert_eq!(circles(&BY_GROUP, &[("b.rs", "a.rs")]), [""; 0]);
        let gone = "closes no circle any more: take it off the list of exceptions";
        assert_eq!(
            circles(&[BY_GROUP[0], BY_GROUP[1], ("b.rs", "")], &[("b.rs", "a.rs")]),
            [format!("b.rs -> a.rs: {gone}")]
        );
        assert_eq!(
            circles(&[BY_GROUP[0], ("a.rs", ""), BY_GROUP[2]], &[("b.rs", "a.rs")]),
            [format!("b.rs -> a.rs: {gone}")]
        );
        // Each of two would do: one of them too many.
        assert_eq!(circles(&BY_GROUP, &[("a.rs", "b.rs"), ("b.rs", "a.rs")]).len(), 2);
    }
}
