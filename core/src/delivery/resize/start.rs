//! `EventResizer::resize`: begins with one object.

use crate::delivery::events::CreatedObject;

use super::resizer::EventResizer;
use super::resizing::Resizing;

impl EventResizer {
    /// Begins to resize an object that an event tells of. One that is none of the originals is skipped without a request.
    pub fn resize(&self, object: &CreatedObject) -> Resizing {
        Resizing::new(self.clone(), object.clone())
    }
}
