use super::*;

#[test]
fn a_key_is_required_and_must_fit_into_a_header() {
    for key in ["", "al live\u{e9}", "al_live_1\nX-Evil: 1", "\u{7f}"] {
        assert_refused("AUROUS_API_KEY", |_, secrets| {
            secrets.api_key = Secret::new(key);
        });
    }
}

#[test]
fn a_sealing_secret_is_required() {
    assert_refused("AUROUS_SEALING_SECRETS", |_, secrets| {
        secrets.sealing.clear()
    });
}

#[test]
fn session_secrets_are_required_unless_every_visitor_may_ask() {
    assert_refused("AUROUS_SESSION_SECRETS", |_, secrets| {
        secrets.session.clear()
    });
    let config = with(|settings, secrets| {
        settings.allow_anonymous = true;
        secrets.session.clear();
    });
    let config = config.unwrap();
    assert!(config.allow_anonymous && matches!(config.sessions, Sessions::None));
    let config = with(|settings, _| settings.allow_anonymous = true).unwrap();
    assert!(config.allow_anonymous && matches!(config.sessions, Sessions::Tokens(_)));
}

#[test]
fn every_secret_has_at_least_32_bytes() {
    let exact = "5e2b0f6c1d9a4873b6e0f51c8a7d24e9";
    assert!(with(|_, secrets| secrets.session.push(Secret::new(exact))).is_ok());
    let short = "s3cr3t".repeat(5);
    for (setting, errors) in [
        (
            "AUROUS_SESSION_SECRETS",
            refused(|_, secrets| secrets.session.push(Secret::new(short.as_str()))),
        ),
        (
            "AUROUS_SEALING_SECRETS",
            refused(|_, secrets| secrets.sealing.push(Secret::new(short.as_str()))),
        ),
    ] {
        let [(named, text)] = errors.as_slice() else {
            panic!("{errors:?}");
        };
        assert_eq!(*named, setting);
        assert!(text.contains("value 2 has 30 bytes"), "{text}");
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}

#[test]
fn a_secret_that_can_be_guessed_is_refused() {
    for secret in [
        "x".repeat(32),
        "ab".repeat(40),
        "0123456789abcdef".repeat(2),
        // The last piece is cut.
        "correct horse ".repeat(5)[..64].to_owned(),
        "0110100110010110100101100110100110010110011010010110100110010110".to_owned(),
        "a session secret of 32 bytes or more".to_owned(),
        "…".to_owned(),
        format!("al_live_{}", "5e2b0f6c1d9a4873b6e0f51c8a7d24e9"),
    ] {
        for setting in ["AUROUS_SESSION_SECRETS", "AUROUS_SEALING_SECRETS"] {
            assert_refused(setting, |_, secrets| {
                let list = match setting {
                    "AUROUS_SESSION_SECRETS" => &mut secrets.session,
                    _ => &mut secrets.sealing,
                };
                list.push(Secret::new(secret.as_str()));
            });
        }
    }
}

#[test]
fn a_random_secret_passes_in_every_usual_form() {
    for secret in [
        "01a0c94f7d6be82735dd1c38f24e96ab01a0c94f7d6be82735dd1c38f24e96a0",
        "83920174659284710563928174650193",
        "q0VZr2mYc5tXbN8uJkLw4PzS7hDfGa1e",
        "Kq/7+Zb1v0Xc9Lr2Mn3Bs4Tg5Hy6Uj7Ik8Ol9Pw0Qe=",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "correct horse battery staple, and three more",
    ] {
        let config = with(|_, secrets| {
            secrets.session = vec![Secret::new(secret)];
        });
        assert!(config.is_ok(), "{secret}: {config:?}");
    }
}

#[test]
fn the_api_key_cannot_sign_or_seal_as_well() {
    let key = "a key of another form, with 32 bytes or more";
    assert_refused("AUROUS_SESSION_SECRETS", |_, secrets| {
        secrets.api_key = Secret::new(key);
        secrets.session.push(Secret::new(key));
    });
    assert_refused("AUROUS_SEALING_SECRETS", |_, secrets| {
        secrets.api_key = Secret::new(key);
        secrets.sealing.push(Secret::new(key));
    });
}

#[test]
fn a_key_of_the_documentation_is_refused() {
    for key in ["al_live_0123456789abcdef", "al_live_…", "al_live_..."] {
        assert_refused("AUROUS_API_KEY", |_, secrets| {
            secrets.api_key = Secret::new(key);
        });
    }
}

#[test]
fn a_secret_may_stand_twice_during_a_rotation() {
    let new = "5e2b0f6c1d9a4873b6e0f51c8a7d24e9";
    let config = with(|_, secrets| {
        secrets.sealing = [SEALING, new, SEALING].map(Secret::new).to_vec();
    });
    assert!(config.is_ok());
}

#[test]
fn a_session_secret_cannot_seal_as_well() {
    assert_refused("AUROUS_SEALING_SECRETS", |_, secrets| {
        secrets.sealing.push(Secret::new(SESSION));
    });
}
