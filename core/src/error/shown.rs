//! Text of others, made fit for a message and a log: one line, in which every character is seen as what it is.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with the characters that [`deceives`] names as `\u{2028}`. Most texts have none.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    if !text.chars().any(deceives) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    text.chars().for_each(|character| push_shown(&mut escaped, character));
    Cow::Owned(escaped)
}

/// Appends one character of such a text.
pub(crate) fn push_shown(text: &mut String, character: char) {
    if deceives(character) {
        let _ = write!(text, "\\u{{{:x}}}", u32::from(character));
    } else {
        text.push(character);
    }
}

/// Whether a character breaks a line, changes the direction of the text around it, or hides: control characters (Cc), line
/// and paragraph separators, marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX #9), and the blanks
/// and fillers of Unicode that show nothing. The joiners and variation selectors that emoji, Persian, Indic scripts and
/// Han are written with stay.
fn deceives(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_directions_are_escaped() {
        for (text, expected) in [
            ("a\u{2028}b\u{2029}c", "a\\u{2028}b\\u{2029}c"),
            ("gpj.\u{202e}exe", "gpj.\\u{202e}exe"),
            ("\u{61c}\u{200e}\u{200f}", "\\u{61c}\\u{200e}\\u{200f}"),
            ("\u{202a}\u{202d}\u{2066}\u{2069}", "\\u{202a}\\u{202d}\\u{2066}\\u{2069}"),
            ("\0\r\n\t\u{1b}[2J\u{7f}\u{85}\u{9b}", "\\u{0}\\u{d}\\u{a}\\u{9}\\u{1b}[2J\\u{7f}\\u{85}\\u{9b}"),
            ("\u{feff}\u{200b}\u{e0041}", "\\u{feff}\\u{200b}\\u{e0041}"),
            ("\u{3164}\u{ffa0}\u{115f}", "\\u{3164}\\u{ffa0}\\u{115f}"),
        ] {
            assert_eq!(shown(text), expected);
        }
        for text in ["", "고양이.jpg", "\u{1f469}\u{200d}\u{1f4bb}", "می\u{200c}خواهم", "שלום", "\\u{2028}", "a b"]
        {
            assert!(matches!(shown(text), Cow::Borrowed(same) if same == text));
        }
    }
}
