//! The listener. The kernel resets the clients that wait in the queue of a listener that closes, so the
//! queue is emptied first.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub(crate) struct Listener {
    listener: TcpListener,
    /// The same socket. Unlike tokio's, its `accept` never waits, so it tells whether the queue is empty.
    queue: std::net::TcpListener,
    shutdown: watch::Receiver<bool>,
}

impl Listener {
    /// # Errors
    /// No file is left for it.
    pub(crate) fn new(listener: TcpListener, shutdown: watch::Receiver<bool>) -> io::Result<Self> {
        let queue = listener.into_std()?;
        Ok(Self {
            listener: TcpListener::from_std(queue.try_clone()?)?,
            queue,
            shutdown,
        })
    }

    /// Waits for a connection. During a shutdown it takes one that is in the queue, or returns `None` if
    /// there is none.
    pub(super) async fn accept(&mut self) -> Option<io::Result<(TcpStream, SocketAddr)>> {
        tokio::select! {
            _ = self.shutdown.wait_for(|shutdown| *shutdown) => {}
            accepted = self.listener.accept() => return Some(accepted),
        }
        match self.queue.accept() {
            Ok((stream, peer)) => Some(non_blocking(stream).map(|stream| (stream, peer))),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            Err(error) => Some(Err(error)),
        }
    }
}

fn non_blocking(stream: std::net::TcpStream) -> io::Result<TcpStream> {
    stream.set_nonblocking(true)?;
    TcpStream::from_std(stream)
}
