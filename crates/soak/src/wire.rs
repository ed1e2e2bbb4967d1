//! Connections byte by byte, as no browser would use them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{interval, timeout};

use crate::client::Source;
use crate::requests::{HOST, MOUNT, ORIGIN};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The segments of an internet line. With the 64 KB of loopback, the kernel would take some megabytes of
/// answers that are never read.
const SEGMENT_BYTES: u32 = 1400;
const RECEIVE_BUFFER_BYTES: u32 = 4096;

/// When the queue of a listener is full, the kernel may forget a connection that the client believes open.
/// Without keep-alive, a client that sends nothing would never notice.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);

/// A slow PUT: twice as fast as the gateway demands, never at its end, and given up after a minute.
const SLOW_PUT_BYTES: usize = 1_000_000;
const SLOW_PUT_PIECE: [u8; 8192] = [0xa5; 8192];
const SLOW_PUT_EVERY: Duration = Duration::from_secs(1);
const SLOW_PUT_LASTS: Duration = Duration::from_secs(60);

pub async fn connect(source: Ipv4Addr, gateway: SocketAddr) -> io::Result<TcpStream> {
    connect_socket(TcpSocket::new_v4()?, source, gateway).await
}

/// Opens a connection that takes in few bytes that nobody reads.
pub async fn connect_narrow(source: Ipv4Addr, gateway: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES)?;
    SockRef::from(&socket).set_tcp_mss(SEGMENT_BYTES)?;
    connect_socket(socket, source, gateway).await
}

async fn connect_socket(
    socket: TcpSocket,
    source: Ipv4Addr,
    gateway: SocketAddr,
) -> io::Result<TcpStream> {
    socket.bind(SocketAddr::from((source, 0)))?;
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE_INTERVAL)
        .with_interval(KEEPALIVE_INTERVAL);
    SockRef::from(&socket).set_tcp_keepalive(&keepalive)?;
    timeout(CONNECT_TIMEOUT, socket.connect(gateway)).await?
}

/// Writes the head of a request, whose path begins behind the mount.
pub fn head(method: &str, path: &str, headers: &[(&str, &str)]) -> String {
    let mut head =
        format!("{method} {MOUNT}{path} HTTP/1.1\r\nHost: {HOST}\r\nOrigin: {ORIGIN}\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    head
}

/// Reads and discards what comes, until the other end closes.
pub async fn read_to_end(stream: &mut TcpStream) {
    let mut piece = [0; 4096];
    while matches!(stream.read(&mut piece).await, Ok(length) if length > 0) {}
}

/// Sends a PUT as slowly as the gateway allows, until it is answered or a minute has passed.
pub async fn put_slowly(source: &Source, gateway: SocketAddr, upload_url: &str) -> io::Result<()> {
    let mut stream = connect(source.address, gateway).await?;
    let length = SLOW_PUT_BYTES.to_string();
    let mut headers = vec![
        ("Content-Type", "image/jpeg"),
        ("Content-Length", length.as_str()),
    ];
    if let Some(forwarded) = &source.forwarded {
        headers.push(("X-Forwarded-For", forwarded));
    }
    stream
        .write_all(head("PUT", &format!("/{upload_url}"), &headers).as_bytes())
        .await?;
    let (mut reader, mut writer) = stream.split();
    let drip = async {
        let mut due = interval(SLOW_PUT_EVERY);
        loop {
            due.tick().await;
            writer.write_all(&SLOW_PUT_PIECE).await?;
        }
    };
    let mut first_byte = [0];
    let put = async {
        tokio::select! {
            dripped = drip => dripped,
            answered = reader.read(&mut first_byte) => answered.map(|_| ()),
        }
    };
    timeout(SLOW_PUT_LASTS, put).await.unwrap_or(Ok(()))
}
