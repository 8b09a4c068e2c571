//! The direction of imports in core: which part may know which.

use super::tree::Graph;

/// What each part of core, a file or a folder at the top of `core/src`, may import from. `lib.rs` shows everything.
const PARTS: &[(&str, &[&str])] = &[
    ("media_type", &[]),
    ("cancel", &[]),
    ("error", &["media_type"]),
    ("options", &["error", "media_type"]),
    ("json_scan", &["options", "error", "media_type"]),
    ("format", &["options", "cancel", "error", "media_type"]),
    ("rules", &["format", "options", "cancel", "error", "media_type"]),
    ("imaging", &["rules", "format", "options", "cancel", "error", "media_type"]),
    ("presign", &["rules", "format", "options", "cancel", "error", "media_type"]),
    ("data_uri", &["imaging", "rules", "format", "options", "cancel", "error", "media_type"]),
    ("store", &["presign", "rules", "format", "options", "cancel", "error", "media_type"]),
    (
        "upload",
        &["store", "imaging", "presign", "data_uri", "rules", "format", "options", "cancel", "error", "media_type"],
    ),
    (
        "delivery",
        &[
            "store",
            "imaging",
            "presign",
            "data_uri",
            "json_scan",
            "rules",
            "format",
            "options",
            "cancel",
            "error",
            "media_type",
        ],
    ),
    // Lists what every part has.
    ("option_tables", &["upload", "delivery", "imaging", "presign", "rules", "format", "json_scan", "options"]),
];

/// The layers of `imaging`, from the top down: the beginnings of paths. A file imports from its own layer and from those below
/// it; the longest beginning counts.
const LAYERS: &[&[&str]] = &[
    &["mod.rs"],
    &["transform.rs", "check.rs", "inspect.rs", "explain.rs", "pixel_image.rs", "work.rs", "open.rs", "strip/"],
    &["render.rs"],
    &["cost.rs"],
    &["planes/"],
    &["post_process.rs"],
    &["plan/"],
    &["transform_options.rs"],
    // The choice of a codec by the format.
    &["codecs/mod.rs", "codecs/encode.rs"],
    &CODECS,
    // What codecs share.
    &["codecs/"],
    &["pixels/"],
    &["simd.rs"],
];

/// A codec knows no other codec.
const CODECS: [&str; 4] = ["codecs/jpeg/", "codecs/png/", "codecs/gif/", "codecs/webp/"];

/// Every import that goes against the direction.
pub(super) fn check(graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    for (from, imports) in graph.iter().filter(|(from, _)| *from != "lib.rs") {
        let Some((_, allowed)) = PARTS.iter().find(|(part, _)| *part == part_of(from)) else {
            found.push(format!("{from}: the table of directions has no such part of core"));
            continue;
        };
        for (to, line) in imports {
            let (own, other) = (part_of(from), part_of(to));
            if own != other && !allowed.contains(&other) {
                found.push(format!("{from}:{line}: {own} does not import from {other}, but {to} is imported"));
            }
            if is_against(from, to) {
                found.push(format!("{from}:{line}: against the direction of imaging: {to} is imported"));
            }
        }
    }
    found
}

fn part_of(path: &str) -> &str {
    path.split_once('/').map_or_else(|| path.trim_end_matches(".rs"), |(folder, _)| folder)
}

/// Whether an import leads up a layer, or from one codec to another.
fn is_against(from: &str, to: &str) -> bool {
    let (Some(from), Some(to)) = (from.strip_prefix("imaging/"), to.strip_prefix("imaging/")) else { return false };
    let codec = |path: &str| CODECS.iter().find(|codec| path.starts_with(**codec));
    let is_other_codec = matches!((codec(from), codec(to)), (Some(own), Some(other)) if own != other);
    is_other_codec || layer_of(from) > layer_of(to)
}

/// Counted from the top. A file that no layer names lies above all of them, so that nothing may import from it.
fn layer_of(path: &str) -> usize {
    let layers =
        LAYERS.iter().enumerate().flat_map(|(at, layer)| layer.iter().map(move |beginning| (at + 1, *beginning)));
    let matching = layers.filter(|(_, beginning)| path.starts_with(beginning));
    matching.max_by_key(|(_, beginning)| beginning.len()).map_or(0, |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::super::tree::resolve;
    use super::*;

    fn against(files: &[(&str, &str)]) -> Vec<String> {
        let sources = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        check(&resolve(&sources).graph)
    }

    #[test]
    fn a_part_knows_only_what_lies_below_it() {
        let parts = |imaging| {
            against(&[
                ("lib.rs", "mod error; mod imaging; mod presign; mod upload; pub use upload::Ticket;"),
                ("error.rs", "pub struct Error;"),
                ("imaging/mod.rs", imaging),
                ("presign/mod.rs", "mod sign; pub(crate) use sign::sign;"),
                ("presign/sign.rs", "use crate::error::Error; pub fn sign() {}"),
                ("upload/mod.rs", "use crate::{imaging::x, presign}; pub struct Ticket; fn f() { presign::sign() }"),
            ])
        };
        assert_eq!(parts("use crate::error::Error; pub fn x() {}"), [""; 0]);
        let found = "imaging/mod.rs:2: imaging does not import from presign, but presign/sign.rs is imported";
        assert_eq!(parts("pub fn x() {\n crate::presign::sign() }"), [found]);
        assert_eq!(parts("use crate::{\n error::Error, presign::sign}; pub fn x() { sign() }"), [found]);
    }

    #[test]
    fn a_new_part_needs_its_row() {
        let found = against(&[("lib.rs", "mod odd; mod error;"), ("odd.rs", "use crate::error::E;"), ("error.rs", "")]);
        assert_eq!(found, ["odd.rs: the table of directions has no such part of core"]);
    }

    #[test]
    fn codecs_know_neither_each_other_nor_what_their_pixels_are_for() {
        let imaging = |png| {
            against(&[
                ("lib.rs", "mod imaging;"),
                ("imaging/mod.rs", "mod codecs; mod render; mod pixels;"),
                ("imaging/codecs/mod.rs", "mod failure; mod gif; mod png;"),
                ("imaging/codecs/failure.rs", "pub fn corrupt() {}"),
                ("imaging/codecs/png/mod.rs", "mod chunks; pub use chunks::walk;"),
                ("imaging/codecs/png/chunks.rs", png),
                ("imaging/codecs/gif/mod.rs", "use crate::imaging::pixels::P; pub fn read() {}"),
                ("imaging/render.rs", "use super::{codecs::gif, pixels::P}; pub fn draw() { gif::read() }"),
                ("imaging/pixels/mod.rs", "pub struct P;"),
            ])
        };
        assert_eq!(imaging("use crate::imaging::{codecs::failure::corrupt, pixels::P};"), [""; 0]);
        assert_eq!(imaging("use crate::imaging::{codecs::gif::read, pixels::P};").len(), 1);
        assert_eq!(imaging("use crate::imaging::render::draw;").len(), 1);
    }

    #[test]
    fn the_longest_beginning_counts() {
        assert!(layer_of("codecs/mod.rs") < layer_of("codecs/png/mod.rs"));
        assert!(layer_of("codecs/png/mod.rs") < layer_of("codecs/failure.rs"));
        assert_eq!(layer_of("odd.rs"), 0);
    }
}
