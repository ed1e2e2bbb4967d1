//! The four functions once more, in the other engine.

use anyhow::Result;
use aurous_e2e::browser::Engine::Firefox;
use aurous_e2e::stage::Stage;
use aurous_emulator::Step;
use serde_json::Value;

#[tokio::test]
async fn in_firefox_the_four_functions_make_a_character_of_a_picture() -> Result<()> {
    let stage = Stage::blank_page().await?;
    let browser = stage.visit(Firefox).await?;
    browser.give_cookie("session", "of-the-page-alone").await?;
    let character = browser
        .run(
            "const { initUpload, putFile, classify, createCharacter } = await import('/pkg/index.js');
             const file = await paint('image/png', 'side.jpg');
             const ticket = await initUpload(file);
             await putFile(ticket, file);
             await classify(ticket);
             return createCharacter({ name: 'Aurora', upload_ids: [ticket.upload_id] });",
            Value::Null,
        )
        .await?;
    assert_eq!(character["refs"][0]["pose"], "side");

    let put = &stage.seen(Step::Put)[0];
    assert_eq!(put.header("content-type"), Some("image/png"));
    for header in ["cookie", "x-api-key", "authorization", "referer"] {
        assert_eq!(put.header(header), None, "{header}");
    }
    assert_eq!(
        stage.seen(Step::Create)[0].header("cookie"),
        Some("session=of-the-page-alone")
    );
    Ok(())
}
