//! Measures the two forms of the gateway beside what one would have in their place: the program beside nginx,
//! the handler beside a route written by hand.
//!
//! Load and upstream share one core, and what is under test has the other. All of it runs all the time and is
//! measured in turns, so that other load on the machine affects both sides alike.
//!
//! The program prints numbers and ratios, without a verdict.

mod gateway;
mod load;
mod nginx;
mod program;
mod report;
mod server;
mod sink;
mod store;
mod way;

use anyhow::Result;
use bytes::Bytes;
use clap::Parser;

#[derive(Parser)]
enum Subject {
    /// Measures the gateway's program beside nginx
    Gateway(gateway::Flags),
    /// Measures the gateway's handler in Node beside a route written by hand
    Server(server::Flags),
}

#[tokio::main]
async fn main() -> Result<()> {
    match Subject::parse() {
        Subject::Gateway(flags) => gateway::measure(&flags).await,
        Subject::Server(flags) => server::measure(&flags).await,
    }
}

fn body(length: usize) -> Bytes {
    Bytes::from(vec![0xa5; length])
}
