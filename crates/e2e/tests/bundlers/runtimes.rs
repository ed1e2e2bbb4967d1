//! The package where there is no page: on servers, and in the environments that pages are tested in. Each
//! cell runs a small project to its end, which prints the character's status, or whose runner fails.

use anyhow::{Result, ensure};
use aurous_e2e::npm_project::NpmProject;
use aurous_e2e::picture::sha256;
use aurous_e2e::testbed::{Testbed, sample, strict_emulator};
use aurous_emulator::{Emulator, Operation};

use crate::{DONE, project};

/// Jest runs modules as they are behind this flag of Node's.
const JEST_WITH_MODULES: &[&str] = &["--experimental-vm-modules", JEST];
const JEST: &str = "../node_modules/jest/bin/jest.js";

#[tokio::test(flavor = "multi_thread")]
async fn cloudflare_workers() -> Result<()> {
    let project = project("workers", &["workers"])?;
    on_a_server(&project, "node", &["run.mjs", "worker.js"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn cloudflare_workers_without_the_wasm_say_what_to_import() -> Result<()> {
    let project = project("workers-without-wasm", &["workers"])?;
    let emulator = strict_emulator().await?;
    let environment = server(&emulator);
    let said = project.run_with(
        &as_pairs(&environment),
        "node",
        &["run.mjs", "without-wasm.js"],
    )?;
    ensure!(
        said.contains("import wasm from \"aurous-web/aurous_web_bg.wasm\"")
            && said.contains("init(wasm)"),
        "{said}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn bun() -> Result<()> {
    let project = project("bun-server", &["server"])?;
    for script in ["make.mjs", "make-external.mjs"] {
        on_a_server(&project, "bun", &["run", script]).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn vite_rendering_on_the_server_with_a_linked_package() -> Result<()> {
    let project = project("vite-ssr", &["server", "vite-ssr"])?;
    project.link_package()?;
    for script in ["make.mjs", "make-external.mjs"] {
        on_a_server(&project, "node", &["run.mjs", script]).await?;
    }
    project.run("vite", &["build", "--ssr", "make.mjs"])?;
    on_a_server(&project, "node", &["dist/make.mjs"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn vitest_with_jsdom() -> Result<()> {
    let project = project("vitest-jsdom", &["vitest"])?;
    as_a_page(&project, "vitest", &["run", "--environment", "jsdom"], 2).await
}

#[tokio::test(flavor = "multi_thread")]
async fn vitest_with_happy_dom() -> Result<()> {
    let project = project("vitest-happy-dom", &["vitest"])?;
    as_a_page(
        &project,
        "vitest",
        &["run", "--environment", "happy-dom"],
        2,
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn jest_with_modules() -> Result<()> {
    let project = project("jest", &["jest"])?;
    as_a_page(&project, "node", JEST_WITH_MODULES, 1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn jest_with_jsdom() -> Result<()> {
    let project = project("jest-jsdom", &["jest", "jest-jsdom"])?;
    as_a_page(&project, "node", JEST_WITH_MODULES, 1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn jest_with_modules_turned_into_commonjs() -> Result<()> {
    let project = project("jest-commonjs", &["jest", "jest-commonjs"])?;
    as_a_page(&project, "node", &[JEST], 1).await
}

/// Runs a server's code, which has the key and prints the status of the character that it made.
async fn on_a_server(project: &NpmProject, program: &str, arguments: &[&str]) -> Result<()> {
    let emulator = strict_emulator().await?;
    let environment = server(&emulator);
    let said = project.run_with(&as_pairs(&environment), program, arguments)?;
    ensure!(said.trim() == DONE, "{arguments:?}: {said}");
    pictures_arrived_whole(&emulator, 1)
}

fn server(emulator: &Emulator) -> [(&'static str, String); 3] {
    [
        ("AUROUS_API_KEY", emulator.api_key().to_owned()),
        ("AUROUS_API_URL", emulator.api_url().to_owned()),
        ("PICTURE", sample("front.jpg").display().to_string()),
    ]
}

/// Runs a page's tests, which make so many characters. The emulator's open mode is the gateway.
async fn as_a_page(
    project: &NpmProject,
    program: &str,
    arguments: &[&str],
    characters: usize,
) -> Result<()> {
    let testbed = Testbed::without_gateway().await?;
    let gateway = [testbed.emulator.api_url(), "/aurous"].concat();
    let picture = sample("front.jpg").display().to_string();
    let environment = [("GATEWAY", &*gateway), ("PICTURE", &*picture)];
    project.run_with(&environment, program, arguments)?;
    pictures_arrived_whole(&testbed.emulator, characters)
}

/// What is no File of the runtime's own may be sent as a text.
fn pictures_arrived_whole(emulator: &Emulator, expected: usize) -> Result<()> {
    let whole = Some(sha256(&std::fs::read(sample("front.jpg"))?));
    let mut puts = emulator.log();
    puts.retain(|it| it.operation == Operation::Put);
    ensure!(puts.len() == expected, "{} PUTs", puts.len());
    ensure!(puts.iter().all(|it| it.body_sha256 == whole), "{puts:?}");
    Ok(())
}

fn as_pairs<'a>(environment: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    environment
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect()
}
