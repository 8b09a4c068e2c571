//! The bindings of the benches, `python/binding` and `node/binding`: built here, because the workspace does not build
//! them, and laid beside the scripts that load them.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

/// A binding: its folder below `benches/`, the library that Cargo makes, and the file that the language loads.
const ALL: [(&str, &str, &str); 2] = [
    ("python/binding", "presize_bench", "presize_bench.abi3.so"),
    ("node/binding", "presize_bench_node", "presize_bench.node"),
];

/// Builds both. What cannot be built is announced, and its peers are then left out.
pub(crate) fn build() {
    for (folder, library, file) in ALL {
        eprintln!("building {folder} ...");
        if let Err(reason) = build_one(folder, library, file) {
            eprintln!("  without {folder}: {reason}");
        }
    }
}

fn build_one(folder: &str, library: &str, file: &str) -> Result<(), String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = here.join("../target/bench-bindings");
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--release", "--locked", "--quiet", "--manifest-path"])
        .arg(here.join(folder).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        // Python's own symbols come with the interpreter: its library is not linked a second time.
        .env("PYO3_BUILD_EXTENSION_MODULE", "1")
        .stdout(Stdio::null())
        .status()
        .map_err(|error| error.to_string())?;
    if !status.success() {
        return Err("it does not build".to_owned());
    }
    let (prefix, suffix) = (env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    let built = target.join("release").join(format!("{prefix}{library}{suffix}"));
    // A module that some process has loaded must not change under it.
    let module = here.join(folder).join(file);
    let _ = fs::remove_file(&module);
    fs::copy(&built, module).map_err(|error| format!("{}: {error}", built.display()))?;
    Ok(())
}
