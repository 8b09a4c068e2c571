//! `BandBuffer`: rows in, whole bands out. A band has the rows of each plane that one row of MCUs covers.
//!
//! ```text
//! 4:2:0, 100 x 40: a band is 16 rows of Y, 8 of Cb, 8 of Cr
//!
//! push  16 / 8 / 8 rows, 3 times     each is a band, encoded where it lies; the last one, 8 / 4 / 4, waits for `finish`
//! push  1 / 0 / 0, 0 / 1 / 1, ...    copied; a band is encoded when each of the planes has its rows
//! push  40 / 20 / 20                 two bands where they lie, and the rest is copied
//! ```

use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::plane_encoder::{FEWER_ROWS, MORE_ROWS};

/// The most planes of a picture.
const MOST_PLANES: usize = 3;

/// Encodes the rows of a band, one slice per plane.
type EncodeBand<'e> = dyn FnMut(&[&[u8]]) -> Result<(), Failure> + 'e;

/// Rows of one to three planes that do not fill a band yet.
pub(super) struct BandBuffer {
    planes: Vec<PlaneRows>,
}

struct PlaneRows {
    band_bytes: usize,
    /// Bytes of the plane that are not pushed yet.
    missing_bytes: usize,
    /// Rows that are not encoded yet, after `encoded` bytes that are.
    waiting: Vec<u8>,
    encoded: usize,
}

impl PlaneRows {
    fn waiting(&self) -> &[u8] {
        self.waiting.get(self.encoded..).unwrap_or_default()
    }

    /// Drops rows from the front. The others are moved only once they are no more than those before them, so that a plane that is
    /// far ahead of the others is not moved for each of its bands.
    fn drop_encoded(&mut self, bytes: usize) {
        self.encoded += bytes;
        if self.encoded >= self.waiting().len() {
            self.waiting.drain(..self.encoded.min(self.waiting.len()));
            self.encoded = 0;
        }
    }
}

impl BandBuffer {
    /// For planes with these bytes in a band and in all.
    pub(super) fn new(planes: impl Iterator<Item = (usize, usize)>) -> Self {
        let plane = |(band_bytes, missing_bytes): (usize, usize)| PlaneRows {
            band_bytes: band_bytes.max(1),
            missing_bytes,
            waiting: Vec::new(),
            encoded: 0,
        };
        Self { planes: planes.take(MOST_PLANES).map(plane).collect() }
    }

    /// Takes rows of each plane, and has the bands encoded that are complete.
    ///
    /// Errors: more rows than there are, and those of encoding.
    pub(super) fn push(&mut self, rows: &[&[u8]], encode: &mut EncodeBand<'_>) -> Result<(), Failure> {
        let mut rest = [&[][..]; MOST_PLANES];
        for ((rest, rows), plane) in rest.iter_mut().zip(rows).zip(&mut self.planes) {
            plane.missing_bytes = plane.missing_bytes.checked_sub(rows.len()).ok_or(MORE_ROWS)?;
            *rest = rows;
        }
        if self.is_waiting() {
            // Fills up the band that has begun. Where a plane is ahead of the others nothing can be encoded in place.
            let is_ahead = self.planes.iter().any(|plane| plane.waiting().len() > plane.band_bytes);
            self.append(&mut rest, is_ahead);
            self.encode_waiting(encode)?;
        }
        if !self.is_waiting() {
            self.encode_in_place(&mut rest, encode)?;
        }
        self.append(&mut rest, true);
        Ok(())
    }

    /// Encodes the last band, if it is not a full one.
    ///
    /// Errors: fewer rows than there are, and those of encoding.
    pub(super) fn finish(&self, encode: &mut EncodeBand<'_>) -> Result<(), Failure> {
        if self.planes.iter().any(|plane| plane.missing_bytes > 0) {
            return Err(FEWER_ROWS.into());
        }
        let rows: Vec<&[u8]> = self.planes.iter().map(PlaneRows::waiting).collect();
        if self.is_waiting() { encode(&rows) } else { Ok(()) }
    }

    fn is_waiting(&self) -> bool {
        self.planes.iter().any(|plane| !plane.waiting().is_empty())
    }

    /// Copies rows: all of them, or as many as are missing of a band.
    fn append(&mut self, rest: &mut [&[u8]; MOST_PLANES], takes_all: bool) {
        for (plane, rest) in self.planes.iter_mut().zip(rest) {
            let of_band = plane.band_bytes.saturating_sub(plane.waiting().len()).min(rest.len());
            let count = if takes_all { rest.len() } else { of_band };
            let (taken, left) = rest.split_at_checked(count).unwrap_or_default();
            plane.waiting.extend_from_slice(taken);
            *rest = left;
        }
    }

    fn encode_in_place(&self, rest: &mut [&[u8]; MOST_PLANES], encode: &mut EncodeBand<'_>) -> Result<(), Failure> {
        while rest.iter().zip(&self.planes).all(|(rest, plane)| rest.len() >= plane.band_bytes) {
            let mut band = [&[][..]; MOST_PLANES];
            for ((rows, rest), plane) in band.iter_mut().zip(rest.iter_mut()).zip(&self.planes) {
                (*rows, *rest) = rest.split_at_checked(plane.band_bytes).unwrap_or_default();
            }
            encode(band.get(..self.planes.len()).unwrap_or_default())?;
        }
        Ok(())
    }

    fn encode_waiting(&mut self, encode: &mut EncodeBand<'_>) -> Result<(), Failure> {
        let ready = self.planes.iter().map(|plane| plane.waiting().len() / plane.band_bytes).min().unwrap_or_default();
        for at in 0..ready {
            let mut band = [&[][..]; MOST_PLANES];
            for (rows, plane) in band.iter_mut().zip(&self.planes) {
                let bytes = at * plane.band_bytes..(at + 1) * plane.band_bytes;
                *rows = plane.waiting().get(bytes).unwrap_or_default();
            }
            encode(band.get(..self.planes.len()).unwrap_or_default())?;
        }
        for plane in self.planes.iter_mut().filter(|_| ready > 0) {
            plane.drop_encoded(ready * plane.band_bytes);
        }
        Ok(())
    }
}
