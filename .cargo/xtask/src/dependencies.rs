//! What presize may depend on: nothing that compiles C, nothing but permissive licences.

use std::collections::BTreeSet;

use crate::cargo::{cargo, output};
use crate::licence;
use crate::step::{Outcome, findings};

/// Crates that compile, find or assemble foreign code.
const C_BUILDS: &[&str] = &["cc", "cmake", "nasm-rs", "bindgen", "pkg-config", "vcpkg", "cxx-build", "autotools"];

/// `-sys` crates that are declarations only: name, why it is there. None is needed today.
const DECLARATIONS: &[(&str, &str)] = &[];

/// Crates of the workspace's own tools (examples, benches, tests) whose licence is outside the list: name, reason.
/// None of them may reach the tree of presize. None is needed today.
const TOOLS_ONLY: &[(&str, &str)] = &[];

/// The tree of presize, with all features and on all platforms, builds no foreign code.
pub(crate) fn check_native() -> Outcome {
    let packages = match tree("--package presize --all-features --edges normal,build") {
        Ok(packages) => packages,
        Err(reason) => return Outcome::Failed(reason),
    };
    let is_foreign = |name: &str| {
        C_BUILDS.contains(&name)
            || (name.ends_with("-sys") && !DECLARATIONS.iter().any(|(allowed, _)| *allowed == name))
    };
    let found: Vec<_> = packages
        .iter()
        .filter(|package| is_foreign(&package.name))
        .map(|package| format!("{}: builds or links C (cargo tree -p presize -i {})", package.name, package.name))
        .collect();
    println!("   {} crates", packages.len());
    findings(&found)
}

/// The tree of presize, and that of everything else in the workspace, is permissively licensed.
pub(crate) fn check_licences() -> Outcome {
    let trees = tree("--package presize --all-features --edges normal,build")
        .and_then(|own| Ok((own, tree("--workspace --all-features --edges normal,build,dev")?)));
    let (own, workspace) = match trees {
        Ok(trees) => trees,
        Err(reason) => return Outcome::Failed(reason),
    };
    let refused = |package: &&Package| !licence::is_permissive(&package.licence);
    let mut found: Vec<_> = own.iter().filter(refused).map(Package::refusal).collect();
    let is_excepted = |package: &&Package| TOOLS_ONLY.iter().any(|(name, _)| *name == package.name);
    let tools = workspace.difference(&own).filter(refused).filter(|package| !is_excepted(package));
    found.extend(tools.map(|package| format!("{} (in the workspace's own tools)", package.refusal())));
    println!("   {} crates in presize, {} in the workspace", own.len(), workspace.len());
    findings(&found)
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    licence: String,
}

impl Package {
    fn refusal(&self) -> String {
        let shown = if self.licence.is_empty() { "no licence" } else { &self.licence };
        format!("{} {}: {shown}", self.name, self.version)
    }
}

/// Every package of a dependency tree once, for all platforms.
fn tree(selection: &str) -> Result<BTreeSet<Package>, String> {
    let mut command = cargo("tree --locked --target all --prefix none --no-dedupe");
    command.args(selection.split_whitespace()).args(["--format", "{p}|{l}"]);
    let packages: BTreeSet<_> = output(command)?.lines().filter_map(parse).collect();
    if packages.is_empty() { Err("cargo tree printed no package".to_owned()) } else { Ok(packages) }
}

/// `name v1.2.3 (source)|licence`
fn parse(line: &str) -> Option<Package> {
    let (package, licence) = line.split_once('|')?;
    let mut words = package.split_whitespace();
    let name = words.next()?.to_owned();
    let version = words.next()?.trim_start_matches('v').to_owned();
    Some(Package { name, version, licence: licence.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_cargo_tree_is_understood() {
        let package = parse("syn v2.0.1 (proc-macro)|MIT OR Apache-2.0").unwrap();
        assert_eq!(package.refusal(), "syn 2.0.1: MIT OR Apache-2.0");
        let unlicensed = parse("odd v0.1.0|").unwrap();
        assert_eq!(unlicensed.refusal(), "odd 0.1.0: no licence");
        assert!(parse("").is_none());
    }
}
