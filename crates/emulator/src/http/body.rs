//! Reads a request's body, always to its end.
//!
//! A refusal that is sent while the body is still coming reaches browsers as a network error (Firefox
//! every time, WebKit often). So even a body that is too long is read on, hashed and forgotten.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use crate::log::LogEntry;
use crate::state::api_call::ReceivedBody;

/// The client went away before the end of its body.
#[derive(Debug)]
pub(crate) struct ClientGone;

/// Reads a whole body, keeps it if it has at most `max_kept` bytes, and records it in the log.
pub(crate) async fn read_to_end(
    mut body: Body,
    max_kept: u64,
    entry: &mut LogEntry,
) -> Result<ReceivedBody, ClientGone> {
    let mut kept = Some(BytesMut::new());
    while let Some(piece) = next_piece(&mut body).await? {
        entry.record_body(&piece);
        kept = kept.filter(|kept| (kept.len() + piece.len()) as u64 <= max_kept);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&piece);
        }
    }
    Ok(ReceivedBody {
        bytes: kept.map(BytesMut::freeze),
        sha256: entry.sha256(),
    })
}

/// Reads the first bytes of a body and no more.
pub(crate) async fn read_some(body: &mut Body, entry: &mut LogEntry) {
    if let Ok(Some(piece)) = next_piece(body).await {
        entry.record_body(&piece);
    }
}

async fn next_piece(body: &mut Body) -> Result<Option<Bytes>, ClientGone> {
    while let Some(frame) = body.frame().await {
        match frame.map_err(|_| ClientGone)?.into_data() {
            Ok(piece) if piece.is_empty() => {}
            Ok(piece) => return Ok(Some(piece)),
            // Trailers, which are no bytes of the body.
            Err(_) => {}
        }
    }
    Ok(None)
}
