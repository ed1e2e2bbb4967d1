//! The traces of callers in the log, and the spans that a collector gets.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aurous_emulator::{Fault, Operation};
use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Attribute;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message as _;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::harness::request::Request;
use crate::harness::stage::{JPEG, Setup, Stage};
use crate::harness::until;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PAGE_SPAN: &str = "00f067aa0ba902b7";
const SAMPLED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const NOT_SAMPLED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
const KEY: &str = "a-key-of-sixteen-or-more";
const AWAY: &str = "the collector did not take spans";

/// Spans are sent after this many milliseconds.
const SOON: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "20");

/// A collector of spans.
struct Collector {
    url: String,
    received: Arc<Mutex<Vec<Bytes>>>,
    _runtime: Runtime,
}

impl Collector {
    fn start() -> Self {
        Self::answering_after(Duration::ZERO)
    }

    /// Starts a collector that takes spans after a time, if its client is still there.
    fn answering_after(time: Duration) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
        let listener = listener.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let take = post(async move |body: Bytes| {
            tokio::time::sleep(time).await;
            log.lock().unwrap().push(body);
        });
        let routes = Router::new().route("/v1/traces", take);
        runtime.spawn(async move { axum::serve(listener, routes).await });
        Self {
            url,
            received,
            _runtime: runtime,
        }
    }

    /// Returns a gateway that sends its spans here.
    fn stage(&self) -> Stage {
        stage_with_collector(&self.url)
    }

    fn spans(&self) -> Vec<Span> {
        let received = self.received.lock().unwrap();
        let requests = received
            .iter()
            .map(|it| ExportTraceServiceRequest::decode(it.clone()).unwrap());
        requests
            .flat_map(|it| it.resource_spans)
            .flat_map(|it| it.scope_spans)
            .flat_map(|it| it.spans)
            .collect()
    }

    /// Returns the spans, once there are this many.
    #[track_caller]
    fn wait_for(&self, count: usize) -> Vec<Span> {
        until("spans come", || {
            Some(self.spans()).filter(|it| it.len() >= count)
        })
    }

    /// Returns everything that has come, as text.
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.received.lock().unwrap().concat()).into_owned()
    }
}

fn stage_with_collector(url: &str) -> Stage {
    Stage::start(Setup {
        flags: &["--otlp-endpoint", url],
        environment: &[SOON],
        ..Setup::default()
    })
}

fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the text of an attribute, empty where there is none.
fn attribute(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|it| it.key == name);
    let value = found.and_then(|it| it.value.as_ref()?.value.as_ref());
    match value {
        Some(Attribute::StringValue(text)) => text.clone(),
        Some(Attribute::IntValue(number)) => number.to_string(),
        Some(other) => panic!("{other:?}"),
        None => String::new(),
    }
}

fn of_kind(spans: &[Span], kind: SpanKind) -> Vec<&Span> {
    let mut spans: Vec<_> = spans.iter().filter(|it| it.kind == kind as i32).collect();
    spans.sort_by_key(|it| it.start_time_unix_nano);
    spans
}

fn traced(request: Request) -> Request {
    request.header("traceparent", SAMPLED)
}

/// Uploads a picture as Alice and makes a character of it, each request with this trace.
#[track_caller]
fn make_a_character(stage: &Stage) {
    let ticket = stage.ticket_by(&traced(stage.init()));
    let put = traced(stage.put(&ticket.token, JPEG));
    stage.send(&put).assert_status(200);
    let classify = traced(stage.classify(&ticket.upload_id));
    stage.send(&classify).assert_status(200);
    let create = traced(stage.create(KEY, &[&ticket.upload_id]));
    stage.send(&create).assert_status(201);
}

/// Sends the request, and returns its line in the log.
#[track_caller]
fn line_of(stage: &Stage, request: &Request) -> Value {
    let answer = stage.send(request).assert_status(201).clone();
    let id = answer.header("aurous-request-id");
    stage.program().logged(id)
}

#[track_caller]
fn end(stage: &Stage) {
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
}

#[test]
fn the_log_has_the_callers_trace_without_a_collector() {
    let stage = Stage::new();
    let line = line_of(&stage, &traced(stage.init()));
    assert_eq!(line["trace_id"], TRACE, "{line}");
    let line = line_of(&stage, &stage.init());
    assert!(line.get("trace_id").is_none(), "{line}");
    stage.finish();
}

#[test]
fn a_wrong_traceparent_is_as_good_as_none() {
    let stage = Stage::new();
    for wrong in [
        "",
        "00",
        "nonsense; <b>a page's own text</b>",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
        "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-é",
    ] {
        let line = line_of(&stage, &stage.init().header("traceparent", wrong));
        assert!(line.get("trace_id").is_none(), "{wrong}: {line}");
    }
    let twice = traced(traced(stage.init()));
    let line = line_of(&stage, &twice);
    assert!(line.get("trace_id").is_none(), "twice: {line}");
    stage.finish();
}

#[test]
fn an_upload_is_one_trace_from_the_page_to_the_api() {
    let collector = Collector::start();
    let stage = collector.stage();
    make_a_character(&stage);
    let spans = collector.wait_for(8);
    for span in &spans {
        assert_eq!(hex(&span.trace_id), TRACE, "{span:?}");
        assert!(span.events.is_empty() && span.links.is_empty(), "{span:?}");
    }
    let requests = of_kind(&spans, SpanKind::Server);
    let calls = of_kind(&spans, SpanKind::Client);
    for (span, (name, status)) in requests.iter().zip([
        ("POST /aurous/v1/characters/uploads/init", "201"),
        ("PUT /aurous/uploads/{*token}", "200"),
        ("POST /aurous/v1/characters/uploads/classify", "200"),
        ("POST /aurous/v1/characters", "201"),
    ]) {
        let (method, route) = name.split_once(' ').unwrap();
        assert_eq!(span.name, name);
        assert_eq!(hex(&span.parent_span_id), PAGE_SPAN, "{span:?}");
        assert_eq!(attribute(span, "http.request.method"), method);
        assert_eq!(attribute(span, "http.route"), route);
        assert_eq!(attribute(span, "http.response.status_code"), status);
        let line = stage
            .program()
            .logged(&attribute(span, "aurous.request_id"));
        assert_eq!(line["route"], route, "{line}");
    }
    for (span, (name, path)) in calls.iter().zip([
        ("POST api", "/v1/characters/uploads/init"),
        ("PUT upload host", ""),
        ("POST api", "/v1/characters/uploads/classify"),
        ("POST api", "/v1/characters"),
    ]) {
        assert_eq!(span.name, name);
        assert_eq!(attribute(span, "url.template"), path);
    }
    let parents: Vec<_> = calls.iter().map(|it| &it.parent_span_id).collect();
    let expected: Vec<_> = requests.iter().map(|it| &it.span_id).collect();
    assert_eq!((parents.len(), parents), (4, expected));
    let put = calls[1];
    let bytes = JPEG.len().to_string();
    assert_eq!(attribute(put, "http.request.body.size"), bytes);
    assert_eq!(attribute(put, "http.response.status_code"), "200");
    stage.finish();
}

#[test]
fn no_span_holds_a_secret_or_anything_of_the_visitors() {
    let collector = Collector::start();
    let stage = collector.stage();
    make_a_character(&stage);
    let subject = "a subject that is secret";
    let get = stage.get(&stage.character_by(subject));
    let get = get.with("Authorization", &stage.bearer(subject));
    stage.send(&get).assert_status(200);
    end(&stage);
    let spans = collector.spans();
    let calls = of_kind(&spans, SpanKind::Client);
    let last = calls.last().unwrap();
    assert_eq!(attribute(last, "url.template"), "/v1/characters/{id}");
    let text = collector.text();
    let upload_host = stage.emulator().upload_url().to_owned();
    for secret in [
        "alice",
        subject,
        "front",
        "Aurora",
        "char_",
        "upl_",
        KEY,
        &upload_host,
        upload_host.strip_prefix("http://").unwrap(),
        stage.emulator().api_key(),
        "/uploads/v",
        "signature",
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    // Searched for the tokens and the signed URLs, whole and in pieces.
    stage.spill.record_output(&text);
    stage.finish();
}

#[test]
fn a_refusal_without_a_callers_trace_begins_one() {
    let collector = Collector::start();
    let stage = collector.stage();
    let answer = stage.send(&stage.init().without("Authorization"));
    stage.assert_refused(&answer, 401, "gateway_session_missing");
    let spans = collector.wait_for(1);
    let [span] = spans.as_slice() else {
        panic!("{spans:?}")
    };
    assert_eq!(span.parent_span_id, [0; 0]);
    assert_eq!(attribute(span, "aurous.code"), "gateway_session_missing");
    assert_eq!(attribute(span, "http.response.status_code"), "401");
    let line = stage.program().logged(answer.header("aurous-request-id"));
    assert_eq!(line["trace_id"], hex(&span.trace_id), "{line}");
    stage.finish();
}

#[test]
fn a_caller_that_samples_nothing_gets_its_trace_in_the_log_alone() {
    let collector = Collector::start();
    let stage = collector.stage();
    let unsampled = stage.init().header("traceparent", NOT_SAMPLED);
    let line = line_of(&stage, &unsampled);
    assert_eq!(line["trace_id"], TRACE, "{line}");
    stage
        .send(&stage.bare("GET", "/nothing"))
        .assert_status(404);
    end(&stage);
    let spans = collector.spans();
    let names: Vec<_> = spans.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["GET"]);
    stage.finish();
}

#[test]
fn a_create_whose_client_has_gone_stays_in_its_trace() {
    let collector = Collector::start();
    let stage = collector.stage();
    let create = traced(stage.create(KEY, &[&stage.uploaded()]));
    let slow = Fault::Delay(500).on(Operation::Create);
    stage.emulator().inject(slow);
    let mut connection = stage.connect();
    connection.send(&create.bytes()).unwrap();
    stage.until_upstream("the create is running", |seen| {
        seen.iter().any(|it| it.operation == Operation::Create)
    });
    drop(connection);
    stage.assert_client_gone("POST");
    end(&stage);
    let mut spans = collector.spans();
    spans.retain(|it| hex(&it.trace_id) == TRACE);
    let (requests, calls) = (
        of_kind(&spans, SpanKind::Server),
        of_kind(&spans, SpanKind::Client),
    );
    let ([request], [call]) = (requests.as_slice(), calls.as_slice()) else {
        panic!("{spans:?}")
    };
    assert_eq!(attribute(request, "aurous.code"), "gateway_client_gone");
    assert_eq!(call.parent_span_id, request.span_id);
    assert_eq!(attribute(call, "http.response.status_code"), "201");
    stage.finish();
}

#[test]
fn the_last_spans_are_sent_before_the_end() {
    let collector = Collector::answering_after(Duration::from_millis(300));
    let stage = Stage::start(Setup {
        flags: &["--otlp-endpoint", &format!("{}/", collector.url)],
        environment: &[("OTEL_BSP_SCHEDULE_DELAY", "600000")],
        ..Setup::default()
    });
    stage.ticket();
    end(&stage);
    assert_eq!(collector.spans().len(), 2);
    stage.finish();
}

#[test]
fn a_collector_that_is_away_costs_spans_alone_and_is_told_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let stage = stage_with_collector(&url);
    for _ in 0..3 {
        stage.uploaded();
        let warned = |line: &Value| line["message"] == AWAY;
        stage.program().find(warned).expect("a line in the log");
    }
    end(&stage);
    let lines = stage.program().lines();
    let warnings = lines.iter().filter(|it| it["message"] == AWAY);
    assert_eq!(warnings.count(), 1, "{lines:?}");
    stage.finish();
}

#[test]
fn a_collector_that_never_answers_delays_no_request_and_the_end_by_a_second() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let stage = stage_with_collector(&url);
    stage.uploaded();
    // The gateway has begun to send, and waits.
    silent.set_nonblocking(true).unwrap();
    let _connection = until("a connection comes", || silent.accept().ok());
    let begin = Instant::now();
    stage.uploaded();
    end(&stage);
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    stage.finish();
}
