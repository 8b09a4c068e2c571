//! Replaces the generated parts of a file that is otherwise written by hand.

/// The lines between `generated: begin {name}` and the next `generated: end`, whatever marks a comment, replaced.
pub(crate) fn block(source: &str, name: &str, lines: &[String]) -> Result<String, String> {
    let all: Vec<_> = source.lines().collect();
    let marker = format!("generated: begin {name}");
    let is_begin = |line: &&str| line.trim_end_matches("-->").trim_end().ends_with(&marker);
    let begin = all.iter().position(is_begin).ok_or_else(|| format!("no line `{marker}`"))?;
    let after = all.iter().skip(begin).position(|line| line.contains("generated: end"));
    let end = begin + after.ok_or_else(|| format!("no `generated: end` after `{marker}`"))?;
    Ok(replaced(&all, begin + 1, end, lines))
}

/// The list of options in the docstring of a definition, replaced: the lines from the first that is an item to the
/// next empty one, or to the end of the docstring.
pub(crate) fn list(source: &str, within: &[&str], items: impl Fn(&str) -> Vec<String>) -> Result<String, String> {
    let all: Vec<_> = source.lines().collect();
    let fault = |what: &str| {
        format!("no {what} in {}", if within.is_empty() { "the module".to_owned() } else { within.join(", ") })
    };
    let mut at = 0;
    for definition in within {
        let begins = |line: &&str| {
            let rest = line.trim_start().strip_prefix(definition);
            rest.is_some_and(|rest| rest.starts_with(['(', ':']))
        };
        at += all.iter().skip(at).position(begins).ok_or_else(|| fault(definition))?;
    }
    let quotes = |line: &str| line.matches("\"\"\"").count();
    let opens = at + all.iter().skip(at).position(|line| quotes(line) > 0).ok_or_else(|| fault("docstring"))?;
    if all.get(opens).is_some_and(|line| quotes(line) > 1) {
        return Err(fault("list of options"));
    }
    let length =
        all.iter().skip(opens + 1).position(|line| quotes(line) > 0).ok_or_else(|| fault("end of a docstring"))?;
    let closes = opens + 1 + length;
    let is_item = |line: &&&str| line.trim_start().starts_with("- ``");
    let begin = (opens..closes)
        .find(|at| all.get(*at).as_ref().is_some_and(is_item))
        .ok_or_else(|| fault("list of options"))?;
    let end = (begin..closes).find(|at| all.get(*at).is_some_and(|line| line.trim().is_empty())).unwrap_or(closes);
    let indent: String = all.get(begin).into_iter().flat_map(|line| line.chars()).take_while(|c| *c == ' ').collect();
    Ok(replaced(&all, begin, end, &items(&indent)))
}

fn replaced(all: &[&str], begin: usize, end: usize, lines: &[String]) -> String {
    let mut out = String::new();
    let (before, after) = (all.iter().take(begin), all.iter().skip(end));
    for line in before.copied().chain(lines.iter().map(String::as_str)).chain(after.copied()) {
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_what_lies_between_its_markers() {
        let source = "a\n<!-- generated: begin B -->\nold\n<!-- generated: end -->\nz\n";
        let new = block(source, "B", &["new".to_owned()]).unwrap();
        assert_eq!(new, source.replace("old", "new"));
        assert_eq!(
            block("// generated: begin B\n// generated: end\n", "B", &["x".to_owned()]).unwrap().lines().count(),
            3
        );
        assert!(block(source, "A", &[]).is_err());
        assert!(block("# generated: begin B\n", "B", &[]).is_err());
    }

    #[test]
    fn a_list_is_that_of_the_definition_it_is_asked_for() {
        let source = "class A:\n    \"\"\"A.\n\n    - ``x``: of A.\n    \"\"\"\n\nclass B(Base):\n    def f(self):\n        \"\"\"F.\n\n        - ``y``: old,\n          over two lines.\n\n        Error.\n        \"\"\"\n";
        let items = |indent: &str| vec![format!("{indent}- ``y``: new.")];
        let new = list(source, &["class B", "def f"], items).unwrap();
        assert_eq!(new, source.replace("old,\n          over two lines.", "new."));
        assert!(list(source, &["class A"], items).unwrap().contains("A.\n\n    - ``y``: new.\n    \"\"\""));
        assert!(list(source, &["class C"], items).is_err());
        assert!(list("def f():\n    \"\"\"No list.\"\"\"\n", &["def f"], items).is_err());
    }
}
