//! One TCP connection to the gateway, byte by byte.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpSocket;

use super::PATIENCE;
use super::answer::Answer;
use super::request::Request;
use super::spill::Spill;

pub struct Connection {
    stream: TcpStream,
    /// Bytes that have arrived and belong to the next response.
    ahead: Vec<u8>,
    spill: Arc<Spill>,
}

impl Connection {
    pub fn open(address: &str, spill: &Arc<Spill>) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            ahead: Vec::new(),
            spill: Arc::clone(spill),
        })
    }

    /// Opens a connection from another address of this machine.
    pub fn open_from(source: &str, address: &str, spill: &Arc<Spill>) -> Self {
        Self::open_with(address, spill, |socket| {
            socket.bind(format!("{source}:0").parse().unwrap())
        })
    }

    /// Opens a connection that takes few bytes ahead of those that it reads.
    pub fn open_with_small_buffer(address: &str, spill: &Arc<Spill>) -> Self {
        Self::open_with(address, spill, |socket| socket.set_recv_buffer_size(4096))
    }

    fn open_with(
        address: &str,
        spill: &Arc<Spill>,
        prepare: impl FnOnce(&TcpSocket) -> io::Result<()>,
    ) -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let connecting = async {
            let socket = TcpSocket::new_v4()?;
            prepare(&socket)?;
            let stream = socket.connect(address.parse().unwrap()).await?;
            stream.into_std()
        };
        let stream = runtime
            .enable_io()
            .build()
            .unwrap()
            .block_on(connecting)
            .unwrap();
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self {
            stream,
            ahead: Vec::new(),
            spill: Arc::clone(spill),
        }
    }

    /// Sends these bytes again and again, until the gateway has taken none for a while.
    pub fn send_until_stuck(&mut self, bytes: &[u8]) {
        self.stream
            .set_write_timeout(Some(Duration::from_millis(300)))
            .unwrap();
        while self.stream.write_all(bytes).is_ok() {}
        self.stream.set_write_timeout(Some(PATIENCE)).unwrap();
    }

    /// Reads at most 1 KB, and throws it away. Fails where the gateway has closed the connection.
    pub fn read_a_little(&mut self) -> io::Result<()> {
        match self.stream.read(&mut [0; 1024])? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Ends the sending side. Responses can still arrive.
    pub fn end(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Sends a whole request and returns the response, even if the gateway responds and closes while
    /// the request is still being sent.
    #[track_caller]
    pub fn exchange(&mut self, request: &Request) -> Answer {
        let _ = self.send(&request.bytes());
        self.answer_to(request)
    }

    /// Returns the response to a request that has been sent.
    #[track_caller]
    pub fn answer_to(&mut self, request: &Request) -> Answer {
        self.try_answer_to(request)
            .unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    pub fn try_answer_to(&mut self, request: &Request) -> io::Result<Answer> {
        let (mut answer, raw) = self.read(request.method == "HEAD")?;
        let origins = request.values("origin").into_iter().map(str::to_owned);
        answer.origins = Some(origins.collect());
        let is_init = request.target.ends_with("/uploads/init");
        self.spill.record_response(&raw, is_init);
        Ok(answer)
    }

    /// Returns the next response, whatever request it belongs to.
    pub fn next(&mut self) -> io::Result<Answer> {
        let (answer, raw) = self.read(false)?;
        self.spill.record_response(&raw, false);
        Ok(answer)
    }

    /// Returns the status of the next response, and leaves the rest of the connection unread.
    pub fn next_status(&mut self) -> io::Result<u16> {
        while !self.ahead.contains(&b'\n') {
            self.read_more()?;
        }
        let line = String::from_utf8_lossy(&self.ahead);
        let status = line.split(' ').nth(1).and_then(|it| it.parse().ok());
        status.ok_or(io::ErrorKind::InvalidData.into())
    }

    fn read(&mut self, is_head: bool) -> io::Result<(Answer, Vec<u8>)> {
        let end = loop {
            let end = self.ahead.windows(4).position(|it| it == b"\r\n\r\n");
            if let Some(end) = end {
                break end + 4;
            }
            self.read_more()?;
        };
        let head = String::from_utf8(self.ahead[..end].to_vec()).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let status = status.parse().unwrap();
        let headers: Vec<_> = lines
            .map(|line| {
                let (name, value) = line.split_once(':').unwrap();
                (name.to_ascii_lowercase(), value.trim().to_owned())
            })
            .collect();
        let named = |name: &str| headers.iter().find(|(it, _)| it == name);
        assert!(named("transfer-encoding").is_none(), "{head}");
        let length = named("content-length").map_or(0, |(_, value)| value.parse().unwrap());
        let has_body = !is_head && status >= 200 && status != 204;
        let length = if has_body { length } else { 0 };
        while self.ahead.len() < end + length {
            self.read_more()?;
        }
        let raw: Vec<u8> = self.ahead.drain(..end + length).collect();
        let answer = Answer {
            status,
            headers,
            body: raw[end..].to_vec(),
            origins: None,
        };
        Ok((answer, raw))
    }

    fn read_more(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        let count = self.stream.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.ahead.extend_from_slice(&buffer[..count]);
        Ok(())
    }

    /// Whether nothing arrives for this long.
    pub fn is_silent_for(&mut self, time: Duration) -> bool {
        self.stream.set_read_timeout(Some(time)).unwrap();
        let more = self.read_more();
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        more.is_err_and(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
            )
        })
    }

    /// Whether the gateway closes the connection without sending more.
    pub fn is_closed(&mut self) -> bool {
        match self.read_more() {
            Ok(()) => false,
            Err(error) => !matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
            ),
        }
    }
}
