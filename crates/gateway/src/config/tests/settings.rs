use clap::{Args, Command, FromArgMatches};

use super::*;

fn command() -> Command {
    ProgramSettings::augment_args(Command::new("aurous-gateway"))
}

fn parse(flags: &[&str]) -> ProgramSettings {
    let flags = std::iter::once(&"aurous-gateway").chain(flags);
    let matches = command().try_get_matches_from(flags).unwrap();
    ProgramSettings::from_arg_matches(&matches).unwrap()
}

#[test]
fn every_setting_is_a_flag_and_a_variable_with_a_help_text() {
    let command = command();
    let flags: Vec<_> = command
        .get_arguments()
        .map(|arg| {
            let flag = arg.get_long().unwrap();
            let variable = flag.to_ascii_uppercase().replace('-', "_");
            let expected = format!("AUROUS_GATEWAY_{variable}");
            assert_eq!(arg.get_env().unwrap(), expected.as_str());
            assert!(arg.get_help().is_some(), "{flag}");
            flag
        })
        .collect();
    assert_eq!(
        flags,
        [
            "origin",
            "host",
            "allow-header",
            "allow-anonymous",
            "audience",
            "mount",
            "api-url",
            "upload-origin",
            "allow-insecure-upstream",
            "enable",
            "trusted-proxy",
            "ipv6-prefix",
            "team-share",
            "subject-share",
            "team-limit",
            "upload-max-bytes",
            "max-uploads",
            "max-uploads-per-subject",
            "max-create-records",
            "max-create-bytes",
            "body-idle-timeout-ms",
            "body-min-bytes-per-second",
            "connect-timeout-ms",
            "answer-timeout-ms",
            "request-timeout-ms",
            "listen",
            "admin-listen",
            "admin-host",
            "store",
            "store-ca-file",
            "store-prefix",
            "max-connections",
            "max-connections-per-address",
            "header-timeout-ms",
            "keep-alive-timeout-ms",
            "write-idle-timeout-ms",
            "drain-refused-body-ms",
            "max-late-refusals",
            "shutdown-delay-ms",
            "drain-timeout-ms",
            "log-format",
            "max-log-lines-per-second",
            "otlp-endpoint",
            "print-addresses",
        ]
    );
}

#[test]
fn without_flags_the_settings_are_the_default() {
    let (parsed, default) = (parse(&[]), ProgramSettings::default());
    assert_eq!(format!("{parsed:?}"), format!("{default:?}"));
}

#[test]
fn a_list_is_a_repeated_flag_or_a_text_with_commas() {
    let settings = parse(&[
        "--origin=https://a.example,https://b.example",
        "--origin=https://c.example",
        "--enable=list,generate",
        "--upload-origin=https://s.example",
    ]);
    assert_eq!(
        settings.gateway.origins,
        [
            "https://a.example",
            "https://b.example",
            "https://c.example"
        ]
    );
    assert_eq!(settings.gateway.enable, [Feature::List, Feature::Generate]);
    assert_eq!(settings.gateway.upload_origins, ["https://s.example"]);
}

#[test]
fn one_address_has_a_quarter_of_the_connections_unless_a_setting_says_otherwise() {
    for (all, per_address, expected) in [(1024, None, 256), (1, None, 1), (1024, Some(7), 7)] {
        let config = with(|settings| {
            settings.server.max_connections = all;
            settings.server.max_connections_per_address = per_address;
        });
        let limits = config.unwrap().limits;
        assert_eq!(limits.max_connections_per_address, expected);
    }
}

#[test]
fn a_quarter_of_the_connections_may_be_late_refusals_and_an_eighth_of_those_one_address_s() {
    for (all, late, expected) in [
        (1024, None, (256, 32)),
        (1, None, (1, 1)),
        (1024, Some(16), (16, 2)),
    ] {
        let config = with(|settings| {
            settings.server.max_connections = all;
            settings.server.max_late_refusals = late;
        });
        let limits = config.unwrap().limits;
        let found = (
            limits.max_late_refusals,
            limits.max_late_refusals_per_address,
        );
        assert_eq!(found, expected);
    }
}

#[test]
fn a_collector_has_a_base_url() {
    for (text, spans_go_to) in [
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
        ("http://otel:4318/", "http://otel:4318/v1/traces"),
        ("https://otel.example/a", "https://otel.example/a/v1/traces"),
    ] {
        let config = with(|it| it.server.otlp_endpoint = Some(text.to_owned())).unwrap();
        let endpoint = config.otlp_endpoint.map(|it| it.to_string());
        assert_eq!(endpoint.as_deref(), Some(spans_go_to));
    }
    for (text, problem) in [
        ("", "is not a URL"),
        ("otel", "is not a URL"),
        ("grpc://otel:4317", "is not an http or https URL"),
        ("https://ann:secret@otel", "has a user name or password"),
        ("https://otel?token=secret", "has a query or a fragment"),
    ] {
        let errors = with(|it| it.server.otlp_endpoint = Some(text.to_owned())).unwrap_err();
        let expected = format!("--otlp-endpoint: it {problem}. Write the collector's base URL");
        let said = errors.to_string();
        assert!(said.starts_with(&expected), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

#[test]
fn no_number_may_be_zero() {
    let zeros = with(|settings| {
        settings.gateway = Settings {
            upload_max_bytes: 0,
            max_uploads: 0,
            max_uploads_per_subject: 0,
            max_create_records: 0,
            max_create_bytes: 0,
            body_idle_timeout_ms: 0,
            body_min_bytes_per_second: 0,
            connect_timeout_ms: 0,
            answer_timeout_ms: 0,
            request_timeout_ms: 0,
            ..settings.gateway.clone()
        };
        settings.server = ServerSettings {
            max_connections: 0,
            max_connections_per_address: Some(0),
            header_timeout_ms: 0,
            keep_alive_timeout_ms: 0,
            write_idle_timeout_ms: 0,
            drain_refused_body_ms: 0,
            max_late_refusals: Some(0),
            drain_timeout_ms: 0,
            max_log_lines_per_second: 0,
            ..ServerSettings::default()
        };
    })
    .unwrap_err();
    let mut named: Vec<_> = zeros.iter().map(|error| error.setting).collect();
    named.sort_unstable();
    named.dedup();
    // The flags that hold a number, by their names.
    let flags = command();
    let numbers = flags.get_arguments().filter(|arg| {
        // A shutdown without a delay is the default.
        let is_delay = arg.get_long() == Some("shutdown-delay-ms");
        let mut words = arg.get_long().unwrap().split('-');
        !is_delay && words.any(|word| matches!(word, "ms" | "max" | "min"))
    });
    let mut numbers: Vec<_> = numbers
        .map(|arg| format!("--{}", arg.get_long().unwrap()))
        .collect();
    numbers.sort_unstable();
    assert_eq!(named, numbers);
}
