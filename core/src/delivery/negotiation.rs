//! The choice of a format: the one asked for by name, the preset's, or the best that the client accepts.

use crate::imaging::{OutputFormat, Transform};

use super::accept::grants;
use super::asked::{Asked, AskedFormat};
use super::variant::{Baseline, VariantFormat};
use super::variants::Variants;

impl Variants {
    /// Returns the format, and whether the `Accept` header decided on it. Of the formats that not every client shows, the header
    /// grants the first that it names and that can be encoded; otherwise the format is the baseline.
    pub(super) fn format(&self, asked: &Asked, transform: &Transform, accept: &str) -> (VariantFormat, bool) {
        if let Some(AskedFormat::Named(format)) = asked.format {
            return (format, false);
        }
        if let Some(format) = transform.format {
            return (format.into(), false);
        }
        let chosen = self.candidates(transform).find(|format| grants(accept, format.media_type()));
        (chosen.map_or(VariantFormat::Baseline, VariantFormat::from), self.policy.negotiate)
    }

    /// The formats that an `Accept` header may grant to the transform, the preferred ones first.
    pub(super) fn candidates(&self, transform: &Transform) -> impl Iterator<Item = OutputFormat> {
        let listed = if self.policy.negotiate { self.policy.formats.as_slice() } else { &[] };
        listed.iter().copied().filter(|format| is_new(*format) && can_encode(transform, *format))
    }

    /// Returns JPEG, or PNG for alpha, as far as the policy lists them and the transform can be encoded as such.
    pub(super) fn baseline(&self, transform: &Transform) -> Baseline {
        use OutputFormat::{Jpeg, Png, Webp};
        let has = |format: &OutputFormat| self.policy.formats.contains(format) && can_encode(transform, *format);
        let first_of = |formats: [OutputFormat; 3]| formats.into_iter().find(has).unwrap_or(Png);
        Baseline { opaque: first_of([Jpeg, Png, Webp]), with_alpha: first_of([Png, Webp, Jpeg]) }
    }
}

/// Whether some clients cannot show the format, so that only those that name it get it.
const fn is_new(format: OutputFormat) -> bool {
    !matches!(format, OutputFormat::Jpeg | OutputFormat::Png)
}

/// Whether the transform can be encoded in the format.
fn can_encode(transform: &Transform, format: OutputFormat) -> bool {
    transform.clone().format(format).check().is_ok()
}
