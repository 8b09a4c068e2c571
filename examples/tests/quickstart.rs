//! The quickstart, whole, on a smaller photo; and its command line.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::process::{Command, Output};

use presize_examples::exif;
use presize_examples::photo::PhotoSize;
use presize_examples::quickstart::{self, Input};
use presize_examples::store::TemporaryFolder;
use presize_examples::table::Table;

#[test]
fn the_whole_path() {
    let folder = TemporaryFolder::create("presize-quickstart-test").unwrap();
    let mut out = Vec::new();
    let input = Input::Drawn(PhotoSize { width: 1200, height: 1600 });
    let report = quickstart::run(&input, folder.path(), Table::new(&mut out, false)).unwrap();

    let sizes: Vec<_> = report.pictures.iter().map(|picture| (picture.width, picture.height)).collect();
    assert_eq!(sizes, [(1200, 1600), (80, 80), (500, 667), (800, 1067)]);
    let files: Vec<_> = report.pictures.iter().map(|picture| picture.file.as_str()).collect();
    assert_eq!(files, ["photo.jpg", "photo-80.jpg", "photo-500.jpg", "photo-800.webp"]);
    for (index, picture) in report.pictures.iter().enumerate() {
        let file = std::fs::read(folder.path().join(&picture.file)).unwrap();
        assert_eq!(file.len() as u64, picture.bytes, "{}", picture.file);
        let info = presize::inspect(&file).unwrap();
        assert_eq!((info.width, info.height), (picture.width, picture.height), "{}", picture.file);
        assert!(exif::gps_position(&file).is_none(), "{} says where it was taken", picture.file);
        assert_eq!(info.orientation.exif() == 6, index == 0, "only the upload lies on its side");
    }

    assert_eq!(report.refusals.len(), 12);
    assert!(report.not_refused().is_empty(), "{:?}", report.not_refused());
    let sheet = std::fs::read_to_string(report.contact_sheet()).unwrap();
    let printed = String::from_utf8(out).unwrap();
    for refusal in &report.refusals {
        assert!(sheet.contains(&refusal.code) && printed.contains(&refusal.code), "{}", refusal.code);
    }
    for picture in &report.pictures {
        assert!(sheet.contains(&format!("src=\"{}\"", picture.file)), "{}", picture.file);
    }
    assert!(!sheet.contains("<script") && !sheet.contains("https://"), "the sheet needs nothing from elsewhere");
    assert!(printed.contains("GPS 37.5665 N 126.9780 E before, none after"), "{printed}");
    assert!(!printed.contains("X-Amz-Signature"), "a presigned URL is a secret");
}

#[test]
fn a_file_of_the_command_line_takes_the_same_path() {
    let folder = TemporaryFolder::create("presize-quickstart-test").unwrap();
    let file = folder.path().join("내 사진 <1>.png");
    std::fs::write(&file, presize_examples::bomb::draw_sized(40, 30).unwrap()).unwrap();
    let mut out = Vec::new();
    let input = Input::Files(vec![file]);
    let report = quickstart::run(&input, folder.path(), Table::new(&mut out, false)).unwrap();
    assert_eq!(report.pictures[0].file, "내_사진__1_.png");
    assert_eq!((report.pictures[0].width, report.pictures[0].height), (40, 30));
    let files: Vec<_> = report.pictures.iter().map(|picture| picture.file.as_str()).collect();
    assert_eq!(
        files[1..],
        ["내_사진__1_-80.jpg", "내_사진__1_-500.jpg", "내_사진__1_-800.webp"],
        "none overwrites another"
    );
    assert!(report.not_refused().is_empty(), "{:?}", report.not_refused());
}

#[test]
fn a_bad_command_line_is_said_kindly() {
    let folder = TemporaryFolder::create("presize-quickstart-test").unwrap();
    let text = folder.path().join("notes.jpg");
    std::fs::write(&text, "not an image").unwrap();
    let empty = folder.path().join("empty.png");
    std::fs::write(&empty, "").unwrap();
    let missing = folder.path().join("missing.jpg");
    for (argument, message) in [
        (missing.as_path(), "missing.jpg: "),
        (folder.path(), "not a file"),
        (&text, "(image_format_unknown)"),
        (&empty, "empty.png: "),
        (Path::new("--fast"), "unknown option --fast"),
    ] {
        let Output { status, stderr, .. } = run(argument);
        let stderr = String::from_utf8(stderr).unwrap();
        assert_eq!(status.code(), Some(2), "{}: {stderr}", argument.display());
        assert!(stderr.contains(message) && !stderr.contains("panicked"), "{stderr}");
    }
    let help = run(Path::new("--help"));
    assert_eq!(help.status.code(), Some(0));
    assert!(help.stdout.starts_with(b"usage: cargo run"));
}

fn run(argument: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_presize-examples")).arg(argument).output().unwrap()
}
