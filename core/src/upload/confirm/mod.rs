//! Confirming an upload: a state machine that checks what a client has sent, and puts it where it can be served.
//!
//! It does no I/O. A `Confirmation` hands out one signed request at a time and consumes the store's answer. F is the final key,
//! I the key that the client has uploaded to (F itself if the policy has no incoming prefix, which is called *in place*), and
//! V the key of a variant. The first step is `head_final`; its *plan*, should F have no confirmed object, is `head_incoming`.
//!
//! ```text
//! step           request   answer                                        next
//! head_final     HEAD F    an object that may be confirmed               resume
//!                          nothing, or a mismatch                        the plan
//!                          nothing, if the plan is to refuse after HEAD  diagnose
//!                          first: 400, which says nothing more           diagnose
//!                          in place, first: the upload                   as for head_incoming
//! resume         GET F     bytes and marker agree                        head_variants
//!                          no marker of ours, but a good image           head_variants
//!                          no marker of ours, and a bad image            refuse
//!                          bytes and marker disagree: a mismatch         the plan; head_final before promote
//!                          another object by now, or nothing             head_final
//! head_incoming  HEAD I    size and type as promised                     verify
//!                          size or type not as promised                  refuse
//!                          missing, or forbidden                         head_final, then refuse
//!                          in place: missing, or forbidden; 400          diagnose
//! diagnose       GET I     an error that says more, or anything else     refuse
//! verify         GET I     a good image                                  promote
//!                          in place: a good image, stored as it should   put_variants
//!                          a file whose header is longer than its head   verify, the whole file
//!                          a bad image                                   refuse
//!                          missing, forbidden, or another object by now  head_final, then refuse
//! promote        copy I-F  copied, with the entity tag of I              put_variants
//!                          copied, with another entity tag               compare_copy; in place on S3 and R2
//!                                                                        put_variants
//!                          I is missing, forbidden, or another by now    head_final, then refuse
//!                PUT F     written                                       put_variants
//!                either    F exists by now                               head_final, then refuse
//!                          F is no longer the mismatch to replace        head_final, then promote
//!                          501: the store refuses conditions             promote, without conditions
//! compare_copy   GET F     the bytes that were checked                   put_variants
//!                          other bytes: a mismatch                       head_final, then promote by PUT
//!                          missing, or another object by now             head_final, then promote by PUT
//! head_variants  HEAD V    whether this variant exists                   head_variants, until the last one;
//!                                                                        then put_variants
//! put_variants   PUT V     written                                       put_variants, until the last one;
//!                                                                        then delete_upload
//! delete_upload  DELETE I  anything                                      the end
//! ```
//!
//! *Refuse* ends with an error, and so does every answer that the table lacks. An error that is about the upload leads to
//! `head_final` once more, in case another confirmation has confirmed the upload by now, and then to `delete_upload`. With all
//! other errors the upload is kept: `store_unavailable`, `cancelled` and the like. After success in place, nothing is deleted.
//!
//! A *mismatch* is an object at F whose marker is not about its bytes: a wrong copy by the store, which `promote` replaces, or in
//! place an upload to which the client has added a marker that it has read, which is checked like any other.
//!
//! A store that may ignore conditions gets `head_final` right before each `promote`, with that as its plan, and, unless uploads
//! are checked in place, `read_back` right after it:
//!
//! ```text
//! head_final     HEAD F    in place: the upload that was checked         promote
//!                          in place: another object, none, or forbidden  refuse
//! read_back      HEAD F    the object that was written                   put_variants
//!                          another object                                resume, planning to promote
//! ```
//!
//! `steps/promote.rs` explains why this order is safe whatever is interrupted, lost or done at the same time. The model in
//! `tests/confirm_model` tries every interleaving.
//!
//! In reading order: `request`, `start`, `confirmation`. `step` holds the transitions of the table, the files in `steps/` the
//! requests and the meaning of answers, `next` the data that goes from these to that. `context` is what every step needs.
//! A `fingerprint` identifies bytes, and a `marker` proves that a confirmation wrote them. `promise`,
//! `original` and `variants` check an upload and make what is stored: a `pending_write` of a `checked_upload`.

mod checked_upload;
mod confirmation;
mod confirmed;
mod context;
mod fetch;
mod fingerprint;
mod marker;
mod next;
mod original;
mod pending_write;
mod promise;
mod request;
mod round_trip;
mod served_headers;
mod start;
mod step;
mod steps;
mod variant_lookup;
mod variants;

pub use confirmation::Confirmation;
pub use confirmed::{Confirmed, Variant};
pub use request::ConfirmRequest;
