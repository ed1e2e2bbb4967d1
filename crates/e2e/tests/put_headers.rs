//! What a PUT carries, in the three engines: what the browser itself always sends, and Content-Type.

use anyhow::Result;
use aurous_e2e::browser::Engine;
use aurous_e2e::put::{unwanted_of_the_browser, unwanted_of_the_gateway};
use aurous_e2e::sent::Sent;
use aurous_e2e::stage::Stage;
use aurous_emulator::{LoggedRequest, Operation};
use serde_json::Value;

/// Over `fetch`, then over XMLHttpRequest; alone, then as a part of an upload.
const PUT_ALL: &str = "
    const { initUpload, putFile, upload } = await import('/pkg/index.js');
    const file = await paint('image/png', 'side.jpg');
    for (const options of [{}, { onProgress() {} }]) {
        await putFile(await initUpload(file), file, options);
        await upload(file, options);
    }";

#[tokio::test]
async fn on_the_pages_own_origin_the_gateway_drops_what_the_browser_adds() -> Result<()> {
    for engine in Engine::ALL {
        let stage = Stage::blank_page().await?;
        let browser = stage.visit(engine).await?;
        browser.give_cookie("session", "of-the-page-alone").await?;
        browser.run(PUT_ALL, Value::Null).await?;
        let sent = stage.puts_sent();
        assert_eq!(sent.len(), 4, "{engine}");
        let (by_fetch, by_xhr) = sent.split_at(2);
        for put in by_fetch {
            assert_eq!(unwanted(put), [""; 0], "{engine}");
        }
        for put in by_xhr {
            // Nothing can turn these off there.
            assert_eq!(
                put.header("cookie"),
                Some("session=of-the-page-alone"),
                "{engine}"
            );
            let unwanted = unwanted(put);
            assert_eq!(unwanted.len(), 2, "{engine}: {unwanted:?}");
            assert!(put.header("referer").is_some(), "{engine}");
        }
        let puts = stage.seen(Operation::Put);
        assert_eq!(puts.len(), 4, "{engine}");
        for put in puts {
            assert_eq!(put.header("content-type"), Some("image/png"), "{engine}");
            let unwanted: Vec<_> = unwanted_of_the_gateway(&put).collect();
            assert_eq!(unwanted, [""; 0], "{engine}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_upload_host_on_another_origin_sees_no_cookie_and_one_header_of_ours() -> Result<()> {
    for engine in Engine::ALL {
        let stage = Stage::without_gateway().await?;
        let browser = stage.visit(engine).await?;
        // Of the host, whatever its port: there is one to be sent.
        browser.give_cookie("session", "of-the-page-alone").await?;
        browser.run(PUT_ALL, Value::Null).await?;
        let puts = stage.seen(Operation::Put);
        assert_eq!(puts.len(), 4, "{engine}");
        for (index, put) in puts.iter().enumerate() {
            assert_eq!(put.header("content-type"), Some("image/png"), "{engine}");
            let mut put = as_sent(put);
            if index >= 2 {
                // Over XMLHttpRequest: the page's origin, and no path.
                let referer = put.header("referer").map(str::to_owned);
                assert_eq!(referer, Some(stage.site.url()), "{engine}");
                put.headers.retain(|(name, _)| name != "referer");
            }
            assert_eq!(unwanted(&put), [""; 0], "{engine}, PUT {index}");
        }
        let asked = stage.seen(Operation::Preflight);
        let asked: Vec<_> = asked
            .iter()
            .filter(|it| it.path.starts_with("/upload/"))
            .filter_map(|it| it.header("access-control-request-headers"))
            .collect();
        assert_eq!(asked, ["content-type"; 4], "{engine}");
    }
    Ok(())
}

fn unwanted(put: &Sent) -> Vec<String> {
    unwanted_of_the_browser(put).collect()
}

fn as_sent(request: &LoggedRequest) -> Sent {
    Sent {
        method: request.method.clone(),
        path: request.path.clone(),
        headers: request.headers.clone(),
        status: request.status,
    }
}
