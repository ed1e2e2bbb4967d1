//! Origins, hosts, URLs, proxies and the mount path.

use super::*;

#[test]
fn an_origin_is_required() {
    for origins in [&[][..], &["", " "]] {
        assert_refused("--origin", |settings, _| settings.origins = texts(origins));
    }
}

#[test]
fn every_bad_origin_is_named_by_its_place() {
    let errors = refused(|settings, _| {
        settings.origins = texts(&["https://app.example/", "https://ok.example", "*"]);
    });
    let [(_, first), (_, second)] = errors.as_slice() else {
        panic!("{errors:?}");
    };
    assert!(first.starts_with("--origin: value 1 is not an origin"));
    assert!(second.starts_with("--origin: value 3 is not an origin"));
}

#[test]
fn no_value_is_quoted() {
    for text in [
        "https://ada:hunter2@app.example",
        "https://ada:hunter2@",
        "https://app.example/?key=hunter2",
        "https://app.example/#hunter2",
        "hunter2 hunter2",
    ] {
        let errors = refused(|settings, _| {
            settings.origins = texts(&[text]);
            settings.hosts = texts(&[text]);
            settings.upload_origins = texts(&[text]);
            settings.allowed_headers = texts(&[text]);
            settings.trusted_proxies = texts(&[text]);
            settings.team_limits = texts(&[text]);
            settings.api_url = text.to_owned();
            settings.mount = text.to_owned();
            settings.team_share = text.to_owned();
            settings.subject_share = text.to_owned();
        });
        assert_eq!(errors.len(), 10);
        assert!(errors.iter().all(|(_, error)| !error.contains("hunter2")));
    }
}

#[test]
fn the_hosts_are_those_of_the_origins_and_the_given_ones() {
    let config = with(|settings, _| {
        settings.origins = texts(&["https://app.example", "http://127.0.0.1:3000"]);
        settings.hosts = texts(&["Gateway.Example:443", "app.example", "internal:8080"]);
    });
    assert_eq!(
        config.unwrap().hosts,
        [
            "127.0.0.1:3000",
            "app.example",
            "gateway.example",
            "internal:8080"
        ]
    );
    assert_refused("--host", |settings, _| {
        settings.hosts = texts(&["https://a.example"])
    });
}

#[test]
fn the_origin_of_an_app_gives_no_host() {
    let config = with(|settings, _| {
        settings.origins = texts(&["capacitor://localhost", "chrome-extension://abc"]);
        settings.hosts = texts(&["gateway.example"]);
    });
    assert_eq!(config.unwrap().hosts, ["gateway.example"]);
}

#[test]
fn a_refused_origin_says_why() {
    for (text, why) in [
        ("*", "every page could use a visitor's session"),
        ("null", "every sandboxed frame and every file has it"),
        ("app.example", "it has no scheme"),
        ("capacitor://", "it has no host"),
        ("capacitor://localhost/", "it has something after its host"),
        (
            "https://app.example/path",
            "it has something after its host",
        ),
        ("https://*.app.example", "a host has no wildcard"),
        ("https://app example", "its host is none"),
        ("file://localhost", "no page has an origin of this scheme"),
        (
            "my app://localhost",
            "it has a character that an origin cannot have",
        ),
    ] {
        let errors = refused(|settings, _| settings.origins = texts(&[text]));
        let expected = format!("--origin: value 1 is not an origin: {why}.");
        assert!(errors[0].1.starts_with(&expected), "{errors:?}");
    }
}

#[test]
fn the_upload_host_has_no_origin_of_an_app() {
    for origin in ["capacitor://localhost", "app://["] {
        assert_refused("--upload-origin", |settings, _| {
            settings.allow_insecure_upstream = true;
            settings.upload_origins = texts(&[origin]);
        });
    }
}

#[test]
fn the_api_is_reached_by_https_or_on_this_machine() {
    for (url, base) in [
        ("https://api.example", "https://api.example/"),
        ("https://api.example:443/v/1", "https://api.example/v/1/"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
        ("http://[::1]:8080/aurous/", "http://[::1]:8080/aurous/"),
    ] {
        let config = with(|settings, _| settings.api_url = url.to_owned()).unwrap();
        assert_eq!(config.api_base.as_str(), base);
    }
    for url in [
        "",
        "api.example",
        "ftp://api.example",
        "https://user@api.example",
        "https://:password@api.example",
        "https://api.example?x=1",
        "https://api.example/#x",
        "http://api.example",
        // A name may resolve to any address.
        "http://localhost:8080",
        "http://10.0.0.7",
        "http://127.0.0.1.example",
    ] {
        assert_refused("--api-url", |settings, _| settings.api_url = url.to_owned());
    }
}

#[test]
fn the_upload_host_is_reached_by_https_or_on_this_machine() {
    let config = with(|settings, _| {
        settings.upload_origins = texts(&["https://a.example", "http://127.0.0.1:9000"]);
    });
    assert_eq!(config.unwrap().upload_origins.len(), 2);
    for origin in [
        "http://a.example",
        "http://localhost",
        "https://a.example/",
        "*",
    ] {
        assert_refused("--upload-origin", |settings, _| {
            settings.upload_origins = texts(&[origin]);
        });
    }
    assert_refused("--upload-origin", |settings, _| {
        settings.upload_origins.clear()
    });
}

#[test]
fn upstream_may_be_insecure_where_the_flag_allows_it() {
    let config = with(|settings, _| {
        settings.allow_insecure_upstream = true;
        settings.api_url = "http://emulator:8080".to_owned();
        settings.upload_origins = texts(&["http://emulator:9000"]);
    });
    let config = config.unwrap();
    assert!(config.allow_insecure_upstream);
    assert_eq!(config.api_base.as_str(), "http://emulator:8080/");
    assert_eq!(config.upload_origins[0].as_str(), "http://emulator:9000");
}

#[test]
fn a_proxy_is_an_address_or_a_network() {
    let config = with(|settings, _| {
        settings.trusted_proxies = texts(&[
            "10.0.0.7",
            "10.0.0.0/8",
            "fd00::/8",
            "fc00::/7",
            "::1",
            "::ffff:10.0.0.7",
            "::ffff:10.1.0.0/112",
        ]);
    });
    let proxies = config.unwrap().trusted_proxies;
    let proxies: Vec<_> = proxies.iter().map(ToString::to_string).collect();
    assert_eq!(
        proxies,
        [
            "10.0.0.7/32",
            "10.0.0.0/8",
            "fd00::/8",
            "fc00::/7",
            "::1/128",
            "10.0.0.7/32",
            "10.1.0.0/16"
        ]
    );
    for text in [
        "proxy.example",
        "10.0.0.0/33",
        "10.0.0",
        "*",
        "10.0.0.7:80",
        // Strangers are in these.
        "0.0.0.0/0",
        "10.0.0.0/7",
        "128.0.0.0/1",
        "::/0",
        "2000::/3",
        "fc00::/6",
        "::ffff:0.0.0.0/96",
    ] {
        assert_refused("--trusted-proxy", |settings, _| {
            settings.trusted_proxies = texts(&[text]);
        });
    }
}

#[test]
fn a_mount_path_has_one_reading_alone() {
    for mount in ["/", "/aurous", "/api/aurous-v1", "/a.b/~c_d"] {
        let config = with(|settings, _| settings.mount = mount.to_owned()).unwrap();
        assert_eq!(config.mount, mount);
    }
    for mount in [
        "",
        "aurous",
        "/aurous/",
        "//",
        "/a//b",
        "/./a",
        "/a/..",
        "/a b",
        "/a?b",
        "/a#b",
        "/a%2fb",
        "/{id}",
        "/*rest",
        "/:id",
        "/é",
        "https://a.example/b",
    ] {
        assert_refused("--mount", |settings, _| settings.mount = mount.to_owned());
    }
}
