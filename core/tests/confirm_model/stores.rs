//! The stores: which conditions each of them reads.

use super::scenario::Kind;
use super::store::Condition::{Honoured, Unread};
use super::store::Habits;

/// A store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Store {
    pub(crate) kind: Kind,
    pub(crate) habits: Habits,
}

const READS_ALL: Habits = Habits {
    put_creates_only: Honoured,
    put_if_match: Honoured,
    copy_creates_only: Honoured,
    copy_source_if_match: Honoured,
    get_if_match: Honoured,
    delete_if_match: Honoured,
    has_tags_by_key: false,
    hides_missing: false,
};

const READS_NONE: Habits = Habits {
    put_creates_only: Unread,
    put_if_match: Unread,
    copy_creates_only: Unread,
    copy_source_if_match: Unread,
    get_if_match: Unread,
    delete_if_match: Unread,
    ..READS_ALL
};

/// All conditions, as its documentation says.
pub(crate) const S3: Store = Store { kind: Kind::S3, habits: READS_ALL };

/// The same, with a header of its own for the key that is copied to.
pub(crate) const R2: Store = Store { kind: Kind::R2, habits: READS_ALL };

/// Create-only PUTs; of a copy no condition.
pub(crate) const RGW: Store = Store {
    kind: Kind::Custom,
    habits: Habits { copy_creates_only: Unread, copy_source_if_match: Unread, delete_if_match: Unread, ..READS_ALL },
};

/// The conditions of reading and of a copy's source; none of a PUT.
pub(crate) const GARAGE: Store = Store {
    kind: Kind::Custom,
    habits: Habits { copy_source_if_match: Honoured, get_if_match: Honoured, ..READS_NONE },
};
