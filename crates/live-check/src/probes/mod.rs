//! The probes, in groups. A probe is a few calls. Where the answer is in their responses alone, its type in
//! [`crate::finding`] reads them. A group that ends early leaves the other groups alone. No group uses another.
//!
//! | group | finds out | characters |
//! |---|---|---|
//! | [`access`] | whether the key works; CORS on the API host | |
//! | [`tickets`] | init; what an upload without bytes is good for | |
//! | [`upload_host`] | CORS on the upload host, content types, signatures | |
//! | [`failed_creates`] | whether a create that fails consumes its uploads | |
//! | [`character`] and [`editing`] | everything about a character made from uploads | 1 |
//! | [`image_size`] | the largest image | |
//! | [`synthesis`] | the course of a synthesis and of a regenerate; costs credits | 1 |

pub mod access;
pub mod character;
pub mod editing;
pub mod failed_creates;
pub mod image_size;
pub mod synthesis;
pub mod tickets;
pub mod upload_host;

use crate::finding::Unknown;
use crate::interruption::Outcome;
use crate::options::Options;
use crate::run::Run;

/// Runs every group.
pub async fn run_all(run: &mut Run, options: &Options) -> Outcome<()> {
    // Without an answer here, there is none to any other call.
    let access = group(run, "the key", access::LEARNS, access::probe).await;
    access?;
    let result = group(run, "tickets", tickets::LEARNS, tickets::probe).await;
    go_on(result)?;
    let result = group(
        run,
        "the upload host",
        upload_host::LEARNS,
        upload_host::probe,
    )
    .await;
    go_on(result)?;
    let learns = failed_creates::LEARNS;
    let result = group(run, "creates that fail", learns, failed_creates::probe).await;
    go_on(result)?;
    let learns = [character::LEARNS, editing::LEARNS].concat();
    let result = group(run, "a character", &learns, one_character).await;
    go_on(result)?;
    let sizes = image_size::steps(options.max_image_bytes);
    let result = group(
        run,
        "large images",
        image_size::LEARNS,
        async |run: &mut Run| image_size::probe(run, &sizes).await,
    );
    go_on(result.await)?;
    if options.synthesize {
        let learns = synthesis::LEARNS;
        let result = group(
            run,
            "a synthesis, which takes minutes",
            learns,
            synthesis::probe,
        );
        go_on(result.await)?;
    } else {
        let reason = "it costs credits: run with --synthesize";
        run.journal.leave_open(synthesis::LEARNS, reason);
    }
    Ok(())
}

/// Makes a character from uploads, edits it, and looks at it.
async fn one_character(run: &mut Run) -> Outcome<()> {
    let made = character::make(run).await?;
    editing::probe(run, &made.id).await?;
    character::look(run, &made).await
}

/// Runs a group. If it ends early, notes why what it would have found out stays open.
async fn group(
    run: &mut Run,
    title: &str,
    learns: &[Unknown],
    probe: impl AsyncFnOnce(&mut Run) -> Outcome<()>,
) -> Outcome<()> {
    eprintln!("Trying {title} …");
    let outcome = probe(run).await;
    if let Err(interruption) = &outcome {
        run.journal.leave_open(learns, &interruption.to_string());
    }
    outcome
}

fn go_on(outcome: Outcome<()>) -> Outcome<()> {
    match outcome {
        Err(interruption) if interruption.ends_the_run() => Err(interruption),
        _ => Ok(()),
    }
}
