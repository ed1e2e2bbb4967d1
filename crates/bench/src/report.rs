//! The table of the gateway, alone and with a store, beside nginx.

use std::fmt::Write;
use std::time::Duration;

/// The latencies of one kind of request on one way.
#[derive(Clone, Default)]
pub struct Series(Vec<Duration>);

impl Series {
    pub fn extend(&mut self, latencies: Vec<Duration>) {
        self.0.extend(latencies);
        self.0.sort_unstable();
    }

    /// Returns the latency that this part of all are below, in milliseconds.
    pub fn percentile(&self, part: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let nth = (part * last as f64).round() as usize;
        self.0
            .get(nth)
            .map_or(f64::NAN, |it| it.as_secs_f64() * 1e3)
    }
}

pub fn table(names: &[&str], json: &[Series], put: &[Series], full: &[f64]) -> String {
    let mut text = String::new();
    let mut line = |words: std::fmt::Arguments<'_>| {
        // Writing to a String never fails.
        let _ = writeln!(text, "{words}");
    };
    line(format_args!(
        "{:9} {:>9} {:>9} {:>9} {:>9} {:>11} {:>8}",
        "", "JSON p50", "JSON p99", "PUT p50", "PUT p99", "PUT, full", "samples"
    ));
    for (((name, json), put), full) in names.iter().zip(json).zip(put).zip(full) {
        line(format_args!(
            "{name:9} {:6.2} ms {:6.2} ms {:6.2} ms {:6.2} ms {:6.0} MB/s {:8}",
            json.percentile(0.5),
            json.percentile(0.99),
            put.percentile(0.5),
            put.percentile(0.99),
            full / 1e6,
            json.0.len(),
        ));
    }
    let index_of = |name: &str| names.iter().position(|it| *it == name);
    let mut compare = |name, other, json_aim, put_aim| {
        let (Some(name), Some(other)) = (index_of(name), index_of(other)) else {
            return;
        };
        let ratio = |series: &[Series], part| {
            series[name].percentile(part) / series[other].percentile(part)
        };
        line(format_args!(""));
        line(format_args!(
            "{} as a multiple of {}:",
            names[name], names[other]
        ));
        line(format_args!(
            "  JSON p50 {:.2}, p99 {:.2} (aim: at most {json_aim})",
            ratio(json, 0.5),
            ratio(json, 0.99)
        ));
        line(format_args!(
            "  PUT p50 {:.2}, p99 {:.2}",
            ratio(put, 0.5),
            ratio(put, 0.99)
        ));
        line(format_args!(
            "  PUT throughput {:.2} (aim: at least {put_aim})",
            full[name] / full[other]
        ));
    };
    compare("gateway", "nginx", 1.5, 0.9);
    compare("and store", "gateway", 1.5, 0.95);
    text
}
