//! The package in Node, installed as npm would: both entries, from an import to a character, straight
//! to the API with a key.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use aurous_e2e::testbed::{package, sample, strict_emulator};
use aurous_emulator::Operation;

const MAKE_A_CHARACTER: &str = "
    const [entry, baseUrl, picture] = process.argv.slice(2);
    const { readFile } = await import('node:fs/promises');
    const { createClient } = await import(entry);
    const aurous = createClient({ apiKey: process.env.AUROUS_API_KEY, baseUrl });
    const file = new Blob([await readFile(picture)]);
    const { ticket } = await aurous.upload(file);
    const character = await aurous.createCharacter({ name: 'Aurora', upload_ids: [ticket.upload_id] });
    console.log(character.status);
";

#[tokio::test(flavor = "multi_thread")]
async fn both_entries_make_a_character() -> Result<()> {
    let emulator = strict_emulator().await?;
    let folder = tempfile::tempdir()?;
    let installed = folder.path().join("node_modules/aurous-web");
    fs::create_dir_all(&installed)?;
    for file in fs::read_dir(package())? {
        let file = file?;
        if file.file_type()?.is_file() {
            fs::copy(file.path(), installed.join(file.file_name()))?;
        }
    }
    let script = folder.path().join("make.mjs");
    fs::write(&script, MAKE_A_CHARACTER)?;
    for entry in ["aurous-web", "aurous-web/external"] {
        let output = Command::new("node")
            .arg(&script)
            .args([entry, emulator.api_url()])
            .arg(sample("front.jpg"))
            .env("AUROUS_API_KEY", emulator.api_key())
            .output()
            .context("node cannot be run")?;
        assert_eq!(
            (
                String::from_utf8_lossy(&output.stdout).trim(),
                String::from_utf8_lossy(&output.stderr).trim()
            ),
            ("ready", ""),
            "{entry}"
        );
    }
    let creates = emulator.log();
    assert_eq!(
        creates
            .iter()
            .filter(|it| it.operation == Operation::Create)
            .count(),
        2
    );
    Ok(())
}
