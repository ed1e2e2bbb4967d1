//! The table: what each fault comes to.

use aurous_emulator::{FakeResponse, Fault};

/// What goes wrong.
pub enum Cause {
    /// At the API, or the upload host.
    Upstream(fn() -> Fault),
    /// The browser's request reaches nobody.
    Refused,
    /// Likewise, while the browser says that it is offline; then it is back.
    Offline,
}
use Cause::{Offline, Refused, Upstream};

/// How a call ends.
#[derive(Clone, Copy, PartialEq)]
pub enum End {
    /// It is sent again, and succeeds once the fault is over; where it lasts, it is this error.
    Again(&'static str),
    /// It is this error, at once.
    Error(&'static str),
    /// It succeeds: the fault makes no difference.
    Success,
}
use End::{Again, Error, Success};

pub struct Row {
    pub fault: &'static str,
    pub cause: Cause,
    /// init and classify, PUT, create; straight to the API.
    pub direct: [End; 3],
    /// Through a gateway.
    pub gateway: [End; 3],
}

impl Row {
    /// Whether time limits come into it.
    pub fn is_silence(&self) -> bool {
        matches!(self.fault, "no answer" | "headers, then silence")
    }
}

pub const UNKNOWN: &str = "create_outcome_unknown";

/// The rate limit of whoever was asked.
const LIMITED: [End; 3] = [
    Again("too_many_requests"),
    Again("upload_failed"),
    Again("too_many_requests"),
];
/// The page's connection died.
const LOST: [End; 3] = [
    Again("network_error"),
    Again("network_error"),
    Again(UNKNOWN),
];
/// The gateway's did.
const UNREACHED: [End; 3] = [
    Again("gateway_upstream_unreachable"),
    Again("gateway_upstream_unreachable"),
    Again(UNKNOWN),
];
/// Nobody reads the body of an answer to a PUT.
const UNREADABLE: [End; 3] = [Again("invalid_response"), Success, Error(UNKNOWN)];
const INVALID: [End; 3] = [Again("gateway_upstream_invalid"), Success, Again(UNKNOWN)];

#[rustfmt::skip]
pub static ROWS: [Row; 21] = [
    row("403", Upstream(|| Fault::status(403)),
        [Error("missing_scope"), Error("upload_url_expired"), Error("missing_scope")],
        [Error("gateway_key_refused"), Error("upload_url_expired"), Error("gateway_key_refused")]),
    same("408", Upstream(|| Fault::status(408)), [Again("invalid_request"), Again("upload_failed"), Again("invalid_request")]),
    same("409, the key is in use", Upstream(in_flight), [Again("idempotency_key_in_use"), Error("upload_failed"), Again(UNKNOWN)]),
    same("413", Upstream(|| Fault::status(413)), [Error("invalid_request"), Error("upload_too_large"), Error("invalid_request")]),
    same("429, `Retry-After` in seconds", Upstream(|| limited("2")), LIMITED),
    same("429, `Retry-After` as a date", Upstream(|| limited(DATE)), LIMITED),
    same("429", Upstream(|| Fault::status(429)), LIMITED),
    same("500", Upstream(|| Fault::status(500)), [Again("internal_error"), Again("upload_failed"), Again(UNKNOWN)]),
    same("502", Upstream(|| Fault::status(502)), [Again("provider_unavailable"), Again("upload_failed"), Again(UNKNOWN)]),
    same("503", Upstream(|| Fault::status(503)), [Again("provider_unavailable"), Again("upload_failed"), Again("provider_unavailable")]),
    same("504", Upstream(|| Fault::status(504)), [Again("provider_timeout"), Again("upload_failed"), Again(UNKNOWN)]),
    same("connection refused", Refused, LOST),
    row("reset before the body", Upstream(|| Fault::ResetBeforeBody), LOST, UNREACHED),
    row("reset during the body", Upstream(|| Fault::ResetDuringBody), LOST, UNREACHED),
    row("reset after the body", Upstream(|| Fault::ResetAfterBody { processed: false }), LOST, UNREACHED),
    row("reset in place of the answer", Upstream(|| Fault::ResetAfterBody { processed: true }), LOST, UNREACHED),
    row("headers, then silence", Upstream(|| Fault::HangAfterHeaders),
        [Again("timeout"), Success, Again(UNKNOWN)],
        [Again("gateway_upstream_timeout"), Success, Again(UNKNOWN)]),
    row("no answer", Upstream(|| Fault::Hang),
        [Again("timeout"), Again("timeout"), Again(UNKNOWN)],
        [Again("gateway_upstream_timeout"), Again("gateway_upstream_timeout"), Again(UNKNOWN)]),
    row("a body that breaks off", Upstream(|| Fault::Truncate), UNREADABLE, INVALID),
    row("a body that is no JSON", Upstream(|| Fault::NotJson), UNREADABLE, INVALID),
    same("offline, then online", Offline, LOST),
];

const fn same(fault: &'static str, cause: Cause, ends: [End; 3]) -> Row {
    row(fault, cause, ends, ends)
}

const fn row(fault: &'static str, cause: Cause, direct: [End; 3], gateway: [End; 3]) -> Row {
    Row {
        fault,
        cause,
        direct,
        gateway,
    }
}

/// Whose date has passed: a page whose clock runs fast is sent none that hasn't.
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

fn limited(retry_after: &str) -> Fault {
    Fault::Status(FakeResponse::new(429).with_header("retry-after", retry_after))
}

fn in_flight() -> Fault {
    let body = r#"{"error":{"type":"invalid_request","code":"idempotency_key_in_use","message":"Later.","param":null,"doc_url":"","request_id":"req_1"}}"#;
    Fault::Status(FakeResponse::new(409).with_body(body))
}

/// The table, as `docs/errors.md` shows it.
fn table() -> String {
    let mut table =
        "| what happens | init, classify | PUT | create |\n|---|---|---|---|\n".to_owned();
    for row in &ROWS {
        table += &format!("| {} |", row.fault);
        for (direct, gateway) in row.direct.into_iter().zip(row.gateway) {
            table += &format!(" {}", direct.words());
            if direct != gateway {
                table += &format!("; through a gateway: {}", gateway.words());
            }
            table += " |";
        }
        table += "\n";
    }
    table
}

impl End {
    fn words(self) -> String {
        match self {
            Again(code) => format!("again; if it lasts, `{code}`"),
            Error(code) => format!("`{code}`"),
            Success => "makes no difference".to_owned(),
        }
    }
}

#[test]
fn the_documents_show_this_table() {
    let document = include_str!("../../../../docs/errors.md");
    let table = table();
    assert!(
        document.contains(&table),
        "docs/errors.md should have:\n{table}"
    );
}
