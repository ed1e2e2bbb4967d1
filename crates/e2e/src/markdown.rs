//! The files that a document in Markdown shows.

use anyhow::{Context, Result, ensure};

/// A fence that begins with a comment that is a file's name.
#[derive(Debug)]
pub struct ShownFile<'a> {
    pub name: &'a str,
    /// With the comment, but for a page of HTML, which begins with its doctype.
    pub content: &'a str,
}

/// Returns the files that a document shows.
///
/// # Errors
/// It shows none.
pub fn shown_files(document: &str) -> Result<Vec<ShownFile<'_>>> {
    let mut files = Vec::new();
    // Fences stand in the first column, so every second piece is the inside of one.
    for fence in document.split("\n```").skip(1).step_by(2) {
        let (_, content) = fence.split_once('\n').context("an empty fence")?;
        let (first, rest) = content.split_once('\n').unwrap_or((content, ""));
        if let Some(name) = file_name(first) {
            let is_page = rest.starts_with("<!doctype");
            let content = if is_page { rest } else { content };
            files.push(ShownFile { name, content });
        }
    }
    ensure!(!files.is_empty(), "the document shows no file");
    Ok(files)
}

/// Returns the file's name that a comment consists of: `// app/page.tsx`, `<!-- index.html -->`.
fn file_name(line: &str) -> Option<&str> {
    let comment = line
        .strip_prefix("// ")
        .or_else(|| line.strip_prefix("<!-- ")?.strip_suffix(" -->"))?;
    (comment.contains('.') && !comment.contains(' ')).then_some(comment)
}
