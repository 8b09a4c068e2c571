//! Sizes, and the canvas that `contain` puts a picture on.

/// A size, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub width: u32,
    pub height: u32,
}

/// A canvas, and the position of the picture on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Canvas {
    pub size: Size,
    pub left: u32,
    pub top: u32,
}
