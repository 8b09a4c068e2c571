//! The stores: which conditions each of them reads, as its documentation or a conformance run says.

use super::scenario::{Kind, Open};
use super::store::Condition::{Honoured, Refused, Unread};
use super::store::Habits;

/// A store, and what `Confirmation` leaves open for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Store {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) habits: Habits,
    /// With `promote` of `write`.
    pub(crate) open_by_write: Open,
    /// With `promote` of `copy`.
    pub(crate) open_by_copy: Open,
}

const READS_ALL: Habits = Habits {
    put_creates_only: Honoured,
    put_if_match: Honoured,
    copy_creates_only: Honoured,
    copy_source_if_match: Honoured,
    get_if_match: Honoured,
    delete_if_match: Honoured,
    has_unique_tags: false,
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

const NOTHING: Open = Open { window: false, unchecked_moment: false, replaced: false };
const WINDOW: Open = Open { window: true, ..NOTHING };
const MOMENT: Open = Open { window: true, unchecked_moment: true, ..NOTHING };

/// All conditions, as its documentation says.
pub(crate) const S3: Store =
    Store { name: "S3", kind: Kind::S3, habits: READS_ALL, open_by_write: NOTHING, open_by_copy: NOTHING };

/// The same with objects encrypted by a key of KMS: no entity tag is there twice.
pub(crate) const S3_WITH_KMS: Store =
    Store { name: "S3 with KMS", habits: Habits { has_unique_tags: true, ..READS_ALL }, ..S3 };

/// The same without `s3:ListBucket`.
pub(crate) const S3_UNLISTED: Store =
    Store { name: "S3 without lists", habits: Habits { hides_missing: true, ..READS_ALL }, ..S3 };

/// All conditions, with a header of its own for the key that is copied to.
pub(crate) const R2: Store = Store { name: "R2", kind: Kind::R2, ..S3 };

/// Create-only PUTs; of a copy no condition.
pub(crate) const RGW: Store = Store {
    name: "RGW",
    kind: Kind::Custom,
    habits: Habits { put_creates_only: Honoured, get_if_match: Honoured, ..READS_NONE },
    open_by_write: NOTHING,
    open_by_copy: MOMENT,
};

/// The conditions of a PUT and of a copy's source; none of a GET.
pub(crate) const S3S_FS: Store = Store {
    name: "s3s-fs",
    kind: Kind::Custom,
    habits: Habits { put_creates_only: Honoured, put_if_match: Honoured, copy_source_if_match: Honoured, ..READS_NONE },
    open_by_write: NOTHING,
    open_by_copy: WINDOW,
};

/// The conditions of a GET and of a copy's source; none of a PUT.
pub(crate) const GARAGE: Store = Store {
    name: "Garage",
    kind: Kind::Custom,
    habits: Habits { copy_source_if_match: Honoured, get_if_match: Honoured, ..READS_NONE },
    open_by_write: WINDOW,
    open_by_copy: WINDOW,
};

/// No condition at all.
pub(crate) const UNKNOWN: Store =
    Store { name: "a store that reads nothing", habits: READS_NONE, open_by_copy: MOMENT, ..GARAGE };

/// Refuses a PUT that asks for a condition.
pub(crate) const REFUSING: Store = Store {
    name: "a store that refuses conditions",
    habits: Habits { put_creates_only: Refused, put_if_match: Refused, copy_creates_only: Refused, ..READS_NONE },
    open_by_copy: MOMENT,
    ..GARAGE
};
