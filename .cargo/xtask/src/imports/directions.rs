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
    ("upload", &["imaging", "presign", "data_uri", "rules", "format", "options", "cancel", "error", "media_type"]),
    ("delivery", &["imaging", "presign", "data_uri", "rules", "format", "options", "cancel", "error", "media_type"]),
];

/// Within `imaging`: the beginning of a path, and those of the paths that such a file does not import from.
const IMAGING: &[(&str, &[&str])] = &[
    // A codec knows no other codec.
    ("jpeg/", &["png", "gif", "webp/"]),
    ("png", &["jpeg/", "gif", "webp/"]),
    ("gif", &["jpeg/", "png", "webp/"]),
    ("webp/", &["jpeg/", "png", "gif"]),
    // Nor does it know what its pixels are for: the options of a transform, the plan, the renderer.
    ("jpeg/", PURPOSE),
    ("png", PURPOSE),
    ("gif", PURPOSE),
    ("webp/", PURPOSE),
    ("png", &["request"]),
    ("gif", &["request"]),
    ("webp/", &["request"]),
    ("jpeg/lanes/", &["request", "encode/", "jpeg/encode/"]),
    ("encode/", PURPOSE),
    // Rows of planes are made and drawn without knowing who asked for them.
    (
        "planes/",
        &["render", "transform", "check", "inspect", "explain", "pixel_image", "source", "png", "gif", "webp/"],
    ),
    // Numbers come before pixels.
    ("geometry", RENDERING),
    ("request", RENDERING),
    ("job", RENDERING),
    ("decode_plan", RENDERING),
    ("render", VERBS),
    ("finish", &["render", "transform", "check", "inspect", "explain", "pixel_image", "source"]),
    // What everything else stands on.
    ("pixels", EVERYTHING),
    ("simd", EVERYTHING),
    ("weights", EVERYTHING),
    ("memory_budget", EVERYTHING),
    ("input", EVERYTHING),
    ("output_limit", EVERYTHING),
];

const VERBS: &[&str] = &["transform", "check", "inspect", "explain", "pixel_image"];
const RENDERING: &[&str] =
    &["render", "finish", "pixel_rows", "planes/", "transform", "check", "inspect", "explain", "pixel_image", "source"];
const PURPOSE: &[&str] = &[
    "render",
    "finish",
    "planes/",
    "geometry",
    "job",
    "decode_plan",
    "resize",
    "transform",
    "check",
    "inspect",
    "explain",
    "pixel_image",
    "source",
];
const EVERYTHING: &[&str] = &[
    "render",
    "finish",
    "pixel_rows",
    "planes/",
    "geometry",
    "request",
    "job",
    "decode",
    "header",
    "encode/",
    "jpeg/",
    "png",
    "gif",
    "webp/",
    "transform",
    "check",
    "inspect",
    "explain",
    "pixel_image",
    "source",
];

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

fn is_against(from: &str, to: &str) -> bool {
    let (Some(from), Some(to)) = (from.strip_prefix("imaging/"), to.strip_prefix("imaging/")) else { return false };
    let refused = IMAGING.iter().filter(|(beginning, _)| from.starts_with(beginning)).flat_map(|(_, refused)| *refused);
    refused.into_iter().any(|beginning| to.starts_with(beginning))
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
                ("imaging/mod.rs", "mod png_chunks; mod gif; mod render; mod pixels; use pixels::P;"),
                ("imaging/png_chunks.rs", png),
                ("imaging/gif.rs", "use super::pixels::P; pub fn read() {}"),
                ("imaging/render.rs", "use super::{gif, pixels::P}; fn f() { gif::read() }"),
                ("imaging/pixels.rs", "pub struct P;"),
            ])
        };
        assert_eq!(imaging("use super::pixels::P;"), [""; 0]);
        assert_eq!(imaging("use super::{gif::read, pixels::P};").len(), 1);
        assert_eq!(imaging("use super::render::draw;").len(), 1);
    }
}
