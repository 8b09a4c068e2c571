//! Whether a resizer would be told of its own results.

use crate::error::{ErrorKind, Result};
use crate::presign::Bucket;

use super::key_template::KeyTemplate;
use super::outputs::Output;

/// Checks that no result can be taken for an original. That is decided for every key there can be: an original below
/// `photos/` has a result below `photos/` exactly if the text before `{key}` followed by `photos/` begins with `photos/`.
///
/// Error: `resize_loop`.
pub(super) fn check_loop(
    source: &Bucket,
    destination: &Bucket,
    prefix: &str,
    template: &KeyTemplate,
    outputs: &[Output],
) -> Result<()> {
    if !source.may_be_same(destination) {
        return Ok(());
    }
    let refused = |reason| Err(ErrorKind::ResizeLoop { bucket: source.name().to_owned(), reason }.into());
    if prefix.is_empty() {
        return refused("results in the same bucket, and no prefix of the originals");
    }
    let folder = [prefix, "/"].concat();
    for output in outputs {
        for format in output.formats() {
            let start = [&template.before_key(&output.name, *format), folder.as_str()].concat();
            if start.starts_with(&folder) {
                return refused("results in the same bucket, below the prefix of the originals");
            }
        }
    }
    Ok(())
}
