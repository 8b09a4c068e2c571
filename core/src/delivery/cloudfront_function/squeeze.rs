//! Leaves out what an engine does not read of code whose style is known.
//!
//! ```text
//!     // A comment.
//!     if (width && height) return 'a b';     ->     if(width&&height)return'a b';
//! ```

/// The code without comments that have a line of their own, without empty lines and indents, and without blanks except between
/// words and in strings. Strings are in single quotes and end on their line; no regular expression has a blank or a quote.
pub(super) fn squeeze(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    for line in code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")) {
        // The pieces between quotes: every other one is a string.
        for (count, piece) in line.split('\'').enumerate() {
            if count > 0 {
                out.push('\'');
            }
            if count % 2 == 1 {
                out.push_str(piece);
            } else {
                squeeze_code(piece, &mut out);
            }
        }
        out.push('\n');
    }
    out
}

fn squeeze_code(piece: &str, out: &mut String) {
    let is_word = |character: &char| character.is_ascii_alphanumeric() || *character == '_';
    let mut characters = piece.chars().peekable();
    while let Some(character) = characters.next() {
        let is_between_words = || out.chars().next_back().is_some_and(|before| is_word(&before));
        if character != ' ' || (is_between_words() && characters.peek().is_some_and(is_word)) {
            out.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_between_words_and_in_strings_stay() {
        let code = "// a\n\nfunction a(b, c) {\n  // 'd\n  return 'e  f' + b + ' // g, ' + typeof c;\n}\n";
        assert_eq!(squeeze(code), "function a(b,c){\nreturn'e  f'+b+' // g, '+typeof c;\n}\n");
        assert_eq!(squeeze("if (a < 0) return !b;"), "if(a<0)return!b;\n");
    }
}
