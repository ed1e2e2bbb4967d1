//! The outcome of a run: a table for people, and JSON.

use std::fmt;

use serde::Serialize;

use crate::finding::{Finding, Unknown};
use crate::interruption::Interruption;
use crate::reply::Reply;
use crate::secret::Secrets;

/// The width of the table's first column: that of the longest title.
const TITLE_WIDTH: usize = 32;

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The program and its version.
    pub tool: &'static str,
    pub api: String,
    /// `Aurous-Version` of the API's responses.
    pub api_version: Option<String>,
    /// When the run began, by the API's clock.
    pub date: Option<String>,
    pub findings: Vec<Row>,
    pub characters: Characters,
    /// Why the run ended early, if it did.
    #[serde(skip)]
    pub interruption: Option<Interruption>,
    #[serde(skip)]
    pub secrets: Secrets,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Row {
    Learned(Finding),
    Open {
        unknown: Unknown,
        not_learned: String,
    },
}

/// The characters of a run. Their ids are not part of the JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Characters {
    #[serde(serialize_with = "count")]
    pub made: Vec<String>,
    #[serde(serialize_with = "count")]
    pub deleted: Vec<String>,
    /// Those that may be left behind: what to look for, and why.
    #[serde(serialize_with = "count")]
    pub left: Vec<String>,
    /// Whether a create was sent.
    #[serde(skip)]
    pub tried: bool,
    /// Whether a create had no clear response, so that there may be a character more.
    #[serde(skip)]
    pub in_doubt: bool,
}

fn count<S: serde::Serializer>(ids: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    ids.len().serialize(serializer)
}

impl Characters {
    /// Sees the response to a create, or that there was none.
    pub(crate) fn see_create(&mut self, reply: Option<&Reply>) {
        self.tried = true;
        let id = reply.and_then(|it| it.id("id"));
        match reply.map(|it| it.status.as_u16()) {
            Some(400..=499) => {}
            Some(200..=299) if let Some(id) = id => self.add(id),
            _ => self.in_doubt = true,
        }
    }

    pub fn add(&mut self, id: String) {
        if !self.made.contains(&id) {
            self.made.push(id);
        }
    }
}

impl Report {
    /// Returns the finding about an unknown, if there is one.
    pub fn finding(&self, unknown: Unknown) -> Option<&Finding> {
        self.findings.iter().find_map(|row| match row {
            Row::Learned(finding) if finding.unknown() == unknown => Some(finding),
            _ => None,
        })
    }

    /// Returns whether the run came to its end and left nothing behind.
    pub fn is_clean(&self) -> bool {
        self.interruption.is_none() && self.characters.left.is_empty()
    }

    /// Returns the report as JSON, without a secret.
    ///
    /// # Errors
    /// Never in practice: every value of a report can be written.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let text = serde_json::to_string_pretty(self)?;
        Ok(format!("{}\n", self.secrets.hide(&text)))
    }

    /// Returns the report as a table, without a secret.
    pub fn to_table(&self) -> String {
        self.secrets.hide(&self.to_string())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.api_version.as_deref().unwrap_or("unknown");
        writeln!(formatter, "{}, version {version}\n", self.api)?;
        for row in &self.findings {
            match row {
                Row::Learned(finding) => {
                    let title = finding.unknown().title();
                    writeln!(formatter, "{title:TITLE_WIDTH$}  {finding}")?;
                }
                Row::Open {
                    unknown,
                    not_learned,
                } => {
                    let title = unknown.title();
                    writeln!(
                        formatter,
                        "{title:TITLE_WIDTH$}  – not learned: {not_learned}"
                    )?;
                }
            }
        }
        let Characters {
            made,
            deleted,
            left,
            ..
        } = &self.characters;
        let (made, deleted) = (made.len(), deleted.len());
        writeln!(formatter, "\nCharacters: {made} made, {deleted} deleted.")?;
        for character in left {
            writeln!(formatter, "Left behind: {character}")?;
        }
        if let Some(interruption) = &self.interruption {
            writeln!(formatter, "The run ended early: {interruption}.")?;
        }
        Ok(())
    }
}
