//! What the tables of pictures measure: a source, the results wanted of it, and what presize is to reach.

use std::fmt;
use std::str::FromStr;

use crate::sources::Source;

/// One result of a workload. In scripts and children it is a word: `320x0:jpeg:80`, or `800x800:jpeg:80:#3366cc`.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    /// In pixels; 0 is the picture's own.
    pub(crate) width: u32,
    /// In pixels; 0 is by the aspect ratio. With both the picture covers the box, or is contained in it where there is a
    /// background.
    pub(crate) height: u32,
    pub(crate) format: Format,
    /// Of a JPEG or a WebP, 1 to 100.
    pub(crate) quality: u8,
    /// The colour of what the picture leaves of the box, as `0xRRGGBB`.
    pub(crate) background: Option<u32>,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Format {
    Jpeg,
    Png,
    Webp,
    /// RGB without an encoder.
    Pixels,
}

/// A width of 0 is that of the source.
const fn jpeg(width: u32) -> Output {
    Output { width, height: 0, format: Format::Jpeg, quality: 80, background: None }
}

const fn png(width: u32) -> Output {
    Output { format: Format::Png, ..jpeg(width) }
}

const fn webp(width: u32, height: u32, quality: u8) -> Output {
    Output { width, height, format: Format::Webp, quality, background: None }
}

pub(crate) const FULL_PIXELS: Output = Output { format: Format::Pixels, quality: 100, ..jpeg(0) };

pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) source: Source,
    pub(crate) outputs: &'static [Output],
    /// CPU time against sharp's, at most, with `scaling: fast`; with `scaling: best`.
    pub(crate) fast_limit: Option<f64>,
    pub(crate) best_limit: Option<f64>,
    /// Whether its memory is measured too, as that of everything with a limit is.
    pub(crate) measures_memory: bool,
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
    measures_memory: false,
    memory_limit: None,
};

/// Of Pillow's CPU time with `draft`, at most, where the picture becomes smaller.
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
    Workload {
        name: "W6",
        title: "4 MP PNG to 720 JPEG",
        source: Source::PNG_4,
        outputs: &[jpeg(720)],
        memory_limit: Some(4.0),
        ..PLAIN
    },
    Workload {
        name: "W7",
        title: "12 MP JPEG to 500 and 80 JPEG",
        outputs: &[jpeg(500), jpeg(80)],
        fast_limit: Some(0.24),
        measures_memory: true,
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
        name: "W11",
        title: "12 MP JPEG to JPEG of the same size",
        outputs: &[jpeg(0)],
        measures_memory: true,
        ..PLAIN
    },
    Workload {
        name: "W12",
        title: "4 MP PNG to PNG of the same size",
        source: Source::PNG_4,
        outputs: &[png(0)],
        measures_memory: true,
        ..PLAIN
    },
    Workload { name: "W13", title: "4 MP PNG to 320 PNG", source: Source::PNG_4, outputs: &[png(320)], ..PLAIN },
    Workload {
        name: "W14",
        title: "12 MP JPEG with restart markers to 320 JPEG",
        source: Source::RESTARTS_12,
        outputs: &[jpeg(320)],
        ..PLAIN
    },
    Workload {
        name: "W15",
        title: "12 MP JPEG, 4:2:2, to 1280 JPEG",
        source: Source::HALF_CHROMA_12,
        outputs: &[jpeg(1280)],
        ..PLAIN
    },
    Workload { name: "W16", title: "2 MP GIF to 320 JPEG", source: Source::GIF_2, outputs: &[jpeg(320)], ..PLAIN },
    Workload { name: "W17", title: "1 MP JPEG to 320 JPEG", source: Source::PHOTO_1, outputs: &[jpeg(320)], ..PLAIN },
    Workload {
        name: "W18",
        title: "12 MP JPEG in 800 x 800 on a background, JPEG",
        outputs: &[Output { height: 800, background: Some(0x33_66_cc), ..jpeg(800) }],
        ..PLAIN
    },
    Workload {
        name: "W19",
        title: "12 MP JPEG to an avatar, 256 x 256 JPEG",
        outputs: &[Output { height: 256, ..jpeg(256) }],
        ..PLAIN
    },
    Workload {
        name: "W20",
        title: "24 MP PNG to 320 JPEG",
        source: Source::PNG_24,
        outputs: &[jpeg(320)],
        memory_limit: Some(6.0),
        ..PLAIN
    },
    Workload {
        name: "W21",
        title: "12 MP GIF to 320 JPEG",
        source: Source::GIF_12,
        outputs: &[jpeg(320)],
        memory_limit: Some(20.0),
        ..PLAIN
    },
    Workload {
        name: "W22",
        title: "4 MP lossless WebP to 320 JPEG",
        source: Source::LOSSLESS_WEBP_4,
        outputs: &[jpeg(320)],
        measures_memory: true,
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
    pub(crate) fn shrinks(&self) -> bool {
        self.outputs.iter().all(|output| output.width > 0)
    }

    pub(crate) fn is_measured_for_memory(&self) -> bool {
        self.measures_memory || self.memory_limit.is_some()
    }

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
    const ALL: [(Self, &str); 4] =
        [(Self::Jpeg, "jpeg"), (Self::Png, "png"), (Self::Webp, "webp"), (Self::Pixels, "pixels")];
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = Format::ALL.iter().find(|(format, _)| *format == self.format).map_or("", |(_, name)| name);
        write!(f, "{}x{}:{format}:{}", self.width, self.height, self.quality)?;
        self.background.map_or(Ok(()), |color| write!(f, ":#{color:06x}"))
    }
}

impl FromStr for Output {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let parsed = || {
            let (size, rest) = word.split_once(':')?;
            let (width, height) = size.split_once('x')?;
            let (format, rest) = rest.split_once(':')?;
            let (quality, background) =
                rest.split_once(":#").map_or((rest, None), |(quality, color)| (quality, Some(color)));
            let format = Format::ALL.iter().find(|(_, name)| *name == format)?.0;
            Some(Self {
                width: width.parse().ok()?,
                height: height.parse().ok()?,
                format,
                quality: quality.parse().ok()?,
                background: background.map(|color| u32::from_str_radix(color, 16)).transpose().ok()?,
            })
        };
        parsed().ok_or_else(|| format!("expected an output like 320x0:jpeg:80, received {word}"))
    }
}
