//! Parses the text of a template into segments of items, and refuses what could not be matched, or be guessed.

use super::item::TemplateItem;

const MAX_TEMPLATE_BYTES: usize = 256;

/// The segments that follow the prefix. The error is what was expected.
pub(super) fn parse(template: &str, has_prefix: bool) -> Result<Vec<Vec<TemplateItem>>, &'static str> {
    if template.len() > MAX_TEMPLATE_BYTES {
        return Err("at most 256 bytes");
    }
    let rest = match template.strip_prefix("{prefix}/") {
        Some(rest) => rest,
        None if has_prefix => return Err("{prefix}/ at the start"),
        None => template,
    };
    let segments = rest.split('/').map(parse_segment).collect::<Result<Vec<_>, _>>()?;
    let count = |wanted: &TemplateItem| segments.iter().flatten().filter(|item| *item == wanted).count();
    if count(&TemplateItem::Owner) != 1 || !segments.iter().any(|segment| *segment == [TemplateItem::Owner]) {
        return Err("{owner} once, as a whole segment");
    }
    let last = segments.last().and_then(|segment| segment.last());
    if count(&TemplateItem::Extension) != 1 || last != Some(&TemplateItem::Extension) {
        return Err("{ext} once, at the end");
    }
    if count(&TemplateItem::Hex16) + count(&TemplateItem::Uuid) == 0 {
        return Err("{hex16} or {uuid}, without which keys can be guessed");
    }
    Ok(segments)
}

fn parse_segment(text: &str) -> Result<Vec<TemplateItem>, &'static str> {
    if text.is_empty() || text == "." || text == ".." {
        return Err("no empty, . or .. segment");
    }
    let mut items = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let item = if let Some(inner) = rest.strip_prefix('{') {
            let (name, after) = inner.split_once('}').ok_or("a } for each {")?;
            rest = after;
            TemplateItem::placeholder(name)?
        } else {
            let (literal, after) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
            rest = after;
            if !literal.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)) {
                return Err("no characters besides placeholders but A-Z a-z 0-9 - _ . ~ /");
            }
            TemplateItem::Literal(literal.to_owned())
        };
        // `{unix_ms}` is the only item of variable length besides the owner: it ends where the digits end.
        if items.last() == Some(&TemplateItem::UnixMs) && item.begins_with_digit() {
            return Err("no digit right after {unix_ms}");
        }
        items.push(item);
    }
    Ok(items)
}
