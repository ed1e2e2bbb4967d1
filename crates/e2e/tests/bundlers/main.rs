//! The package as npm packs it, in the places where people put it: each cell builds a small page, opens
//! it in Chromium and ends with a character made through the gateway.

mod project;

use anyhow::{Result, ensure};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::site::{Door, SiteConfig};
use aurous_e2e::stage::{Stage, package, sample};
use project::Project;

/// What the page says when it listens, and when it is done.
const LISTENS: &str = "pick a picture";
const DONE: &str = "ready";

#[tokio::test(flavor = "multi_thread")]
async fn no_bundler() -> Result<()> {
    let project = Project::new("none", &["page", "none"])?;
    project.place_package()?;
    makes_a_character(&project, ".").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_content_security_policy() -> Result<()> {
    let project = Project::new("csp", &["page", "csp"])?;
    project.place_package()?;
    makes_a_character(&project, ".").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_worker() -> Result<()> {
    let project = Project::new("worker", &["page", "worker"])?;
    project.place_package()?;
    makes_a_character(&project, ".").await
}

#[tokio::test(flavor = "multi_thread")]
async fn vite_build() -> Result<()> {
    let project = Project::new("vite-build", &["page"])?;
    project.run("vite", &["build"])?;
    project.has_wasm_files("dist", 1)?;
    makes_a_character(&project, "dist").await
}

#[tokio::test(flavor = "multi_thread")]
async fn vite_build_of_a_worker() -> Result<()> {
    let project = Project::new("vite-worker", &["page", "worker", "plain"])?;
    project.run("vite", &["build"])?;
    makes_a_character(&project, "dist").await
}

#[tokio::test(flavor = "multi_thread")]
async fn vite_dev_server() -> Result<()> {
    let project = Project::new("vite-dev", &["page", "vite"])?;
    let port = project::free_port()?;
    let page = format!("http://127.0.0.1:{port}");
    // Pages are Vite's business here, and it passes `/aurous` on.
    let stage = Stage::start(Door::at(0).await?, project.site("."), |settings| {
        settings.origins = vec![page.clone()];
    })
    .await?;
    let port_text = port.to_string();
    let arguments = ["--host", "127.0.0.1", "--strictPort", "--port", &port_text];
    let _server = project.serve("vite", &arguments, port, &stage.site.origin())?;
    let said = said_at(&page, &stage).await?;
    ensure!(said == DONE, "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn webpack() -> Result<()> {
    let project = Project::new("webpack", &["page", "webpack"])?;
    project.run("webpack", &[])?;
    project.copy("index.html", "dist")?;
    project.has_wasm_files("dist", 1)?;
    makes_a_character(&project, "dist").await
}

#[tokio::test(flavor = "multi_thread")]
async fn parcel() -> Result<()> {
    let project = Project::new("parcel", &["page", "parcel"])?;
    project.run("parcel", &["build", "index.html", "--no-cache"])?;
    project.has_wasm_files("dist", 1)?;
    makes_a_character(&project, "dist").await
}

#[tokio::test(flavor = "multi_thread")]
async fn next_app_router() -> Result<()> {
    let project = Project::new("next", &["next"])?;
    project.run("next", &["build"])?;
    project.has_wasm_files(".next/static", 1)?;
    let port = project::free_port()?;
    let arguments = ["start", "--port", &port.to_string()];
    let _server = project.serve("next", &arguments, port, "")?;
    let said = said_by(SiteConfig {
        pkg: package(),
        others: Some(project::before(port)),
        ..SiteConfig::default()
    })
    .await?;
    ensure!(said == DONE, "{said}");
    Ok(())
}

/// What these leave out, they leave out silently: the page says so, and what to do.
#[tokio::test(flavor = "multi_thread")]
async fn esbuild_rollup_and_rolldown() -> Result<()> {
    let esbuild: &[&str] = &["app.js", "--bundle", "--format=esm", "--outdir=dist"];
    let rollup: &[&str] = &[
        "app.js",
        "--dir",
        "dist",
        "--plugin",
        "@rollup/plugin-node-resolve",
    ];
    let rolldown: &[&str] = &["app.js", "--dir", "dist"];
    for (program, arguments) in [
        ("esbuild", esbuild),
        ("rollup", rollup),
        ("rolldown", rolldown),
    ] {
        let bundled = |way: &[&str]| -> Result<Project> {
            let name = [&[program], way].concat().join("-");
            let project = Project::new(&name, way)?;
            project.run(program, arguments)?;
            project.copy("index.html", "dist")?;
            Ok(project)
        };
        let inline = bundled(&["page", "inline"])?;
        inline.has_wasm_files("dist", 0)?;
        makes_a_character(&inline, "dist").await?;

        let placed = bundled(&["page", "placed"])?;
        placed.copy_wasm("dist")?;
        makes_a_character(&placed, "dist").await?;

        let forgotten = bundled(&["page"])?;
        let said = said_by(forgotten.site("dist")).await?;
        ensure!(
            said.contains("aurous_web_bg.wasm answered 404") && said.contains("aurous-web/inline"),
            "{program}: {said}"
        );
    }
    Ok(())
}

async fn makes_a_character(project: &Project, folder: &str) -> Result<()> {
    let said = said_by(project.site(folder)).await?;
    ensure!(said == DONE, "{project:?}: {said}");
    Ok(())
}

/// What the page says, given a picture.
async fn said_by(site: SiteConfig) -> Result<String> {
    let stage = Stage::start(Door::at(0).await?, site, |_| {}).await?;
    said_at(&stage.site.url(), &stage).await
}

async fn said_at(page: &str, stage: &Stage) -> Result<String> {
    let browser = Browser::start(Chromium).await?;
    browser.goto(page).await?;
    let output = "document.querySelector('output')?.textContent";
    browser
        .until(
            "the page listens",
            &format!("return {output} === '{LISTENS}'"),
        )
        .await?;
    browser.pick([sample("front.jpg")]).await?;
    let said = format!("return {output} !== '{LISTENS}' && {output}");
    let said = browser.until("the page says something", &said).await?;
    if said == DONE {
        ensure!(
            stage.emulator.characters().len() == 1,
            "no character was made"
        );
    }
    Ok(said.as_str().unwrap_or_default().to_owned())
}
