//! The pictures that are measured, made once and kept in the temporary directory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::peers::script;
use crate::photo;

/// What makes the files differ is part of this name: raised whenever the drawing or an encoding changes.
const FOLDER: &str = "presize-benches-1";
/// With which the drawing has about 2 bits a pixel.
const QUALITY: u8 = 91;

#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub(crate) width: u16,
    pub(crate) height: u16,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// As phones write it: baseline, 4:2:0.
    Jpeg,
    /// 4:4:4.
    FullChroma,
    /// 4:2:2.
    HalfChroma,
    /// With a restart marker after each row of MCUs, as some cameras and scanners write it.
    Restarts,
    /// Written by Pillow, from here on.
    Progressive,
    Png,
    Webp,
    LosslessWebp,
    /// With a palette of 256 colours, dithered.
    Gif,
}

impl Source {
    pub(crate) const PHOTO_1: Self = Self { width: 1155, height: 866, kind: Kind::Jpeg };
    pub(crate) const PHOTO_6: Self = Self { width: 2725, height: 2225, kind: Kind::Jpeg };
    pub(crate) const PHOTO_12: Self = Self { width: 4032, height: 3024, kind: Kind::Jpeg };
    pub(crate) const PHOTO_24: Self = Self { width: 6000, height: 4000, kind: Kind::Jpeg };
    pub(crate) const PNG_4: Self = Self { width: 2448, height: 1632, kind: Kind::Png };
    pub(crate) const PNG_24: Self = Self { kind: Kind::Png, ..Self::PHOTO_24 };
    pub(crate) const GIF_2: Self = Self { width: 1632, height: 1224, kind: Kind::Gif };
    pub(crate) const GIF_12: Self = Self { kind: Kind::Gif, ..Self::PHOTO_12 };
    pub(crate) const LOSSLESS_WEBP_4: Self = Self { kind: Kind::LosslessWebp, ..Self::PNG_4 };
    pub(crate) const WEBP_12: Self = Self { kind: Kind::Webp, ..Self::PHOTO_12 };
    pub(crate) const PROGRESSIVE_12: Self = Self { kind: Kind::Progressive, ..Self::PHOTO_12 };
    pub(crate) const FULL_CHROMA_12: Self = Self { kind: Kind::FullChroma, ..Self::PHOTO_12 };
    pub(crate) const HALF_CHROMA_12: Self = Self { kind: Kind::HalfChroma, ..Self::PHOTO_12 };
    pub(crate) const RESTARTS_12: Self = Self { kind: Kind::Restarts, ..Self::PHOTO_12 };
    /// A thumbnail of a thumbnail, where nothing counts but what is built before the first block.
    pub(crate) const TINY: Self = Self { width: 80, height: 60, kind: Kind::Jpeg };

    /// The file, made if it is not there yet.
    pub(crate) fn file(self) -> Result<PathBuf, String> {
        let folder = folder()?;
        let (name, extension) = self.kind.names();
        let file = folder.join(format!("{name}-{}x{}.{extension}", self.width, self.height));
        if !file.exists() {
            eprintln!("making {} ...", file.display());
            // Made beside it and then renamed, so that what is there is whole.
            let part = file.with_extension(format!("{}.part.{extension}", std::process::id()));
            self.make(&part)?;
            fs::rename(&part, &file).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        Ok(file)
    }

    /// Whether it is one, and so may be decoded at a reduced size.
    pub(crate) fn is_jpeg(self) -> bool {
        self.kind.names().1 == "jpg"
    }

    pub(crate) fn bytes(self) -> Result<Vec<u8>, String> {
        read(&self.file()?)
    }

    fn make(self, file: &Path) -> Result<(), String> {
        let sampling = match self.kind {
            Kind::Jpeg | Kind::Restarts => SamplingFactor::F_2_2,
            Kind::HalfChroma => SamplingFactor::F_2_1,
            Kind::FullChroma => SamplingFactor::F_1_1,
            Kind::Progressive | Kind::Png | Kind::Webp | Kind::LosslessWebp | Kind::Gif => {
                return self.make_with_pillow(file);
            }
        };
        let pixels = photo::draw(self.width.into(), self.height.into());
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, QUALITY);
        encoder.set_sampling_factor(sampling);
        if let Kind::Restarts = self.kind {
            encoder.set_restart_interval(self.width.div_ceil(16));
        }
        encoder.encode(&pixels, self.width, self.height, ColorType::Rgb).map_err(|error| error.to_string())?;
        write(file, &bytes)
    }

    fn make_with_pillow(self, file: &Path) -> Result<(), String> {
        let drawing = file.with_extension("ppm");
        let mut bytes = format!("P6 {} {} 255\n", self.width, self.height).into_bytes();
        bytes.extend(photo::draw(self.width.into(), self.height.into()));
        write(&drawing, &bytes)?;
        let mut save = SAVE.command();
        let made = succeed(save.arg(&drawing).arg(file).args([self.kind.names().0, &QUALITY.to_string()]));
        fs::remove_file(&drawing).map_err(|error| error.to_string())?;
        made.map_err(|reason| format!("{}: {reason}", file.display()))
    }
}

const SAVE: script::Script = script::python("Pillow", "python/save.py");

impl Kind {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Jpeg => ("photo", "jpg"),
            Self::FullChroma => ("full-chroma", "jpg"),
            Self::HalfChroma => ("half-chroma", "jpg"),
            Self::Restarts => ("restarts", "jpg"),
            Self::Progressive => ("progressive", "jpg"),
            Self::Png => ("photo", "png"),
            Self::Webp => ("photo", "webp"),
            Self::LosslessWebp => ("lossless", "webp"),
            Self::Gif => ("photo", "gif"),
        }
    }
}

/// Where the pictures are kept.
pub(crate) fn folder() -> Result<PathBuf, String> {
    let folder = env::temp_dir().join(FOLDER);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

pub(crate) fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}

pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(file, bytes).map_err(|error| format!("{}: {error}", file.display()))
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err("Pillow is not installed, see --help".to_owned()) }
}
