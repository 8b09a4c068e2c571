//! A caller's own text as an error message shows it.

use crate::error::push_shown;

/// The longest part of a caller's own text that a message repeats, in characters.
const MAX_SHOWN: usize = 60;

/// A caller's text made fit for a message: one line, printable, at most 60 characters.
pub(crate) fn clip(text: &str) -> String {
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == MAX_SHOWN {
            shown.push('…');
            break;
        }
        push_shown(&mut shown, character);
    }
    shown
}

/// The same in double quotes.
pub(crate) fn quote(text: &str) -> String {
    format!("\"{}\"", clip(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_text_is_short_and_on_one_line() {
        assert_eq!(clip("a\r\nb\u{2028}c"), "a\\u{d}\\u{a}b\\u{2028}c");
        assert_eq!(clip(&"x".repeat(1000)).chars().count(), MAX_SHOWN + 1);
    }
}
