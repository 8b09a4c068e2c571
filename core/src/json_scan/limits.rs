//! `JsonLimits`: what a JSON document may cost a parser.

use crate::options::options;

options! {
    /// The limits of a [`JsonScanner`](crate::JsonScanner).
    ///
    /// ```
    /// use presize::{JsonLimits, JsonScanner};
    ///
    /// let mut scanner = JsonScanner::new(&JsonLimits::default().max_structure_bytes(10).max_data_uris(1))?;
    /// scanner.push(br#"{"photo": "data:ima"#)?;
    /// scanner.push(br#"ge/png;base64,AAAA"}"#)?;
    /// scanner.finish()?;
    /// # Ok::<(), presize::Error>(())
    /// ```
    pub struct JsonLimits {
        /// The most bytes outside of strings that are no white space; the quotes of strings count. Default: 65536 (64 KiB).
        max_structure_bytes: u64 = 65_536, in 1..=1_073_741_824;
        /// The most objects and lists within each other. Default: 32.
        max_depth: u32 = 32, in 1..=1_000;
        /// The most strings that start with `data:`, in any case. Default: none.
        max_data_uris: Option<u32> = None, in 0..=10_000;
        /// The most escapes (`\n`, `\u00e9`) in all strings together: a parser unescapes them one by one, while it copies
        /// other text as a whole. A data URI has one in 64 bytes where a client writes `/` as `\/`. Default: 1048576.
        max_escapes: u32 = 1_048_576, in 0..=1_073_741_824;
    }
}
