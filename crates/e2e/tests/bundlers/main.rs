//! The package as npm packs it, in the places where people put it: each cell builds a small page, opens
//! it in a browser and ends with a character made through the gateway. No bundler has a line of
//! configuration for the package's sake.

mod proxy;
mod runtimes;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::{self, Chromium};
use aurous_e2e::npm_project::NpmProject;
use aurous_e2e::npm_server::free_port;
use aurous_e2e::npm_workspace::NpmWorkspace;
use aurous_e2e::site::{SiteConfig, SiteListener};
use aurous_e2e::testbed::{Testbed, package, sample, strict_emulator};

/// What the page says when it listens, and when it is done.
const LISTENS: &str = "pick a picture";
const DONE: &str = "ready";

// Where a lock file is above the project, as the workspace has one, Parcel takes that folder for its own.
const PARCEL: &[&str] = &["build", "index.html", "--no-cache", "--dist-dir", "dist"];
const ESBUILD: &[&str] = &["app.js", "--bundle", "--format=esm", "--outdir=dist"];
const ROLLUP: &[&str] = &[
    "app.js",
    "--dir",
    "dist",
    "--plugin",
    "@rollup/plugin-node-resolve",
];
const ROLLDOWN: &[&str] = &["app.js", "--dir", "dist"];
const BUN: &[&str] = &["build", "app.js", "--outdir=dist"];

#[tokio::test(flavor = "multi_thread")]
async fn no_bundler_in_every_engine() -> Result<()> {
    let project = project("none", &["page", "none"])?;
    project.place_package()?;
    for engine in Engine::ALL {
        makes_a_character_in(engine, &project, ".").await?;
    }
    Ok(())
}

/// The policy lets the page connect to the gateway alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_strict_content_security_policy() -> Result<()> {
    let project = project("csp", &["page", "csp"])?;
    project.place_package()?;
    makes_a_character(&project, ".").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_worker() -> Result<()> {
    let project = project("worker", &["page", "worker"])?;
    project.place_package()?;
    makes_a_character(&project, ".").await
}

/// As a desktop shell or a saved page has it: one HTML file, whose gateway is elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_from_the_disk_with_its_script_inside() -> Result<()> {
    let project = project("file", &["page", "file"])?;
    let bundle = ["app.js", "--bundle", "--minify", "--outfile=bundle.js"];
    project.run("esbuild", &bundle)?;
    let page = project.inline("bundle.js")?;
    // The gateway lets no page in without an origin of its own; the emulator's open mode does.
    let testbed = Testbed::without_gateway().await?;
    let page = format!(
        "file://{}?gateway={}/aurous",
        page.display(),
        testbed.site.origin()
    );
    let said = said_at(Chromium, &page, &testbed).await?;
    ensure!(said == DONE, "{said}");
    Ok(())
}

/// A CDN's `/+esm` is one file, of a name and a path of the CDN's.
#[tokio::test(flavor = "multi_thread")]
async fn one_file_of_another_name_as_a_cdn_serves_it() -> Result<()> {
    let project = project("cdn", &["page", "cdn"])?;
    let entry = "../node_modules/aurous-web/index.js";
    let minify = [entry, "--minify", "--outfile=npm/aurous-web@1/esm.js"];
    project.run("esbuild", &minify)?;
    makes_a_character(&project, ".").await
}

#[tokio::test(flavor = "multi_thread")]
async fn vite_build_in_every_engine() -> Result<()> {
    let project = project("vite-build", &["page"])?;
    project.run("vite", &["build"])?;
    project.has_wasm_files("dist", 0)?;
    for engine in Engine::ALL {
        makes_a_character_in(engine, &project, "dist").await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn vite_build_of_a_worker() -> Result<()> {
    let project = project("vite-worker", &["page", "worker", "plain"])?;
    project.run("vite", &["build"])?;
    makes_a_character(&project, "dist").await
}

/// The block that the documentation has to paste, as it stands.
#[tokio::test(flavor = "multi_thread")]
async fn vite_dev_server() -> Result<()> {
    let project = project("vite-dev", &[])?;
    let document = include_str!("../../../../docs/getting-started.md");
    let (_, section) = document
        .split_once("\n## Vite\n")
        .context("no such section")?;
    project.write_files_of(section.split("\n## ").next().unwrap_or_default())?;
    let port = free_port()?;
    let page = format!("http://127.0.0.1:{port}");
    // Pages are Vite's business here, and it passes `/aurous` on.
    let testbed = Testbed::start(SiteListener::at(0).await?, project.site("."), |settings| {
        settings.origins = vec![page.clone()];
    })
    .await?;
    let port_text = port.to_string();
    let arguments = ["--host", "127.0.0.1", "--strictPort", "--port", &port_text];
    let _server = project.serve(
        "vite",
        &arguments,
        port,
        &[("GATEWAY", &testbed.site.origin())],
    )?;
    let said = said_at(Chromium, &page, &testbed).await?;
    ensure!(said == DONE, "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn webpack() -> Result<()> {
    let project = project("webpack", &["page", "webpack"])?;
    project.run("webpack", &[])?;
    project.copy("index.html", "dist")?;
    project.has_wasm_files("dist", 0)?;
    makes_a_character(&project, "dist").await
}

#[tokio::test(flavor = "multi_thread")]
async fn parcel() -> Result<()> {
    let project = project("parcel", &["page"])?;
    project.run("parcel", PARCEL)?;
    project.has_wasm_files("dist", 0)?;
    makes_a_character(&project, "dist").await
}

/// As its Dockerfile has it: the standalone server, away from the `node_modules` of the build.
#[tokio::test(flavor = "multi_thread")]
async fn next_app_router_and_its_route_handlers() -> Result<()> {
    let project = project("next", &["next"])?;
    project.run("next", &["build"])?;
    project.has_wasm_files(".next/static", 0)?;
    project.copy_folder(".next/static", ".next/standalone/next/.next/static")?;
    let standalone = project.moved(".next/standalone")?;
    let emulator = strict_emulator().await?;
    let port = free_port()?;
    let server = [
        ("PORT", &*port.to_string()),
        ("HOSTNAME", "127.0.0.1"),
        ("AUROUS_API_URL", emulator.api_url()),
        ("AUROUS_API_KEY", emulator.api_key()),
    ];
    let _server = standalone.serve("node", &["next/server.js"], port, &server)?;
    for route in ["character", "external"] {
        let picture = sample("front.jpg").display().to_string();
        let url = format!("http://127.0.0.1:{port}/api/{route}");
        let said = project.run_with(&[("PICTURE", &picture)], "node", &["post.mjs", &url])?;
        ensure!(said.trim() == DONE, "{route}: {said}");
    }
    let said = said_by(
        Chromium,
        SiteConfig {
            pkg: package(),
            others: Some(proxy::before(port)),
            ..SiteConfig::default()
        },
    )
    .await?;
    ensure!(said == DONE, "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn esbuild() -> Result<()> {
    bundles("esbuild", ESBUILD).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rollup() -> Result<()> {
    bundles("rollup", ROLLUP).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rolldown() -> Result<()> {
    bundles("rolldown", ROLLDOWN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bun_build() -> Result<()> {
    bundles("bun", BUN).await
}

async fn bundles(program: &str, arguments: &[&str]) -> Result<()> {
    let project = project(program, &["page"])?;
    project.run(program, arguments)?;
    project.copy("index.html", "dist")?;
    project.has_wasm_files("dist", 0)?;
    makes_a_character(&project, "dist").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_external_entrys_file_is_emitted_by_vite_webpack_and_parcel() -> Result<()> {
    let bundlers: [(&str, &[&str]); 3] =
        [("vite", &["build"]), ("webpack", &[]), ("parcel", PARCEL)];
    for (program, arguments) in bundlers {
        let name = format!("{program}-external");
        let project = project(&name, &["page", "webpack", "external"])?;
        project.run(program, arguments)?;
        if program == "webpack" {
            project.copy("index.html", "dist")?;
        }
        project.has_wasm_files("dist", 1)?;
        makes_a_character(&project, "dist").await?;
    }
    Ok(())
}

/// They leave the file out without a word: the page says so, and what to do.
#[tokio::test(flavor = "multi_thread")]
async fn the_external_entrys_file_is_placed_by_hand_for_the_others() -> Result<()> {
    for (program, arguments) in [
        ("esbuild", ESBUILD),
        ("rollup", ROLLUP),
        ("rolldown", ROLLDOWN),
        ("bun", BUN),
    ] {
        let name = format!("{program}-external");
        let project = project(&name, &["page", "external"])?;
        project.run(program, arguments)?;
        project.copy("index.html", "dist")?;
        let said = said_by(Chromium, project.site("dist")).await?;
        ensure!(
            said.contains("aurous_web_bg.wasm answered 404")
                && said.contains("import `aurous-web`"),
            "{program}: {said}"
        );
        project.copy_wasm("dist")?;
        makes_a_character(&project, "dist").await?;
    }
    Ok(())
}

/// Makes a project of folders of `bundlers/`.
fn project(name: &str, parts: &[&str]) -> Result<NpmProject> {
    let workspace = NpmWorkspace::shared(concat!(env!("CARGO_TARGET_TMPDIR"), "/bundlers"))?;
    let sources = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/bundlers"));
    let parts: Vec<_> = parts.iter().map(|part| sources.join(part)).collect();
    workspace.project(name, &parts)
}

async fn makes_a_character(project: &NpmProject, folder: &str) -> Result<()> {
    makes_a_character_in(Chromium, project, folder).await
}

async fn makes_a_character_in(engine: Engine, project: &NpmProject, folder: &str) -> Result<()> {
    let said = said_by(engine, project.site(folder)).await?;
    ensure!(said == DONE, "{project:?} in {engine}: {said}");
    Ok(())
}

/// What the page says, given a picture.
async fn said_by(engine: Engine, site: SiteConfig) -> Result<String> {
    let testbed = Testbed::start(SiteListener::at(0).await?, site, |_| {}).await?;
    said_at(engine, &testbed.site.url(), &testbed).await
}

async fn said_at(engine: Engine, page: &str, testbed: &Testbed) -> Result<String> {
    let browser = Browser::start(engine).await?;
    browser.goto(page).await?;
    let output = "document.querySelector('output')?.textContent";
    browser
        .until(
            "the page listens",
            &format!("return {output} === '{LISTENS}'"),
        )
        .await?;
    browser.pick([sample("front.jpg")]).await?;
    // Progress is no answer.
    let said = format!("return {output} !== '{LISTENS}' && !{output}.endsWith('%') && {output}");
    let said = browser.until("the page says something", &said).await?;
    if said == DONE {
        ensure!(
            testbed.emulator.characters().len() == 1,
            "no character was made"
        );
    }
    Ok(said.as_str().unwrap_or_default().to_owned())
}
