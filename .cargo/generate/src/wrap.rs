//! Lines of at most 120 columns.

/// The most columns of a line.
pub(crate) const WIDTH: usize = 120;

/// Breaks a text between words, but not within code, into lines of which the first follows `first` and the others `rest`.
pub(crate) fn wrap(text: &str, first: &str, rest: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in bound(text) {
        if !is_empty && columns(&line) + 1 + columns(&word) > WIDTH {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(&word);
        is_empty = false;
    }
    lines.push(line);
    lines
}

/// The words of a text, those that belong together as one: `Default: 1`, `(10 MiB)`.
fn bound(text: &str) -> Vec<String> {
    let mut bound: Vec<String> = Vec::new();
    for word in words(text) {
        match bound.last_mut() {
            Some(last) if ["Default:", "Range:"].contains(&last.as_str()) || is_size(last) => {
                last.push(' ');
                last.push_str(word);
            }
            _ => bound.push(word.to_owned()),
        }
    }
    bound
}

/// Whether a unit belongs after it.
fn is_size(word: &str) -> bool {
    word.strip_prefix('(').is_some_and(|size| size.parse::<u64>().is_ok())
}

pub(crate) fn columns(text: &str) -> usize {
    text.chars().count()
}

/// The words of a text; code with spaces in it is one word.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let (mut is_in_code, mut before) = (false, ' ');
    text.split(move |character| {
        is_in_code ^= character == '`' && before != '`';
        before = character;
        character == ' ' && !is_in_code
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_full_and_code_is_not_broken() {
        let long = "x".repeat(105);
        let text = format!("{long} `a b` ``c d`` e");
        assert_eq!(wrap(&text, "- ", "  "), [format!("- {long} `a b`"), "  ``c d`` e".to_owned()]);
        assert_eq!(wrap(&format!("{long} Default: 1048576."), "", ""), [long.as_str(), "Default: 1048576."]);
        assert_eq!(
            wrap(&format!("{long} 12345678 (10 MiB)"), "", ""),
            [format!("{long} 12345678"), "(10 MiB)".to_owned()]
        );
    }
}
