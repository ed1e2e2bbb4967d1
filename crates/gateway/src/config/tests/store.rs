use super::*;

/// Returns the errors of a good configuration with this store.
fn errors(store: Option<&str>, prefix: &str, password: &str) -> Vec<String> {
    let mut settings = settings();
    settings.server.store = store.map(str::to_owned);
    prefix.clone_into(&mut settings.server.store_prefix);
    let checked = ProgramConfig::from_environment(&settings, |name| {
        let value = match name {
            "AUROUS_API_KEY" => "al_live_0123",
            "AUROUS_SESSION_SECRETS" => SESSION,
            "AUROUS_SEALING_SECRETS" => "a sealing secret of more than thirty-two bytes",
            "AUROUS_STORE_PASSWORD" => password,
            _ => return None,
        };
        Some(value.to_owned())
    });
    match checked {
        Ok(config) => {
            assert_eq!(config.store.is_some(), store.is_some());
            Vec::new()
        }
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_store_is_a_redis_or_rediss_url_with_a_user_and_a_database_at_will() {
    for url in [
        "redis://127.0.0.1:6379",
        "rediss://redis.example:6380",
        "redis://gateway@redis.example/3",
        "redis://[::1]:6379",
    ] {
        assert_eq!(errors(Some(url), "aurous:", "a password"), [""; 0], "{url}");
        assert_eq!(errors(Some(url), "", ""), [""; 0], "{url}");
    }
    assert_eq!(errors(None, "aurous:", ""), [""; 0]);
}

#[test]
fn a_wrong_store_says_what_to_write_and_quotes_nothing() {
    let write = "Write redis://HOST:6379, or rediss://HOST:6379 for TLS.";
    for (url, expected) in [
        ("redis.example", format!("--store: it is not a URL. {write}")),
        (
            "http://redis.example",
            format!("--store: it is not a redis or rediss URL. {write}"),
        ),
        (
            "rediss://redis.example/#insecure",
            format!("--store: it has a query or a fragment. {write}"),
        ),
        (
            "redis://redis.example/abc",
            format!("--store: it is not a URL of a server. {write}"),
        ),
        (
            "redis://:secret@redis.example",
            "--store: it has a password, which every process of the machine can read. Set AUROUS_STORE_PASSWORD or AUROUS_STORE_PASSWORD_FILE instead.".to_owned(),
        ),
    ] {
        assert_eq!(errors(Some(url), "aurous:", ""), [expected]);
    }
}

#[test]
fn the_authorities_of_a_store_are_certificates_in_a_file_and_need_tls() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    std::fs::write(&text, "no certificate").unwrap();
    let certificate = folder.path().join("certificate");
    let made = rcgen::generate_simple_self_signed(["redis.example".to_owned()]).unwrap();
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    let unusable = "--store-ca-file: it names no certificates, or --store does not use TLS. Give certificates in PEM, and a --store that begins with rediss://.";
    for (store, file, expected) in [
        (
            "rediss://redis.example",
            folder.path().join("none"),
            "--store-ca-file: it names a file that cannot be read (entity not found). Check its path and its permissions.",
        ),
        ("rediss://redis.example", text, unusable),
        ("redis://redis.example", certificate, unusable),
    ] {
        let found = with(|settings| {
            settings.server.store = Some(store.to_owned());
            settings.server.store_ca_file = Some(file);
        });
        assert_eq!(found.unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_prefix_has_no_braces_which_would_say_where_a_cluster_keeps_a_key() {
    for prefix in ["{app}:", "a b", "\u{e4}:", &"a".repeat(65)] {
        let expected = "--store-prefix: it is not a prefix of keys. Use at most 64 letters, digits and signs, without braces.";
        assert_eq!(errors(Some("redis://127.0.0.1"), prefix, ""), [expected]);
    }
}

#[test]
fn a_password_without_a_store_is_told() {
    let expected = "AUROUS_STORE_PASSWORD: it is set, and there is no store. Set --store, too.";
    assert_eq!(errors(None, "aurous:", "a password"), [expected]);
}
