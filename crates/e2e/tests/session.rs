//! A gateway on an origin of its own that requires a session token, in the three engines.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::gateway::{SESSION_SECRET, session_token};
use aurous_e2e::site::{Site, SiteConfig};
use aurous_e2e::testbed::{Testbed, blank, package};
use aurous_emulator::Operation;
use serde_json::{Value, json};

#[tokio::test]
async fn after_a_401_the_session_token_is_asked_for_once_more_and_the_call_succeeds() -> Result<()>
{
    for engine in Engine::ALL {
        let testbed = members_only().await?;
        let browser = testbed.visit(engine).await?;
        let now = now_s()?;
        let made = browser
            .run(
                "const { createClient } = await import('/pkg/index.js');
                 let asked = 0;
                 const sessionToken = async () => args.tokens[Math.min(asked++, 1)];
                 const aurous = createClient({ baseUrl: args.gateway, sessionToken });
                 const file = await paint('image/png', 'side.png');
                 const ticket = await aurous.initUpload(file);
                 const first = asked;
                 await aurous.putFile(ticket, file);
                 await aurous.classify(ticket);
                 const character = await aurous.createCharacter({ name: 'A', upload_ids: [ticket.upload_id] });
                 return { url: ticket.upload_url, first, asked, character };",
                json!({
                    "gateway": testbed.gateway_url(),
                    "tokens": [
                        session_token(SESSION_SECRET, "visitor-1", now - 3600)?,
                        session_token(SESSION_SECRET, "visitor-1", now + 3600)?,
                    ],
                }),
            )
            .await
            .with_context(|| engine.to_string())?;
        let url = made["url"].as_str().unwrap_or_default();
        let uploads = format!("{}/uploads/", testbed.gateway_url());
        assert!(url.starts_with(&uploads), "{engine}: {url}");
        assert_eq!(made["first"], 2, "{engine}: once more after the 401");
        assert_eq!(made["asked"], 4, "{engine}: and once for each later call");
        assert_eq!(made["character"]["refs"][0]["pose"], "side", "{engine}");
        // Neither the refused request nor any token reached the API.
        let log = testbed.emulator.log();
        let steps: Vec<_> = log.iter().map(|it| it.operation).collect();
        assert_eq!(
            steps,
            [
                Operation::Init,
                Operation::Put,
                Operation::Classify,
                Operation::Create
            ],
            "{engine}"
        );
        for request in log {
            assert_eq!(request.header("authorization"), None, "{engine}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_visitor_without_a_valid_session_gets_the_error_that_says_why() -> Result<()> {
    let now = now_s()?;
    let another = "some-other-web-app's-session-secret";
    for engine in Engine::ALL {
        let testbed = members_only().await?;
        let browser = testbed.visit(engine).await?;
        for (token, code) in [
            (None, "gateway_session_missing"),
            (Some("not.a.token".to_owned()), "gateway_session_invalid"),
            (
                Some(session_token(another, "visitor-1", now + 3600)?),
                "gateway_session_invalid",
            ),
            (
                Some(session_token(SESSION_SECRET, "visitor-1", now - 3600)?),
                "gateway_session_expired",
            ),
        ] {
            let error = browser
                .refused(
                    "const { createClient } = await import('/pkg/index.js');
                     const [baseUrl, token] = args;
                     const aurous = createClient({ baseUrl, ...(token && { sessionToken: () => token }) });
                     return aurous.initUpload(await paint('image/png'));",
                    json!([testbed.gateway_url(), token]),
                )
                .await?;
            let seen = ["code", "kind", "status", "retryable"].map(|name| &error[name]);
            assert_eq!(
                json!(seen),
                json!([code, "gateway", 401, false]),
                "{engine}: {error}"
            );
            let attempts = if token.is_some() { 2 } else { 1 };
            assert_eq!(error["attempts"], attempts, "{engine}: {code}");
        }
        assert_eq!(testbed.emulator.log(), [], "{engine}");
    }
    Ok(())
}

#[tokio::test]
async fn a_visitor_cannot_use_the_upload_of_another() -> Result<()> {
    let testbed = members_only().await?;
    let browser = testbed.visit(Engine::Chromium).await?;
    let until = now_s()? + 3600;
    let tokens = ["one", "two"].map(|subject| session_token(SESSION_SECRET, subject, until));
    let [one, two] = tokens;
    let error = browser
        .refused(
            "const { createClient } = await import('/pkg/index.js');
             const [one, two] = args.tokens.map((sessionToken) => createClient({ baseUrl: args.gateway, sessionToken }));
             const file = await paint('image/png');
             const ticket = await one.initUpload(file);
             await one.putFile(ticket, file);
             return two.classify(ticket);",
            json!({ "gateway": testbed.gateway_url(), "tokens": [one?, two?] }),
        )
        .await?;
    let seen = ["code", "kind", "status"].map(|name| &error[name]);
    assert_eq!(
        json!(seen),
        json!(["gateway_id_not_found", "gateway", 404]),
        "{error}"
    );
    Ok(())
}

#[tokio::test]
async fn a_page_that_is_not_listed_gets_no_answer_and_the_api_no_request() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = members_only().await?;
        let stranger = Site::start(SiteConfig {
            pages: blank(),
            pkg: package(),
            ..SiteConfig::default()
        })
        .await?;
        let browser = Browser::start(engine).await?;
        browser.goto(&stranger.url()).await?;
        let error = browser
            .refused(
                "const { createClient } = await import('/pkg/index.js');
                 return createClient({ baseUrl: args, sessionToken: 't', maxRetries: 0 }).initUpload(await paint('image/png'));",
                json!(testbed.gateway_url()),
            )
            .await?;
        // Without CORS headers, the browser withholds every answer from the page, the refusal included.
        assert_eq!(error["code"], "network_error", "{engine}: {error}");
        assert_eq!(error["status"], Value::Null, "{engine}");
        assert_eq!(testbed.emulator.log(), [], "{engine}");
    }
    Ok(())
}

async fn members_only() -> Result<Testbed> {
    Testbed::cross_origin(|it| it.allow_anonymous = false).await
}

fn now_s() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}
