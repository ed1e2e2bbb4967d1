//! Secrets and settings that the program refuses to start with, and what it says of them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::harness::program;
use crate::harness::stage::{PAGE, Setup, Stage, command};
use crate::harness::visitor::{FOREIGN_SECRET, SEALING_SECRETS};

const KEY: &str = "al_live_5d0c9e7a31f84b26";

/// Returns what a program says that refuses to start with these flags and variables.
#[track_caller]
fn refusal(flags: &[&str], environment: &[(&str, &str)]) -> String {
    let mut command = command(KEY);
    command.args(["--origin", PAGE]).args(flags);
    command.envs(environment.iter().copied());
    let (code, output) = program::refuse_start(&mut command);
    assert_eq!(code, 2, "{output}");
    output
}

#[test]
fn a_secret_that_can_be_guessed_is_refused_with_its_reason() {
    let repeated = "k3Jx9".repeat(13);
    for variable in ["AUROUS_SESSION_SECRETS", "AUROUS_SEALING_SECRETS"] {
        for (secret, reason) in [
            ("k3Jx9", "has 5 bytes"),
            (&"a".repeat(64), "is a short piece, repeated"),
            (&repeated, "is a short piece, repeated"),
            (
                "0110100110010110100101100110100110010110011010010110100110010110",
                "has 2 different bytes",
            ),
            (
                "a session secret of 32 bytes or more",
                "is an example from the documentation",
            ),
            (&[KEY; 2].join("-"), "begins like a key of the API's"),
        ] {
            let good_and_bad = format!("{FOREIGN_SECRET},{secret}");
            let said = refusal(&[], &[(variable, &good_and_bad)]);
            assert!(
                said.starts_with(&format!("{variable}: value 2 {reason}")),
                "{said}"
            );
            assert!(said.contains("openssl rand -hex 32"), "{said}");
            assert!(!said.contains(secret), "{said}");
        }
    }
}

#[test]
fn the_api_key_is_no_secret_to_sign_or_seal_with() {
    let key = "an-older-key-of-the-team-5d0c9e7a31f84b26";
    for variable in ["AUROUS_SESSION_SECRETS", "AUROUS_SEALING_SECRETS"] {
        let said = refusal(&[], &[("AUROUS_API_KEY", key), (variable, key)]);
        assert!(
            said.starts_with(&format!("{variable}: value 1 is the API key")),
            "{said}"
        );
        assert!(!said.contains(key), "{said}");
    }
}

#[test]
fn a_key_from_the_documentation_is_refused() {
    for key in ["al_live_0123456789abcdef", "al_live_…", "al_live_..."] {
        let said = refusal(&[], &[("AUROUS_API_KEY", key)]);
        let expected = "AUROUS_API_KEY: it is an example from the documentation";
        assert!(said.starts_with(expected), "{said}");
    }
}

#[test]
fn a_network_of_strangers_is_no_trusted_proxy() {
    for network in [
        "0.0.0.0/0",
        "128.0.0.0/1",
        "8.0.0.0/7",
        "::/0",
        "8000::/1",
        "2000::/3",
        "::ffff:0.0.0.0/96",
    ] {
        let said = refusal(&["--trusted-proxy", network], &[]);
        let expected = "--trusted-proxy: value 1 is so wide a network that strangers are in it";
        assert!(said.starts_with(expected), "{network}: {said}");
    }
    let flags = ["--trusted-proxy", "10.0.0.0/8,fd00::/8,fc00::/7,::1"];
    Stage::with_flags(&flags).finish();
}

#[test]
fn no_error_repeats_a_value() {
    let secret = SEALING_SECRETS[0];
    // Good for no setting: neither a host nor a header's name has a space, and all of an audience can
    // be seen.
    let value = format!("\u{200b}{secret} {secret}");
    let help = program::command().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let flags: Vec<_> = help
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--"))
        .map(|flag| flag.split([' ', '=']).next().unwrap())
        .filter(|flag| !["help", "version"].contains(flag))
        .collect();
    assert!(flags.len() > 25);
    for flag in flags {
        let variable = flag.to_ascii_uppercase().replace('-', "_");
        let variable = format!("AUROUS_GATEWAY_{variable}");
        let mut by_variable = command(KEY);
        by_variable.env(&variable, &value);
        let mut by_flag = command(KEY);
        by_flag.arg(format!("--{flag}={value}"));
        for command in [&mut by_variable, &mut by_flag] {
            if flag != "origin" {
                command.args(["--origin", PAGE]);
            }
            let (code, said) = program::refuse_start(command);
            assert_eq!(code, 2, "{flag}: {said}");
            assert!(said.contains(&format!("--{flag}")), "{flag}: {said}");
            assert!(!said.contains(&secret[..8]), "{flag}: {said}");
        }
    }
}

#[test]
fn an_error_says_what_a_flag_takes() {
    for (flag, value, expected) in [
        (
            "--listen",
            "here",
            "--listen (AUROUS_GATEWAY_LISTEN): its value is not an address",
        ),
        (
            "--max-uploads",
            "4294967296",
            "--max-uploads (AUROUS_GATEWAY_MAX_UPLOADS): its value is not a whole number",
        ),
        ("--enable", "everything", "resynthesize"),
        ("--log-format", "xml", "json, text"),
    ] {
        let said = refusal(&[flag, value], &[]);
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains(value), "{said}");
    }
}

#[test]
fn a_url_is_not_quoted() {
    for url in [
        "https://api.example?key=hunter2",
        "https://api.example/#hunter2",
        "https://hunter2.example:port",
        "http://ada:hunter2@api.example",
        "htps://api.example/hunter2",
    ] {
        for flag in [
            "--api-url",
            "--upload-origin",
            "--origin",
            "--host",
            "--mount",
        ] {
            let said = refusal(&[flag, url], &[]);
            assert!(said.starts_with(flag), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

#[test]
fn an_unknown_argument_is_named_by_its_place() {
    let secret = SEALING_SECRETS[0];
    for arguments in [
        &[secret][..],
        &["--sealing-secrets", secret],
        &[&format!("--sealing-secrets={secret}")],
        &[&format!("-s{secret}")],
        &["--", secret],
    ] {
        let mut command = program::command();
        let (code, said) = program::refuse_start(command.args(arguments));
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("argument"), "{said}");
        assert!(!said.contains(&secret[..8]), "{said}");
    }
    let said = refusal(&["--orgin", "https://other.example"], &[]);
    assert!(
        said.contains("argument 3") && said.contains("--origin"),
        "{said}"
    );
}

#[test]
fn the_help_does_not_show_what_the_environment_holds() {
    let secret = SEALING_SECRETS[0];
    let help = program::command()
        .arg("--help")
        .env(
            "AUROUS_GATEWAY_API_URL",
            format!("https://a:{secret}@a.example"),
        )
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("AUROUS_GATEWAY_API_URL"));
    assert!(!help.contains(secret));
}

#[test]
fn a_secret_that_everybody_may_replace_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let set_mode = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let path = inner.join("sealing");
    fs::write(&path, SEALING_SECRETS.join("\n")).unwrap();
    for (file_mode, folder_mode, warned) in [
        (0o600, 0o700, None),
        (0o644, 0o755, None),
        (0o644, 0o1777, None),
        (0o602, 0o700, Some("chmod o-w")),
        (0o600, 0o702, Some("chmod o-w")),
    ] {
        set_mode(&path, file_mode);
        set_mode(&inner, folder_mode);
        let stage = Stage::start(Setup {
            environment: &[
                ("AUROUS_SEALING_SECRETS", ""),
                ("AUROUS_SEALING_SECRETS_FILE", path.to_str().unwrap()),
            ],
            ..Setup::default()
        });
        stage.program().find(|line| line["message"] == "ready");
        let lines = stage.program().lines();
        let warnings: Vec<_> = lines
            .iter()
            .filter(|line| line["level"] == "WARN")
            .collect();
        let texts: Vec<_> = warnings
            .iter()
            .map(|it| it["message"].as_str().unwrap())
            .collect();
        match (warned, texts.as_slice()) {
            (None, []) => {}
            (Some(remedy), [text]) => {
                assert!(text.contains("AUROUS_SEALING_SECRETS_FILE"), "{text}");
                assert!(text.contains(remedy), "{text}");
            }
            _ => panic!("{file_mode:o} {folder_mode:o}: {texts:?}"),
        }
        stage.finish();
    }
    set_mode(&inner, 0o700);
}
