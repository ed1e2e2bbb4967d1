//! The documents that go with the package. Their links lead to files of the checkout: in the package, a link
//! to a file that is not packed is its text alone.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use crate::project;

/// From the checkout's root, where they are for readers of the repository as well.
const DOCUMENTS: [&str; 24] = [
    "README.md",
    "CHANGELOG.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "docs/bundlers.md",
    "docs/dev-server.md",
    "docs/emulator.md",
    "docs/errors.md",
    "docs/gateway.md",
    "docs/getting-started.md",
    "docs/servers/README.md",
    "docs/servers/bun.md",
    "docs/servers/cloudflare-workers.md",
    "docs/servers/deno.md",
    "docs/servers/express.md",
    "docs/servers/hono.md",
    "docs/servers/nextjs.md",
    "docs/servers/sveltekit.md",
    "docs/testing/README.md",
    "docs/testing/jest.md",
    "docs/testing/msw.md",
    "docs/testing/playwright.md",
    "docs/testing/vitest.md",
    "docs/troubleshooting.md",
];

pub fn copy_into(folder: &Path) -> Result<()> {
    for document in DOCUMENTS {
        let text = fs::read_to_string(project::root().join(document))
            .with_context(|| format!("{document} cannot be read"))?;
        let is_packed = |path: &Path| {
            folder.join(path).exists() || DOCUMENTS.iter().any(|it| path == Path::new(it))
        };
        let text = with_links_of_the_package(&text, Path::new(document), &is_packed);
        let copy = folder.join(document);
        fs::create_dir_all(copy.parent().unwrap_or(folder))?;
        fs::write(copy, text)?;
    }
    Ok(())
}

/// Keeps the links of a Markdown text that lead to packed files, and leaves the text of the others.
fn with_links_of_the_package(
    text: &str,
    document: &Path,
    is_packed: &dyn Fn(&Path) -> bool,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // `[text](target)`; no text has a bracket in it.
    while let Some(middle) = rest.find("](") {
        let (before, after) = rest.split_at(middle);
        let (Some(start), Some(end)) = (before.rfind('['), after.find(')')) else {
            out.push_str(before);
            out.push_str("](");
            rest = &after[2..];
            continue;
        };
        let target = &after[2..end];
        let label = &before[start + 1..];
        out.push_str(&before[..start]);
        match of_the_package(target, document, is_packed) {
            Some(target) => out.push_str(&format!("[{label}]({target})")),
            None => out.push_str(label),
        }
        rest = &after[end + 1..];
    }
    out + rest
}

/// Where a link leads in the package.
fn of_the_package(
    target: &str,
    document: &Path,
    is_packed: &dyn Fn(&Path) -> bool,
) -> Option<String> {
    if target.starts_with('#') || target.contains("://") {
        return Some(target.to_owned());
    }
    // The types are in the root of the package.
    let target = target.strip_prefix("pkg-template/").unwrap_or(target);
    let path = target.split('#').next().unwrap_or_default();
    let folder = document.parent().unwrap_or(Path::new(""));
    is_packed(&normal(&folder.join(path))).then(|| target.to_owned())
}

/// A path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &str, document: &str) -> String {
        let files = ["README.md", "index.d.ts", "docs/errors.md"];
        with_links_of_the_package(text, Path::new(document), &|path| {
            files.iter().any(|it| path == Path::new(it))
        })
    }

    #[test]
    fn links_to_packed_files_stay() {
        for link in [
            "[a](docs/errors.md)",
            "[a](docs/errors.md#timeout)",
            "[a](#here)",
            "[a](https://example/)",
        ] {
            assert_eq!(packed(link, "README.md"), link);
        }
        for link in ["[a](errors.md)", "[a](../README.md)"] {
            assert_eq!(packed(link, "docs/errors.md"), link);
        }
    }

    #[test]
    fn links_to_the_types_lead_to_where_they_are_in_the_package() {
        let link = "[`x`](pkg-template/index.d.ts)";
        assert_eq!(packed(link, "README.md"), "[`x`](index.d.ts)");
    }

    #[test]
    fn of_other_links_the_text_stays() {
        let text = "see [`www-example/`](www-example): a, [b](../deploy/nginx.conf)";
        assert_eq!(packed(text, "docs/errors.md"), "see `www-example/`: a, b");
    }
}
