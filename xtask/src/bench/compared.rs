//! The libraries that the package is compared with, bundled as a page would bundle them.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::setup::toolbox::Toolbox;
use crate::{process, project};

pub struct Library {
    /// Names its file in xtask/compared.
    pub name: &'static str,
    pub title: &'static str,
}

pub const UPPY: Library = Library {
    name: "uppy",
    title: "Uppy (core + aws-s3)",
};

pub const LIBRARIES: [Library; 5] = [
    UPPY,
    Library {
        name: "fal",
        title: "fal",
    },
    Library {
        name: "uploadthing",
        title: "UploadThing",
    },
    Library {
        name: "vercel-blob",
        title: "Vercel Blob",
    },
    Library {
        name: "openai",
        title: "openai",
    },
];

/// Bundles what a page of the library would download.
pub fn bundle(library: &Library, tools: &Toolbox) -> Result<PathBuf> {
    let source = project::root().join("xtask/compared").join(library.name);
    let bundle = project::target()
        .join("compared")
        .join(library.name)
        .with_extension("js");
    let packages = tools
        .compared
        .as_deref()
        .unwrap_or(Path::new(""))
        .join("node_modules");
    process::run(
        tools
            .node("esbuild/bin/esbuild")
            .arg(source.with_extension("js"))
            .args(["--bundle", "--minify", "--format=esm", "--platform=browser"])
            .args(["--target=es2022", "--log-level=error"])
            .arg(format!("--outfile={}", bundle.display()))
            .env("NODE_PATH", packages),
    )?;
    Ok(bundle)
}
