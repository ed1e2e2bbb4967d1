//! The headers of a PUT, in the three engines: those that the browser always sends, and Content-Type.

use anyhow::Result;
use aurous_e2e::browser::Engine;
use aurous_e2e::put::{unwanted_of_the_browser, unwanted_of_the_gateway};
use aurous_e2e::recorder::RecordedRequest;
use aurous_e2e::testbed::Testbed;
use aurous_emulator::{LoggedRequest, Operation};
use serde_json::Value;

/// Makes PUTs over `fetch`, then over XMLHttpRequest, each with `putFile` and with `upload`.
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
        let testbed = Testbed::blank_page().await?;
        let browser = testbed.visit(engine).await?;
        browser.give_cookie("session", "of-the-page-alone").await?;
        browser.run(PUT_ALL, Value::Null).await?;
        let sent = testbed.puts_sent();
        assert_eq!(sent.len(), 4, "{engine}");
        let (by_fetch, by_xhr) = sent.split_at(2);
        for put in by_fetch {
            assert_eq!(unwanted(put), [""; 0], "{engine}");
        }
        for put in by_xhr {
            // XMLHttpRequest always sends these to the page's own origin.
            assert_eq!(
                put.header("cookie"),
                Some("session=of-the-page-alone"),
                "{engine}"
            );
            let unwanted = unwanted(put);
            assert_eq!(unwanted.len(), 2, "{engine}: {unwanted:?}");
            assert!(put.header("referer").is_some(), "{engine}");
        }
        let puts = testbed.seen(Operation::Put);
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
async fn an_upload_host_on_another_origin_gets_no_cookie_and_one_header_of_the_sdk() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::without_gateway().await?;
        let browser = testbed.visit(engine).await?;
        // Cookies apply to every port of a host, so the browser could send this one.
        browser.give_cookie("session", "of-the-page-alone").await?;
        browser.run(PUT_ALL, Value::Null).await?;
        let puts = testbed.seen(Operation::Put);
        assert_eq!(puts.len(), 4, "{engine}");
        for (index, put) in puts.iter().enumerate() {
            assert_eq!(put.header("content-type"), Some("image/png"), "{engine}");
            let mut put = as_recorded(put);
            if index >= 2 {
                // XMLHttpRequest sends the page's origin, without a path.
                let referer = put.header("referer").map(str::to_owned);
                assert_eq!(referer, Some(testbed.site.url()), "{engine}");
                put.headers.retain(|(name, _)| name != "referer");
            }
            assert_eq!(unwanted(&put), [""; 0], "{engine}, PUT {index}");
        }
        let asked = testbed.seen(Operation::Preflight);
        let asked: Vec<_> = asked
            .iter()
            .filter(|it| it.path.starts_with("/upload/"))
            .filter_map(|it| it.header("access-control-request-headers"))
            .collect();
        assert_eq!(asked, ["content-type"; 4], "{engine}");
    }
    Ok(())
}

fn unwanted(put: &RecordedRequest) -> Vec<String> {
    unwanted_of_the_browser(put).collect()
}

fn as_recorded(request: &LoggedRequest) -> RecordedRequest {
    RecordedRequest {
        method: request.method.clone(),
        path: request.path.clone(),
        headers: request.headers.clone(),
        status: request.status,
    }
}
