//! Refusals of files, before anything is sent.
//!
//! `name` is the file's own name, empty for a Blob.

use aurous_contract::image::{ContentType, Extension, FileKind, ImageFormat};

use crate::failure::{Code, Failure};
use crate::message::decimal;

/// Refuses a file that the API does not take.
///
/// ```
/// use aurous_contract::image::FileKind;
/// use aurous_flow::refusal::unsupported;
///
/// let failure = unsupported("IMG_0001.HEIC", FileKind::Heic);
/// assert!(failure.message.starts_with("IMG_0001.HEIC is HEIC; the API takes JPEG, PNG or WebP."));
/// ```
pub fn unsupported(name: &str, kind: FileKind) -> Box<Failure> {
    let code = match kind {
        FileKind::Empty => Code::EmptyFile,
        _ => Code::UnsupportedFileType,
    };
    let message =
        "{} is {}; the API takes JPEG, PNG or WebP. Pick another picture, or convert this one.";
    Failure::new(code, message, &[title(name), kind.name()])
}

/// Refuses a file whose bytes are not of the type that its ticket was minted for.
pub fn mismatched(name: &str, format: ImageFormat, minted_for: ContentType) -> Box<Failure> {
    let message =
        "{} is {}, but the ticket was minted for {}. Mint one for this file with initUpload.";
    let parts = [title(name), format.name(), minted_for.as_str()];
    Failure::new(Code::FileTypeMismatch, message, &parts).about("file")
}

/// Checks that a file has no more bytes than the gateway takes.
///
/// # Errors
/// `upload_too_large`
pub fn check_size(name: &str, size: f64, max_size: Option<f64>) -> Result<(), Box<Failure>> {
    let Some(max_size) = max_size.filter(|it| size > *it) else {
        return Ok(());
    };
    let message =
        "{} has {} bytes; the gateway takes {} at most. Scale the picture down and try again.";
    let parts = [
        title(name),
        &decimal(size as u64),
        &decimal(max_size as u64),
    ];
    Err(Failure::new(Code::UploadTooLarge, message, &parts).about("file"))
}

/// Refuses a description whose extension and content type are of different formats.
pub fn contradictory(extension: Extension, content_type: ContentType) -> Box<Failure> {
    let message = "`source.extension` is {}, but `source.content_type` is {}: they must agree.";
    let parts = [extension.as_str(), content_type.as_str()];
    Failure::new(Code::ParameterInvalidCombination, message, &parts).about("source.content_type")
}

/// Reports a file that was there when it was picked and cannot be read now.
pub fn unreadable_file(name: &str) -> Box<Failure> {
    let message = "{} can't be read: it was changed, moved or deleted after it was picked, or access to it ended. Pick it again.";
    Failure::new(Code::FileUnreadable, message, &[title(name)])
}

/// Reports a file that could not be read within so many milliseconds.
pub fn not_read_in(name: &str, ms: u64) -> Box<Failure> {
    let message = "{} was not read within {} ms. Check the drive or the cloud folder that holds it, and try again.";
    let mut failure = Failure::new(Code::Timeout, message, &[title(name), &decimal(ms)]);
    failure.retryable = true;
    failure
}

fn title(name: &str) -> &str {
    if name.is_empty() { "The file" } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_file_and_what_it_is() {
        let failure = unsupported("", FileKind::Empty);
        assert_eq!(failure.code, "empty_file");
        assert!(failure.message.starts_with("The file is an empty file; "));

        let failure = mismatched("me.png", ImageFormat::Png, ContentType::Jpeg);
        assert_eq!(failure.param.as_deref(), Some("file"));
        assert!(
            failure
                .message
                .starts_with("me.png is PNG, but the ticket was minted for image/jpeg.")
        );
    }
}
