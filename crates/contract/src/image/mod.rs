//! Image formats: what the API takes, and what a file really is.

mod facts;
mod format;
mod sniff;

pub use facts::ImageFacts;
pub use format::{ContentType, Extension, ImageFormat};
pub use sniff::{FileKind, SNIFF_LENGTH, sniff};
