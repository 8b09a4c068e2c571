//! `DecodingGroup`: the jobs that share one decoding, and the scale that serves all of them.

use super::request::PlaneRequest;
use crate::imaging::codecs::plane_decoder::PlaneDecoder;
use crate::imaging::plan::decode_scale::scales;

/// How much of a source is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecodeExtent {
    /// The data that the results need. Damage in the rest is not found.
    Needed,
    /// Everything, as `check` does.
    Whole,
}

/// A decoder, and the requests that its planes are rendered for.
pub(crate) struct DecodingGroup<'a> {
    pub decoder: Box<dyn PlaneDecoder + 'a>,
    pub requests: Vec<PlaneRequest<'a>>,
}

impl DecodingGroup<'_> {
    /// Sets the decoder to the smallest scale that the first `count` requests allow, or to the full size.
    pub(crate) fn set_scale(&mut self, count: usize, extent: DecodeExtent) {
        let per_pixel: Vec<(f64, f64)> = self.decoder.planes().iter().map(|plane| plane.samples_per_pixel).collect();
        let requests = self.requests.iter().take(count);
        let targets: Vec<_> = requests.map(|request| (request.target, request.job.transform.scaling)).collect();
        let scale_nums = match extent {
            DecodeExtent::Whole => vec![8; per_pixel.len()],
            DecodeExtent::Needed => scales(&per_pixel, &targets),
        };
        self.decoder.set_scale(&scale_nums);
    }

    /// The scale of the first plane, over 8.
    pub(crate) fn scale_num(&self) -> u8 {
        self.decoder.planes().first().map_or(8, |plane| plane.scale_num)
    }
}

/// The only request that copies the whole picture, which takes over the pixels of a decoder that keeps them all.
pub(crate) fn only_whole_copy(requests: &[PlaneRequest<'_>]) -> Option<usize> {
    let is_whole = |(_, request): &(usize, &PlaneRequest<'_>)| request.is_copy() && request.job.is_whole();
    let mut whole = requests.iter().enumerate().filter(is_whole);
    match (whole.next(), whole.next()) {
        (Some((number, _)), None) => Some(number),
        _ => None,
    }
}
