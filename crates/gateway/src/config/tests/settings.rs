use aurous_contract::rate::Bucket;
use clap::{Args, Command, FromArgMatches};

use super::*;

fn command() -> Command {
    Settings::augment_args(Command::new("aurous-gateway"))
}

fn parse(flags: &[&str]) -> Settings {
    let flags = std::iter::once(&"aurous-gateway").chain(flags);
    let matches = command().try_get_matches_from(flags).unwrap();
    Settings::from_arg_matches(&matches).unwrap()
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
            "listen",
            "admin-listen",
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
            "max-connections",
            "max-connections-per-address",
            "header-timeout-ms",
            "keep-alive-timeout-ms",
            "body-idle-timeout-ms",
            "body-min-bytes-per-second",
            "drain-refused-body-ms",
            "connect-timeout-ms",
            "answer-timeout-ms",
            "request-timeout-ms",
            "drain-timeout-ms",
            "log-format",
            "print-addresses",
        ]
    );
}

#[test]
fn without_flags_the_settings_are_the_default() {
    let (parsed, default) = (parse(&[]), Settings::default());
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
        settings.origins,
        [
            "https://a.example",
            "https://b.example",
            "https://c.example"
        ]
    );
    assert_eq!(settings.enable, [Feature::List, Feature::Generate]);
    assert_eq!(settings.upload_origins, ["https://s.example"]);
}

#[test]
fn a_call_is_off_until_it_is_named() {
    let config = with(|settings, _| settings.enable = vec![Feature::Delete]).unwrap();
    for feature in [
        Feature::List,
        Feature::Update,
        Feature::Regenerate,
        Feature::Resynthesize,
        Feature::Generate,
    ] {
        assert!(!config.enabled_features.contains(feature), "{feature:?}");
    }
    assert!(config.enabled_features.contains(Feature::Delete));
}

#[test]
fn a_share_is_one_part_in_many() {
    let config = with(|settings, _| {
        settings.team_share = "1/4".to_owned();
        settings.subject_share = "1/1".to_owned();
    });
    let rate = config.unwrap().rate;
    assert_eq!((rate.team_share, rate.subject_share), (4, 1));
    for text in [
        "",
        "1",
        "1/0",
        "2/3",
        "1/-1",
        "0.5",
        "1/ 2",
        "1/x",
        "1/99999999999",
    ] {
        assert_refused("--team-share", |settings, _| {
            settings.team_share = text.to_owned()
        });
        assert_refused("--subject-share", |settings, _| {
            settings.subject_share = text.to_owned();
        });
    }
}

#[test]
fn a_team_limit_replaces_the_documented_one() {
    let config = with(|settings, _| settings.team_limits = texts(&["characters_get=7/9"]));
    let limits = config.unwrap().rate.limits;
    let numbers = limits.map(|limit| (limit.bucket, limit.per_minute, limit.burst));
    assert_eq!(
        numbers,
        [
            (Bucket::CharactersPost, 30, 60),
            (Bucket::CharactersSynthesize, 6, 12),
            (Bucket::CharactersGet, 7, 9),
        ]
    );
    for limits in [
        &["characters_get"][..],
        &["characters_get=7"],
        &["characters_get=0/9"],
        &["characters_get=7/0"],
        &["images=7/9"],
        &["characters_get=7/9", "characters_get=8/9"],
    ] {
        assert_refused("--team-limit", |settings, _| {
            settings.team_limits = texts(limits)
        });
    }
}

#[test]
fn an_audience_can_be_seen_as_a_whole() {
    assert!(with(|settings, _| settings.audience = "our gateway".to_owned()).is_ok());
    for audience in [
        "",
        " ",
        "our-gateway ",
        "our-\u{200b}gateway",
        "a\n",
        "\u{202e}a",
    ] {
        assert_refused("--audience", |settings, _| {
            settings.audience = audience.to_owned();
        });
    }
}

#[test]
fn one_address_has_a_quarter_of_the_connections_unless_a_setting_says_otherwise() {
    for (all, per_address, expected) in [(1024, None, 256), (1, None, 1), (1024, Some(7), 7)] {
        let config = with(|settings, _| {
            settings.max_connections = all;
            settings.max_connections_per_address = per_address;
        });
        let limits = config.unwrap().limits;
        assert_eq!(limits.max_connections_per_address, expected);
    }
}

#[test]
fn an_ipv6_prefix_has_32_to_128_bits() {
    assert_eq!(with(|_, _| ()).unwrap().limits.ipv6_prefix, 64);
    for prefix in [32, 56, 128] {
        let config = with(|settings, _| settings.ipv6_prefix = prefix);
        assert_eq!(config.unwrap().limits.ipv6_prefix, prefix);
    }
    for prefix in [0, 31, 129, 255] {
        assert_refused("--ipv6-prefix", |settings, _| {
            settings.ipv6_prefix = prefix;
        });
    }
}

#[test]
fn a_header_that_a_page_must_not_set_cannot_be_allowed() {
    let config = with(|settings, _| settings.allowed_headers = texts(&["X-CSRF-Token", ""]));
    assert_eq!(config.unwrap().allowed_headers, ["x-csrf-token"]);
    for name in ["*", "Cookie", "Host", "X-Api-Key", "X CSRF"] {
        assert_refused("--allow-header", |settings, _| {
            settings.allowed_headers = texts(&[name]);
        });
    }
}

#[test]
fn no_number_may_be_zero() {
    let zeros = refused(|settings, _| {
        *settings = Settings {
            upload_max_bytes: 0,
            max_uploads: 0,
            max_uploads_per_subject: 0,
            max_connections: 0,
            max_connections_per_address: Some(0),
            header_timeout_ms: 0,
            keep_alive_timeout_ms: 0,
            body_idle_timeout_ms: 0,
            body_min_bytes_per_second: 0,
            drain_refused_body_ms: 0,
            connect_timeout_ms: 0,
            answer_timeout_ms: 0,
            request_timeout_ms: 0,
            drain_timeout_ms: 0,
            ..super::settings()
        };
    });
    let mut named: Vec<_> = zeros.iter().map(|(setting, _)| *setting).collect();
    named.sort_unstable();
    named.dedup();
    // The flags that hold a number, by their names.
    let flags = command();
    let numbers = flags.get_arguments().filter(|arg| {
        let mut words = arg.get_long().unwrap().split('-');
        words.any(|word| matches!(word, "ms" | "max" | "min"))
    });
    let mut numbers: Vec<_> = numbers
        .map(|arg| format!("--{}", arg.get_long().unwrap()))
        .collect();
    numbers.sort_unstable();
    assert_eq!(named, numbers);
}
