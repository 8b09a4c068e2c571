//! `Detail`: one value of what an error tells besides its message.

use super::shown::shown;

/// One value of [`Error::details`](super::Error::details).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Detail {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(u64),
    /// A list of strings.
    List(Vec<String>),
}

impl From<&String> for Detail {
    fn from(value: &String) -> Self {
        Self::Text(shown(value).into_owned())
    }
}
impl From<&&'static str> for Detail {
    fn from(value: &&'static str) -> Self {
        Self::Text((*value).to_owned())
    }
}
impl From<&u64> for Detail {
    fn from(value: &u64) -> Self {
        Self::Integer(*value)
    }
}
impl From<&Vec<String>> for Detail {
    fn from(value: &Vec<String>) -> Self {
        Self::List(value.iter().map(|text| shown(text).into_owned()).collect())
    }
}
