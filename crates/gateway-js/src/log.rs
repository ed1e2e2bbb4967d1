//! The lines that the core logs. They wait until the shell takes them, after each step.

use std::cell::RefCell;
use std::fmt;
use std::sync::Once;

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

thread_local! {
    static LINES: RefCell<Vec<Line>> = const { RefCell::new(Vec::new()) };
}

/// One line of the log.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    level: &'static str,
    message: String,
    #[serde(flatten)]
    fields: serde_json::Map<String, serde_json::Value>,
}

/// Collects the core's lines from here on.
pub(crate) fn start() {
    static START: Once = Once::new();
    START.call_once(|| {
        // Fails where the app's own wasm has set another one in this instance, which it cannot.
        let _ = tracing::subscriber::set_global_default(Collector);
    });
}

/// Takes the lines that wait.
pub(crate) fn take() -> Vec<Line> {
    LINES.with(RefCell::take)
}

struct Collector;

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO && metadata.target().starts_with("aurous_")
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line {
            level: match *event.metadata().level() {
                Level::ERROR => "error",
                Level::WARN => "warn",
                _ => "info",
            },
            message: String::new(),
            fields: serde_json::Map::new(),
        };
        event.record(&mut line);
        LINES.with_borrow_mut(|lines| lines.push(line));
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        // The core has no spans.
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}
    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn enter(&self, _span: &Id) {}
    fn exit(&self, _span: &Id) {}
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.message = crate::names::in_javascript(&text);
        } else {
            self.fields.insert(field.name().to_owned(), text.into());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.fields.insert(field.name().to_owned(), value.into());
    }
}
