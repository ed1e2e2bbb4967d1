//! The glue that wasm-bindgen writes. It imports our error class from a copy of its own, in a
//! folder named after a hash; the facade has its own copy beside it. Two copies would be two
//! classes, and `instanceof` would fail for half of the errors.

use anyhow::{Result, ensure};

const SNIPPETS: &str = "./snippets/";
const COPY: &str = "/pkg-template/aurous-error.js";
const SHARED: &str = "./aurous-error.js";

pub fn import_shared_error(glue: &str) -> Result<String> {
    let copies: Vec<&str> = glue
        .split(['"', '\''])
        .filter(|word| word.starts_with(SNIPPETS))
        .collect();
    ensure!(
        copies.len() == 1 && copies[0].ends_with(COPY),
        "the glue should import one snippet, pkg-template/aurous-error.js, once; it imports {copies:?}. \
         See the `module` attributes in src/"
    );
    Ok(glue.replace(copies[0], SHARED))
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORT: &str =
        "import { AurousError } from './snippets/aurous-web-0f/pkg-template/aurous-error.js';\n";

    #[test]
    fn the_error_class_comes_from_the_facades_file() {
        let glue = format!("{IMPORT}const url = './other.js';\n");
        let expected =
            "import { AurousError } from './aurous-error.js';\nconst url = './other.js';\n";
        assert_eq!(import_shared_error(&glue).unwrap(), expected);
    }

    #[test]
    fn glue_without_the_import_is_refused() {
        assert!(import_shared_error("let wasm;\n").is_err());
    }

    #[test]
    fn a_second_import_or_another_snippet_is_refused() {
        assert!(import_shared_error(&format!("{IMPORT}{IMPORT}")).is_err());
        let inline = "import * as a from './snippets/aurous-web-0f/inline0.js';\n";
        assert!(import_shared_error(inline).is_err());
        assert!(import_shared_error(&format!("{IMPORT}{inline}")).is_err());
    }
}
