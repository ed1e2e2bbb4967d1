//! The flow that costs credits: four generations for a create, one for a regenerate.

use serde_json::Value;

use crate::call::{Call, Step};
use crate::finding::{Finding, Synthesis, Unknown};
use crate::interruption::{Interruption, Outcome};
use crate::run::Run;

pub const LEARNS: &[Unknown] = &[Unknown::SynthesisEnd, Unknown::RegenerateEnd];

/// How many generations a run takes.
pub const GENERATIONS: u32 = 5;
/// How long to wait for the end of a synthesis. The vendor says 30 to 90 s.
const PATIENCE_MS: u64 = 10 * 60 * 1000;
const SYNTHESIZING: &str = "synthesizing";

pub async fn probe(run: &mut Run) -> Outcome<()> {
    let (id, synthesis) = follow(run, &run.api.synthesize(&run.name)).await?;
    let can_regenerate = matches!(synthesis.last_status.as_str(), "ready" | "reviewing");
    run.journal.learn(Finding::SynthesisEnd(synthesis));
    if !can_regenerate {
        let reason = "there was no finished character to regenerate a pose of";
        run.journal.leave_open(&[Unknown::RegenerateEnd], reason);
        return Ok(());
    }
    let (_, regenerate) = follow(run, &run.api.regenerate(&id)).await?;
    run.journal.learn(Finding::RegenerateEnd(regenerate));
    Ok(())
}

/// Makes a call that begins a synthesis, and waits for its end. Returns the character's id, too.
async fn follow(run: &mut Run, call: &Call) -> Outcome<(String, Synthesis)> {
    let began_ms = run.now_ms();
    let reply = run.require(call).await?;
    let unreadable = |field| Interruption::Unreadable {
        step: call.step,
        field,
    };
    let id = reply.id("id").ok_or(unreadable("id"))?;
    let first = reply.json();
    let first_status = status(&first).ok_or(unreadable("status"))?.to_owned();
    let mut character = first;
    while status(&character) == Some(SYNTHESIZING) && run.now_ms() - began_ms < PATIENCE_MS {
        character = run.require(&run.api.get(&id)).await?.json();
        if status(&character) == Some(SYNTHESIZING) {
            run.wait(run.poll_interval).await?;
        }
    }
    let unreadable = |field| Interruption::Unreadable {
        step: Step::Get,
        field,
    };
    let last_status = status(&character).ok_or(unreadable("status"))?.to_owned();
    let seconds = (run.now_ms() - began_ms) / 1000;
    let save = match last_status.as_str() {
        "reviewing" => Some(run.send(&run.api.save(&id)).await?.verdict()),
        _ => None,
    };
    let error = character.get("error_message").and_then(Value::as_str);
    let synthesis = Synthesis {
        http_status: reply.status.as_u16(),
        first_status,
        last_status,
        seconds,
        error_message: error.map(str::to_owned),
        save,
    };
    Ok((id, synthesis))
}

fn status(character: &Value) -> Option<&str> {
    character.get("status")?.as_str()
}
