//! The glue that wasm-bindgen writes. It imports our JavaScript from copies of its own, in a folder named
//! after a hash; the facade has the same files beside it. Of the error class, two copies would be two
//! classes, and `instanceof` would fail for half of the errors.

use anyhow::{Context, Result, ensure};

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

/// Has the glue make its decoder and encoders where it needs them. Jest's jsdom lacks both, and the import itself
/// would fail there, without a word on what to do.
pub fn without_work_at_import(glue: &str) -> Result<String> {
    let (before, rest) = parted(glue, DECODER)?;
    let glue = [before, "let cachedTextDecoder;\n", rest].concat();
    // So the first text has a decoder made, as one beyond the limit has.
    let (before, rest) = parted(&glue, "let numBytesDecoded = 0;")?;
    let glue = [
        before,
        "let numBytesDecoded = MAX_SAFARI_DECODE_BYTES;",
        rest,
    ]
    .concat();
    // The block after it stands in for `encodeInto`, which every supported browser has.
    let (before, rest) = parted(&glue, "const cachedTextEncoder = new TextEncoder();\n")?;
    let (_, rest) = parted(rest, "\n}\n")?;
    Ok([before, rest]
        .concat()
        .replace("cachedTextEncoder.", "new TextEncoder()."))
}

const DECODER: &str = "let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });\ncachedTextDecoder.decode();\n";

fn parted<'a>(glue: &'a str, text: &str) -> Result<(&'a str, &'a str)> {
    glue.split_once(text).with_context(|| {
        format!("the glue should have `{text}`: wasm-bindgen writes it in another way now")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoder_and_encoders_are_made_at_their_first_use() {
        let glue = format!(
            "{DECODER}const MAX_SAFARI_DECODE_BYTES = 9;\nlet numBytesDecoded = 0;\n\
             const cachedTextEncoder = new TextEncoder();\n\nif (true) {{\n    a();\n}}\nb(cachedTextEncoder.encode(c));\n"
        );
        let expected = "let cachedTextDecoder;\nconst MAX_SAFARI_DECODE_BYTES = 9;\n\
            let numBytesDecoded = MAX_SAFARI_DECODE_BYTES;\nb(new TextEncoder().encode(c));\n";
        assert_eq!(without_work_at_import(&glue).unwrap(), expected);
        assert!(without_work_at_import(expected).is_err());
    }

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
