//! A create whose connection is reset before its answer arrives, for example by a proxy. Chromium and Firefox
//! send it again by themselves, although it is a POST; in WebKit the SDK does. It must reach the API only once.

use anyhow::{Result, ensure};
use aurous_e2e::breaking_proxy::{BreakMoment, BreakingProxy};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::site::{SiteConfig, SiteListener};
use aurous_e2e::testbed::{Testbed, blank, package};
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
async fn in_webkit_a_create_that_the_sdk_sends_again_after_a_reset_happens_once() -> Result<()> {
    sent_again(Engine::WebKit).await
}

async fn sent_again(engine: Engine) -> Result<()> {
    for when in [BreakMoment::OnceSent, BreakMoment::OnceAnswered] {
        let (testbed, outcome) = create_on_a_breaking_connection(engine, when).await?;
        assert_eq!(outcome["status"], "ready", "{when:?}: {outcome}");
        assert_eq!(
            creates_of_the_page(&testbed),
            2,
            "{when:?}: {engine} did not send it again, so this test proves nothing"
        );
        assert_eq!(testbed.seen(Operation::Create).len(), 1, "{when:?}");
    }
    Ok(())
}

fn creates_of_the_page(testbed: &Testbed) -> usize {
    let sent = testbed.site.sent();
    sent.iter().filter(|it| it.path == "/v1/characters").count()
}

/// Returns the character, or the error that the SDK rejected with.
async fn create_on_a_breaking_connection(
    engine: Engine,
    when: BreakMoment,
) -> Result<(Testbed, Value)> {
    let (listener, origin) = BreakingProxy::listen().await?;
    let page = SiteConfig {
        pages: blank(),
        pkg: package(),
        ..SiteConfig::default()
    };
    let testbed = Testbed::start(SiteListener::at(0).await?, page, |it| {
        it.origins = vec![origin]
    })
    .await?;
    let proxy = BreakingProxy::start(listener, testbed.site.address(), when)?;
    if when == BreakMoment::OnceSent {
        // The second create arrives while the first is being carried out.
        testbed
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
    ensure!(proxy.has_broken(), "the proxy saw no create: {outcome:?}");
    Ok((testbed, outcome.unwrap_or_else(|error| error)))
}
