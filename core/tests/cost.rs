//! What is counted for a call is what it takes: of every kind of input, along every path, to every kind of result.
//!
//! `max_memory_bytes` is held against a figure that is counted before anything is decoded. Were it too low, a server that runs
//! as many calls as its memory has room for would end; were it too high, pictures would be refused for which there is room. So
//! with the most that an allocator saw in use at once,
//!
//! ```text
//! real <= counted <= 1.5 x real + 1 MB
//! ```
//!
//! `PRESIZE_COST=1` prints the table of all figures, `PRESIZE_COST="png rgb"` the part for inputs with such a name, and
//! `PRESIZE_COST=12` draws pictures of 12 megapixels for it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the failure report of a test")]

#[path = "memory/counting.rs"]
mod counting;

mod cost {
    pub(crate) mod gif;
    pub(crate) mod inputs;
    pub(crate) mod jpeg;
    pub(crate) mod photo;
    pub(crate) mod png;
    pub(crate) mod webp;
}
mod random;

use std::env;
use std::fmt::Write as _;

use cost::inputs::{Input, inputs};
use cost::photo;
use counting::peak_of;
use presize::{
    ChromaSubsampling, Color, Effort, Fit, ImageRules, OutputFormat, PixelImage, Result, Transform, check, decode,
    encode, transform, transform_many,
};

/// Small enough that all cells take less than a minute, and large enough that a picture is more than the megabyte to spare.
const MEGAPIXELS: f64 = 1.2;

/// One call for one input.
struct Cell {
    name: String,
    real: u64,
    counted: Counted,
}

enum Counted {
    /// What `explain` says.
    Explained(u64),
    /// The same for a picture that is smoother than the photographs that are expected.
    ExplainedSmooth(u64),
    /// Where the call passes with the most that may be counted, nothing, and else the least with which it passes; and whether it is
    /// refused with less than it took.
    Tried { too_much: Option<u64>, is_refused: bool },
}

impl Cell {
    fn is_right(&self) -> bool {
        match self.counted {
            Counted::Explained(counted) => (self.real..=most(self.real)).contains(&counted),
            Counted::ExplainedSmooth(counted) => self.real <= counted,
            Counted::Tried { too_much, is_refused } => too_much.is_none() && is_refused,
        }
    }
}

/// The most that may be counted for a call that takes this many bytes.
fn most(real: u64) -> u64 {
    real + real / 2 + 1_000_000
}

/// The transforms that every input goes through.
fn transforms(input: &Input) -> Vec<(&'static str, Transform)> {
    let to = |format| Transform::default().format(format).lossless(format == OutputFormat::Webp);
    let jpeg = || to(OutputFormat::Jpeg);
    let lossy = || Transform::default().format(OutputFormat::Webp);
    let (width, height) = (input.width, input.height);
    let mut all = vec![
        ("320 jpeg", jpeg().width(320)),
        ("320 png", to(OutputFormat::Png).width(320)),
        ("medium jpeg", jpeg().width(width * 5 / 8)),
        ("medium png", to(OutputFormat::Png).width(width * 5 / 8)),
        ("medium webp", to(OutputFormat::Webp).width(width * 5 / 8)),
        ("same jpeg", jpeg()),
        ("same png", to(OutputFormat::Png)),
        ("same webp", to(OutputFormat::Webp)),
        (
            "canvas jpeg",
            jpeg()
                .width(width * 3 / 4)
                .height(width * 3 / 4)
                .fit(Fit::Contain)
                .background(Color { r: 200, ..Color::BLACK }),
        ),
        ("canvas png", to(OutputFormat::Png).width(width * 3 / 4).height(width * 3 / 4).fit(Fit::Contain)),
        ("crop jpeg", jpeg().width(height * 3 / 4).height(height * 3 / 4)),
        ("320 lossy webp", lossy().width(320)),
        ("medium lossy webp", lossy().width(width * 5 / 8)),
        ("same lossy webp", lossy()),
    ];
    if input.has_every_path {
        all.extend([
            ("same progressive", jpeg().progressive(true)),
            ("medium high effort", jpeg().width(width * 5 / 8).effort(Effort::High)),
            ("medium 4:4:4", jpeg().width(width * 5 / 8).chroma_subsampling(ChromaSubsampling::Full)),
            ("medium quality 95", jpeg().width(width * 5 / 8).quality(95)),
            ("medium lossy webp of quality 95", lossy().width(width * 5 / 8).quality(95)),
            (ENLARGED, jpeg().width(width * 5 / 4).enlarge(true)),
        ]);
    }
    if input.has_profile {
        all.extend([
            ("medium jpeg with its profile", jpeg().width(width * 5 / 8).keep_icc(true)),
            ("same png with its profile", to(OutputFormat::Png).keep_icc(true)),
            ("medium lossy webp with its profile", lossy().width(width * 5 / 8).keep_icc(true)),
        ]);
    }
    all
}

const ENLARGED: &str = "enlarged jpeg";

type Call<'a> = Box<dyn Fn(&ImageRules) -> Result<()> + 'a>;

/// The calls for which there is no `explain`.
fn others(input: &Input) -> Vec<(&'static str, Call<'_>)> {
    let bytes = &input.bytes;
    let width = input.width;
    vec![
        ("check", Box::new(move |rules| check(bytes, None, rules).map(drop))),
        ("decode 320", Box::new(move |rules| decode(bytes, &Transform::default().width(320), rules).map(drop))),
        ("decode same", Box::new(move |rules| decode(bytes, &Transform::default(), rules).map(drop))),
        (
            "three jobs",
            Box::new(move |rules| {
                let to = |format, width| Transform::default().format(format).width(width);
                let jobs = [
                    to(OutputFormat::Jpeg, width * 5 / 8),
                    to(OutputFormat::Png, 320),
                    to(OutputFormat::Webp, 500).lossless(true),
                ];
                transform_many(bytes, &jobs, rules).map(drop)
            }),
        ),
    ]
}

fn rules() -> ImageRules {
    ImageRules::default().max_bytes(256 << 20).max_memory_bytes(4 << 30)
}

fn explained(input: &Input) -> Vec<Cell> {
    let measured = transforms(input).into_iter().map(|(kind, wanted)| {
        let name = format!("{}: {kind}", input.name);
        let counted = wanted.explain(&input.bytes, &rules()).unwrap().memory_bytes;
        let (real, result) = peak_of(|| transform(&input.bytes, &wanted, &rules()));
        result.unwrap_or_else(|error| panic!("{name}: {error}"));
        let counted = if kind == ENLARGED { Counted::ExplainedSmooth(counted) } else { Counted::Explained(counted) };
        Cell { name, real, counted }
    });
    measured.collect()
}

/// Of few rows each becomes hundreds at once. They are smooth, so that only what is taken must be within what is counted.
fn enlarged() -> Vec<Cell> {
    let mut cells = Vec::new();
    for (width, height, channels) in [(1, 1, 1), (1300, 1, 3), (300, 2, 4), (10, 10, 3), (64, 16, 3)] {
        let bytes: Vec<u8> = (0..width * height * u32::from(channels)).map(|at| (at * at / 77) as u8).collect();
        let pixels = PixelImage::new(width, height, channels, bytes).unwrap();
        for from in [OutputFormat::Jpeg, OutputFormat::Png] {
            let file = encode(&pixels, &Transform::default().format(from), &rules()).unwrap().bytes;
            for to in [OutputFormat::Jpeg, OutputFormat::Png, OutputFormat::Webp] {
                let wanted = Transform::default().format(to).lossless(to == OutputFormat::Webp);
                let wanted = wanted.width(1300).height(1300).fit(Fit::Fill).enlarge(true);
                let counted = Counted::ExplainedSmooth(wanted.explain(&file, &rules()).unwrap().memory_bytes);
                let (real, result) = peak_of(|| transform(&file, &wanted, &rules()));
                result.unwrap();
                cells.push(Cell { name: format!("{from} {width}x{height}: enlarged {to}"), real, counted });
            }
        }
    }
    cells
}

fn tried(input: &Input) -> Vec<Cell> {
    let measured = others(input).into_iter().map(|(name, call)| {
        let name = format!("{}: {name}", input.name);
        let (real, result) = peak_of(|| call(&rules()));
        result.unwrap_or_else(|error| panic!("{name}: {error}"));
        // There is no limit below a megabyte.
        let least = 1 << 20;
        let passes = |budget| call(&rules().max_memory_bytes(budget)).is_ok();
        let may_be = most(real).max(least);
        let too_much = (!passes(may_be)).then(|| {
            let (mut refused, mut passing) = (may_be, 4 * may_be);
            while passing - refused > passing / 200 {
                let middle = refused.midpoint(passing);
                if passes(middle) { passing = middle } else { refused = middle }
            }
            passing
        });
        let below = real.saturating_sub(1);
        let is_refused = below < least || {
            // What is left for a result to grow into is less then, and so may be what it takes.
            let (peak, result) = peak_of(|| call(&rules().max_memory_bytes(below)));
            result.is_err() || peak <= below
        };
        Cell { name, real, counted: Counted::Tried { too_much, is_refused } }
    });
    measured.collect()
}

fn table(cells: &[&Cell]) -> String {
    let mut text = String::from("input: result, real, counted, counted / real\n");
    for Cell { name, real, counted } in cells {
        let counted = match counted {
            Counted::Explained(counted) | Counted::ExplainedSmooth(counted) => {
                format!("{counted}, {:.2}", *counted as f64 / *real as f64)
            }
            Counted::Tried { too_much: Some(counted), .. } => {
                format!("about {counted}, {:.2}", *counted as f64 / *real as f64)
            }
            Counted::Tried { is_refused: true, .. } => "between these".to_owned(),
            Counted::Tried { .. } => "less than that".to_owned(),
        };
        let _ = writeln!(text, "{name}, {real}, {counted}");
    }
    text
}

/// One test, so that nothing else allocates while something is measured.
#[test]
fn what_is_counted_is_what_is_taken() {
    let shown = env::var("PRESIZE_COST").ok();
    let number: Option<f64> = shown.as_deref().and_then(|text| text.parse().ok());
    let name = shown.as_deref().filter(|_| number.is_none()).unwrap_or_default();
    let width = ((number.map_or(MEGAPIXELS, |number| number.max(MEGAPIXELS)) * 1e6 * 4.0 / 3.0).sqrt() as u32) | 1;
    let photo = photo::draw(width, width * 3 / 4);
    let mut cells = enlarged();
    for make in inputs().filter(|make| make.name.contains(name)) {
        let input = make.of(&photo);
        if shown.is_some() {
            println!("{}: {} bytes", input.name, input.bytes.len());
        }
        cells.extend(explained(&input));
        cells.extend(tried(&input));
    }
    assert!(cells.len() > 300 || !name.is_empty(), "{} cells", cells.len());
    if shown.is_some() {
        println!("{}", table(&cells.iter().collect::<Vec<_>>()));
    }
    let wrong: Vec<_> = cells.iter().filter(|cell| !cell.is_right()).collect();
    assert!(wrong.is_empty(), "{} of {} are counted wrong:\n{}", wrong.len(), cells.len(), table(&wrong));
}
