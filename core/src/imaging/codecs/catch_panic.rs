//! Turns a panic in a decoder into `image_corrupt`.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::failure::corrupt;
use crate::error::Result;
use crate::rules::ImageRules;

/// Runs a decoder, and reports a panic in it as a damaged file, or as `cancelled` if the call was cancelled.
pub(in crate::imaging) fn catch_panic<T>(rules: &ImageRules, run: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = IS_CAUGHT.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    IS_CAUGHT.set(before);
    rules.check_cancelled()?;
    result.unwrap_or_else(|_| Err(corrupt("data that the decoder could not handle")))
}

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Whether presize would catch a panic on this thread and report it as `image_corrupt`, since a decoder is running. A panic hook
/// may stay silent then, like those of the packages for Python and Node: one damaged file is not worth an entry in the log of a
/// server.
///
/// ```
/// let print = std::panic::take_hook();
/// std::panic::set_hook(Box::new(move |panic| {
///     if !presize::catches_panics() {
///         print(panic);
///     }
/// }));
/// ```
pub fn catches_panics() -> bool {
    IS_CAUGHT.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_can_tell_which_panics_are_caught() {
        let rules = ImageRules::default();
        assert!(!catches_panics());
        let error = catch_panic(&rules, || {
            assert!(catches_panics());
            catch_panic(&rules, || Ok(()))?;
            assert!(catches_panics(), "still within the outer one");
            std::panic::resume_unwind(Box::new("a decoder's own mistake")) // without the hook
        });
        assert_eq!(error.map_err(|error| error.code()), Err::<(), _>("image_corrupt"));
        assert!(!catches_panics());
    }
}
