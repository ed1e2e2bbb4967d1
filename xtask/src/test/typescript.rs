//! TypeScript's own check of the package's types and of the examples in the documentation, each as
//! a module that imports `aurous-web` as a user's does, by the oldest compiler that knows how bundlers resolve
//! a package and by the newest, under every flag that makes them stricter.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::setup::toolbox::Toolbox;
use crate::{process, project};

/// How Node resolves a package, and how bundlers do.
const RESOLUTIONS: [(&str, &str); 3] = [
    ("node16", "node16"),
    ("nodenext", "nodenext"),
    ("esnext", "bundler"),
];

const COMPILERS: [&str; 2] = ["typescript-5.0/bin/tsc", "typescript/bin/tsc"];

/// What the package exports for TypeScript.
const ENTRIES: [&str; 9] = [
    "aurous-web",
    "aurous-web/external",
    "aurous-web/development",
    "aurous-web/describe",
    "aurous-web/server",
    "aurous-web/server/durable-object",
    "aurous-web/server/stores",
    "aurous-web/testing",
    "aurous-web/aurous_web_bg.wasm",
];

pub fn check(tools: &Toolbox) -> Result<()> {
    let folder = project::target().join("typescript");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(folder.join("node_modules"))?;
    link_package(&folder.join("node_modules/aurous-web"))?;
    fs::write(folder.join("package.json"), "{ \"type\": \"module\" }\n")?;
    let imports = ENTRIES.map(|entry| format!("export type * from \"{entry}\";\n"));
    fs::write(folder.join("types.ts"), imports.concat())?;

    let mut count = 0;
    for document in documents()? {
        let text = fs::read_to_string(&document)?;
        // Two folders may each have a README.
        let name = document.strip_prefix(project::root())?.with_extension("");
        let name = name.display().to_string().replace(['/', '\\'], "-");
        for (index, example) in examples(&text).iter().enumerate() {
            fs::write(folder.join(format!("{name}-{}.ts", index + 1)), example)?;
            count += 1;
        }
    }
    for own in ["types.ts", "runtimes.d.ts"] {
        let copy = folder.join(format!("tests-{own}"));
        fs::copy(project::root().join("tests").join(own), copy)?;
    }
    println!("Checking the types and {count} examples");
    for (module, resolution) in RESOLUTIONS {
        let configuration = format!("tsconfig.{resolution}.json");
        fs::write(folder.join(&configuration), tsconfig(module, resolution))?;
        for compiler in COMPILERS {
            process::run(
                tools
                    .node(compiler)
                    .current_dir(&folder)
                    .args(["--project", &configuration]),
            )?;
        }
    }
    Ok(())
}

fn tsconfig(module: &str, resolution: &str) -> String {
    format!(
        r#"{{
  "compilerOptions": {{
    "noEmit": true,
    "strict": true,
    "exactOptionalPropertyTypes": true,
    "noUncheckedIndexedAccess": true,
    "noPropertyAccessFromIndexSignature": true,
    "noImplicitOverride": true,
    "noImplicitReturns": true,
    "noFallthroughCasesInSwitch": true,
    "noUnusedLocals": true,
    "noUnusedParameters": true,
    "allowUnreachableCode": false,
    "allowUnusedLabels": false,
    "isolatedModules": true,
    "verbatimModuleSyntax": true,
    "skipLibCheck": false,
    "target": "es2022",
    "lib": ["es2022", "dom", "dom.iterable"],
    "module": "{module}",
    "moduleResolution": "{resolution}",
    "moduleDetection": "force",
    "types": []
  }},
  "include": ["*.ts"]
}}
"#
    )
}

fn documents() -> Result<Vec<PathBuf>> {
    // The other pages about servers are checked where they run.
    let mut documents = ["README.md", "docs/servers/README.md"]
        .map(|document| project::root().join(document))
        .to_vec();
    for folder in ["docs", "pkg-template"] {
        let entries = fs::read_dir(project::root().join(folder));
        for entry in entries.with_context(|| format!("{folder}/ cannot be read"))? {
            documents.push(entry?.path());
        }
    }
    documents.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "md" || extension == "ts")
            && path.exists()
    });
    documents.sort();
    Ok(documents)
}

/// The contents of the ```` ```ts ```` fences, without the indentation or the comment's stars that
/// stand before the fence.
fn examples(document: &str) -> Vec<String> {
    let mut examples = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in document.lines() {
        let words = line.trim_start_matches([' ', '*']).trim_end();
        match &mut open {
            None if words == "```ts" => {
                let margin = &line[..line.len() - line.trim_start_matches([' ', '*']).len()];
                open = Some((margin, String::new()));
            }
            None => {}
            Some(_) if words == "```" => examples.extend(open.take().map(|(_, example)| example)),
            Some((margin, example)) => {
                example.push_str(line.strip_prefix(*margin).unwrap_or_default());
                example.push('\n');
            }
        }
    }
    examples
}

#[cfg(unix)]
fn link_package(link: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(project::pkg(), link)?)
}

#[cfg(not(unix))]
fn link_package(link: &Path) -> Result<()> {
    fs::create_dir_all(link)?;
    for entry in fs::read_dir(project::pkg())? {
        let path = entry?.path();
        if path.is_file() {
            fs::copy(&path, link.join(path.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_typescript_fences_are_examples() {
        let markdown = "```sh\nnpm i\n```\ntext\n```ts\nlet a = 1;\nlet b = 2;\n```\n```tsx\n<p/>\n```\n```ts\nf();\n```\n";
        assert_eq!(examples(markdown), ["let a = 1;\nlet b = 2;\n", "f();\n"]);
    }

    #[test]
    fn a_fence_in_a_list_is_one_too() {
        assert_eq!(examples("- first\n  ```ts\n  f();\n  ```\n"), ["f();\n"]);
    }

    #[test]
    fn a_fence_in_a_comment_is_one_too() {
        let comment = " * @example\n * ```ts\n * if (a) {\n *   f();\n *\n * }\n * ```\n";
        assert_eq!(examples(comment), ["if (a) {\n  f();\n\n}\n"]);
    }

    #[test]
    fn a_fence_that_never_closes_is_none() {
        assert!(examples("```ts\nf();\n").is_empty());
    }
}
