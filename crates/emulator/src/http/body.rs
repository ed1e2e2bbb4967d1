//! Reading a request's body: always to its end.
//!
//! A refusal that is sent while the body still comes reaches browsers as a network error (Firefox
//! each time, WebKit often), so even a body that is too long is read on, hashed and forgotten.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use crate::log::Entry;

/// A body, read to its end.
#[derive(Debug)]
pub(crate) struct Received {
    /// `None` where it was longer than what was to be kept.
    pub(crate) bytes: Option<Bytes>,
    pub(crate) sha256: String,
}

/// The client went away before the body's end.
#[derive(Debug)]
pub(crate) struct Gone;

/// Reads all of it, keeps it if it has at most `keep` bytes, and tells the log.
pub(crate) async fn read_to_end(
    mut body: Body,
    keep: u64,
    entry: &mut Entry,
) -> Result<Received, Gone> {
    let mut kept = Some(BytesMut::new());
    while let Some(piece) = next_piece(&mut body).await? {
        entry.received(&piece);
        kept = kept.filter(|kept| (kept.len() + piece.len()) as u64 <= keep);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&piece);
        }
    }
    Ok(Received {
        bytes: kept.map(BytesMut::freeze),
        sha256: entry.sha256(),
    })
}

/// Reads the first bytes of it and no more.
pub(crate) async fn read_some(body: &mut Body, entry: &mut Entry) {
    if let Ok(Some(piece)) = next_piece(body).await {
        entry.received(&piece);
    }
}

async fn next_piece(body: &mut Body) -> Result<Option<Bytes>, Gone> {
    while let Some(frame) = body.frame().await {
        match frame.map_err(|_| Gone)?.into_data() {
            Ok(piece) if piece.is_empty() => {}
            Ok(piece) => return Ok(Some(piece)),
            // Trailers: not bytes of the body.
            Err(_) => {}
        }
    }
    Ok(None)
}
