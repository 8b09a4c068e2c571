//! Imports between the files of the workspace: text -> tokens -> modules -> who imports from whom -> circles and directions.

mod check;
mod circles;
mod directions;
mod javascript;
mod module;
mod python;
mod tokens;
mod tree;

pub(crate) use check::check;
