//! Upload URLs of the API's that lead elsewhere: the gateway refuses the ticket and sends nothing there.

use aurous_emulator::{FakeResponse, Fault, Operation};
use serde_json::{Value, json};

use crate::harness::stage::Stage;

/// Asserts that a ticket with this `upload_url` is refused.
fn assert_refused(url: Value, flags: &[&str]) {
    let stage = Stage::with_flags(flags);
    let ticket = json!({
        "upload_id": "upl_1",
        "upload_url": url,
        "upload_headers": { "Content-Type": "image/jpeg" },
        "expires_at": "2126-05-08T10:15:00Z",
    });
    let fake = FakeResponse::new(201).with_body(ticket.to_string());
    stage
        .emulator()
        .inject(Fault::Body(fake).on(Operation::Init));
    let answer = stage.send(&stage.init());
    stage.assert_refused(&answer, 502, "gateway_upstream_invalid");
    stage.assert_upstream(&[Operation::Init]);
    stage.finish();
}

macro_rules! refused {
    ($($name:ident $([$($flag:expr),+])?: $url:expr;)+) => {$(
        #[test]
        fn $name() {
            assert_refused(Value::from($url), &[$($($flag),+)?]);
        }
    )+};
}

refused! {
    a_host_that_is_not_listed: "https://evil.example/upload?x=1";
    a_host_whose_name_begins_alike ["--upload-origin", "https://aurous.storage"]:
        "https://aurous.storage.evil.example/upload";
    a_host_whose_name_ends_alike ["--upload-origin", "https://aurous.storage"]:
        "https://evilaurous.storage/upload";
    a_subdomain ["--upload-origin", "https://aurous.storage"]: "https://x.aurous.storage/upload";
    a_host_with_a_dot_after_it ["--upload-origin", "https://aurous.storage"]:
        "https://aurous.storage./upload";
    the_host_on_another_port ["--upload-origin", "https://aurous.storage"]:
        "https://aurous.storage:8443/upload";
    the_host_over_http ["--upload-origin", "https://aurous.storage"]:
        "http://aurous.storage/upload";
    the_host_as_a_user ["--upload-origin", "https://aurous.storage"]:
        "https://aurous.storage@evil.example/upload";
    the_host_as_a_user_with_a_password ["--upload-origin", "https://aurous.storage"]:
        "https://aurous.storage:443@evil.example/upload";
    the_host_with_a_user ["--upload-origin", "https://aurous.storage"]:
        "https://user:password@aurous.storage/upload";
    the_host_with_an_empty_user ["--upload-origin", "https://aurous.storage"]:
        "https://@aurous.storage/upload";
    the_host_behind_a_backslash ["--upload-origin", "https://aurous.storage"]:
        "https://evil.example\\@aurous.storage/upload";
    the_host_behind_a_tab ["--upload-origin", "https://aurous.storage"]:
        "https://aurous\t.storage/upload";
    the_host_in_another_script ["--upload-origin", "https://aurous.storage"]:
        "https://ａurous.storage/upload";
    the_host_with_a_fragment ["--upload-origin", "https://aurous.storage"]:
        "https://aurous.storage/upload#x";
    the_host_with_a_line_break ["--upload-origin", "https://aurous.storage"]:
        "https://aurous.storage/upload\r\nX-Evil: 1";
    a_url_of_five_kilobytes ["--upload-origin", "https://aurous.storage"]:
        format!("https://aurous.storage/{}", "x".repeat(5 * 1024));
    plain_http: "http://evil.example/upload";
    this_machine_on_another_port: "http://127.0.0.1:1/upload";
    this_machine_by_name: "http://localhost/upload";
    this_machine_by_another_address: "http://127.0.0.2/upload";
    this_machine_in_ipv6: "http://[::1]/upload";
    this_machine_in_ipv6_as_ipv4: "http://[::ffff:127.0.0.1]/upload";
    this_machine_as_a_number: "http://2130706433/upload";
    any_address: "http://0.0.0.0/upload";
    a_private_address: "https://10.0.0.7/upload";
    a_private_address_that_is_listed ["--upload-origin", "https://10.0.0.7"]:
        "https://10.0.0.7/upload";
    a_private_ipv6_address_that_is_listed ["--upload-origin", "https://[fd00::7]"]:
        "https://[fd00::7]/upload";
    a_private_address_inside_isatap ["--upload-origin", "https://[2606:4700::5efe:a00:7]"]:
        "https://[2606:4700::5efe:a00:7]/upload";
    a_private_address_inside_a_universal_isatap ["--upload-origin", "https://[2606:4700::200:5efe:a9fe:a9fe]"]:
        "https://[2606:4700::200:5efe:a9fe:a9fe]/upload";
    a_clouds_metadata: "http://169.254.169.254/latest/meta-data";
    a_clouds_metadata_that_is_listed ["--upload-origin", "https://169.254.169.254"]:
        "https://169.254.169.254/latest/meta-data";
    the_apis_own_place: "https://api.aurous-labs.com/v1/characters";
    a_relative_url: "/upload/x";
    a_url_without_a_scheme: "//evil.example/upload";
    another_gateways_url: "uploads/AAAA";
    a_file: "file:///etc/passwd";
    a_script: "javascript:alert(1)";
    some_data: "data:image/jpeg,x";
    another_protocol: "ftp://aurous.storage/upload";
    a_socket: "unix:/var/run/docker.sock";
    an_empty_url: "";
    a_list_of_urls: vec!["https://aurous.storage/upload"];
    no_url: Value::Null;
}
