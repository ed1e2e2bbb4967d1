//! A character made from three uploads, one of which is PUT twice.

use serde_json::Value;

use crate::call::{Step, put};
use crate::finding::{ClientReferenceId, Finding, IdempotencyKey, RefOrder, SecondPut, Unknown};
use crate::interruption::{Interruption, Outcome};
use crate::picture::{FRONT, FRONT_LARGE, PORTRAIT, SIDE};
use crate::reply::Reply;
use crate::run::Run;

pub const LEARNS: &[Unknown] = &[
    Unknown::PutStatus,
    Unknown::SecondPut,
    Unknown::ClassifyStatus,
    Unknown::RefOrder,
    Unknown::IdempotencyKeyOnCreate,
    Unknown::ClientReferenceId,
];

/// The character that [`make`] made.
pub struct Made {
    pub id: String,
    second_put: Reply,
    /// The response to its GET.
    character: Value,
}

pub async fn make(run: &mut Run) -> Outcome<Made> {
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
    Ok(Made {
        id,
        second_put,
        character: got.json(),
    })
}

/// Looks at the character's reference images.
pub async fn look(run: &mut Run, made: &Made) -> Outcome<()> {
    let images = run.load_references(&made.character).await?;
    let finding = SecondPut::read(&made.second_put, &images);
    run.journal.learn(Finding::SecondPut(finding));
    run.journal
        .learn(Finding::RefOrder(RefOrder::read(&images)));
    Ok(())
}
