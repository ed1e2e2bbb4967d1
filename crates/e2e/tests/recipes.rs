//! The recipes for tests of a page, as they stand in the documentation, and a suite of thirty tests, each in the real
//! runner with the package as npm packs it. None of them has a network to go to.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use aurous_e2e::npm_project::NpmProject;
use aurous_e2e::npm_server::free_port;
use aurous_e2e::npm_workspace::NpmWorkspace;
use aurous_e2e::testbed::sample;

const JEST: &[&str] = &["../node_modules/jest/bin/jest.js", "--runInBand"];

/// Jest runs modules as they are behind this flag of Node's.
const WITH_MODULES: &[&str] = &["--experimental-vm-modules"];

#[test]
fn a_fake_fetch_in_nodes_own_runner() -> Result<()> {
    let project = documented("README", &["module"])?;
    let said = project.run_with(&[], "node", &["--test", "upload.test.js"])?;
    ensure!(said.contains("pass 1"), "{said}");
    Ok(())
}

#[test]
fn vitest_in_each_of_its_environments() -> Result<()> {
    let project = documented("vitest", &["module"])?;
    for environment in ["node", "jsdom", "happy-dom"] {
        let said = vitest(&project, environment, &[])?;
        ensure!(said.contains("2 passed"), "{environment}: {said}");
    }
    Ok(())
}

#[test]
fn msw_in_each_environment_of_vitest() -> Result<()> {
    let project = documented("msw", &["module"])?;
    for environment in ["node", "jsdom", "happy-dom"] {
        let said = vitest(&project, environment, &[])?;
        ensure!(said.contains("3 passed"), "{environment}: {said}");
    }
    Ok(())
}

/// The page says what to write in the place of vitest's name.
#[test]
fn msw_in_jest_with_and_without_jsdom() -> Result<()> {
    let project = project("msw-jest", &["module", "jest"])?;
    project.write_files_of(&document("msw")?)?;
    let test = "upload.test.js";
    let for_jest = project
        .read(test)?
        .replace("\"vitest\"", "\"@jest/globals\"");
    project.write(test, for_jest)?;
    for environment in ["node", "jest-fixed-jsdom"] {
        let said = jest(&project, &["--env", environment])?;
        ensure!(said.contains("3 passed"), "{environment}: {said}");
    }
    Ok(())
}

#[test]
fn jest_with_and_without_jsdom() -> Result<()> {
    let project = documented("jest", &["module"])?;
    for flags in [&[][..], &["--env", "node"]] {
        let said = jest(&project, flags)?;
        ensure!(said.contains("2 passed"), "{flags:?}: {said}");
    }
    Ok(())
}

#[test]
fn plain_jsdom_in_jest_is_named_in_the_errors() -> Result<()> {
    let project = project("jest-plain", &["module", "jest", "jest-plain"])?;
    let said = jest(&project, &["--env", "jsdom"])?;
    ensure!(said.contains("2 passed"), "{said}");
    Ok(())
}

#[test]
fn playwright_in_chromium() -> Result<()> {
    let project = documented("playwright", &["module", "playwright"])?;
    project.write("front.jpg", fs::read(sample("front.jpg"))?)?;
    let port = free_port()?.to_string();
    let said = project.run_with(&[("PORT", &port)], "playwright", &["test"])?;
    ensure!(said.contains("1 passed"), "{said}");
    Ok(())
}

#[test]
fn thirty_tests_in_each_environment_of_vitest() -> Result<()> {
    let project = project("thirty-vitest", &["module", "suite", "vitest"])?;
    for environment in ["node", "jsdom", "happy-dom"] {
        let said = vitest(&project, environment, &["--globals"])?;
        ensure!(said.contains("30 passed"), "{environment}: {said}");
    }
    Ok(())
}

#[test]
fn thirty_tests_in_jest_with_and_without_jsdom() -> Result<()> {
    let project = project("thirty-jest", &["module", "suite", "jest"])?;
    for environment in ["node", "jest-fixed-jsdom"] {
        let said = jest(&project, &["--env", environment])?;
        ensure!(said.contains("30 passed"), "{environment}: {said}");
    }
    Ok(())
}

/// As Babel's presets do, to the package as well.
#[test]
fn thirty_tests_in_jest_turned_into_commonjs() -> Result<()> {
    let folders = ["suite", "jest", "../bundlers/jest-commonjs"];
    let project = project("thirty-jest-commonjs", &folders)?;
    for environment in ["node", "jest-fixed-jsdom"] {
        let said = run_jest(&project, &[], &["--env", environment])?;
        ensure!(said.contains("30 passed"), "{environment}: {said}");
    }
    Ok(())
}

#[test]
fn the_default_client_of_a_page_in_vitest_and_jest() -> Result<()> {
    let vitest_project = project("page-vitest", &["module", "page"])?;
    for environment in ["jsdom", "happy-dom"] {
        let said = vitest(&vitest_project, environment, &["--globals"])?;
        ensure!(said.contains("1 passed"), "{environment}: {said}");
    }
    let jest_project = project("page-jest", &["module", "jest", "page"])?;
    let said = jest(&jest_project, &["--env", "jest-fixed-jsdom"])?;
    ensure!(said.contains("1 passed"), "{said}");
    Ok(())
}

/// Runs vitest, and returns what it printed.
fn vitest(project: &NpmProject, environment: &str, flags: &[&str]) -> Result<String> {
    let run = ["run", "--environment", environment, "--no-color"];
    project.run_with(&[], "vitest", &[&run, flags].concat())
}

/// Runs Jest with modules, and returns how many tests passed.
fn jest(project: &NpmProject, flags: &[&str]) -> Result<String> {
    run_jest(project, WITH_MODULES, flags)
}

fn run_jest(project: &NpmProject, node: &[&str], flags: &[&str]) -> Result<String> {
    let report = ["--json", "--outputFile=report.json"];
    project.run_with(&[], "node", &[node, JEST, flags, &report].concat())?;
    let report: serde_json::Value = serde_json::from_str(&project.read("report.json")?)?;
    Ok(format!("{} passed", report["numPassedTests"]))
}

/// Makes a project of what a page of the documentation shows, over these folders of `recipes`.
fn documented(page: &str, folders: &[&str]) -> Result<NpmProject> {
    let project = project(page, folders)?;
    project.write_files_of(&document(page)?)?;
    Ok(project)
}

fn document(page: &str) -> Result<String> {
    let path = root().join("docs/testing").join(page);
    Ok(fs::read_to_string(path.with_extension("md"))?)
}

fn project(name: &str, folders: &[&str]) -> Result<NpmProject> {
    let workspace = NpmWorkspace::shared(concat!(env!("CARGO_TARGET_TMPDIR"), "/recipes"))?;
    let recipes = root().join("crates/e2e/recipes");
    let folders: Vec<PathBuf> = folders.iter().map(|it| recipes.join(it)).collect();
    workspace.project(name, &folders)
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
