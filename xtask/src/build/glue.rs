//! The glue that wasm-bindgen writes. It imports our JavaScript from copies of its own, in a folder named
//! after a hash; the facade has the same files beside it. Of the error class, two copies would be two
//! classes, and `instanceof` would fail for half of the errors.

use anyhow::{Result, ensure};

const SNIPPETS: &str = "./snippets/";
const TEMPLATE: &str = "/pkg-template/";

pub fn import_from_the_package(glue: &str) -> Result<String> {
    let copies: Vec<&str> = glue
        .split(['"', '\''])
        .filter(|word| word.starts_with(SNIPPETS))
        .collect();
    ensure!(!copies.is_empty(), "the glue should import our JavaScript");
    let mut glue = glue.to_owned();
    for copy in copies {
        let file = copy.split_once(TEMPLATE).map(|(_, file)| file);
        ensure!(
            file.is_some(),
            "the glue should import nothing but files of pkg-template; it imports {copy}. \
             See the `module` attributes in src/"
        );
        glue = glue.replace(copy, &format!("./{}", file.unwrap_or_default()));
    }
    Ok(glue)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORTS: &str = "import { AurousError } from './snippets/aurous-web-0f/pkg-template/aurous-error.js';\n\
        import { Host } from \"./snippets/aurous-web-0f/pkg-template/host.js\";\n";

    #[test]
    fn our_javascript_comes_from_the_packages_files() {
        let glue = format!("{IMPORTS}const url = './other.js';\n");
        let expected = "import { AurousError } from './aurous-error.js';\n\
            import { Host } from \"./host.js\";\nconst url = './other.js';\n";
        assert_eq!(import_from_the_package(&glue).unwrap(), expected);
    }

    #[test]
    fn glue_without_an_import_is_refused() {
        assert!(import_from_the_package("let wasm;\n").is_err());
    }

    #[test]
    fn a_snippet_of_another_place_is_refused() {
        let inline = "import * as a from './snippets/aurous-web-0f/inline0.js';\n";
        assert!(import_from_the_package(&format!("{IMPORTS}{inline}")).is_err());
    }
}
