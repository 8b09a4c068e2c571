//! Keeps panics that the core catches out of stderr: a damaged file does not belong in the log of a server.

use std::panic;

/// Installs the hook when Python loads the module. It concerns this extension alone, since each extension has its own hook.
pub(crate) fn install() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !presize::catches_panics() {
            print(info);
        }
    }));
}
