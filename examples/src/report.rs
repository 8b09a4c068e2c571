//! What the quickstart did: its steps, its pictures, its refusals; and how it can fail.

use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Everything that happened, for the contact sheet and for tests.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// In the order in which they were done.
    pub steps: Vec<Step>,
    /// The uploads and what was made of them.
    pub pictures: Vec<Picture>,
    /// What had to be refused, and whether it was.
    pub refusals: Vec<Refusal>,
    /// Where the pictures and the contact sheet are.
    pub folder: PathBuf,
}

/// A row of the table.
#[derive(Debug, Clone)]
pub struct Step {
    /// What was done.
    pub name: String,
    /// Width and height as displayed, in pixels.
    pub size: Option<(u32, u32)>,
    /// The bytes that were moved or made.
    pub bytes: Option<u64>,
    /// How long it took.
    pub time: Duration,
    /// What came of it.
    pub note: String,
}

/// A picture in the folder.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The file's name in the folder.
    pub file: String,
    /// What it is.
    pub label: String,
    /// Width as displayed, in pixels.
    pub width: u32,
    /// Height as displayed, in pixels.
    pub height: u32,
    /// The file's size.
    pub bytes: u64,
    /// What its metadata says: a place, or that there is none.
    pub metadata: String,
}

/// Something that had to be refused.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// What was tried.
    pub attempt: &'static str,
    /// Who had to refuse it: the store or presize.
    pub by: &'static str,
    /// The HTTP status it had to be answered with.
    pub expected_status: u16,
    /// The code it had to be answered with; `None` where the store chooses its own.
    pub expected_code: Option<&'static str>,
    /// The HTTP status of the answer; 200 means that it was not refused.
    pub status: u16,
    /// The code of the answer.
    pub code: String,
}

impl Refusal {
    /// Whether it was refused, and for the right reason.
    pub fn is_refused(&self) -> bool {
        self.status == self.expected_status && self.expected_code.is_none_or(|code| code == self.code)
    }
}

impl Report {
    /// The contact sheet.
    pub fn contact_sheet(&self) -> PathBuf {
        self.folder.join("index.html")
    }

    /// What was accepted although it had to be refused; empty when all is well.
    pub fn not_refused(&self) -> Vec<&Refusal> {
        self.refusals.iter().filter(|refusal| !refusal.is_refused()).collect()
    }
}

/// Why the quickstart stopped.
#[derive(Debug)]
pub enum Failure {
    /// A file of the command line cannot be read, or is no image.
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        reason: Box<dyn StdError>,
    },
    /// A step did not work.
    Step {
        /// Which one.
        name: String,
        /// Why.
        reason: Box<dyn StdError>,
    },
}

impl Failure {
    /// A file that cannot be used.
    pub fn file(path: &Path, reason: impl Into<Box<dyn StdError>>) -> Self {
        Self::File { path: path.to_owned(), reason: reason.into() }
    }

    /// A step that did not work.
    pub fn step(name: &str, reason: impl Into<Box<dyn StdError>>) -> Self {
        Self::Step { name: name.to_owned(), reason: reason.into() }
    }

    /// 2 where the input is to blame, 1 where something is broken.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::File { .. } => 2,
            Self::Step { reason, .. } => match reason.downcast_ref::<presize::Error>() {
                Some(error) if error.http_status() < 500 => 2,
                _ => 1,
            },
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self {
            Self::File { path, reason } => {
                write!(f, "{}: {reason}", path.display())?;
                reason
            }
            Self::Step { name, reason } => {
                write!(f, "{name}: {reason}")?;
                reason
            }
        };
        match reason.downcast_ref::<presize::Error>() {
            Some(error) => write!(f, " ({})", error.code()),
            None => Ok(()),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::File { reason, .. } | Self::Step { reason, .. } => Some(reason.as_ref()),
        }
    }
}
