//! What a page of another origin may send, as the answer to its preflight says.

use aurous_contract::header;
use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::response::Response;

/// The headers that the SDK sends.
const OF_THE_SDK: [&str; 4] = [
    header::CONTENT_TYPE,
    header::AUTHORIZATION,
    header::IDEMPOTENCY_KEY,
    header::VERSION,
];

/// The headers that scripts for monitoring add to all of a page's requests, the SDK's too. A preflight that
/// does not allow them fails, and with it the request. None of them goes upstream.
const OF_TRACING: [&str; 43] = [
    // https://www.w3.org/TR/trace-context/ and https://www.w3.org/TR/baggage/: OpenTelemetry and most
    // others.
    "traceparent",
    "tracestate",
    "baggage",
    // https://github.com/openzipkin/b3-propagation
    "b3",
    "x-b3-traceid",
    "x-b3-spanid",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "x-b3-flags",
    // Jaeger and OpenTracing.
    "uber-trace-id",
    "x-ot-span-context",
    "ot-tracer-traceid",
    "ot-tracer-spanid",
    "ot-tracer-sampled",
    // Sentry.
    "sentry-trace",
    // Datadog.
    "x-datadog-trace-id",
    "x-datadog-parent-id",
    "x-datadog-origin",
    "x-datadog-sampling-priority",
    "x-datadog-sampled",
    "x-datadog-tags",
    // New Relic.
    "newrelic",
    "x-newrelic-id",
    "x-newrelic-transaction",
    // Elastic.
    "elastic-apm-traceparent",
    // Application Insights.
    "request-id",
    "request-context",
    // Dynatrace.
    "x-dtc",
    "x-dtpc",
    "x-dtreferer",
    // AppDynamics.
    "adrum",
    // Instana.
    "x-instana-t",
    "x-instana-s",
    "x-instana-l",
    // SkyWalking.
    "sw8",
    // AWS X-Ray and Google Cloud Trace.
    "x-amzn-trace-id",
    "x-cloud-trace-context",
    // Honeycomb, Highlight, PostHog.
    "x-honeycomb-trace",
    "x-highlight-request",
    "x-posthog-session-id",
    "x-posthog-distinct-id",
    // No product's own.
    "x-request-id",
    "x-correlation-id",
];

/// Returns the value of `Access-Control-Allow-Headers`, with `more` headers of the operator's.
pub(crate) fn allowed_headers(more: &[HeaderName]) -> HeaderValue {
    let known: Vec<_> = OF_THE_SDK.into_iter().chain(OF_TRACING).collect();
    let more = more.iter().map(HeaderName::as_str);
    let more = more.filter(|name| !known.contains(name));
    let names: Vec<_> = known.iter().copied().chain(more).collect();
    // Joined names of headers are always a value.
    HeaderValue::from_str(&names.join(", "))
        .unwrap_or(HeaderValue::from_static(header::CONTENT_TYPE))
}

/// Answers a preflight.
pub(crate) fn answer_preflight(allowed_headers: &HeaderValue) -> Response {
    let headers = [
        (
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE"),
        ),
        (ACCESS_CONTROL_ALLOW_HEADERS, allowed_headers.clone()),
        // Two hours: Chromium keeps a preflight no longer.
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200")),
    ];
    Response {
        status: StatusCode::NO_CONTENT,
        headers: HeaderMap::from_iter(headers),
        body: Bytes::new(),
    }
}
