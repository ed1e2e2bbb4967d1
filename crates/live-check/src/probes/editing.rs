//! What a character may hold. Found out by PATCH, which makes no further character.

use serde_json::json;

use crate::finding::{Finding, LongestName, Unknown, UnknownAttribute};
use crate::interruption::Outcome;
use crate::run::Run;

pub const LEARNS: &[Unknown] = &[Unknown::LongestName, Unknown::UnknownAttribute];

pub async fn probe(run: &mut Run, character: &str) -> Outcome<()> {
    let change = json!({ "attributes": { "gender": "female", (UnknownAttribute::KEY): "yes" } });
    let reply = run.send(&run.api.update(character, &change)).await?;
    run.journal
        .learn(Finding::UnknownAttribute(UnknownAttribute::read(&reply)));

    let mut search = LongestName::above(run.name.chars().count());
    while let Some(length) = search.next_length() {
        // Begins as every name of this run does, so that the clean-up would find the character.
        let name = format!("{:x<length$}", run.name);
        let change = json!({ "name": name });
        let reply = run.send(&run.api.update(character, &change)).await?;
        search.see(&name, &reply)?;
    }
    run.journal.learn(Finding::LongestName(search));
    Ok(())
}
