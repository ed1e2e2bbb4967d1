//! A cache per user, outside the checkout: a second checkout does not install the tools again.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

/// The prefix of folders that are being filled. If there is one while no process holds the lock, its install
/// was killed.
const UNFINISHED: &str = ".unfinished-";

pub struct Cache {
    tools: PathBuf,
    /// Held until the command has what it needs, so that two processes don't install the same tool.
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

    /// Returns the folder of this name, if it exists.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        Some(self.tools.join(name)).filter(|path| path.is_dir())
    }

    /// Returns the folder of this name. If it is missing, prints `notice` and has `fill` fill it; the folder
    /// gets its name once it is complete.
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

    /// Creates a folder that is removed when dropped.
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
        .context("set HOME or XDG_CACHE_HOME: the cache folder with the tools is there")?;
    Ok(caches.join("aurous-web"))
}

fn lock(path: &Path) -> Result<File> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("Waiting for another `cargo xtask` to finish installing tools");
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
