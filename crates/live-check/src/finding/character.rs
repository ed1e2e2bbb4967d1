//! What a character made from uploads shows.

use std::fmt;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::picture::{FRONT, FRONT_LARGE, PORTRAIT, Picture, SIDE};
use crate::reply::{self, Refusal, Reply, Verdict};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondPut {
    Overwrites,
    /// It is accepted, and changes nothing.
    ChangesNothing,
    Refused(Refusal),
    /// It is accepted, but no reference image shows one of the two pictures.
    Unclear,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefOrder {
    AsInUploadIds,
    /// The place in `upload_ids`, from 0, of each ref's picture.
    Other(Vec<usize>),
    /// The reference images don't show which picture each is.
    Unclear,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdempotencyKey {
    /// The same create again made no second character. `replayed`: whether the response has
    /// `Aurous-Idempotent-Replayed`.
    Honoured { replayed: bool },
    /// The same create again made a second character.
    Ignored,
    /// The same create again was refused.
    Refused(Refusal),
}

/// Which responses with a character have its `client_reference_id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientReferenceId {
    pub on_create: bool,
    pub on_get: bool,
    pub in_list: bool,
}

impl SecondPut {
    pub fn read(second: &Reply, images: &[Option<Bytes>]) -> Self {
        let shows = |picture: &Picture| images.iter().flatten().any(|it| picture.is_shown_by(it));
        match second.verdict() {
            Verdict::Refused(refusal) => Self::Refused(refusal),
            _ if shows(&FRONT_LARGE) => Self::Overwrites,
            _ if shows(&FRONT) => Self::ChangesNothing,
            _ => Self::Unclear,
        }
    }
}

impl RefOrder {
    pub fn read(images: &[Option<Bytes>]) -> Self {
        // In the order of `upload_ids`; the second may show either of two.
        let pictures = [&[SIDE][..], &[FRONT, FRONT_LARGE], &[PORTRAIT]];
        let place = |image: &Option<Bytes>| {
            let image = image.as_ref()?;
            let shows = |them: &&[Picture]| them.iter().any(|it| it.is_shown_by(image));
            pictures.iter().position(shows)
        };
        let places: Option<Vec<usize>> = images.iter().map(place).collect();
        match places {
            Some(places) if places == [0, 1, 2] => Self::AsInUploadIds,
            Some(places) if places.len() == pictures.len() => Self::Other(places),
            _ => Self::Unclear,
        }
    }
}

impl IdempotencyKey {
    /// Reads the response to the create that was sent again. `id`: the character of the first.
    pub fn read(id: &str, again: &Reply) -> Self {
        match again.verdict() {
            Verdict::Refused(refusal) => Self::Refused(refusal),
            _ if again.id("id").as_deref() != Some(id) => Self::Ignored,
            _ => {
                let header = again.header(aurous_contract::header::IDEMPOTENT_REPLAYED);
                Self::Honoured {
                    replayed: header == Some("true"),
                }
            }
        }
    }
}

impl ClientReferenceId {
    pub fn read(id: &str, reference: &str, [created, got, listed]: [&Reply; 3]) -> Self {
        let has = |character: &Value| {
            character.get("client_reference_id").and_then(Value::as_str) == Some(reference)
        };
        let list = listed.json();
        let mut characters = list
            .get("data")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let in_list = characters.find(|it| reply::id(it, "id").as_deref() == Some(id));
        Self {
            on_create: has(&created.json()),
            on_get: has(&got.json()),
            in_list: in_list.is_some_and(has),
        }
    }
}

impl fmt::Display for SecondPut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overwrites => formatter.write_str("overwrites the first"),
            Self::ChangesNothing => formatter.write_str("is accepted, and changes nothing"),
            Self::Refused(refusal) => write!(formatter, "is refused: {refusal}"),
            Self::Unclear => {
                formatter.write_str("is accepted; no reference image shows its effect")
            }
        }
    }
}

impl fmt::Display for RefOrder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsInUploadIds => formatter.write_str("that of upload_ids"),
            Self::Other(places) => write!(formatter, "{places:?} of upload_ids"),
            Self::Unclear => formatter.write_str("unclear: the images can't be told apart"),
        }
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Honoured { replayed: true } => formatter.write_str("honoured, and said so"),
            Self::Honoured { replayed: false } => {
                formatter.write_str("honoured, without Aurous-Idempotent-Replayed")
            }
            Self::Ignored => formatter.write_str("ignored: there were two characters"),
            Self::Refused(refusal) => {
                write!(
                    formatter,
                    "not honoured: the same create was refused: {refusal}"
                )
            }
        }
    }
}

impl fmt::Display for ClientReferenceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |has| if has { "yes" } else { "no" };
        let [create, get, list] = [self.on_create, self.on_get, self.in_list].map(word);
        write!(
            formatter,
            "on create: {create}, on GET: {get}, in the list: {list}"
        )
    }
}
