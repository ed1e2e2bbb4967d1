//! The pictures that visitors send.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Result, anyhow};
use aurous_e2e::testbed::sample;

/// Almost what the API takes, and more than servers take unless they are told to.
const LARGE: usize = 9_900_000;

/// Returns two pictures of a usual size.
pub fn two() -> Vec<PathBuf> {
    ["front.jpg", "side.webp"].map(sample).to_vec()
}

/// Returns a picture that is almost as large as the API takes: a server's limit would show.
pub fn large() -> Result<Vec<PathBuf>> {
    static PICTURE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = PICTURE.get_or_init(|| write_large().map_err(|error| error.to_string()));
    let picture = made.as_ref().map_err(|error| anyhow!("{error}"))?;
    Ok(vec![picture.clone()])
}

/// What follows a JPEG's end is no part of the picture.
fn write_large() -> Result<PathBuf> {
    let mut bytes = fs::read(sample("front.jpg"))?;
    bytes.extend((bytes.len()..LARGE).map(|place| place as u8));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("large.jpg");
    fs::write(&path, bytes)?;
    Ok(path)
}
