//! Conditional requests: whether the client has the variant already (`If-None-Match`, RFC 9110, section 13.1.2).

use super::variant::RequestedVariant;

impl RequestedVariant {
    /// The headers of a 304, where the `If-None-Match` header names the entity tag of this variant of the original; otherwise
    /// `None`, and the picture is to be sent, with [`entity_tag`](Self::entity_tag) as its `ETag`.
    ///
    /// `original` is the original's entity tag; `if_none_match` the header, several of them joined with commas, or empty. Tags
    /// are compared weakly, and `*` is every variant. The headers are in lower case: `etag`, `cache-control`, and `vary` where
    /// it varies.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use presize::{VariantPolicy, Variants};
    /// let variants = Variants::new(VariantPolicy::default().widths(&[200]))?;
    /// let variant = variants.from_query("cat.jpg", "w=200", "image/*", SystemTime::now())?;
    /// let sent = variant.entity_tag("\"d41d8cd9\"");
    /// assert!(variant.not_modified("\"d41d8cd9\"", &sent).is_some());
    /// assert!(variant.not_modified("\"the original was replaced\"", &sent).is_none());
    /// # Ok::<(), presize::Error>(())
    /// ```
    pub fn not_modified(&self, original: &str, if_none_match: &str) -> Option<Vec<(&'static str, String)>> {
        let entity_tag = self.entity_tag(original);
        names(if_none_match, &entity_tag).then(|| [vec![("etag", entity_tag)], self.cache_headers()].concat())
    }
}

/// Whether a list of entity tags names this one, compared weakly. Elements that are not well-formed are passed over.
fn names(list: &str, entity_tag: &str) -> bool {
    if list.trim_matches(BLANK) == "*" {
        return true;
    }
    let opaque = entity_tag.strip_prefix("W/").unwrap_or(entity_tag);
    let mut rest = list;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let tag = rest.strip_prefix("W/").unwrap_or(rest);
        // A comma inside of the quotes is part of the tag.
        let end = tag.strip_prefix('"').and_then(|tag| tag.find('"'));
        if let Some((tag, after)) = end.and_then(|end| tag.split_at_checked(end + 2)) {
            if tag == opaque {
                return true;
            }
            rest = after;
        }
        let Some((_, next)) = rest.split_once(',') else { return false };
        rest = next;
    }
}

const BLANK: [char; 2] = [' ', '\t'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        for (list, is_named) in [
            ("W/\"a\"", true),
            ("\"a\"", true),
            ("\"b\", W/\"a\"", true),
            (",, \"b\" ,\t\"a\" ,", true),
            ("\"b,\"a\"", false),
            ("\"x,y\",\"a\"", true),
            ("*", true),
            (" * ", true),
            ("*, \"b\"", false),
            ("", false),
            ("a", false),
            ("\"A\"", false),
            ("w/\"a\"", false),
            ("W/ \"a\"", false),
            ("\"a", false),
            ("\"b\" \"a\"", false),
            ("b, W/ \"b\", \"b\"x, \"a\"", true),
            ("\"b, \"a\", \"a\"", true),
            ("\"\u{e9}\", \"a\"", true),
        ] {
            assert_eq!(names(list, "W/\"a\""), is_named, "{list}");
        }
    }
}
