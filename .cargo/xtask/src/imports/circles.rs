//! Circles of imports: files that reach each other again.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::Graph;

/// Every circle, as the shortest way around it from its first file.
pub(super) fn check(graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    let mut named = BTreeSet::new();
    for start in graph.keys().filter(|file| !file.is_empty()) {
        if named.contains(start) {
            continue;
        }
        if let Some(way) = way(graph, start, start) {
            named.extend(way.iter().cloned());
            found.push(format!("a circle of imports: {}", way.join(" -> ")));
        }
    }
    found
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

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let sources = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        check(&resolve(&sources).graph)
    }

    const BY_GROUP: [(&str, &str); 3] =
        [("lib.rs", "mod a; mod b;"), ("a.rs", "use crate::{b::{B, C}, other};"), ("b.rs", "use crate::a::A;")];

    #[test]
    fn a_circle_by_a_grouped_import_is_found() {
        assert_eq!(circles(&BY_GROUP), ["a circle of imports: a.rs -> b.rs -> a.rs"]);
    }

    #[test]
    fn a_circle_by_a_reexport_is_found() {
        let files = [
            ("lib.rs", "mod room; mod hall;"),
            ("room/mod.rs", "mod bed; pub(crate) use bed::Bed;"),
            ("room/bed.rs", "use crate::hall::Hall; pub struct Bed;"),
            ("hall.rs", "use crate::room::Bed; pub struct Hall;"),
        ];
        assert_eq!(circles(&files), ["a circle of imports: hall.rs -> room/bed.rs -> hall.rs"]);
        // Over mod.rs alone, which defines nothing that the file needs, there is none.
        assert_eq!(circles(&[files[0], files[1], files[2], ("hall.rs", "pub struct Hall;")]), [""; 0]);
    }

    #[test]
    fn a_circle_by_super_is_found() {
        let files = [
            ("main.rs", "mod codec;"),
            ("codec/mod.rs", "mod png; pub(crate) fn failed() {} fn f() { png::decode() }"),
            ("codec/png.rs", "use super::failed; pub(super) fn decode() {}"),
        ];
        assert_eq!(circles(&files), ["a circle of imports: codec/mod.rs -> codec/png.rs -> codec/mod.rs"]);
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
        assert_eq!(circles(&files)[0], "a circle of imports: a.rs -> d.rs -> a.rs");
    }
}
