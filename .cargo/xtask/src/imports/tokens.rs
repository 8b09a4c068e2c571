//! Rust source text as the tokens that imports are read from: words and punctuation, without comments and literals.

/// A token and the line it starts on, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) line: usize,
}

/// Splits source text into identifiers (without `r#`), `::`, and single characters of punctuation. Comments are left out;
/// a string, character, number or lifetime becomes one `'`, which keeps the tokens on either side of it apart.
pub(super) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { rest: source, line: 1, found: Vec::new() };
    while let Some(next) = lexer.rest.chars().next() {
        lexer.step(next);
    }
    lexer.found
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    found: Vec<Token<'a>>,
}

impl Lexer<'_> {
    fn step(&mut self, next: char) {
        if next.is_whitespace() {
            self.skip(next.len_utf8());
        } else if self.rest.starts_with("//") {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.skip(comment_length(self.rest));
        } else if let Some(length) = string_length(self.rest) {
            self.literal(length);
        } else if next == '\'' {
            self.literal(quote_length(self.rest));
        } else if is_word(next) {
            self.word();
        } else {
            self.push(if self.rest.starts_with("::") { 2 } else { next.len_utf8() });
        }
    }

    fn word(&mut self) {
        if let Some(raw) = self.rest.strip_prefix("r#") {
            self.rest = raw;
        }
        let length = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        // A number, which may hold a dot (`1.5`) but never a path.
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) { self.literal(length) } else { self.push(length) }
    }

    fn literal(&mut self, length: usize) {
        self.found.push(Token { text: "'", line: self.line });
        self.skip(length);
    }

    fn push(&mut self, length: usize) {
        let (text, _) = self.rest.split_at(length);
        self.found.push(Token { text, line: self.line });
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        let (skipped, rest) = self.rest.split_at(length);
        self.line += skipped.matches('\n').count();
        self.rest = rest;
    }
}

/// The length of the block comment that `text` starts with; block comments nest.
fn comment_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of the string literal that `text` starts with: `"..."`, `b"..."`, `c"..."`, or raw with any number of `#`.
fn string_length(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        text.strip_prefix(prefix).is_some_and(|rest| {
            let quoted = if prefix.ends_with('r') { rest.trim_start_matches('#') } else { rest };
            quoted.starts_with('"')
        })
    })?;
    let rest = text.strip_prefix(prefix)?;
    if prefix.ends_with('r') {
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        let open = prefix.len() + hashes + 1;
        let close = format!("\"{}", "#".repeat(hashes));
        let inner = text.get(open..)?.find(&close);
        return Some(inner.map_or(text.len(), |inner| open + inner + close.len()));
    }
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some(prefix.len() + at + 1),
            _ => {}
        }
    }
    Some(text.len())
}

/// The length of the character (`'x'`, `'\n'`, `'\''`) or lifetime (`'a`) that `text` starts with.
fn quote_length(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => {
            let closed = characters.skip(1).find(|&(_, c)| c == '\'');
            closed.map_or(text.len(), |(at, _)| at + 1)
        }
        _ => match characters.next() {
            Some((at, '\'')) => at + 1,
            _ => 1 + text.chars().skip(1).take_while(|&c| is_word(c)).map(char::len_utf8).sum::<usize>(),
        },
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        tokens(source).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_and_paths_are_kept_comments_are_not() {
        assert_eq!(texts("use a::r#type; // use b::c;\n/* use /* d */ ::e */ f"), ["use", "a", "::", "type", ";", "f"]);
        assert_eq!(tokens("a\n/*\n*/ b").last(), Some(&Token { text: "b", line: 3 }));
    }

    #[test]
    fn what_stands_in_a_literal_is_no_code() {
        assert_eq!(texts(r#"x("use a::b; \" {", b"{", c"{")"#), ["x", "(", "'", ",", "'", ",", "'", ")"]);
        assert_eq!(texts(r###"br##"{ "# "## r"\" end"###), ["'", "'", "end"]);
        assert_eq!(
            texts(r"['{', '\'', '\u{7b}', b'{', 'ä', 1.5, 0x7b_u8]").iter().filter(|text| **text == "{").count(),
            0
        );
    }

    #[test]
    fn a_lifetime_is_no_open_quote() {
        assert_eq!(texts("&'a str<'_, 'static> {"), ["&", "'", "str", "<", "'", ",", "'", ">", "{"]);
    }
}
