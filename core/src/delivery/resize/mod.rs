//! Images are resized as soon as they are stored: an event of a store -> the results that a policy asks for, stored.
//!
//! ```text
//! step            answer of the store                            next
//! get_original    the object that the event tells of             check it, make all results from one decoding: put_result
//!                 404: missing; another object: superseded       end
//!                 a result of presize (metadata)                 end
//! put_result      stored                                         put_result of the next one, or end
//!                 404, 409, 412: something is there, or was      head_result
//!                 501: the store has no conditions               put_result without one
//! head_result     none                                           put_result
//!                 made of the same original                      put_result of the next one, or end
//!                 made of an older original (sequencer)          put_result over it
//!                 made of a newer original (sequencer)           end: superseded
//!                 anything else                                  head_original
//! head_original   still the one that was read                    put_result over what is there
//!                 404: missing; another object: superseded       end
//! ```
//!
//! A store that may ignore conditions is asked with `head_result` before each PUT. Events come late, twice and in any order:
//! every result is written on the condition that nobody has written it since it was looked at, and names the original that it
//! was made of in a `marker`. So in the end there are the results of the newest original.
//!
//! In reading order: `policy`, the `key_template` of results, `outputs`, `loop_guard`; `resizer`, `resizing` with the
//! transitions in `step` and what the answers mean in `steps/`; `resized`.

mod context;
mod key_template;
mod loop_guard;
mod marker;
mod next;
mod outputs;
mod policy;
mod resized;
mod resizer;
mod resizing;
mod results;
mod round_trip;
mod start;
mod step;
mod steps;
mod write_condition;

pub use policy::EventResizePolicy;
pub use resized::{Resized, ResizedObject, SkippedReason};
pub use resizer::EventResizer;
pub use resizing::Resizing;
