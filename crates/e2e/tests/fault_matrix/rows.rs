//! The table: how a call ends after each fault.

use aurous_emulator::{FakeResponse, Fault};

/// How a fault is made.
pub enum Cause {
    /// The API or the upload host has the fault.
    Upstream(fn() -> Fault),
    /// Something between the page and the server answers with this status and HTML, or redirects.
    InBetween(u16),
    /// The browser's request goes to a closed port.
    Refused,
    /// The browser's request goes to a closed port while the browser says that it is offline; then the network
    /// is back.
    Offline,
}
use Cause::{InBetween, Offline, Refused, Upstream};

/// How a call ends.
#[derive(Clone, Copy, PartialEq)]
pub enum CallEnd {
    /// The SDK sends it again. It succeeds once the fault is over; if the fault lasts, it fails with this error.
    IsRetried(&'static str),
    /// The same, but the SDK sends it again only once.
    IsRetriedOnce(&'static str),
    /// It fails with this error at once.
    Fails(&'static str),
    /// It succeeds: the fault has no effect.
    Succeeds,
}
use CallEnd::{Fails, IsRetried, IsRetriedOnce, Succeeds};

pub struct Row {
    pub fault: &'static str,
    pub cause: Cause,
    /// The ends of init and classify, of a PUT, and of a create, sent straight to the API.
    pub direct: [CallEnd; 3],
    /// The ends of the same calls through a gateway.
    pub gateway: [CallEnd; 3],
}

impl Row {
    /// Returns whether the server says how long to wait.
    pub fn is_asked_to_wait(&self) -> bool {
        self.fault.ends_with("in seconds")
    }

    /// Returns whether a time limit ends the fault.
    pub fn is_silence(&self) -> bool {
        matches!(self.fault, "no answer" | "headers, then silence")
    }
}

pub const UNKNOWN: &str = "create_outcome_unknown";
pub const UNKNOWN_PICTURES: &str = "outcome_unknown";

/// The server's rate limit is reached.
const LIMITED: [CallEnd; 3] = [
    IsRetried("too_many_requests"),
    IsRetried("upload_failed"),
    IsRetried("too_many_requests"),
];
/// A proxy redirects.
const REDIRECTED: [CallEnd; 3] = [Fails("redirected"); 3];
/// A firewall refuses. It may have looked at the API's answer.
const BLOCKED: [CallEnd; 3] = [
    Fails("invalid_response"),
    Fails("invalid_response"),
    Fails(UNKNOWN),
];
/// A CDN or a mesh answers that it has no answer.
const NOT_THE_APIS: [CallEnd; 3] = [
    IsRetried("invalid_response"),
    IsRetried("invalid_response"),
    IsRetried(UNKNOWN),
];
const NOT_THE_GATEWAYS: [CallEnd; 3] = [
    IsRetried("gateway_not_found"),
    IsRetried("gateway_not_found"),
    IsRetried(UNKNOWN),
];
/// The page's connection breaks.
const LOST: [CallEnd; 3] = [
    IsRetried("network_error"),
    IsRetried("network_error"),
    IsRetried(UNKNOWN),
];
/// The gateway's connection breaks.
const UNREACHED: [CallEnd; 3] = [
    IsRetried("gateway_upstream_unreachable"),
    IsRetried("gateway_upstream_unreachable"),
    IsRetried(UNKNOWN),
];
/// The body is unreadable. Of the answer to a PUT, the SDK reads only the status.
const UNREADABLE: [CallEnd; 3] = [IsRetried("invalid_response"), Succeeds, Fails(UNKNOWN)];
const INVALID: [CallEnd; 3] = [
    IsRetried("gateway_upstream_invalid"),
    Succeeds,
    IsRetried(UNKNOWN),
];

#[rustfmt::skip]
pub static ROWS: [Row; 28] = [
    row("403", Upstream(|| Fault::status(403)),
        [Fails("missing_scope"), Fails("upload_url_expired"), Fails("missing_scope")],
        [Fails("gateway_key_refused"), Fails("upload_url_expired"), Fails("gateway_key_refused")]),
    same("408", Upstream(|| Fault::status(408)), [IsRetried("invalid_request"), IsRetried("upload_failed"), IsRetried("invalid_request")]),
    same("409, the key is in use", Upstream(in_flight), [IsRetried("idempotency_key_in_use"), Fails("upload_failed"), IsRetried(UNKNOWN)]),
    same("413", Upstream(|| Fault::status(413)), [Fails("invalid_request"), Fails("upload_too_large"), Fails("invalid_request")]),
    same("429, `Retry-After` in seconds", Upstream(|| limited("2")), LIMITED),
    same("429, `Retry-After` as a date", Upstream(|| limited(DATE)), LIMITED),
    same("429", Upstream(|| Fault::status(429)), LIMITED),
    same("500", Upstream(|| Fault::status(500)), [IsRetried("internal_error"), IsRetried("upload_failed"), IsRetried(UNKNOWN)]),
    same("502", Upstream(|| Fault::status(502)), [IsRetried("provider_unavailable"), IsRetried("upload_failed"), IsRetried(UNKNOWN)]),
    same("503", Upstream(|| Fault::status(503)), [IsRetried("provider_unavailable"), IsRetried("upload_failed"), IsRetried("provider_unavailable")]),
    same("504", Upstream(|| Fault::status(504)), [IsRetried("provider_timeout"), IsRetried("upload_failed"), IsRetried(UNKNOWN)]),
    same("302, from a proxy that wants a sign-in", InBetween(302), REDIRECTED),
    same("307, from something in between", InBetween(307), REDIRECTED),
    same("403, from a firewall", InBetween(403), BLOCKED),
    row("500, from a development proxy", InBetween(500), NOT_THE_APIS,
        [IsRetriedOnce("gateway_not_found"), IsRetriedOnce("gateway_not_found"), IsRetriedOnce(UNKNOWN)]),
    row("503, from a mesh", InBetween(503), NOT_THE_APIS, NOT_THE_GATEWAYS),
    row("520, from a CDN", InBetween(520), NOT_THE_APIS, NOT_THE_GATEWAYS),
    row("524, from a CDN", InBetween(524), NOT_THE_APIS, NOT_THE_GATEWAYS),
    same("connection refused", Refused, LOST),
    row("reset before the body", Upstream(|| Fault::ResetBeforeBody), LOST, UNREACHED),
    row("reset during the body", Upstream(|| Fault::ResetDuringBody), LOST, UNREACHED),
    row("reset after the body", Upstream(|| Fault::ResetAfterBody { processed: false }), LOST, UNREACHED),
    row("reset in place of the answer", Upstream(|| Fault::ResetAfterBody { processed: true }), LOST, UNREACHED),
    row("headers, then silence", Upstream(|| Fault::HangAfterHeaders),
        [IsRetried("timeout"), Succeeds, IsRetried(UNKNOWN)],
        [IsRetried("gateway_upstream_timeout"), Succeeds, IsRetried(UNKNOWN)]),
    row("no answer", Upstream(|| Fault::Hang),
        [IsRetried("timeout"), IsRetried("timeout"), IsRetried(UNKNOWN)],
        [IsRetried("gateway_upstream_timeout"), IsRetried("gateway_upstream_timeout"), IsRetried(UNKNOWN)]),
    row("a body that breaks off", Upstream(|| Fault::Truncate), UNREADABLE, INVALID),
    row("a body that is no JSON", Upstream(|| Fault::NotJson), UNREADABLE, INVALID),
    same("offline, then online", Offline, LOST),
];

const fn same(fault: &'static str, cause: Cause, ends: [CallEnd; 3]) -> Row {
    row(fault, cause, ends, ends)
}

const fn row(
    fault: &'static str,
    cause: Cause,
    direct: [CallEnd; 3],
    gateway: [CallEnd; 3],
) -> Row {
    Row {
        fault,
        cause,
        direct,
        gateway,
    }
}

/// A date in the past: the page's clock runs fast, so a date in the future would be wrong.
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

fn limited(retry_after: &str) -> Fault {
    Fault::Status(FakeResponse::new(429).with_header("retry-after", retry_after))
}

fn in_flight() -> Fault {
    let body = r#"{"error":{"type":"invalid_request","code":"idempotency_key_in_use","message":"Later.","param":null,"doc_url":"","request_id":"req_1"}}"#;
    Fault::Status(FakeResponse::new(409).with_body(body))
}

/// Returns the table as `docs/errors.md` shows it.
fn table() -> String {
    let mut table =
        "| what happens | init, classify, and about a character | PUT | create |\n|---|---|---|---|\n".to_owned();
    for row in &ROWS {
        table += &format!("| {} |", row.fault);
        for (direct, gateway) in row.direct.into_iter().zip(row.gateway) {
            table += &format!(" {}", direct.words());
            if direct != gateway {
                table += &format!("; gateway: {}", gateway.words());
            }
            table += " |";
        }
        table += "\n";
    }
    table
}

impl CallEnd {
    /// Returns how a regeneration ends where a create ends so: both cost credits, and the code of what is not known
    /// differs.
    pub fn of_a_regeneration(self) -> Self {
        let code = |code| match code {
            UNKNOWN => UNKNOWN_PICTURES,
            code => code,
        };
        match self {
            IsRetried(it) => IsRetried(code(it)),
            IsRetriedOnce(it) => IsRetriedOnce(code(it)),
            Fails(it) => Fails(code(it)),
            Succeeds => Succeeds,
        }
    }

    fn words(self) -> String {
        match self {
            IsRetried(code) => format!("↻ `{code}`"),
            IsRetriedOnce(code) => format!("↻ once `{code}`"),
            Fails(code) => format!("`{code}`"),
            Succeeds => "no effect".to_owned(),
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
