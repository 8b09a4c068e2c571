//! Panics that the core catches are not printed: a damaged file is nothing for the log of a server.

use std::panic;

/// Installed once, when Python loads the module. The hook is that of this library alone: other extensions have their own.
pub(crate) fn install() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !presize::catches_panics() {
            print(info);
        }
    }));
}
