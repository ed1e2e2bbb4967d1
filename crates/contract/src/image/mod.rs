//! Image formats: what the API takes, and what a file really is.

mod container;
mod facts;
mod format;
mod jpeg;
mod kind;
mod signatures;
mod sniff;
mod text;
mod tiff;

pub use facts::ImageFacts;
pub use format::{ContentType, Extension, ImageFormat};
pub use jpeg::{Markers, read_first_markers, read_markers};
pub use kind::FileKind;
pub use sniff::{SNIFF_LENGTH, sniff};
