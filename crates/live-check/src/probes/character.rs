//! A character made from three uploads, one of which is PUT twice.

use std::fmt;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::editing;
use crate::call::{Step, put};
use crate::finding::{Finding, Unknown};
use crate::interruption::Interruption;
use crate::picture::{FRONT, FRONT_LARGE, PORTRAIT, Picture, SIDE};
use crate::reply::{self, Refusal, Reply, Verdict};
use crate::run::{Outcome, Run};

pub const LEARNS: &[Unknown] = &[
    Unknown::PutStatus,
    Unknown::SecondPut,
    Unknown::ClassifyStatus,
    Unknown::RefOrder,
    Unknown::IdempotencyKeyOnCreate,
    Unknown::ClientReferenceId,
];

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

pub async fn probe(run: &mut Run) -> Outcome<()> {
    let (front, status) = run.upload(&FRONT).await?;
    run.journal.learn(Finding::PutStatus(status));
    let again = put(&front.url, FRONT.content_type, FRONT_LARGE.bytes);
    let second_put = run.send(&again).await?;
    let (portrait, _) = run.upload(&PORTRAIT).await?;
    let (side, _) = run.upload(&SIDE).await?;
    let classified = run.require(&run.api.classify(&front.id)).await?;
    run.journal
        .learn(Finding::ClassifyStatus(classified.status.as_u16()));

    // Neither in the order of the tickets nor in that of the names.
    let ids = [side.id.as_str(), front.id.as_str(), portrait.id.as_str()];
    let create = run
        .api
        .create(&run.name, &ids, &run.name)
        .with_idempotency_key(&run.name);
    let created = run.require(&create).await?;
    let step = Step::Create;
    let no_id = Interruption::Unreadable { step, field: "id" };
    let id = created.id("id").ok_or(no_id)?;
    let replayed = run.send(&create).await?;
    let finding = IdempotencyKey::read(&id, &replayed);
    run.journal.learn(Finding::IdempotencyKeyOnCreate(finding));

    let got = run.require(&run.api.get(&id)).await?;
    let listed = run.require(&run.api.list(20)).await?;
    let finding = ClientReferenceId::read(&id, &run.name, [&created, &got, &listed]);
    run.journal.learn(Finding::ClientReferenceId(finding));

    editing::probe(run, &id).await?;

    let images = run.load_references(&got.json()).await?;
    let finding = SecondPut::read(&second_put, &images);
    run.journal.learn(Finding::SecondPut(finding));
    run.journal
        .learn(Finding::RefOrder(RefOrder::read(&images)));
    Ok(())
}

impl SecondPut {
    fn read(second: &Reply, images: &[Option<Bytes>]) -> Self {
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
    fn read(images: &[Option<Bytes>]) -> Self {
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
    fn read(id: &str, again: &Reply) -> Self {
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
    fn read(id: &str, reference: &str, [created, got, listed]: [&Reply; 3]) -> Self {
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
