//! The rules for the size of an upload.
//!
//! A browser may lose bytes on their way: a service worker drops the body, a file that came out of a
//! database reads as empty, a proxy cuts the body off and corrects its length. Each looks like a good
//! PUT of a smaller file. So an upload without bytes is always refused, and so is one that has another
//! size than the page announced with its init.

use std::num::NonZeroU64;

use crate::refusal::{Code, Refusal};

/// Checks the size of a file against the limit.
///
/// # Errors
/// It is larger.
pub(crate) fn check_limit(size: u64, max_size: u64) -> Result<(), Refusal> {
    if size <= max_size {
        return Ok(());
    }
    Err(Refusal::new(
        Code::BodyTooLarge,
        format!("The file has {size} bytes; the gateway takes {max_size}. Scale the picture down."),
    ))
}

/// Checks the `Content-Length` of a PUT against the limit and the announced size.
///
/// # Errors
/// It is 0, over the limit, or another one than was announced.
pub(crate) fn check_put(
    length: u64,
    max_size: u64,
    announced: Option<NonZeroU64>,
) -> Result<(), Refusal> {
    if length == 0 {
        return Err(Refusal::new(
            Code::EmptyUpload,
            "The PUT has no bytes. The page's file is empty, or a service worker or a proxy dropped the body.",
        ));
    }
    check_limit(length, max_size)?;
    match announced {
        Some(size) if size.get() != length => Err(Refusal::new(
            Code::SizeMismatch,
            format!(
                "The PUT has {length} bytes; its ticket was minted for a file of {size}. Mint a ticket for this file, or look for what changes the body on its way: a service worker, a proxy."
            ),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code_of(length: u64, announced: Option<u64>) -> Option<Code> {
        let announced = announced.and_then(NonZeroU64::new);
        check_put(length, 1000, announced).err().map(|it| it.code)
    }

    #[test]
    fn a_put_has_bytes_and_is_not_over_the_limit() {
        assert_eq!(code_of(0, None), Some(Code::EmptyUpload));
        assert_eq!(code_of(0, Some(5)), Some(Code::EmptyUpload));
        assert_eq!(code_of(1, None), None);
        assert_eq!(code_of(1000, None), None);
        assert_eq!(code_of(1001, None), Some(Code::BodyTooLarge));
        assert_eq!(code_of(1001, Some(1)), Some(Code::BodyTooLarge));
    }

    proptest! {
        #[test]
        fn only_the_announced_size_passes(length in 1..=1000_u64, announced in 1..=1000_u64) {
            let expected = (length != announced).then_some(Code::SizeMismatch);
            prop_assert_eq!(code_of(length, Some(announced)), expected);
        }
    }
}
