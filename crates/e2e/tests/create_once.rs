//! A create whose connection is reset, by a proxy say, before its answer is there: Chromium and Firefox
//! send it again by themselves, POST or not, and in WebKit the SDK does. It must reach the API once all
//! the same.

use anyhow::{Result, ensure};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::proxy::{Break, Proxy};
use aurous_e2e::site::{Door, SiteConfig};
use aurous_e2e::stage::{Stage, blank, package};
use aurous_emulator::{Fault, Operation};
use serde_json::Value;

#[tokio::test]
async fn in_chromium_a_create_sent_again_on_a_reset_connection_happens_once() -> Result<()> {
    sent_again(Engine::Chromium).await
}

#[tokio::test]
async fn in_firefox_a_create_sent_again_on_a_reset_connection_happens_once() -> Result<()> {
    sent_again(Engine::Firefox).await
}

#[tokio::test]
async fn in_webkit_a_create_that_we_send_again_on_a_reset_connection_happens_once() -> Result<()> {
    sent_again(Engine::WebKit).await
}

async fn sent_again(engine: Engine) -> Result<()> {
    for when in [Break::OnceSent, Break::OnceAnswered] {
        let (stage, outcome) = create_on_a_breaking_connection(engine, when).await?;
        assert_eq!(outcome["status"], "ready", "{when:?}: {outcome}");
        assert_eq!(
            creates_of_the_page(&stage),
            2,
            "{when:?}: in {engine} it was not sent again, so this says nothing"
        );
        assert_eq!(stage.seen(Operation::Create).len(), 1, "{when:?}");
    }
    Ok(())
}

fn creates_of_the_page(stage: &Stage) -> usize {
    let sent = stage.site.sent();
    sent.iter().filter(|it| it.path == "/v1/characters").count()
}

/// The character, or what the SDK rejected with.
async fn create_on_a_breaking_connection(engine: Engine, when: Break) -> Result<(Stage, Value)> {
    let (listener, origin) = Proxy::listen().await?;
    let page = SiteConfig {
        pages: blank(),
        pkg: package(),
        ..SiteConfig::default()
    };
    let stage = Stage::start(Door::at(0).await?, page, |it| it.origins = vec![origin]).await?;
    let proxy = Proxy::start(listener, stage.site.address(), when)?;
    if when == Break::OnceSent {
        // So that the second one comes while the first is being carried out.
        stage
            .emulator
            .inject(Fault::Delay(500).on(Operation::Create));
    }
    let browser = Browser::start(engine).await?;
    browser.goto(&proxy.url()).await?;
    let outcome = browser
        .attempt(
            "const { initUpload, putFile, createCharacter } = await import('/pkg/index.js');
             const file = await paint('image/png', 'front.png');
             const ticket = await initUpload(file);
             await putFile(ticket, file);
             return createCharacter({ name: 'Aurora', upload_ids: [ticket.upload_id] });",
            Value::Null,
        )
        .await?;
    ensure!(proxy.has_broken(), "no create came by: {outcome:?}");
    Ok((stage, outcome.unwrap_or_else(|error| error)))
}
