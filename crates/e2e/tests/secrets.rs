//! What an error tells, and to whom it may be shown, in Chromium: never a signed URL.

use anyhow::{Result, ensure};
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::stage::Stage;
use aurous_emulator::{Fault, Step};
use serde_json::{Value, json};

#[tokio::test]
async fn an_error_survives_serialising_and_holds_no_signed_url() -> Result<()> {
    let stage = Stage::blank_page().await?;
    let browser = stage.visit(Chromium).await?;
    let faults = [
        Fault::status(403),
        Fault::status(500),
        Fault::ResetBeforeBody,
        Fault::ResetAfterBody { processed: false },
        Fault::Hang,
    ];
    for fault in faults {
        stage
            .emulator
            .inject(fault.clone().on(Step::Put).for_ever());
        let told = browser
            .run(
                "const { initUpload, putFile } = await import('/pkg/index.js');
                 const file = await paint('image/jpeg', 'me.jpg');
                 const ticket = await initUpload(file);
                 const error = await putFile(ticket, file, { stallTimeoutMs: 300 }).catch((error) => error);
                 const own = Object.getOwnPropertyNames(error).map((name) => String(error[name]));
                 return {
                     secret: new URL(ticket.upload_url).search,
                     json: error.toJSON(),
                     text: [JSON.stringify(error), String(error), error.stack, String(error.cause?.stack), ...own].join(),
                     error: [error.name, error.message, error.code, error.kind, error.step, error.retryable],
                 };",
                Value::Null,
            )
            .await?;
        stage.emulator.clear_faults();
        let json = &told["json"];
        let fields =
            ["name", "message", "code", "kind", "step", "retryable"].map(|name| &json[name]);
        assert_eq!(json!(fields), told["error"], "after {fault:?}");
        assert_eq!(json["step"], "put", "after {fault:?}");
        let secret = told["secret"].as_str().unwrap_or_default();
        ensure!(secret.len() > 20, "that is no signature: {secret}");
        let text = told["text"].as_str().unwrap_or_default();
        for part in secret.trim_start_matches('?').split('&') {
            let value = part.split_once('=').map_or(part, |(_, value)| value);
            ensure!(
                value.len() < 16 || !text.contains(value),
                "after {fault:?} it tells the signature: {text}"
            );
        }
    }
    Ok(())
}
