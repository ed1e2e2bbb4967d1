//! `cargo xtask conformance`: independent tools check the project. schemathesis checks both forms of the emulator,
//! the program and the one in JavaScript, and both of the gateway, the program and the handler, against their
//! descriptions in `openapi/`, each operation as one test; hadolint checks the gateway's Dockerfile.

use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::build;
use crate::program::{self, Program};
use crate::report::{Report, Totals};
use crate::setup::toolbox::Toolbox;
use crate::setup::{self, Need};
use crate::{demo, process, project};

/// The origin of the page that calls the gateway.
const ORIGIN: &str = "https://app.example";
const SESSION_SECRET: &str = "what-the-conformance-tests-sign-sessions-with";
const SEALING_SECRET: &str = "what-the-conformance-tests-seal-their-ids-with";
/// The rate limit of each bucket: the checker sends more requests than people do.
const LIMIT: &str = "60000/60000";

pub fn run() -> ExitCode {
    let mut report = Report::default();
    let needs = [Need::ConformanceChecker, Need::Wasm, Need::NodeTools];
    let Some(tools) = report.step("Set-up", || setup::ensure(&needs)) else {
        return report.close();
    };
    report.step("Dockerfile: hadolint", || {
        process::run(tools.python_program("hadolint").arg("deploy/Dockerfile"))
    });
    let started = report.step("Emulator, gateway and handler", || {
        demo::build_programs(&tools)?;
        let package = build::gateway::build_alone(&tools)?;
        Ok((package, emulator(&tools)?, session_token(&tools)?))
    });
    if let Some((package, emulator, token)) = &started {
        report.suites("Emulator, the program: openapi/aurous-api.yaml", || {
            check_emulator("emulator", emulator, &tools)
        });
        report.suites("Emulator, in JavaScript: openapi/aurous-api.yaml", || {
            let mut node = tools.command("node");
            node.arg("crates/emulator-js/programs/serve.mjs")
                .env("AUROUS_PKG", package);
            let emulator = Program::start_command("emulator-js", node)?;
            check_emulator("emulator-js", &emulator, &tools)
        });
        report.suites("Gateway, the program: openapi/aurous-gateway.yaml", || {
            let program = tools.command(program::path("aurous-gateway")?);
            check_gateway("gateway", program, emulator, token, &tools)
        });
        report.suites("Gateway, the handler: openapi/aurous-gateway.yaml", || {
            let mut handler = tools.command("node");
            handler
                .arg("crates/gateway-js/programs/serve-node.mjs")
                .env("AUROUS_PKG", package);
            check_gateway("handler", handler, emulator, token, &tools)
        });
    }
    report.close()
}

fn emulator(tools: &Toolbox) -> Result<Program> {
    Program::start("aurous-emulator", tools, |command| {
        command.args(["--json", "--no-rate-limits"]).args([
            "--synthesize-ms",
            "0",
            "--credits",
            "1000000",
        ])
    })
}

/// Checks the origins of an emulator.
fn check_emulator(name: &str, emulator: &Program, tools: &Toolbox) -> Result<Totals> {
    let check = |name: &str, origin, options: &[&str]| {
        let server = TestedServer {
            name,
            description: "openapi/aurous-api.yaml",
            url: emulator.address("api")?,
            secret: emulator.address("key")?,
        };
        server.check(tools, emulator.address(origin)?, options)
    };
    let api = check(name, "api", &["--exclude-operation-id", "putUpload"])?;
    let only = ["--include-operation-id", "putUpload"];
    // With one operation, there are no links for the stateful phase to follow.
    let phases = ["--phases", "examples,coverage,fuzzing"];
    let name = format!("{name}-upload-host");
    let upload_host = check(&name, "upload", &[only, phases].concat())?;
    Ok(api.plus(upload_host))
}

/// Starts a form of the gateway, and checks it. Both forms take the same flags.
fn check_gateway(
    name: &str,
    mut command: Command,
    emulator: &Program,
    token: &str,
    tools: &Toolbox,
) -> Result<Totals> {
    let (api, upload) = (emulator.address("api")?, emulator.address("upload")?);
    for bucket in ["post", "synthesize", "get"] {
        command.args(["--team-limit", &format!("characters_{bucket}={LIMIT}")]);
    }
    command
        .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
        .args(["--print-addresses", "--origin", ORIGIN])
        .args(["--api-url", api, "--upload-origin", upload])
        .args(["--subject-share", "1/1", "--enable"])
        .arg("list,update,delete,regenerate,resynthesize,generate")
        .env("AUROUS_API_KEY", emulator.address("key")?)
        .env("AUROUS_SESSION_SECRETS", SESSION_SECRET)
        .env("AUROUS_SEALING_SECRETS", SEALING_SECRET);
    let gateway = Program::start_command(name, command)?;
    let server = TestedServer {
        name,
        description: "openapi/aurous-gateway.yaml",
        url: gateway.address("gateway")?,
        secret: token,
    };
    let origin = format!("Origin: {ORIGIN}");
    server.check(tools, server.url, &["--header", &origin])
}

/// Makes a session token, as a web app's backend does.
fn session_token(tools: &Toolbox) -> Result<String> {
    let mut mint = tools.command("cargo");
    mint.args(["run", "--quiet", "-p", "aurous-gateway"])
        .args(["--example", "mint_session_token", "--", "checker"])
        .env("AUROUS_SESSION_SECRETS", SESSION_SECRET);
    Ok(process::output(&mut mint)?.trim().to_owned())
}

/// A server under test.
struct TestedServer<'a> {
    /// Names the report.
    name: &'a str,
    description: &'a str,
    /// The server that issues upload tickets.
    url: &'a str,
    /// The API's key, or the gateway's session token.
    secret: &'a str,
}

impl TestedServer<'_> {
    /// Checks the operations of the description, which are at `url`.
    fn check(&self, tools: &Toolbox, url: &str, options: &[&str]) -> Result<Totals> {
        let folder = project::target().join("conformance");
        let junit = folder.join(self.name).with_extension("xml");
        fs::create_dir_all(&folder)?;
        let _ = fs::remove_file(&junit);
        let mut checker = tools.python("schemathesis.cli");
        checker
            .args([
                "--config-file",
                "xtask/conformance/schemathesis.toml",
                "run",
            ])
            .args([self.description, "--url", url, "--report-junit-path"])
            .arg(&junit)
            .args(options)
            // Not as arguments: the checker's reports quote the command line.
            .env("AUROUS_CONFORMANCE_SECRET", self.secret)
            .env("AUROUS_CONFORMANCE_URL", self.url)
            .env("HYPOTHESIS_STORAGE_DIRECTORY", folder.join("hypothesis"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("NO_PROXY", "*");
        let success = process::each_line(&mut checker, |_| {})?;
        let text = fs::read_to_string(&junit).context("the checker wrote no report")?;
        let totals = totals(&text).context("the checker's report has no totals")?;
        if !success && totals.failed == 0 {
            bail!("the checker failed: see above");
        }
        Ok(totals)
    }
}

/// Reads the totals of a JUnit report: `<testsuites errors="0" failures="1" skipped="0" tests="11" …>`.
fn totals(junit: &str) -> Option<Totals> {
    let (_, rest) = junit.split_once("<testsuites ")?;
    let (attributes, _) = rest.split_once('>')?;
    let number = |name: &str| {
        let (_, value) = attributes.split_once(&format!("{name}=\""))?;
        value.split_once('"')?.0.parse::<usize>().ok()
    };
    let failed = number("failures")? + number("errors")?;
    Some(Totals {
        passed: number("tests")?.checked_sub(failed + number("skipped")?)?,
        failed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipped_tests_do_not_count_as_passed() {
        let junit = "<?xml version=\"1.0\"?>\n\
            <testsuites errors=\"1\" failures=\"2\" skipped=\"3\" tests=\"11\" time=\"0.5\">";
        let expected = Totals {
            passed: 5,
            failed: 3,
        };
        assert_eq!(totals(junit), Some(expected));
    }

    #[test]
    fn a_text_that_is_no_report_has_no_totals() {
        assert_eq!(totals("<testsuites tests=\"11\">"), None);
        assert_eq!(totals(""), None);
    }
}
