//! Peers of other languages: a script that stays running and works when it is told to.
//!
//! It is started with arguments that say what the work is, prints its name with its version, then for every number that
//! it reads does the work so many times and prints the nanoseconds of CPU time that took, on all its threads together.
//! For `url` a signer prints the URL that it makes at the benches' fixed time.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::path::PathBuf;
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

pub(crate) const PILLOW: Script = python("Pillow", "python/images.py");
pub(crate) const SHARP: Script = node("sharp", "node/images.mjs");

pub(crate) const fn python(name: &'static str, file: &'static str) -> Script {
    Script { name, program: "python3", own_program: Some("python/.venv/bin/python"), file }
}

pub(crate) const fn node(name: &'static str, file: &'static str) -> Script {
    Script { name, program: "node", own_program: None, file }
}

impl Script {
    /// The started peer and its name, or what is missing.
    pub(crate) fn start<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<(String, Running), String> {
        let mut command = self.command();
        command.args(arguments);
        Running::start(command).map_err(|reason| format!("{}: {reason}", self.program))
    }

    /// The program with the script.
    pub(crate) fn command(&self) -> Command {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let own = self.own_program.map(|program| here.join(program)).filter(|program| program.exists());
        let mut command = Command::new(own.unwrap_or_else(|| PathBuf::from(self.program)));
        command.arg(here.join(self.file));
        // Its warning about old versions of Node is not what is measured.
        command.env("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
        command
    }
}

pub(crate) struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Running {
    /// The started child and its name, or what is missing.
    pub(crate) fn start(mut command: Command) -> Result<(String, Self), String> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("it does not start: {error}"))?;
        let input = child.stdin.take().ok_or("no input")?;
        let output = child.stdout.take().map(BufReader::new).ok_or("no output")?;
        let mut running = Self { child, input, output };
        let name = running.line().map_err(|_| "not installed, see --help".to_owned())?;
        Ok((name, running))
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The URL that a signer makes at the fixed time.
    pub(crate) fn url(&mut self) -> Result<String, String> {
        self.ask("url")
    }

    /// The line with which the script answers.
    pub(crate) fn ask(&mut self, what: &str) -> Result<String, String> {
        self.tell(what)?;
        self.line()
    }

    fn tell(&mut self, what: &str) -> Result<(), String> {
        writeln!(self.input, "{what}").and_then(|()| self.input.flush()).map_err(|error| error.to_string())
    }

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
        let line = self.ask(&times.to_string())?;
        line.parse().map(Duration::from_nanos).map_err(|_| format!("expected nanoseconds, received {line}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
