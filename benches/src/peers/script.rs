//! Peers of other languages: a script that stays running and works when it is told to.
//!
//! It is started with the path of a JPEG and a width, prints its name with its version, then for every number that it
//! reads does the work so many times and prints the nanoseconds of CPU time that took, on all its threads together.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::contest::Peer;

pub(crate) struct Script {
    pub(crate) name: &'static str,
    /// Any program of the path.
    program: &'static str,
    /// Below `benches/`; taken instead of `program` where it is there.
    own_program: Option<&'static str>,
    /// Below `benches/`.
    file: &'static str,
}

pub(crate) const ALL: &[Script] = &[
    Script {
        name: "Pillow",
        program: "python3",
        own_program: Some("python/.venv/bin/python"),
        file: "python/pillow_thumbnail.py",
    },
    Script { name: "sharp", program: "node", own_program: None, file: "node/sharp_thumbnail.mjs" },
];

impl Script {
    /// The started peer and its name, or what is missing.
    pub(crate) fn start(&self, jpeg: &Path, width: u32) -> Result<(String, Running), String> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let own = self.own_program.map(|program| here.join(program)).filter(|program| program.exists());
        let program = own.unwrap_or_else(|| PathBuf::from(self.program));
        let mut child = Command::new(&program)
            .arg(here.join(self.file))
            .arg(jpeg)
            .arg(width.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", program.display()))?;
        let input = child.stdin.take().ok_or("no input")?;
        let output = child.stdout.take().map(BufReader::new).ok_or("no output")?;
        let mut running = Running { child, input, output };
        let name = running.line().map_err(|_| "not installed, see --help".to_owned())?;
        Ok((name, running))
    }
}

pub(crate) struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Running {
    fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(0) => Err("the script ended".to_owned()),
            Ok(_) => Ok(line.trim().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Peer for Running {
    fn work(&mut self, times: u32) -> Result<Duration, String> {
        writeln!(self.input, "{times}").and_then(|()| self.input.flush()).map_err(|error| error.to_string())?;
        let line = self.line()?;
        line.parse().map(Duration::from_nanos).map_err(|_| format!("expected nanoseconds, received {line}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
