//! The tables of core, by name.

use presize::option_tables::{ENUMS, TABLES};
use presize::options::{OptionSpec, OptionTable};

use crate::surface::{self, Rows, Shape};

pub(crate) fn table(name: &str) -> Result<&'static OptionTable, String> {
    TABLES.iter().find(|table| table.name == name).ok_or_else(|| format!("core has no table {name}"))
}

pub(crate) fn row(table: &OptionTable, name: &str) -> Result<&'static OptionSpec, String> {
    let found = table.options.iter().find(|spec| spec.name == name);
    found.ok_or_else(|| format!("the table {} has no option {name}", table.name))
}

/// All words that an option of the table can have: in its texts they are values.
pub(crate) fn words(table: &OptionTable) -> Vec<&'static str> {
    let other = surface::SPEAKING_OF.iter().find(|(name, _)| *name == table.name);
    let others = other.and_then(|(_, other)| TABLES.iter().find(|table| table.name == *other));
    let enums =
        table.options.iter().chain(others.into_iter().flat_map(|other| other.options)).filter_map(|spec| spec.words);
    enums.flat_map(|listed| listed.words).map(|word| word.word).collect()
}

/// Whether a text is the name of an option, or of something else that JavaScript writes in camelCase.
pub(crate) fn is_name(text: &str) -> bool {
    let options = TABLES.iter().flat_map(|table| table.options);
    surface::NAMES.contains(&text) || options.into_iter().any(|spec| spec.name == text)
}

/// Whether there is a type for each table that has whatever no other type of it has, and one for each enum of words.
pub(crate) fn check_complete(shapes: &[Shape]) -> Result<(), String> {
    check_enums(TABLES)?;
    let has_rest = |table: &str| {
        shapes.iter().any(|shape| shape.table == table && matches!(shape.rows, Rows::Rest | Rows::But(_)))
    };
    match TABLES.iter().find(|table| !has_rest(table.name)) {
        Some(table) => Err(format!("a language has no type for the table {}", table.name)),
        None => Ok(()),
    }
}

/// Whether each enum that an option takes is among those that get a type.
fn check_enums(tables: &[OptionTable]) -> Result<(), String> {
    let mut specs = tables.iter().flat_map(|table| table.options).filter_map(|spec| Some((spec.name, spec.words?)));
    match specs.find(|(_, listed)| !ENUMS.iter().any(|known| known.name == listed.name)) {
        Some((option, listed)) => Err(format!("{}, which the option {option} takes, is not among ENUMS", listed.name)),
        None => Ok(()),
    }
}

/// The rows of a type, in the order of its table, without those of its bases.
pub(crate) fn rows(shape: &Shape, shapes: &[Shape]) -> Result<Vec<&'static OptionSpec>, String> {
    let mut inherited = Vec::new();
    for base in shape.bases {
        inherited.extend(all_rows(named(base, shapes)?, shapes)?.into_iter().map(|spec| spec.name));
    }
    chosen(table(shape.table)?, &shape.rows, &inherited)
}

/// The rows of a type and of its bases.
fn all_rows(shape: &Shape, shapes: &[Shape]) -> Result<Vec<&'static OptionSpec>, String> {
    let mut rows = rows(shape, shapes)?;
    for base in shape.bases {
        rows.extend(all_rows(named(base, shapes)?, shapes)?);
    }
    Ok(rows)
}

fn named<'a>(name: &str, shapes: &'a [Shape]) -> Result<&'a Shape, String> {
    shapes.iter().find(|shape| shape.name == name).ok_or_else(|| format!("there is no type {name}"))
}

pub(crate) fn chosen(table: &OptionTable, rows: &Rows, but: &[&str]) -> Result<Vec<&'static OptionSpec>, String> {
    let rest = || table.options.iter().filter(|spec| !but.contains(&spec.name));
    match rows {
        Rows::Only(names) => names.iter().map(|name| row(table, name)).collect(),
        Rows::Rest => Ok(rest().collect()),
        Rows::But(names) => {
            names.iter().try_for_each(|name| row(table, name).map(|_| ()))?;
            Ok(rest().filter(|spec| !names.contains(&spec.name)).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::PYTHON;

    #[test]
    fn a_table_without_a_type_is_found() {
        assert_eq!(check_complete(PYTHON), Ok(()));
        let (first, others) = PYTHON.split_first().unwrap();
        assert!(check_complete(others).unwrap_err().contains(first.table));
    }

    #[test]
    fn an_enum_without_a_type_is_found() {
        assert_eq!(check_enums(TABLES), Ok(()));
        let mut fit = *row(&presize::Transform::TABLE, "fit").unwrap();
        if let Some(words) = fit.words.as_mut() {
            words.name = "Fitting";
        }
        let mut table = presize::Transform::TABLE;
        table.options = Box::leak(Box::new([fit]));
        let reason = check_enums(&[table]).unwrap_err();
        assert!(reason.contains("Fitting") && reason.contains("fit"), "{reason}");
    }

    #[test]
    fn a_type_does_not_repeat_its_bases() {
        let transform = named("TransformOptions", PYTHON).unwrap();
        let names: Vec<_> = rows(transform, PYTHON).unwrap().iter().map(|spec| spec.name).collect();
        assert!(names.contains(&"quality") && !names.contains(&"width"));
        assert!(chosen(table("Transform").unwrap(), &Rows::Only(&["wdith"]), &[]).is_err());
        assert!(chosen(table("Transform").unwrap(), &Rows::But(&["wdith"]), &[]).is_err());
    }
}
