//! What one source file says of modules: those that it declares, what it imports, and the paths that its code names.

use std::collections::BTreeSet;

use super::tokens::{Token, tokens};

/// A module: a file, or `mod name { ... }` within one.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// `mod name;`
    pub(super) files: BTreeSet<String>,
    /// `mod name;` for tests alone: the file is not looked at.
    pub(super) test_files: BTreeSet<String>,
    /// `mod name { ... }`
    pub(super) inline: Vec<(String, Self)>,
    pub(super) imports: Vec<Import>,
    /// Paths of two names or more outside of `use`.
    pub(super) paths: Vec<Path>,
    /// Names that stand alone somewhere outside of `use`, not at the head of a path.
    pub(super) names: BTreeSet<String>,
}

/// A leaf of a `use` item.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) path: Path,
    /// The name that it is known by here: none for `*` and `_`.
    pub(super) name: Option<String>,
    pub(super) is_glob: bool,
    /// `pub use`, whatever its visibility.
    pub(super) is_reexport: bool,
}

/// A path as written in the source. If it starts with `::`, its first name is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) names: Vec<String>,
    pub(super) line: usize,
}

/// The module in a file, without items under `cfg(test)`.
pub(super) fn parse(source: &str) -> Module {
    let tokens = tokens(source);
    let mut parser = Parser { tokens: &tokens, at: 0 };
    parser.module()
}

/// Words that an item starts with, after its visibility. Anything else that an attribute stands on is a field, a variant, an
/// arm or a statement.
const ITEMS: [&str; 15] = [
    "async",
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "macro_rules",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "unsafe",
    "use",
];

struct Parser<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
}

impl<'a> Parser<'a> {
    /// Everything up to the `}` that closes the module, or the end.
    fn module(&mut self) -> Module {
        let mut module = Module::default();
        let mut depth = 0_usize;
        let mut is_public = false;
        while let Some(token) = self.tokens.get(self.at) {
            match token.text {
                "#" => {
                    self.attribute(&mut module);
                    continue;
                }
                "pub" => {
                    self.visibility();
                    is_public = true;
                    continue;
                }
                "use" if self.text(1) != Some("<") => {
                    self.at += 1;
                    self.imports(Vec::new(), is_public, &mut module.imports);
                }
                "mod" => self.declaration(&mut module),
                "{" => {
                    depth += 1;
                    self.at += 1;
                }
                "}" if depth == 0 => {
                    self.at += 1;
                    break;
                }
                "}" => {
                    depth -= 1;
                    self.at += 1;
                }
                _ => self.path(&mut module),
            }
            is_public = false;
        }
        module
    }

    /// Reads `#[...]` or `#![...]`. An item under `cfg(test)` is skipped together with its attribute.
    fn attribute(&mut self, module: &mut Module) {
        let mut is_test = false;
        while self.text(0) == Some("#") {
            let inner = usize::from(self.text(1) == Some("!"));
            if self.text(1 + inner) != Some("[") {
                self.at += 1;
                return;
            }
            self.at += 1 + inner;
            let start = self.at;
            self.group();
            let words: Vec<_> = self.tokens[start..self.at].iter().map(|token| token.text).collect();
            is_test |= words.get(1) == Some(&"cfg")
                && (words.contains(&"test") || words.contains(&"doctest"))
                && !words.contains(&"not");
        }
        if is_test {
            self.pass_over(module);
        }
    }

    fn pass_over(&mut self, module: &mut Module) {
        if self.text(0) == Some("pub") {
            self.visibility();
        }
        if let (Some("mod"), Some(name), Some(";")) = (self.text(0), self.text(1), self.text(2)) {
            module.test_files.insert(name.to_owned());
        }
        let is_item = self.text(0).is_some_and(|word| ITEMS.contains(&word));
        let is_use = self.text(0) == Some("use");
        while let Some(text) = self.text(0) {
            match text {
                "{" | "(" | "[" => {
                    self.group();
                    if text == "{" && !is_use {
                        return;
                    }
                }
                "}" | ")" | "]" => return,
                ";" => {
                    self.at += 1;
                    return;
                }
                "," if !is_item => {
                    self.at += 1;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// `pub`, `pub(crate)`, `pub(in a::b)`
    fn visibility(&mut self) {
        self.at += 1;
        if self.text(0) == Some("(") && matches!(self.text(1), Some("crate" | "super" | "self" | "in")) {
            self.group();
        }
    }

    /// `mod name;` or `mod name { ... }`
    fn declaration(&mut self, module: &mut Module) {
        match (self.text(1), self.text(2)) {
            (Some(name), Some(";")) => {
                module.files.insert(name.to_owned());
                self.at += 3;
            }
            (Some(name), Some("{")) => {
                let name = name.to_owned();
                self.at += 3;
                let inner = self.module();
                module.inline.push((name, inner));
            }
            _ => self.at += 1,
        }
    }

    /// The tree of a `use`, from after a prefix on, and the `;` at its end.
    fn imports(&mut self, prefix: Vec<String>, is_reexport: bool, found: &mut Vec<Import>) {
        let mut names = prefix;
        let mut line = self.line();
        let leaf =
            |names: Vec<String>, name, is_glob, line| Import { path: Path { names, line }, name, is_glob, is_reexport };
        loop {
            match self.text(0) {
                Some("::") => {
                    if names.is_empty() {
                        names.push(String::new());
                    }
                    self.at += 1;
                }
                Some("$") => self.at += 1,
                Some("*") => {
                    self.at += 1;
                    found.push(leaf(names, None, true, line));
                    break;
                }
                Some("{") => {
                    self.at += 1;
                    while !matches!(self.text(0), Some("}") | None) {
                        self.imports(names.clone(), is_reexport, found);
                    }
                    self.at += 1;
                    break;
                }
                Some("self") if !names.is_empty() => self.at += 1,
                Some("as") => {
                    let name = self.text(1).filter(|name| *name != "_").map(str::to_owned);
                    self.at += 2;
                    found.push(leaf(names, name, false, line));
                    break;
                }
                Some("," | "}" | ";") | None => {
                    let name = names.last().cloned();
                    found.push(leaf(names, name, false, line));
                    break;
                }
                Some(name) => {
                    line = self.line();
                    names.push(name.to_owned());
                    self.at += 1;
                }
            }
        }
        if matches!(self.text(0), Some("," | ";")) {
            self.at += 1;
        }
    }

    /// A path of the code, a name that stands alone, or a token that is neither.
    fn path(&mut self, module: &mut Module) {
        let line = self.line();
        let is_member =
            self.at.checked_sub(1).and_then(|before| self.tokens.get(before)).is_some_and(|t| t.text == ".");
        let mut names = Vec::new();
        if self.text(0) == Some("::") {
            names.push(String::new());
            self.at += 1;
        }
        while let Some(name) = self.text(0).filter(|text| is_name(text)) {
            names.push(name.to_owned());
            self.at += 1;
            if self.text(0) != Some("::") || !self.text(1).is_some_and(is_name) {
                break;
            }
            self.at += 1;
        }
        match names.as_slice() {
            [] => self.at += 1,
            [_] if is_member => {}
            [name] => {
                module.names.insert(name.clone());
            }
            _ => module.paths.push(Path { names, line }),
        }
    }

    /// From an opening bracket to after the one that closes it.
    fn group(&mut self) {
        let mut depth = 0_usize;
        while let Some(text) = self.text(0) {
            self.at += 1;
            match text {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn text(&self, ahead: usize) -> Option<&'a str> {
        self.tokens.get(self.at + ahead).map(|token| token.text)
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |token| token.line)
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(source: &str) -> Vec<String> {
        let shown = |import: &Import| {
            let name = import.name.as_deref().unwrap_or(if import.is_glob { "*" } else { "_" });
            format!("{}{} = {}", if import.is_reexport { "pub " } else { "" }, name, import.path.names.join("::"))
        };
        parse(source).imports.iter().map(shown).collect()
    }

    #[test]
    fn every_leaf_of_a_tree_is_an_import() {
        assert_eq!(
            imports("use crate::{a::{self, B as C, d::*}, super_::E};\npub(crate) use self::f::G;\nuse ::h::I as _;"),
            [
                "a = crate::a",
                "C = crate::a::B",
                "* = crate::a::d",
                "E = crate::super_::E",
                "pub G = self::f::G",
                "_ = ::h::I"
            ],
        );
    }

    #[test]
    fn what_is_for_tests_alone_is_passed_over() {
        let module = parse(
            "#[cfg(test)] mod tests;\n#[cfg(test)]\n#[expect(x)]\nmod more { use crate::a; }\n#[cfg(not(test))] use crate::b;\n\
             struct S { #[cfg(test)] field: crate::c::D<A, B>, other: crate::e::F }\n#[cfg(test)] use crate::{g, h};\nmod i;",
        );
        assert_eq!(module.test_files.iter().collect::<Vec<_>>(), ["tests"]);
        assert_eq!(module.files.iter().collect::<Vec<_>>(), ["i"]);
        assert_eq!(module.imports.len(), 1);
        assert!(module.inline.is_empty());
        // The generic field ends at its first comma, and nothing of it is a path of the code.
        assert_eq!(module.paths.iter().map(|path| path.names.join("::")).collect::<Vec<_>>(), ["crate::e::F"]);
    }

    #[test]
    fn paths_of_the_code_and_modules_within_a_file_are_found() {
        let module =
            parse("fn f() { a::b::c(x.y::<Z>()); }\nmod inner { use super::a; fn g() { a::d() } }\nconst H: i::J = k;");
        let paths = |module: &Module| module.paths.iter().map(|path| path.names.join("::")).collect::<Vec<_>>();
        assert_eq!(paths(&module), ["a::b::c", "i::J"]);
        assert_eq!(paths(&module.inline[0].1), ["a::d"]);
        assert!(module.names.contains("k") && !module.names.contains("y"));
    }

    #[test]
    fn lines_are_those_of_the_source() {
        let module = parse("use a::{\n    b,\n    c::d,\n};\n\nfn f() { e::g(); }");
        assert_eq!(module.imports.iter().map(|import| import.path.line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(module.paths[0].line, 6);
    }
}
