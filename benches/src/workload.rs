//! What the tables of pictures measure: a source, the results wanted of it, and what presize is to reach.

use std::fmt;
use std::str::FromStr;

use crate::sources::Source;

/// One result of a workload. In scripts and children it is a word: `320x0:jpeg:80`.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    /// In pixels; 0 is the picture's own.
    pub(crate) width: u32,
    /// In pixels; 0 is by the aspect ratio. With both the picture covers the box.
    pub(crate) height: u32,
    pub(crate) format: Format,
    pub(crate) quality: u8,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Format {
    Jpeg,
    Webp,
    /// RGB without an encoder.
    Pixels,
}

const fn jpeg(width: u32) -> Output {
    Output { width, height: 0, format: Format::Jpeg, quality: 80 }
}

const fn webp(width: u32, height: u32, quality: u8) -> Output {
    Output { width, height, format: Format::Webp, quality }
}

pub(crate) const FULL_PIXELS: Output = Output { width: 0, height: 0, format: Format::Pixels, quality: 100 };

pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) source: Source,
    pub(crate) outputs: &'static [Output],
    /// CPU time against sharp's, at most, with `scaling: fast`; with `scaling: best`.
    pub(crate) fast_limit: Option<f64>,
    pub(crate) best_limit: Option<f64>,
    /// Megabytes of memory above the base, at most.
    pub(crate) memory_limit: Option<f64>,
}

const PLAIN: Workload = Workload {
    name: "",
    title: "",
    source: Source::PHOTO_12,
    outputs: &[],
    fast_limit: None,
    best_limit: None,
    memory_limit: None,
};

/// Of Pillow's CPU time with `draft`, at most.
pub(crate) const PILLOW_LIMIT: f64 = 0.60;

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "W1",
        title: "6 MP JPEG to 720 JPEG",
        source: Source::PHOTO_6,
        outputs: &[jpeg(720)],
        fast_limit: Some(0.45),
        memory_limit: Some(4.0),
        ..PLAIN
    },
    Workload {
        name: "W2",
        title: "12 MP JPEG to 320 JPEG",
        outputs: &[jpeg(320)],
        fast_limit: Some(0.38),
        memory_limit: Some(2.0),
        ..PLAIN
    },
    Workload {
        name: "W3",
        title: "12 MP JPEG to 1920 JPEG",
        outputs: &[jpeg(1920)],
        fast_limit: Some(0.50),
        best_limit: Some(0.60),
        memory_limit: Some(8.0),
        ..PLAIN
    },
    Workload {
        name: "W4",
        title: "12 MP JPEG to 320 WebP *",
        outputs: &[webp(320, 0, 80)],
        fast_limit: Some(0.35),
        ..PLAIN
    },
    Workload {
        name: "W5",
        title: "24 MP JPEG to 200 x 150 WebP, quality 90 *",
        source: Source::PHOTO_24,
        outputs: &[webp(200, 150, 90)],
        fast_limit: Some(0.35),
        ..PLAIN
    },
    Workload { name: "W6", title: "4 MP PNG to 720 JPEG", source: Source::PNG_4, outputs: &[jpeg(720)], ..PLAIN },
    Workload {
        name: "W7",
        title: "12 MP JPEG to 500 and 80 JPEG",
        outputs: &[jpeg(500), jpeg(80)],
        fast_limit: Some(0.24),
        memory_limit: None,
        ..PLAIN
    },
    Workload {
        name: "W8",
        title: "12 MP lossy WebP to 720 JPEG",
        source: Source::WEBP_12,
        outputs: &[jpeg(720)],
        ..PLAIN
    },
    Workload {
        name: "W9",
        title: "12 MP progressive JPEG to 320 JPEG",
        source: Source::PROGRESSIVE_12,
        outputs: &[jpeg(320)],
        fast_limit: Some(0.10),
        memory_limit: Some(3.0),
        ..PLAIN
    },
    Workload {
        name: "W10",
        title: "12 MP JPEG, 4:4:4, to 320 JPEG",
        source: Source::FULL_CHROMA_12,
        outputs: &[jpeg(320)],
        fast_limit: Some(0.40),
        ..PLAIN
    },
    Workload {
        name: "many",
        title: "12 MP JPEG to 1920, 1280, 640 and 320 JPEG",
        outputs: &[jpeg(1920), jpeg(1280), jpeg(640), jpeg(320)],
        fast_limit: Some(1.0 / 3.5),
        ..PLAIN
    },
];

impl Workload {
    /// All outputs as an argument of a script.
    pub(crate) fn words(&self) -> String {
        words(self.outputs)
    }
}

pub(crate) fn words(outputs: &[Output]) -> String {
    let words: Vec<_> = outputs.iter().map(ToString::to_string).collect();
    words.join(",")
}

impl Format {
    const ALL: [(Self, &str); 3] = [(Self::Jpeg, "jpeg"), (Self::Webp, "webp"), (Self::Pixels, "pixels")];
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = Format::ALL.iter().find(|(format, _)| *format == self.format).map_or("", |(_, name)| name);
        write!(f, "{}x{}:{format}:{}", self.width, self.height, self.quality)
    }
}

impl FromStr for Output {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let parsed = || {
            let (size, rest) = word.split_once(':')?;
            let (width, height) = size.split_once('x')?;
            let (format, quality) = rest.split_once(':')?;
            let format = Format::ALL.iter().find(|(_, name)| *name == format)?.0;
            Some(Self {
                width: width.parse().ok()?,
                height: height.parse().ok()?,
                format,
                quality: quality.parse().ok()?,
            })
        };
        parsed().ok_or_else(|| format!("expected an output like 320x0:jpeg:80, received {word}"))
    }
}
