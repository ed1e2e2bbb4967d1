//! A slow uplink: forwards what a browser sends at a fixed rate, and what the server sends at once.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{self, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::interval;

/// The bytes that the link itself buffers, in addition to the browser's buffers.
const BUFFER_BYTES: u32 = 64 * 1024;
/// Between two chunks.
const TICK: Duration = Duration::from_millis(10);

/// A running link. It stops when dropped.
#[derive(Debug)]
pub struct SlowLink {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl SlowLink {
    /// Starts a link to the server at `server`. Each connection has a rate of `bits_per_second` of its own.
    ///
    /// # Errors
    /// It can't listen.
    pub fn to(server: SocketAddr, bits_per_second: u32) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // Connections inherit it from the listener.
        socket.set_recv_buffer_size(BUFFER_BYTES)?;
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let listener = socket.listen(64).context("cannot listen")?;
        let address = listener.local_addr()?;
        let chunk = u64::from(bits_per_second) / 8 * TICK.as_millis() as u64 / 1000;
        let task = tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                // The browser notices errors of a connection; the link need not report them.
                tokio::spawn(forward(browser, server, chunk as usize));
            }
        });
        Ok(Self {
            address,
            server: task,
        })
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for SlowLink {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn forward(browser: TcpStream, server: SocketAddr, chunk: usize) -> io::Result<()> {
    let server = TcpStream::connect(server).await?;
    let (mut from_browser, mut to_browser) = browser.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async {
        let mut tick = interval(TICK);
        let mut bytes = vec![0; chunk];
        loop {
            tick.tick().await;
            let read = from_browser.read(&mut bytes).await?;
            if read == 0 {
                return to_server.shutdown().await;
            }
            to_server.write_all(&bytes[..read]).await?;
        }
    };
    let down = async {
        io::copy(&mut from_server, &mut to_browser).await?;
        to_browser.shutdown().await
    };
    tokio::try_join!(up, down).map(drop)
}
