//! The options of encoders, apart from the format and the pixels.

use crate::options::option_enum;

option_enum! {
    /// How finely a JPEG stores colour compared with brightness.
    pub enum ChromaSubsampling {
        /// One colour sample for four pixels: the smallest files.
        Quarter = "4:2:0",
        /// One colour sample for two pixels side by side.
        Half = "4:2:2",
        /// One colour sample for each pixel: for text and graphics.
        Full = "4:4:4",
    }
}

option_enum! {
    /// How much time a lossy encoder spends to make the file smaller.
    pub enum Effort {
        /// What a request can wait for.
        Normal = "normal",
        /// Several times as long for a JPEG: each coefficient is rounded where it costs the fewest bits (trellis quantisation),
        /// and it is written in several passes, as with `progressive`. A WebP tries more modes.
        High = "high",
    }
}

/// How a result is encoded. Encoders without loss need none of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EncoderOptions {
    /// 1 to 100.
    pub quality: u8,
    pub progressive: bool,
    pub chroma_subsampling: ChromaSubsampling,
    pub effort: Effort,
    /// Of a WebP, whether it is encoded without loss.
    pub lossless: bool,
}
