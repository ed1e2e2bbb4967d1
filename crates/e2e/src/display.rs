//! A virtual display, for the browser that has no headless mode.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::external_program::ExternalProgram;

/// A running display. When it is dropped, every program that uses it ends.
#[derive(Debug)]
pub struct Display {
    process: Child,
    name: String,
}

impl Display {
    /// Starts a display.
    ///
    /// # Errors
    /// Xvfb is missing or does not start.
    pub fn start() -> Result<Self> {
        let program = ExternalProgram::Xvfb.path()?;
        let process = Command::new(&program)
            // It takes a free number, and prints it once it is ready.
            .args(["-displayfd", "1"])
            .args(["-screen", "0", "1100x900x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut display = Self {
            process,
            name: String::new(),
        };
        let output = display.process.stdout.take();
        let mut number = String::new();
        BufReader::new(output.context("Xvfb has no output")?).read_line(&mut number)?;
        ensure!(
            number.trim().parse::<u16>().is_ok(),
            "Xvfb ended before it was ready"
        );
        display.name = format!(":{}", number.trim());
        Ok(display)
    }

    /// Returns the value for `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Errors can't be reported here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
