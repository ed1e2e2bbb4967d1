//! The cache per user, outside the checkout, so that a clean checkout builds no tool again.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

/// Marks a folder that is being filled; one that is there when nobody holds the lock was left by
/// an install that was killed.
const UNFINISHED: &str = ".unfinished-";

pub struct Cache {
    tools: PathBuf,
    /// Held until this command has what it needs, so that two don't install the same thing.
    _lock: File,
}

impl Cache {
    pub fn open() -> Result<Cache> {
        let tools = folder()?.join("tools");
        fs::create_dir_all(&tools)
            .with_context(|| format!("cannot create the cache folder {}", tools.display()))?;
        let lock = lock(&tools.join(".lock"))?;
        remove_unfinished(&tools)?;
        Ok(Cache { tools, _lock: lock })
    }

    /// The folder of this name if it is there.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        Some(self.tools.join(name)).filter(|path| path.is_dir())
    }

    /// The folder of this name; if it is missing, says so and fills it. The folder gets its name
    /// when it is complete.
    pub fn ensure(
        &self,
        name: &str,
        notice: &str,
        fill: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        if let Some(complete) = self.find(name) {
            return Ok(complete);
        }
        println!("{notice}");
        let unfinished = self.scratch()?;
        fill(unfinished.path())?;
        let complete = self.tools.join(name);
        fs::rename(unfinished.keep(), &complete).with_context(|| {
            format!("cannot move the finished install to {}", complete.display())
        })?;
        Ok(complete)
    }

    /// A folder that is removed after use.
    pub fn scratch(&self) -> Result<TempDir> {
        let folder = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempdir_in(&self.tools);
        folder.with_context(|| format!("cannot create a folder in {}", self.tools.display()))
    }
}

fn folder() -> Result<PathBuf> {
    let absolute = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let caches = absolute("XDG_CACHE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".cache")))
        .or_else(|| absolute("LOCALAPPDATA"))
        .context("set HOME or XDG_CACHE_HOME: the tools are kept in a cache folder there")?;
    Ok(caches.join("aurous-web"))
}

fn lock(path: &Path) -> Result<File> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("Waiting for another cargo xtask that is installing tools");
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock {}", path.display()));
        }
    }
    Ok(file)
}

fn remove_unfinished(tools: &Path) -> Result<()> {
    for entry in fs::read_dir(tools)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_dir_all(entry.path())
                .with_context(|| format!("cannot remove {}", entry.path().display()))?;
        }
    }
    Ok(())
}
