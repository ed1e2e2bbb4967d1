//! A client that sends exactly the given bytes, for requests that a proper client cannot send.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Raw {
    stream: TcpStream,
}

impl Raw {
    /// Connects to the origin of `url` and sends the head of a request for it.
    pub async fn send_head(method: &str, url: &str, headers: &[(&str, &str)]) -> Self {
        let rest = url.strip_prefix("http://").unwrap();
        let (host, path) = rest.split_once('/').unwrap();
        let mut raw = Self {
            stream: TcpStream::connect(host).await.unwrap(),
        };
        let mut head = format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        raw.send(head.as_bytes()).await.unwrap();
        raw
    }

    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Whether no byte of a response has arrived.
    pub fn is_silent(&self) -> bool {
        let mut byte = [0];
        let read = self.stream.try_read(&mut byte);
        read.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Reads until the server closes or resets, and returns the text and how the connection ended.
    pub async fn read_to_end(&mut self) -> (String, io::Result<()>) {
        let mut bytes = Vec::new();
        let end = self.stream.read_to_end(&mut bytes).await;
        (String::from_utf8(bytes).unwrap(), end.map(|_| ()))
    }
}
