//! What the package weighs on the wire. Without wasm-opt, wasm-pack succeeds all the same, and one
//! careless dependency costs more than the whole SDK: so the total is held against a budget.

pub mod places;

use std::fmt;
use std::fs;
use std::io::Write;

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::project;

/// The download budget, in bytes: what a page loads for the SDK, as brotli at its best.
const TOTAL_BROTLI_BUDGET: usize = 25_000;

/// Best compression, as a CDN serves static files.
const BROTLI_QUALITY: i32 = 11;

/// What a page downloads, part by part; the types, for one, it doesn't.
const PARTS: [(&str, &[&str]); 2] = [("wasm", &["aurous_web_bg.wasm"]), ("script", &["index.js"])];

#[derive(Clone, Copy, Default)]
pub struct Weight {
    pub raw: usize,
    pub gzip: usize,
    pub brotli: usize,
}

pub struct Table {
    parts: Vec<(&'static str, Weight)>,
}

pub fn weigh() -> Result<Table> {
    let mut parts = Vec::new();
    for (name, files) in PARTS {
        let mut sum = Weight::default();
        for file in files {
            let path = project::pkg().join(file);
            let bytes = fs::read(&path).with_context(|| {
                format!(
                    "{} cannot be read: run `cargo xtask build` first",
                    path.display()
                )
            })?;
            sum = sum.plus(weight(&bytes)?);
        }
        parts.push((name, sum));
    }
    Ok(Table { parts })
}

/// Prints what the release build weighs, and fails above the budget.
pub fn hold_against_budget() -> Result<()> {
    let table = weigh()?;
    print!("{table}");
    table.hold_against_budget()
}

impl Table {
    pub fn total(&self) -> Weight {
        self.parts
            .iter()
            .fold(Weight::default(), |sum, (_, weight)| sum.plus(*weight))
    }

    fn hold_against_budget(&self) -> Result<()> {
        let brotli = self.total().brotli;
        ensure!(
            brotli <= TOTAL_BROTLI_BUDGET,
            "the package is {brotli} bytes in brotli, over its budget of {TOTAL_BROTLI_BUDGET}: \
             see what grew with `twiggy top target/wasm-pack/aurous_web_bg.wasm`"
        );
        Ok(())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<8} {:>8} {:>8} {:>8}",
            "bytes", "raw", "gzip", "brotli"
        )?;
        for (name, Weight { raw, gzip, brotli }) in
            self.parts.iter().copied().chain([("total", self.total())])
        {
            writeln!(f, "{name:<8} {raw:>8} {gzip:>8} {brotli:>8}")?;
        }
        writeln!(f, "budget   {TOTAL_BROTLI_BUDGET:>26}")
    }
}

impl Weight {
    fn plus(self, other: Weight) -> Weight {
        Weight {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }
}

pub fn weight(bytes: &[u8]) -> Result<Weight> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    let mut brotli = Vec::new();
    let best = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &bytes[..], &mut brotli, &best)?;
    Ok(Weight {
        raw: bytes.len(),
        gzip: gzip.finish()?.len(),
        brotli: brotli.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package_of(brotli: usize) -> Table {
        Table {
            parts: vec![(
                "wasm",
                Weight {
                    brotli,
                    ..Weight::default()
                },
            )],
        }
    }

    #[test]
    fn the_budget_itself_passes_and_one_byte_more_does_not() {
        assert!(
            package_of(TOTAL_BROTLI_BUDGET)
                .hold_against_budget()
                .is_ok()
        );
        assert!(
            package_of(TOTAL_BROTLI_BUDGET + 1)
                .hold_against_budget()
                .is_err()
        );
    }

    #[test]
    fn both_compressions_are_measured() {
        let weight = weight(&[7; 10_000]).unwrap();
        assert_eq!(weight.raw, 10_000);
        assert!(weight.gzip < 100 && weight.brotli < weight.gzip);
    }
}
