//! Traces: takes up the `traceparent` of a request, and sends spans by OTLP where the operator asks for
//! them. A span holds what the log and the metrics may hold, and nothing more.

mod collector;
#[cfg(test)]
mod tests;

use std::io;
use std::time::Duration;

use aurous_gateway_core::Labels;
use axum::http::{HeaderMap, Method, Uri};
use opentelemetry::trace::{
    SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceId,
    TraceState, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use tokio::task::spawn_blocking;

use collector::Collector;

const SERVICE: &str = "aurous-gateway";

/// The longest time to send the last spans before the process ends.
const FINISH_TIMEOUT: Duration = Duration::from_secs(1);

const METHOD: &str = "http.request.method";
const STATUS: &str = "http.response.status_code";
const ERROR: &str = "error.type";

/// Where spans begin. [`Traces::default`] makes none, and still takes up a `traceparent`.
#[derive(Default)]
pub(crate) struct Traces(Option<(SdkTracerProvider, SdkTracer)>);

impl Traces {
    /// Sends spans to a collector, from a thread of its own. Where its queue is full, spans are lost.
    ///
    /// # Errors
    /// A variable of OpenTelemetry's wants what this program does not have.
    pub(crate) fn start(endpoint: &Uri) -> io::Result<Self> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new())
            .with_endpoint(endpoint.to_string())
            .build()
            .map_err(io::Error::other)?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder()
            .with_service_name(SERVICE)
            .with_attribute(version);
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
            .with_resource(resource.build())
            .with_batch_exporter(exporter)
            .build();
        let tracer = provider.tracer(SERVICE);
        Ok(Self(Some((provider, tracer))))
    }

    /// Begins the span of a request.
    pub(crate) fn begin_request(&self, headers: &HeaderMap, labels: &Labels) -> RequestSpan {
        let context = parent(headers).map_or_else(Context::new, |parent| {
            Context::new().with_remote_span_context(parent)
        });
        RequestSpan(self.begin(&context, || {
            let (method, name) = match labels.method {
                "other" => ("_OTHER", "HTTP"),
                method => (method, method),
            };
            let mut attributes = vec![KeyValue::new(METHOD, method)];
            let mut name = name.to_owned();
            if labels.route != "none" {
                attributes.push(KeyValue::new("http.route", labels.route.clone()));
                name = [&name, " ", &labels.route].concat();
            }
            SpanBuilder::from_name(name)
                .with_kind(SpanKind::Server)
                .with_attributes(attributes)
        }))
    }

    /// Begins the span of a call upstream, for the request whose context is attached.
    pub(crate) fn begin_call(&self, method: &Method, host: &'static str) -> CallSpan {
        CallSpan(self.begin(&Context::current(), || {
            SpanBuilder::from_name(format!("{method} {host}"))
                .with_kind(SpanKind::Client)
                .with_attributes([KeyValue::new(METHOD, method.to_string())])
        }))
    }

    fn begin(&self, parent: &Context, span: impl FnOnce() -> SpanBuilder) -> Context {
        match &self.0 {
            Some((_, tracer)) => parent.with_span(tracer.build_with_context(span(), parent)),
            None => parent.clone(),
        }
    }

    /// Sends the spans that wait, for at most a second.
    pub(crate) async fn finish(&self) {
        if let Some((provider, _)) = &self.0 {
            let provider = provider.clone();
            // What is not sent then is lost. The log has said why.
            let _ = spawn_blocking(move || provider.shutdown_with_timeout(FINISH_TIMEOUT)).await;
        }
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Some((provider, _)) = &self.0 {
            // Otherwise the provider waits for its collector.
            let _ = provider.shutdown_with_timeout(Duration::ZERO);
        }
    }
}

/// The span of a request, or the caller's trace alone.
pub(crate) struct RequestSpan(Context);

impl RequestSpan {
    /// Returns the context to attach to what the request does.
    pub(crate) fn context(&self) -> Context {
        self.0.clone()
    }

    pub(crate) fn trace_id(&self) -> Option<TraceId> {
        let span = self.0.span();
        let context = span.span_context();
        context.is_valid().then(|| context.trace_id())
    }

    /// Ends the span. `code` is that of the gateway's refusal, or empty.
    pub(crate) fn end(&self, request_id: &str, status: u16, code: &'static str) {
        let span = self.0.span();
        if !span.is_recording() {
            return;
        }
        span.set_attribute(KeyValue::new("aurous.request_id", request_id.to_owned()));
        if !code.is_empty() {
            span.set_attribute(KeyValue::new("aurous.code", code));
        }
        set_status(&self.0, status, 500);
        // A task that outlives the request holds its context.
        span.end();
    }
}

/// The span of a call upstream. It ends when it is dropped.
pub(crate) struct CallSpan(Context);

impl CallSpan {
    pub(crate) fn set(&self, name: &'static str, value: impl Into<opentelemetry::Value>) {
        self.0.span().set_attribute(KeyValue::new(name, value));
    }

    pub(crate) fn answered(&self, status: u16) {
        set_status(&self.0, status, 400);
    }

    pub(crate) fn failed(&self, reason: &'static str) {
        set_error(&self.0, reason);
    }
}

fn set_status(context: &Context, status: u16, first_error: u16) {
    let span = context.span();
    span.set_attribute(KeyValue::new(STATUS, i64::from(status)));
    if status >= first_error {
        set_error(context, status.to_string());
    }
}

fn set_error(context: &Context, reason: impl Into<opentelemetry::Value>) {
    let span = context.span();
    span.set_attribute(KeyValue::new(ERROR, reason));
    span.set_status(Status::error(""));
}

/// Reads the trace of the caller's: one `traceparent` of version 00. Any other is left out, and so is
/// `tracestate`, since its text is the caller's own.
fn parent(headers: &HeaderMap) -> Option<SpanContext> {
    let mut values = headers.get_all("traceparent").iter();
    let text = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let mut parts = text.split('-');
    let version = parts.next()?;
    let trace = hex(parts.next()?, 32)?;
    let span = hex(parts.next()?, 16)?;
    let flags = hex(parts.next()?, 2)?;
    if version != "00" || parts.next().is_some() {
        return None;
    }
    let context = SpanContext::new(
        TraceId::from(trace),
        SpanId::from(u64::try_from(span).ok()?),
        TraceFlags::new(u8::try_from(flags).ok()?) & TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    );
    context.is_valid().then_some(context)
}

fn hex(text: &str, digits: usize) -> Option<u128> {
    let is_digit = |it: u8| matches!(it, b'0'..=b'9' | b'a'..=b'f');
    let is_hex = text.len() == digits && text.bytes().all(is_digit);
    is_hex.then(|| u128::from_str_radix(text, 16).ok())?
}
