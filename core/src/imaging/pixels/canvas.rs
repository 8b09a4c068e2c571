//! Sizes, and where a picture lies on a larger one.

/// A size, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub width: u32,
    pub height: u32,
}

/// A larger canvas and where on it the picture lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Canvas {
    pub size: Size,
    pub left: u32,
    pub top: u32,
}
