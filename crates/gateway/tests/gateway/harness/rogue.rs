//! An upstream that breaks the rules of HTTP, which the emulator never does.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::PATIENCE;

/// A request that arrived.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "shown where a test fails")]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body_length: usize,
}

pub struct Rogue {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Rogue {
    /// Starts an upstream that reads each request and lets `answer` write any bytes. The connection
    /// ends when `answer` returns; the thread ends with the test's process.
    pub fn start(
        answer: impl Fn(&Seen, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                thread::spawn(move || {
                    let mut stream = stream;
                    let Ok(request) = read(&stream) else { return };
                    log.lock().unwrap().push(request.clone());
                    // Fails where the gateway hangs up, as it must in some tests.
                    let _ = answer(&request, &mut stream);
                });
            }
        });
        Self { url, seen }
    }

    /// Starts an upstream that sends these bytes and hangs up.
    pub fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |_, stream| stream.write_all(&bytes))
    }

    /// Starts an upstream that answers 200 as soon as a head is there, and reads the body after that.
    pub fn answering_early() -> Self {
        Self::start_raw(|reader, stream| {
            read_head(reader)?;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
            io::copy(reader, &mut io::sink()).map(drop)
        })
    }

    /// Starts an upstream that reads 64 KB of a body every 20 ms, and answers 200 once it has all of it.
    pub fn reading_slowly() -> Self {
        Self::start_raw(|reader, stream| {
            let (_, mut left) = read_head(reader)?;
            while left > 0 {
                let mut some = reader.take(left.min(64 * 1024));
                match io::copy(&mut some, &mut io::sink())? {
                    0 => return Ok(()),
                    read => left -= read,
                }
                thread::sleep(Duration::from_millis(20));
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        })
    }

    /// Starts an upstream that reads and writes the bytes of each connection itself.
    fn start_raw(serve: fn(&mut BufReader<TcpStream>, &mut TcpStream) -> io::Result<()>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream.try_clone()?);
                    serve(&mut reader, &mut stream)
                });
            }
        });
        Self {
            url,
            seen: Arc::default(),
        }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Writes a JSON response with these lines in its head.
pub fn answer(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}

fn read(stream: &TcpStream) -> io::Result<Seen> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream);
    let (mut seen, length) = read_head(&mut reader)?;
    let body_length = io::copy(&mut reader.take(length), &mut io::sink())?;
    seen.body_length = body_length as usize;
    Ok(seen)
}

/// Reads the head of a request. Returns the request without its body, and the announced length of that.
fn read_head(reader: &mut impl BufRead) -> io::Result<(Seen, u64)> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ');
    let mut word = || words.next().unwrap_or_default().to_owned();
    let (method, target) = (word(), word());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let seen = Seen {
        method,
        target,
        headers,
        body_length: 0,
    };
    Ok((seen, length))
}
