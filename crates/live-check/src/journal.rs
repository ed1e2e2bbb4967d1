//! What a run has learned, made and seen so far.

use aurous_contract::header::{DATE, VERSION};
use serde_json::Value;
use strum::IntoEnumIterator as _;
use url::Url;

use crate::call::Step;
use crate::finding::{Finding, RateLimitHeaders, Unknown};
use crate::reply::Reply;
use crate::report::{Characters, Row};
use crate::secret::Secrets;

#[derive(Debug, Default)]
pub struct Journal {
    findings: Vec<Finding>,
    /// Why something was not learned. The first reason counts.
    gaps: Vec<(Unknown, String)>,
    rates: RateLimitHeaders,
    pub secrets: Secrets,
    pub characters: Characters,
    /// `Aurous-Version` of the first response.
    pub api_version: Option<String>,
    /// `Date` of the first response.
    pub date: Option<String>,
}

impl Journal {
    pub fn learn(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Notes why those of `unknowns` that are still open stay so.
    pub fn leave_open(&mut self, unknowns: &[Unknown], reason: &str) {
        for unknown in unknowns {
            self.gaps.push((*unknown, reason.to_owned()));
        }
    }

    /// Sees every response of the API and of the upload host.
    pub fn see(&mut self, step: Step, reply: &Reply) {
        let json = reply.json();
        self.hide_urls(&json);
        let Some(bucket) = step.bucket() else {
            return;
        };
        self.rates.see(bucket, reply);
        let first = |old: &mut Option<String>, name| {
            if old.is_none() {
                *old = reply.header(name).map(str::to_owned);
            }
        };
        first(&mut self.api_version, VERSION);
        first(&mut self.date, DATE);
    }

    /// Makes a secret of each URL in a response: any of them may be signed.
    fn hide_urls(&mut self, json: &Value) {
        match json {
            Value::String(text) => {
                if let Ok(url) = Url::parse(text) {
                    self.secrets.add_url(&url);
                }
            }
            Value::Array(items) => items.iter().for_each(|it| self.hide_urls(it)),
            Value::Object(fields) => fields.values().for_each(|it| self.hide_urls(it)),
            _ => {}
        }
    }

    /// Returns a row for each unknown.
    pub fn rows(&self) -> Vec<Row> {
        let rates = Finding::RateLimitHeaders(self.rates.clone());
        let rates = (self.rates.responses > 0).then_some(rates);
        let findings: Vec<_> = self.findings.iter().chain(&rates).collect();
        let row = |unknown| {
            let finding = findings.iter().find(|it| it.unknown() == unknown);
            if let Some(finding) = finding {
                return Row::Learned((*finding).clone());
            }
            let gap = self.gaps.iter().find(|(of, _)| *of == unknown);
            let not_learned = gap.map_or("the run ended before", |(_, reason)| reason);
            Row::Open {
                unknown,
                not_learned: not_learned.to_owned(),
            }
        };
        Unknown::iter().map(row).collect()
    }
}
