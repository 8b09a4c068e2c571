//! A JPEG as the pipeline sees it: its planes as they are stored, or packed pixels. CMYK always becomes packed RGB.

use crate::error::Result;
use crate::imaging::codecs::limits::DecodingMemory;
use crate::imaging::codecs::plane_decoder::{Frames, PlaneDecoder, PlaneSink, PlaneSize, SampleFormat};
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::pixels::icc::{Profile, icc_for};

use super::color_space::{CmykToRgb, ColorSpace};
use super::decoder::Decoder;

impl PlaneDecoder for Decoder<'_> {
    fn format(&self) -> SampleFormat {
        match (self.color_space(), self.is_packed()) {
            (ColorSpace::Gray, false) => SampleFormat::Gray,
            (ColorSpace::YCbCr, false) => SampleFormat::YCbCr,
            (ColorSpace::Rgb, false) => SampleFormat::Rgb,
            (ColorSpace::Gray, true) => SampleFormat::Packed(Layout::Gray),
            _ => SampleFormat::Packed(Layout::Rgb),
        }
    }

    fn planes(&self) -> Vec<PlaneSize> {
        if self.is_packed() {
            return vec![PlaneSize { scale_num: self.scale_num() as u8, ..PlaneSize::full(self.size()) }];
        }
        let at_full_size = self.samples_per_pixel().into_iter().zip(self.scale_nums());
        let planes = at_full_size.zip(self.plane_sizes());
        planes.map(|((samples_per_pixel, scale_num), size)| PlaneSize { size, samples_per_pixel, scale_num }).collect()
    }

    /// A profile of CMYK is used while decoding.
    fn take_profile(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(match self.color_space() {
            ColorSpace::Gray => icc_for(*b"GRAY", self.profile()?),
            ColorSpace::YCbCr | ColorSpace::Rgb => icc_for(*b"RGB ", self.profile()?),
            // Read for its limit.
            ColorSpace::Cmyk | ColorSpace::Ycck => self.profile()?.and(None),
        })
    }

    fn set_scale(&mut self, scale_nums: &[u8]) {
        if self.is_packed() {
            self.scale_all(scale_nums.first().copied().unwrap_or(8));
        } else {
            self.scale_each(scale_nums);
        }
    }

    fn set_packed(&mut self) {
        self.pack();
    }

    fn memory(&self) -> DecodingMemory {
        if !self.is_packed() {
            return DecodingMemory::of(self.memory_bytes());
        }
        let is_cmyk = self.color_space().channels() == 4;
        let profile = self.profile().ok().flatten().filter(|_| is_cmyk);
        let profile_bytes = profile.map_or(0, |profile| profile.len() as u64 + Profile::cmyk_memory_bytes(&profile));
        DecodingMemory::of(self.pixels_memory_bytes().saturating_add(profile_bytes))
    }

    fn decode(self: Box<Self>, _other_bytes: u64, sink: &mut dyn PlaneSink) -> Result<()> {
        if self.is_packed() { self.decode_pixels(sink) } else { self.decode_planes(sink) }
    }

    /// It has one frame.
    fn check(self: Box<Self>, frames: Frames) -> Result<bool> {
        if frames == Frames::AfterFirst { Ok(true) } else { Ok(self.check_data()?.is_complete) }
    }
}

impl Decoder<'_> {
    fn decode_planes(self, sink: &mut dyn PlaneSink) -> Result<()> {
        let mut bands = self.bands()?;
        let mut given = vec![0; bands.planes().len()];
        while bands.advance()? {
            for (number, (plane, given)) in bands.planes().iter().zip(&mut given).enumerate() {
                let ready = (bands.decoded() * plane.band()).min(plane.height);
                for y in *given..ready {
                    sink.row(number, plane.row(y as isize))?;
                }
                *given = ready;
            }
        }
        Ok(())
    }

    fn decode_pixels(self, sink: &mut dyn PlaneSink) -> Result<()> {
        let (color, rules) = (self.color_space(), self.rules());
        let (width, height) = self.size();
        let mut row = vec![0; width as usize * color.channels()];
        if color.channels() < 4 {
            let mut rows = self.rows()?;
            return (0..height).try_for_each(|_| {
                rows.read(&mut row)?;
                sink.row(0, &row)
            });
        }
        let cmyk = CmykToRgb::new(icc_for(*b"CMYK", self.profile()?).as_deref());
        let mut rows = self.rows()?;
        let mut rgb = vec![0; width as usize * 3];
        (0..height).try_for_each(|_| {
            rows.read(&mut row)?;
            cmyk.to_rgb(&mut row, &mut rgb, rules)?;
            sink.row(0, &rgb)
        })
    }
}
