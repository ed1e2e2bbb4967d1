//! A proxy between a browser and a site that breaks a connection at the worst moment: after a create was sent
//! on it, before the answer arrives.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use tokio::io::{self, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The first bytes of a create.
const CREATE: &[u8] = b"POST /aurous/v1/characters HTTP/1.1\r\n";

/// When the proxy breaks the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakMoment {
    /// Once the create has been forwarded. The gateway doesn't notice that the client has gone.
    OnceSent,
    /// Once the gateway has begun to answer: the API has carried out the create.
    OnceAnswered,
}

/// A running proxy. It stops when dropped.
#[derive(Debug)]
pub struct BreakingProxy {
    address: SocketAddr,
    has_broken: Arc<AtomicBool>,
    server: JoinHandle<()>,
}

impl BreakingProxy {
    /// Starts a proxy on this listener, in front of the server at `site`. It breaks one connection: the first
    /// that carries a create.
    ///
    /// # Errors
    /// The listener has no address.
    pub fn start(listener: TcpListener, site: SocketAddr, when: BreakMoment) -> Result<Self> {
        let address = listener.local_addr()?;
        let has_broken = Arc::new(AtomicBool::new(false));
        let broken = has_broken.clone();
        let server = tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                // The browser notices errors of a connection; the proxy need not report them.
                tokio::spawn(forward(browser, site, when, broken.clone()));
            }
        });
        Ok(Self {
            address,
            has_broken,
            server,
        })
    }

    /// Listens on a free port, and returns the listener and its origin. The gateway has to know the origin
    /// before the proxy can start.
    ///
    /// # Errors
    /// No port is free.
    pub async fn listen() -> Result<(TcpListener, String)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("cannot listen")?;
        let origin = format!("http://{}", listener.local_addr()?);
        Ok((listener, origin))
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Returns whether the proxy has broken a connection.
    pub fn has_broken(&self) -> bool {
        self.has_broken.load(Ordering::Relaxed)
    }
}

impl Drop for BreakingProxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn forward(
    mut browser: TcpStream,
    site: SocketAddr,
    when: BreakMoment,
    has_broken: Arc<AtomicBool>,
) -> io::Result<()> {
    let mut site = TcpStream::connect(site).await?;
    let (mut from_browser, mut from_site) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = browser.read(&mut from_browser) => {
                let bytes = &from_browser[..read?];
                if bytes.is_empty() {
                    return site.shutdown().await;
                }
                if bytes.starts_with(CREATE) && !has_broken.swap(true, Ordering::Relaxed) {
                    return cut(browser, site, bytes.to_vec(), when).await;
                }
                site.write_all(bytes).await?;
            }
            read = site.read(&mut from_site) => {
                let bytes = &from_site[..read?];
                if bytes.is_empty() {
                    return browser.shutdown().await;
                }
                browser.write_all(bytes).await?;
            }
        }
    }
}

/// Forwards a whole create, and resets the connection that it came on.
async fn cut(
    mut browser: TcpStream,
    mut site: TcpStream,
    mut create: Vec<u8>,
    when: BreakMoment,
) -> io::Result<()> {
    while !is_whole(&create) {
        if browser.read_buf(&mut create).await? == 0 {
            break;
        }
    }
    site.write_all(&create).await?;
    if when == BreakMoment::OnceAnswered {
        site.read_u8().await?;
    }
    // With a linger time of zero, closing the socket sends RST instead of FIN.
    browser.set_zero_linger()?;
    drop(browser);
    io::copy(&mut site, &mut io::sink()).await.map(drop)
}

/// Returns whether a request's head and body have arrived.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    length.is_some_and(|length| body.len() >= length)
}
