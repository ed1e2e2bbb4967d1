//! The sample pictures: their bytes, their hash, and their true type.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug)]
pub struct SamplePicture {
    pub path: PathBuf,
    pub name: String,
    pub length: u64,
    pub sha256: String,
    /// Determined from the bytes, independently of the SDK's sniffing, so that tests can find its mistakes.
    pub content_type: &'static str,
}

impl SamplePicture {
    /// Reads a picture.
    ///
    /// # Errors
    /// It can't be read, or is not a JPEG, PNG or WebP.
    pub fn read(path: &Path) -> Result<Self> {
        let path = absolute(path)?;
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let content_type = match bytes.as_slice() {
            [0xff, 0xd8, 0xff, ..] => "image/jpeg",
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => "image/webp",
            _ => bail!("{} is not a JPEG, PNG or WebP", path.display()),
        };
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Self {
            name,
            length: bytes.len() as u64,
            sha256: sha256(&bytes),
            content_type,
            path,
        })
    }
}

/// Returns the keys that WebDriver sends to a file input to pick these files: one path on each line.
///
/// # Errors
/// A file is missing.
pub fn file_input_keys<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<String> {
    let paths = paths.into_iter().map(|path| absolute(path.as_ref()));
    let paths = paths.collect::<Result<Vec<_>>>()?;
    let lines: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
    Ok(lines.join("\n"))
}

/// Returns the SHA-256, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn absolute(path: &Path) -> Result<PathBuf> {
    path.canonicalize()
        .with_context(|| format!("{} does not exist", path.display()))
}
