//! Debian's and Ubuntu's packages, where xtask may install them.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process;

/// Returns whether this is Debian or Ubuntu, and xtask runs as root.
pub fn is_usable() -> bool {
    Path::new("/usr/bin/apt-get").exists()
        && process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Installs those of the packages that are missing.
pub fn ensure(packages: &[&str], usual_time: &str) -> Result<()> {
    let missing: Vec<_> = packages
        .iter()
        .filter(|package| version(package).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = missing.iter().map(ToString::to_string).collect();
    println!(
        "Installing Debian's {} with apt-get ({usual_time})",
        names.join(", ")
    );
    process::output(apt_get(&["update"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    let mut install = apt_get(&["install", "--yes", "--no-install-recommends"]);
    process::output(
        install
            .args(missing)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    Ok(())
}

/// Returns the version of a package, if it is installed.
pub fn version(package: &str) -> Option<String> {
    let query = process::output(Command::new("dpkg-query").args([
        "--show",
        "--showformat=${db:Status-Status} ${Version}",
        package,
    ]));
    query.ok()?.strip_prefix("installed ").map(str::to_owned)
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .args(["--quiet", "--option", "Acquire::Retries=3"])
        .args(arguments);
    command
}
