//! What the package weighs on the wire. Without wasm-opt, wasm-pack succeeds all the same, and one
//! careless dependency costs more than the whole SDK: so the total is held against a budget.

pub mod places;

use std::fmt;
use std::fs;
use std::io::Write;

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{build, project};

/// The download budget, in bytes: what a page loads for the SDK, as brotli at its best.
const BROTLI_BUDGET: usize = 52_000;

/// Best compression, as a CDN serves static files.
const BROTLI_QUALITY: i32 = 11;

/// What a page downloads.
const ENTRY: &str = "index.js";

/// What the entry holds as text.
const WASM: &str = "aurous_web_bg.wasm";

#[derive(Clone, Copy, Default)]
pub struct Weight {
    pub raw: usize,
    pub gzip: usize,
    pub brotli: usize,
}

pub struct Table {
    pub entry: Weight,
    /// The entry without its wasm.
    script: Weight,
}

pub fn weigh() -> Result<Table> {
    let entry = read(ENTRY)?;
    let text = build::text::encode(&read(WASM)?).into_bytes();
    let start = entry.windows(text.len()).position(|it| it == text);
    let start = start.with_context(|| format!("{ENTRY} does not hold the text of {WASM}"))?;
    let script = [&entry[..start], &entry[start + text.len()..]].concat();
    Ok(Table {
        entry: weight(&entry)?,
        script: weight(&script)?,
    })
}

fn read(file: &str) -> Result<Vec<u8>> {
    let path = project::pkg().join(file);
    fs::read(&path).with_context(|| {
        format!(
            "{} cannot be read: run `cargo xtask build` first",
            path.display()
        )
    })
}

/// Prints what the release build weighs, and fails above the budget.
pub fn hold_against_budget() -> Result<()> {
    let table = weigh()?;
    print!("{table}");
    table.hold_against_budget()
}

impl Table {
    fn hold_against_budget(&self) -> Result<()> {
        let brotli = self.entry.brotli;
        ensure!(
            brotli <= BROTLI_BUDGET,
            "the package is {brotli} bytes in brotli, over its budget of {BROTLI_BUDGET}: \
             see what grew with `twiggy top target/wasm-pack/aurous_web_bg.wasm`"
        );
        Ok(())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<10} {:>8} {:>8} {:>8}",
            "bytes", "raw", "gzip", "brotli"
        )?;
        let wasm = self.entry.less(self.script);
        for (name, Weight { raw, gzip, brotli }) in [
            (ENTRY, self.entry),
            ("  wasm", wasm),
            ("  script", self.script),
        ] {
            writeln!(f, "{name:<10} {raw:>8} {gzip:>8} {brotli:>8}")?;
        }
        writeln!(f, "budget {BROTLI_BUDGET:>30}")
    }
}

impl Weight {
    fn less(self, part: Weight) -> Weight {
        Weight {
            raw: self.raw - part.raw,
            gzip: self.gzip - part.gzip,
            brotli: self.brotli - part.brotli,
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
            entry: Weight {
                brotli,
                ..Weight::default()
            },
            script: Weight::default(),
        }
    }

    #[test]
    fn the_budget_itself_passes_and_one_byte_more_does_not() {
        assert!(package_of(BROTLI_BUDGET).hold_against_budget().is_ok());
        assert!(package_of(BROTLI_BUDGET + 1).hold_against_budget().is_err());
    }

    #[test]
    fn both_compressions_are_measured() {
        let weight = weight(&[7; 10_000]).unwrap();
        assert_eq!(weight.raw, 10_000);
        assert!(weight.gzip < 100 && weight.brotli < weight.gzip);
    }
}
