//! The names that wasm and glue call each other by. wasm-bindgen puts a hash into each, which no
//! compression removes: a twentieth of the download. wasm-opt shortens them in the wasm and prints
//! what became of each; the glue follows here.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// What wasm-opt prints for `--minify-imports-and-exports-and-modules`.
#[derive(Deserialize)]
pub struct ShortNames {
    /// Module, name, short name.
    imports: Vec<(String, String, String)>,
    /// Name, short name.
    exports: Vec<(String, String)>,
}

/// The module that all imports come from, by its long name and its short one.
const MODULE: &str = "\"./aurous_web_bg.js\"";
const SHORT_MODULE: &str = "\"a\"";

/// How the glue calls the wasm's exports.
const EXPORTS: &str = "wasm.";

impl ShortNames {
    pub fn parse(printed: &str) -> Result<Self> {
        serde_json::from_str(printed).context("wasm-opt printed no list of names")
    }

    /// The glue, calling by the short names.
    pub fn apply(&self, glue: &str) -> Result<String> {
        let imports: HashMap<&str, &str> = self
            .imports
            .iter()
            .map(|(_, name, short)| (&**name, &**short))
            .collect();
        let exports: HashMap<&str, &str> = self
            .exports
            .iter()
            .map(|(name, short)| (&**name, &**short))
            .collect();
        let mut provided = HashSet::new();
        let mut renamed = String::with_capacity(glue.len());
        let mut rest = glue;
        while let Some(start) = rest.find(is_of_a_name) {
            let (before, from) = rest.split_at(start);
            let (word, behind) =
                from.split_at(from.find(|it| !is_of_a_name(it)).unwrap_or(from.len()));
            renamed.push_str(before);
            let is_export = renamed.ends_with(EXPORTS);
            renamed.push_str(match (imports.get(word), exports.get(word)) {
                (Some(short), _) => {
                    provided.insert(word);
                    short
                }
                (None, Some(short)) if is_export => short,
                _ => word,
            });
            rest = behind;
        }
        renamed.push_str(rest);

        let missing = imports.keys().find(|name| !provided.contains(*name));
        ensure!(
            missing.is_none(),
            "the glue does not provide the import {missing:?}"
        );
        ensure!(
            renamed.matches(MODULE).count() == 1,
            "the glue should name the imports' module, {MODULE}, once"
        );
        Ok(renamed.replace(MODULE, SHORT_MODULE))
    }
}

fn is_of_a_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"{
        "imports": [["./aurous_web_bg.js", "__wbg_get_0f", "b"]],
        "exports": [["memory", "c"], ["classify", "d"]]
    }"#;

    const GLUE: &str = r#"
        export function classify(upload) { return wasm.classify(upload); }
        const import0 = { __wbg_get_0f: function(arg0) { return wasm.memory.buffer; } };
        return { "./aurous_web_bg.js": import0 };
    "#;

    fn names() -> ShortNames {
        ShortNames::parse(PRINTED).unwrap()
    }

    #[test]
    fn the_glue_calls_by_the_short_names_and_keeps_its_own() {
        let expected = r#"
        export function classify(upload) { return wasm.d(upload); }
        const import0 = { b: function(arg0) { return wasm.c.buffer; } };
        return { "a": import0 };
    "#;
        assert_eq!(names().apply(GLUE).unwrap(), expected);
    }

    #[test]
    fn glue_that_lacks_an_import_is_refused() {
        assert!(
            names()
                .apply(&GLUE.replace("__wbg_get_0f", "__wbg_get_0e"))
                .is_err()
        );
        assert!(
            names()
                .apply(&GLUE.replace("aurous_web_bg.js", "other.js"))
                .is_err()
        );
    }
}
