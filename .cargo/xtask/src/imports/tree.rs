//! The modules of a crate, and which file each of them imports from: names are followed through every re-export to the file
//! that defines them.

use std::collections::{BTreeMap, BTreeSet};

use super::module::{self, Import, Path};

/// Which file imports from which, and the first line that does.
pub(super) type Graph = BTreeMap<String, BTreeMap<String, usize>>;

/// The imports between the files of a crate, and what keeps them from being told.
#[derive(Debug, Default)]
pub(super) struct Imports {
    pub(super) graph: Graph,
    pub(super) faults: Vec<String>,
}

/// Reads the crate in a folder of sources: texts by their path, with `/` on every platform.
pub(super) fn resolve(sources: &BTreeMap<String, String>) -> Imports {
    let mut found = Imports::default();
    let mut seen = BTreeSet::new();
    for root in sources.keys().filter(|path| is_root(path)) {
        let mut tree = Tree { sources, modules: Vec::new(), seen: &mut seen, faults: &mut found.faults };
        tree.file(root, None);
        let modules = tree.modules;
        for at in 0..modules.len() {
            edges(&modules, at, &mut found);
        }
    }
    let unreached = sources.keys().filter(|path| !seen.contains(*path));
    found.faults.extend(unreached.map(|path| format!("{path}: no module declares this file")));
    found
}

/// `lib.rs`, `main.rs`, and the programs in `bin/`
fn is_root(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder.is_empty() && matches!(name, "lib.rs" | "main.rs")) || folder == "bin"
}

/// A module in its place.
struct Node {
    file: String,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    /// The imports of this module by their local name. A type and a function may share a name.
    bindings: BTreeMap<String, Vec<Path>>,
    imports: Vec<Import>,
    paths: Vec<Path>,
    names: BTreeSet<String>,
}

struct Tree<'a> {
    sources: &'a BTreeMap<String, String>,
    modules: Vec<Node>,
    seen: &'a mut BTreeSet<String>,
    faults: &'a mut Vec<String>,
}

impl Tree<'_> {
    fn file(&mut self, path: &str, parent: Option<usize>) -> Option<usize> {
        let parsed = module::parse(self.sources.get(path)?);
        self.seen.insert(path.to_owned());
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_top = is_root(path) || name == "mod.rs";
        let own = if is_top { folder } else { path.trim_end_matches(".rs") };
        Some(self.module(parsed, path, own, parent))
    }

    /// `own` is the folder that the files of this module's children lie in.
    fn module(&mut self, parsed: module::Module, file: &str, own: &str, parent: Option<usize>) -> usize {
        let at = self.modules.len();
        let mut bindings: BTreeMap<String, Vec<Path>> = BTreeMap::new();
        for import in &parsed.imports {
            if let Some(name) = &import.name {
                bindings.entry(name.clone()).or_default().push(import.path.clone());
            }
        }
        self.modules.push(Node {
            file: file.to_owned(),
            parent,
            children: BTreeMap::new(),
            bindings,
            imports: parsed.imports,
            paths: parsed.paths,
            names: parsed.names,
        });
        for name in parsed.files {
            let places = places(own, &name);
            match places.iter().find_map(|place| self.file(place, Some(at))) {
                Some(child) => self.adopt(at, name, child),
                None => self.faults.push(format!("{file}: no file for `mod {name};`")),
            }
        }
        for name in parsed.test_files {
            self.pass_over(places(own, &name));
        }
        for (name, inner) in parsed.inline {
            let child = self.module(inner, file, &join(own, &name), Some(at));
            self.adopt(at, name, child);
        }
        at
    }

    fn adopt(&mut self, parent: usize, name: String, child: usize) {
        if let Some(parent) = self.modules.get_mut(parent) {
            parent.children.insert(name, child);
        }
    }

    /// The file of a module for tests, and what lies below it.
    fn pass_over(&mut self, places: [String; 2]) {
        for place in places {
            let folder = format!("{}/", place.trim_end_matches("/mod.rs").trim_end_matches(".rs"));
            let below = self.sources.keys().filter(|path| **path == place || path.starts_with(&folder));
            self.seen.extend(below.cloned());
        }
    }
}

fn places(folder: &str, name: &str) -> [String; 2] {
    [join(folder, &format!("{name}.rs")), join(folder, &format!("{name}/mod.rs"))]
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Module(usize),
    /// Something that this module defines.
    Item(usize),
    /// Another crate's, or something without a name of its own.
    Foreign,
}

impl Target {
    fn is_other_file(self, modules: &[Node], from: &Node) -> bool {
        matches!(self, Self::Module(to) if modules.get(to).is_some_and(|to| to.file != from.file))
    }
}

/// Which kind is meant where a module and something else share a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Module,
    Item,
}

/// Adds what a module imports to the graph.
fn edges(modules: &[Node], at: usize, found: &mut Imports) {
    let Some(module) = modules.get(at) else { return };
    let path = |path: &Path, wanted| follow(modules, at, &path.names, wanted, &mut BTreeSet::new());
    let mut targets = Vec::new();
    for import in &module.imports {
        let line = import.path.line;
        let items = path(&import.path, Wanted::Item);
        if import.is_glob && items.iter().any(|target| target.is_other_file(modules, module)) {
            let path = import.path.names.join("::");
            found.faults.push(format!("{}:{line}: `{path}::*` hides what is imported: name it", module.file));
        }
        // A function that has the name of a module is not imported where only the module is meant.
        let is_module = path(&import.path, Wanted::Module).iter().any(|target| matches!(target, Target::Module(_)));
        let stands_alone = import.name.as_ref().is_some_and(|name| module.names.contains(name));
        if !is_module || import.is_reexport || stands_alone {
            targets.push((items, line));
        }
    }
    targets.extend(module.paths.iter().map(|named| (path(named, Wanted::Item), named.line)));
    for (target, line) in targets.iter().flat_map(|(targets, line)| targets.iter().map(move |target| (target, line))) {
        if let Target::Item(to) = target
            && let Some(to) = modules.get(*to)
            && to.file != module.file
        {
            found.graph.entry(module.file.clone()).or_default().entry(to.file.clone()).or_insert(*line);
        }
    }
}

/// Follows a path that stands in the module `at`. `passed` holds the names on the way here: one that leads to itself is
/// defined where it stands.
fn follow(
    modules: &[Node],
    at: usize,
    names: &[String],
    wanted: Wanted,
    passed: &mut BTreeSet<(usize, String)>,
) -> Vec<Target> {
    let Some((first, mut rest)) = names.split_first() else { return Vec::new() };
    let mut targets = match first.as_str() {
        "crate" => vec![Target::Module(root_of(modules, at))],
        "self" => vec![Target::Module(at)],
        "super" => modules.get(at).and_then(|module| module.parent).map(Target::Module).into_iter().collect(),
        name => {
            let kind = if rest.is_empty() { wanted } else { Wanted::Module };
            let own = if passed.contains(&(at, name.to_owned())) { Target::Item(at) } else { Target::Foreign };
            lookup(modules, at, name, kind, passed).unwrap_or_else(|| vec![own])
        }
    };
    while let Some((name, after)) = rest.split_first() {
        let kind = if after.is_empty() { wanted } else { Wanted::Module };
        let mut next = Vec::new();
        for target in targets {
            match target {
                Target::Module(module) if name == "super" => {
                    next.extend(modules.get(module).and_then(|module| module.parent).map(Target::Module));
                }
                Target::Module(module) => {
                    let known = lookup(modules, module, name, kind, passed);
                    next.extend(known.unwrap_or_else(|| vec![Target::Item(module)]));
                }
                // A variant, an associated function: part of what it belongs to.
                other => next.push(other),
            }
        }
        targets = next;
        rest = after;
    }
    targets
}

/// What a name is in a module, unless the module defines it itself.
fn lookup(
    modules: &[Node],
    at: usize,
    name: &str,
    wanted: Wanted,
    passed: &mut BTreeSet<(usize, String)>,
) -> Option<Vec<Target>> {
    let module = modules.get(at)?;
    let child = module.children.get(name).map(|child| vec![Target::Module(*child)]);
    let key = (at, name.to_owned());
    let bound = module.bindings.get(name).filter(|_| passed.insert(key.clone())).map(|paths| {
        let targets =
            paths.iter().flat_map(|path| follow(modules, at, &path.names, wanted, passed)).collect::<Vec<_>>();
        passed.remove(&key);
        targets
    });
    match wanted {
        Wanted::Module => child.or(bound),
        Wanted::Item => bound.or(child),
    }
}

fn root_of(modules: &[Node], mut at: usize) -> usize {
    while let Some(parent) = modules.get(at).and_then(|module| module.parent) {
        at = parent;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a -> b` for every import of a made-up crate.
    fn imports(files: &[(&str, &str)]) -> Vec<String> {
        let sources = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let found = resolve(&sources);
        assert_eq!(found.faults, [""; 0]);
        let edges = found.graph.iter().flat_map(|(from, to)| to.keys().map(move |to| format!("{from} -> {to}")));
        edges.collect()
    }

    #[test]
    fn a_name_is_followed_through_reexports_to_the_file_that_defines_it() {
        let found = imports(&[
            ("lib.rs", "mod a; mod b;"),
            ("a/mod.rs", "mod deep; pub(crate) use deep::{Thing as Other, Plain};"),
            ("a/deep.rs", "mod deeper; pub(super) use self::deeper::Thing; pub struct Plain;"),
            ("a/deep/deeper.rs", "pub struct Thing;"),
            ("b.rs", "use crate::a::{Other, Plain}; fn f() { Other::new() }"),
        ]);
        assert_eq!(
            found,
            [
                "a/deep.rs -> a/deep/deeper.rs",
                "a/mod.rs -> a/deep.rs",
                "a/mod.rs -> a/deep/deeper.rs",
                "b.rs -> a/deep.rs",
                "b.rs -> a/deep/deeper.rs",
            ],
        );
    }

    #[test]
    fn super_and_self_are_resolved_where_they_stand() {
        let found = imports(&[
            ("main.rs", "mod a; fn top() {}"),
            ("a/mod.rs", "mod b; mod c; use self::c::D;"),
            ("a/b.rs", "use super::D; mod inner { use super::super::c::E; fn f() { super::super::super::top() } }"),
            ("a/c.rs", "pub struct D; pub struct E;"),
        ]);
        assert_eq!(found, ["a/b.rs -> a/c.rs", "a/b.rs -> main.rs", "a/mod.rs -> a/c.rs"]);
    }

    #[test]
    fn to_import_a_module_is_to_import_what_is_named_of_it() {
        let found = imports(&[
            ("lib.rs", "mod a; mod b;"),
            ("a/mod.rs", "mod read; mod write; pub use read::Reader; pub use write::write;"),
            ("a/read.rs", "pub struct Reader; pub fn open() {}"),
            ("a/write.rs", "pub fn write() {} pub fn flush() {}"),
            ("b.rs", "use crate::a::{self, write}; fn f() { a::Reader::new(); write::flush() }"),
        ]);
        assert_eq!(
            found,
            ["a/mod.rs -> a/read.rs", "a/mod.rs -> a/write.rs", "b.rs -> a/read.rs", "b.rs -> a/write.rs"]
        );
    }

    #[test]
    fn a_function_may_have_the_name_of_a_module() {
        let files = [
            ("lib.rs", "mod encode; mod pixels; pub use pixels::encode; mod user;"),
            ("encode.rs", "pub fn bits() {}"),
            ("pixels.rs", "pub fn encode() {}"),
        ];
        let with = |text| imports(&[files[0], files[1], files[2], ("user.rs", text)]);
        let module = with("use super::encode; fn f() { encode::bits() }");
        assert_eq!(module, ["lib.rs -> pixels.rs", "user.rs -> encode.rs"]);
        let function = with("use super::encode; fn f() { encode(); }");
        assert_eq!(function, ["lib.rs -> pixels.rs", "user.rs -> pixels.rs"]);
    }

    #[test]
    fn macros_other_crates_and_names_of_their_own_are_no_imports() {
        let found = imports(&[
            ("lib.rs", "mod options; mod user; use std::fmt; use serde::Serialize as S;"),
            ("options.rs", "macro_rules! row { () => { $crate::options::Kind } } pub(crate) use row; pub enum Kind {}"),
            ("user.rs", "use crate::options::row; use ::options::Other; row! {} fn f() { fmt::Write; Self::new() }"),
        ]);
        assert_eq!(found, ["user.rs -> options.rs"]);
    }

    #[test]
    fn tests_do_not_count() {
        let found = imports(&[
            ("lib.rs", "mod a; #[cfg(test)] mod tests;"),
            ("a.rs", "fn f() {}\n#[cfg(test)]\nmod tests { use super::*; use crate::b::C; }"),
            ("tests.rs", "use crate::a::f;"),
            ("tests/more.rs", ""),
        ]);
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn what_keeps_imports_from_being_told_is_a_fault() {
        let text = |text: &str| text.to_owned();
        let sources = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use super::*; enum E {} use E::*; mod own { use super::*; }"),
            ("c.rs", ""),
        ];
        let found = resolve(&sources.into_iter().map(|(path, source)| (text(path), text(source))).collect());
        assert_eq!(
            found.faults,
            [
                "lib.rs: no file for `mod b;`",
                "a.rs:1: `super::*` hides what is imported: name it",
                "c.rs: no module declares this file",
            ],
        );
    }
}
