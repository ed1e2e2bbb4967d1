//! A secret's file that everybody on the machine may replace.

use std::path::Path;

use aurous_gateway_core::config::ConfigError;

/// The permission of everybody to write.
#[cfg(unix)]
const WRITE_BY_ALL: u32 = 0o002;

/// The bit of a folder in which everybody may write, but rename and delete their own files alone.
#[cfg(unix)]
const STICKY: u32 = 0o1000;

/// Returns a warning for the file of a secret, or its folder, that everybody may write. `name` is the
/// secret's variable.
#[cfg(unix)]
pub(super) fn warning(name: &'static str, path: &Path) -> Option<ConfigError> {
    let (place, remedy) = if path.is_file() && has_mode(path, WRITE_BY_ALL, WRITE_BY_ALL) {
        ("the file", "`chmod o-w` on the file")
    } else if has_mode(path.parent()?, WRITE_BY_ALL | STICKY, WRITE_BY_ALL) {
        ("the folder of the file", "`chmod o-w` on the folder")
    } else {
        return None;
    };
    Some(ConfigError {
        setting: name,
        problem: format!("everybody on this machine may write {place} that {name}_FILE names"),
        remedy: format!("Take that permission away: {remedy}").into(),
    })
}

/// Whether a file has these bits of those in `mask`. A file that cannot be looked at has none.
#[cfg(unix)]
fn has_mode(path: &Path, mask: u32, bits: u32) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|it| it.permissions().mode() & mask == bits)
}

/// Files have no such permissions here.
#[cfg(not(unix))]
pub(super) fn warning(_name: &'static str, _path: &Path) -> Option<ConfigError> {
    None
}
