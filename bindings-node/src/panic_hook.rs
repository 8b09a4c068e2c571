//! Panics that the core catches are not printed: a damaged file is nothing for the log of a server.

use std::panic;
use std::sync::Once;

static INSTALLED: Once = Once::new();

/// Installed once, at the first call that decodes. The hook is that of this library alone: other addons have their own.
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
