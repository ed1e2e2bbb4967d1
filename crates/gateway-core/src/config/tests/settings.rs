use aurous_contract::rate::Bucket;

use super::*;

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
fn the_memory_of_creates_holds_a_response_of_each_visitor() {
    assert_refused("--max-create-bytes", |settings, _| {
        settings.max_create_bytes = 999_999;
    });
    assert!(with(|settings, _| settings.max_create_bytes = 1_000_000).is_ok());
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
