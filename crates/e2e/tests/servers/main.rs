//! The gateway as a function, in the servers that people have. Each cell runs a server's page of the
//! documentation as it stands, or a whole example, with the package as npm packs it. A browser makes a
//! character there.

mod pictures;
mod stage;
mod visitor;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use aurous_e2e::markdown::{ShownFile, shown_files};
use aurous_e2e::npm_project::NpmProject;
use aurous_e2e::npm_server::NpmServer;
use aurous_e2e::npm_workspace::NpmWorkspace;
use stage::Stage;
use visitor::{makes_a_character, makes_a_character_and_can_read_the_page};

#[tokio::test(flavor = "multi_thread")]
async fn nextjs_in_development() -> Result<()> {
    let project = documented("nextjs", &["crates/e2e/servers/next"])?;
    project.run("tsc", &["--noEmit"])?;
    let stage = Stage::new().await?;
    let server = serve(&project, &stage, "next", &["dev"])?;
    makes_a_character(&stage, &server, &pictures::large()?).await
}

/// Built without the variables, as an image is, and away from the `node_modules` of the build.
#[tokio::test(flavor = "multi_thread")]
async fn the_example_for_nextjs_as_a_standalone_server() -> Result<()> {
    let project = project("next-example", &["examples/next"])?;
    project.run("next", &["build"])?;
    let server = ".next/standalone/next-example";
    project.copy_folder(".next/static", &format!("{server}/.next/static"))?;
    let standalone = project.moved(".next/standalone")?;
    let stage = Stage::new().await?;
    let server = serve(&standalone, &stage, "node", &["next-example/server.js"])?;
    makes_a_character_and_can_read_the_page(&stage, &server, &pictures::two()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn cloudflare_workers() -> Result<()> {
    let project = documented_with_a_page("cloudflare-workers")?;
    let stage = Stage::new().await?;
    let port = stage.port.to_string();
    let mut arguments = vec!["dev", "--port", &port, "--inspector-port", "0"];
    let variables: Vec<_> = stage
        .variables()
        .into_iter()
        .map(|(name, value)| format!("{name}:{value}"))
        .collect();
    for variable in &variables {
        arguments.extend(["--var", variable]);
    }
    let server = serve(&project, &stage, "wrangler", &arguments)?;
    makes_a_character(&stage, &server, &pictures::large()?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn hono_on_node() -> Result<()> {
    let project = documented_with_a_page("hono")?;
    let stage = Stage::new().await?;
    let server = serve(&project, &stage, "node", &["server.mjs"])?;
    makes_a_character(&stage, &server, &pictures::large()?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_for_hono_and_vite() -> Result<()> {
    let project = project("hono-vite-example", &["examples/hono-vite"])?;
    project.run("tsc", &[])?;
    project.run("vite", &["build"])?;
    let server = ["build", "--ssr", "src/server.ts", "--outDir", "dist/server"];
    project.run("vite", &server)?;
    let stage = Stage::new().await?;
    let server = serve(&project, &stage, "node", &["dist/server/server.js"])?;
    makes_a_character_and_can_read_the_page(&stage, &server, &pictures::two()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_for_hono_and_vite_in_development() -> Result<()> {
    let project = project("hono-vite-example-dev", &["examples/hono-vite"])?;
    let stage = Stage::new().await?;
    let port = stage.port.to_string();
    let server = serve(&project, &stage, "vite", &["--strictPort", "--port", &port])?;
    makes_a_character(&stage, &server, &pictures::two()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn express_5_and_4() -> Result<()> {
    for version in ["express", "express-4"] {
        let project = documented_with_a_page("express")?;
        project.link_dependency("express", version)?;
        let stage = Stage::new().await?;
        let server = serve(&project, &stage, "node", &["server.mjs"])?;
        makes_a_character(&stage, &server, &pictures::large()?).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn sveltekit_with_adapter_node() -> Result<()> {
    let project = documented("sveltekit", &["crates/e2e/servers/sveltekit"])?;
    project.run("vite", &["build"])?;
    let stage = Stage::new().await?;
    let mut variables = stage.variables();
    variables.extend([
        ("ORIGIN", stage.origin()),
        ("BODY_SIZE_LIMIT", "10M".to_owned()),
    ]);
    let server = project.serve("node", &["build"], stage.port, &variables)?;
    makes_a_character(&stage, &server, &pictures::large()?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn deno() -> Result<()> {
    let project = documented_with_a_page("deno")?;
    project.run("deno", &["check", "main.ts"])?;
    let stage = Stage::new().await?;
    let permissions = ["--allow-env", "--allow-net", "--allow-read"];
    let arguments = [&["run"], &permissions[..], &["main.ts"]].concat();
    let server = serve(&project, &stage, "deno", &arguments)?;
    makes_a_character(&stage, &server, &pictures::large()?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bun() -> Result<()> {
    let project = documented("bun", &[])?;
    project.write_files_of(&document("README")?)?;
    project.copy_folder("public", ".")?;
    let stage = Stage::new().await?;
    let server = serve(&project, &stage, "bun", &["server.ts"])?;
    makes_a_character(&stage, &server, &pictures::large()?).await
}

/// So the quick start is tried, and the route is compiled with the example.
#[test]
fn the_readme_and_the_example_have_what_the_page_about_nextjs_shows() -> Result<()> {
    let readme = fs::read_to_string(root().join("README.md"))?;
    for ShownFile { name, content } in shown_files(&document("nextjs")?)? {
        ensure!(readme.contains(content), "README.md lacks {name}");
        if name.ends_with("route.ts") {
            let example = fs::read_to_string(root().join("examples/next").join(name))?;
            ensure!(content.ends_with(example.trim_end()), "{name} differs");
        }
    }
    Ok(())
}

/// What the examples ask npm for is what they are tried with.
#[test]
fn the_examples_name_the_versions_that_are_tried() -> Result<()> {
    let tried = packages("crates/e2e/bundlers", &["devDependencies"])?;
    for example in ["examples/next", "examples/hono-vite"] {
        for package in packages(example, &["dependencies", "devDependencies"])? {
            let is_tried = tried.contains(&package) || package.0 == "aurous-web";
            ensure!(is_tried, "{example}: {package:?}");
        }
    }
    Ok(())
}

fn packages(folder: &str, lists: &[&str]) -> Result<Vec<(String, String)>> {
    let manifest = fs::read(root().join(folder).join("package.json"))?;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest)?;
    let entries = lists.iter().filter_map(|list| manifest[list].as_object());
    Ok(entries
        .flatten()
        .map(|(name, version)| {
            (
                name.clone(),
                version.as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect())
}

/// Makes a project of what a page of the documentation shows, over these folders of the checkout.
fn documented(page: &str, folders: &[&str]) -> Result<NpmProject> {
    let project = project(page, folders)?;
    project.write_files_of(&document(page)?)?;
    Ok(project)
}

/// Adds the page that the documentation has for servers that build none.
fn documented_with_a_page(page: &str) -> Result<NpmProject> {
    let project = documented(page, &[])?;
    project.write_files_of(&document("README")?)?;
    let bundle = ["--bundle", "--format=esm", "--outfile=public/page.js"];
    project.run("esbuild", &[&["page.js"], &bundle[..]].concat())?;
    Ok(project)
}

fn document(page: &str) -> Result<String> {
    let path = root().join("docs/servers").join(page);
    Ok(fs::read_to_string(path.with_extension("md"))?)
}

fn serve(
    project: &NpmProject,
    stage: &Stage,
    program: &str,
    arguments: &[&str],
) -> Result<NpmServer> {
    project.serve(program, arguments, stage.port, &stage.variables())
}

fn project(name: &str, folders: &[&str]) -> Result<NpmProject> {
    let workspace = NpmWorkspace::shared(concat!(env!("CARGO_TARGET_TMPDIR"), "/servers"))?;
    let folders: Vec<PathBuf> = folders.iter().map(|it| root().join(it)).collect();
    workspace.project(name, &folders)
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
