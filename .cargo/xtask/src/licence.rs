//! Licence expressions (SPDX, and the old `MIT/Apache-2.0`), held against the permissive ones that the project takes.

/// What anybody may ship in a closed product by repeating a notice. `.cargo/deny.toml` says the same to cargo-deny.
const PERMISSIVE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "IJG",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Zlib",
];

/// Whether the terms of an expression can be met with permissive licences alone. Anything not understood is refused.
pub(crate) fn is_permissive(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any_of(&mut rest).unwrap_or(false) && rest.is_empty()
}

/// `a OR b OR ...`
fn any_of(rest: &mut &[&str]) -> Option<bool> {
    let mut fits = all_of(rest)?;
    while take(rest, "OR") {
        fits |= all_of(rest)?;
    }
    Some(fits)
}

/// `a AND b AND ...`, which binds tighter
fn all_of(rest: &mut &[&str]) -> Option<bool> {
    let mut fits = term(rest)?;
    while take(rest, "AND") {
        fits &= term(rest)?;
    }
    Some(fits)
}

/// `MIT`, `Apache-2.0 WITH LLVM-exception`, `( ... )`
fn term(rest: &mut &[&str]) -> Option<bool> {
    if take(rest, "(") {
        let fits = any_of(rest)?;
        return take(rest, ")").then_some(fits);
    }
    let (&name, after) = rest.split_first()?;
    *rest = after;
    if take(rest, "WITH") {
        let (&exception, after) = rest.split_first()?;
        *rest = after;
        return Some(PERMISSIVE.contains(&format!("{name} WITH {exception}").as_str()));
    }
    Some(PERMISSIVE.contains(&name))
}

fn take(rest: &mut &[&str], word: &str) -> bool {
    match rest.split_first() {
        Some((&first, after)) if first == word => {
            *rest = after;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissive_ways_through_an_expression_are_found() {
        for fine in [
            "MIT",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND IJG",
            "GPL-3.0-only OR MIT",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0-only",
            "MIT AND (GPL-2.0-only OR Zlib)",
        ] {
            assert!(is_permissive(fine), "{fine}");
        }
    }

    #[test]
    fn the_rest_is_refused() {
        for wrong in [
            "",
            "GPL-3.0-only",
            "AGPL-3.0",
            "LGPL-2.1-or-later",
            "MPL-2.0",
            "MIT AND GPL-2.0-only",
            "MIT OR",
            "(MIT",
            "MIT)",
            "MIT MIT",
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "SSPL-1.0 OR BUSL-1.1",
        ] {
            assert!(!is_permissive(wrong), "{wrong}");
        }
    }
}
