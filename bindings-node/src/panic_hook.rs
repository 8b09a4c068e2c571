//! Keeps panics that the core catches out of stderr: a damaged file does not belong in the log of a server.

use std::panic;
use std::sync::Once;

static INSTALLED: Once = Once::new();

/// Installs the hook at the first call that decodes. It concerns this addon alone, since each addon has its own hook.
pub(crate) fn install() {
    INSTALLED.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !presize::catches_panics() {
                print(info);
            }
        }));
    });
}
