//! A PUT of 10 MB over 1 Mbit/s, with default options, in the three engines. It takes 80 seconds, at the end of
//! which the last bytes are in buffers and there is no progress to see; it must succeed in one attempt.
//!
//! Both the time and the link run eight times as fast.

use anyhow::{Context, Result};
use aurous_e2e::browser::Engine;
use aurous_e2e::slow_link::SlowLink;
use aurous_e2e::testbed::Testbed;
use aurous_emulator::Operation;
use serde_json::{Value, json};

const BYTES: u64 = 10_000_000;
const SPEED: u32 = 8;
const BITS_PER_SECOND: u32 = 1_000_000;

#[tokio::test]
async fn ten_megabytes_over_a_slow_link_take_one_attempt() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::without_gateway().await?;
        let upload_host = testbed.emulator.upload_url().to_owned();
        let address = upload_host.trim_start_matches("http://").parse()?;
        let link = SlowLink::to(address, BITS_PER_SECOND * SPEED)?;
        let browser = testbed.visit(engine).await?;
        browser.load_test_support().await?;
        let report = browser
            .run(
                "const { initUpload, putFile } = await import('/pkg/index.js');
                 const picture = await paint('image/jpeg');
                 const file = new File([picture, new Uint8Array(args.bytes - picture.size)], 'large.jpg');
                 const target = async () => {
                     const ticket = await initUpload(file);
                     return { ...ticket, upload_url: ticket.upload_url.replace(args.uploadHost, args.link) };
                 };
                 const [one, other] = [await target(), await target()];
                 testSupport.startClock(args.speed);
                 const began = Date.now();
                 const attempts = new Set();
                 const took = () => (Date.now() - began) / 1000;
                 return Promise.all([
                     putFile(one, file).then(took),
                     putFile(other, file, { onProgress: ({ attempt }) => attempts.add(attempt) }).then(took),
                 ]).then((took) => ({ took, attempts: [...attempts] }));",
                json!({
                    "bytes": BYTES,
                    "uploadHost": upload_host,
                    "link": link.origin(),
                    "speed": SPEED,
                }),
            )
            .await
            .with_context(|| engine.to_string())?;
        println!("{engine}: {report}");
        assert_eq!(report["attempts"], json!([1]), "{engine}");
        let puts = testbed.seen(Operation::Put);
        assert_eq!(puts.len(), 2, "{engine}: one with progress and one without");
        assert!(puts.iter().all(|it| it.body_length == BYTES), "{engine}");
        // Otherwise the link was not slow, and this test proves nothing.
        let took = report["took"].as_array().context("no times")?;
        let seconds = took.iter().filter_map(Value::as_f64);
        assert!(seconds.clone().all(|it| it > 60.0), "{engine}: {took:?} s");
    }
    Ok(())
}
