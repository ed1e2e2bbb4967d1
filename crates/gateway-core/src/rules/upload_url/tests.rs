use super::*;

fn listed() -> Vec<Origin> {
    [
        "https://aurous.storage",
        "https://uploads.example:8443",
        "https://10.0.0.7",
        "http://127.0.0.1:9000",
        "http://[::1]:9000",
        "http://uploads.internal",
    ]
    .map(|it| Origin::parse(it).unwrap())
    .to_vec()
}

#[test]
fn a_url_of_a_listed_host_over_https_passes() {
    for url in [
        "https://aurous.storage/bucket/a%20b/upload?signature=x%2By&expires=1",
        "https://aurous.storage:443/x",
        "https://AUROUS.storage/x",
        "https://uploads.example:8443/x",
        "http://127.0.0.1:9000/x?signature=1",
        "http://[::1]:9000/x",
    ] {
        assert!(check(url, &listed(), false).is_ok(), "{url}");
    }
    let url = "https://aurous.storage/a/../b//c?signature=%2F";
    let checked = check(url, &listed(), false).unwrap();
    assert_eq!(
        checked.as_str(),
        "https://aurous.storage/b//c?signature=%2F"
    );
}

#[test]
fn a_url_that_leads_elsewhere_is_refused() {
    let too_long = format!("https://aurous.storage/{}", "x".repeat(4096));
    for url in [
        "",
        "x",
        "/upload?signature=1",
        "//aurous.storage/x",
        "https:aurous.storage/x\\@evil.example",
        "https://aurous.storage@evil.example/x",
        "https://evil.example@aurous.storage/x",
        "https://user:password@aurous.storage/x",
        "https://@aurous.storage/x",
        "https://aurous.storage.evil.example/x",
        "https://evil.example/aurous.storage",
        "https://evil.example/?https://aurous.storage",
        "https://evil.example#https://aurous.storage",
        "https://aurous.storage/x#fragment",
        "https://aurous.storage:444/x",
        "https://aurous.storage./x",
        "https://aurous.storage%2eevil.example/x",
        "https://aurous\u{3002}storage/x",
        "https://\u{430}urous.storage/x",
        "https://sub.aurous.storage/x",
        "https://uploads.example/x",
        "http://aurous.storage/x",
        "http://uploads.internal/x",
        "ftp://aurous.storage/x",
        "file:///etc/passwd",
        "data:text/plain,x",
        "javascript:alert(1)",
        "blob:https://aurous.storage/x",
        "https://evil.example\\.aurous.storage/x",
        "https://aurous.storage\\x",
        "https://aurous.storage/\tx",
        "https://aurous.storage/x\r\nX-Evil: 1",
        "https://aurous.storage/ x",
        " https://aurous.storage/x",
        "https://",
        "https:///x",
        "http://127.0.0.1/x",
        "http://127.0.0.1:9001/x",
        "http://2130706433:9001/x",
        "http://localhost:9000/x",
        "https://10.0.0.7/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:169.254.169.254]/x",
        &too_long,
    ] {
        assert!(check(url, &listed(), false).is_err(), "{url}");
    }
}

#[test]
fn an_insecure_url_passes_only_where_allowed_and_listed() {
    for url in ["http://uploads.internal/x", "https://10.0.0.7/x"] {
        assert!(check(url, &listed(), false).is_err(), "{url}");
        assert!(check(url, &listed(), true).is_ok(), "{url}");
    }
    assert!(check("http://uploads.elsewhere/x", &listed(), true).is_err());
}

#[test]
fn the_reason_never_holds_the_url() {
    let problem = check("https://evil.example/?signature=hush", &listed(), false).unwrap_err();
    assert!(
        !problem.contains("hush") && !problem.contains("evil"),
        "{problem}"
    );
}

#[test]
fn special_addresses_are_not_public() {
    for address in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8",
        "2002:a00:1::",
        "2002:7f00:1::",
        "2001::1",
        // ISATAP.
        "2606:4700::5efe:10.0.0.1",
        "2606:4700:0:1:0:5efe:a9fe:a9fe",
        "2606:4700::200:5efe:127.0.0.1",
        "2606:4700::100:5efe:192.168.0.1",
        "2606:4700::300:5efe:172.16.0.1",
        "fe80::5efe:8.8.8.8",
        // One address inside another.
        "2002:808:808::5efe:10.0.0.1",
        "2002:a00:1::5efe:8.8.8.8",
        "64:ff9b::5efe:10.0.0.1",
        // Teredo, and IPv4 translated (SIIT), compatible and mapped.
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "::ffff:0:10.0.0.1",
        "::ffff:0:8.8.8.8",
        "::8.8.8.8",
        "64:ff9b:1::10.0.0.1",
        "64:ff9b:1:ffff::8.8.8.8",
        "2001:db8::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
    ] {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
    for address in [
        "8.8.8.8",
        "1.1.1.1",
        "100.63.255.255",
        "172.32.0.1",
        "2606:4700::1111",
        "2a00:1450:4001::1",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
        "2606:4700::5efe:8.8.8.8",
        "2606:4700::200:5efe:8.8.8.8",
        "2606:4700::400:5efe:10.0.0.1",
        "2606:4700::5eff:10.0.0.1",
    ] {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
}
