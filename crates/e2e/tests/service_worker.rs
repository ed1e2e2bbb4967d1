//! An upload with progress on a page whose requests a service worker answers, over a slow link, in the three
//! engines. The worker takes the whole body at once, so the browser reports no progress while the bytes travel.

use anyhow::{Context, Result};
use aurous_e2e::browser::Engine;
use aurous_e2e::slow_link::SlowLink;
use aurous_e2e::testbed::Testbed;
use serde_json::json;

const BYTES: u64 = 1_500_000;
/// The file takes three seconds.
const BITS_PER_SECOND: u32 = 4_000_000;
const STALL_TIMEOUT_MS: u32 = 500;

#[tokio::test]
async fn an_upload_through_a_service_worker_is_not_taken_for_one_that_stands_still() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::without_gateway().await?;
        testbed.site.add_page(
            "/worker.js",
            "addEventListener('install', () => skipWaiting());
             addEventListener('activate', (event) => event.waitUntil(clients.claim()));
             addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));",
        );
        let upload_host = testbed.emulator.upload_url().to_owned();
        let address = upload_host.trim_start_matches("http://").parse()?;
        let link = SlowLink::to(address, BITS_PER_SECOND)?;
        let browser = testbed.visit(engine).await?;
        let report = browser
            .run(
                "const controlled = new Promise((done) => (navigator.serviceWorker.oncontrollerchange = done));
                 await navigator.serviceWorker.register('/worker.js');
                 await controlled;
                 const { initUpload, putFile } = await import('/pkg/index.js');
                 const picture = await paint('image/jpeg');
                 const file = new File([picture, new Uint8Array(args.bytes - picture.size)], 'large.jpg');
                 const ticket = await initUpload(file);
                 const target = { ...ticket, upload_url: ticket.upload_url.replace(args.uploadHost, args.link) };
                 const reports = [];
                 const began = performance.now();
                 await putFile(target, file, { stallTimeoutMs: args.stall, onProgress: (report) => reports.push(report) });
                 const last = reports.at(-1);
                 return { attempt: last.attempt, fraction: last.fraction, took: performance.now() - began };",
                json!({ "bytes": BYTES, "uploadHost": upload_host, "link": link.origin(), "stall": STALL_TIMEOUT_MS }),
            )
            .await
            .with_context(|| engine.to_string())?;
        assert_eq!(report["attempt"], 1, "{engine}: {report}");
        assert_eq!(report["fraction"], 1.0, "{engine}: {report}");
        // Otherwise the link was not slow, and this test proves nothing.
        let took_ms = report["took"].as_f64().context("no time")?;
        assert!(took_ms > f64::from(STALL_TIMEOUT_MS), "{engine}: {report}");
    }
    Ok(())
}
