//! How long a connection may be silent. hyper has one timer for two waits: for the rest of a head, which
//! must be short, and for the next request, which must be longer than a proxy in front waits.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::config::ResourceLimits;

#[derive(Clone, Copy, Debug)]
pub(super) struct SilenceLimits {
    /// The longest time until a head is there.
    header_timeout: Duration,
    /// The longest time without a byte between two requests.
    keep_alive_timeout: Duration,
}

impl SilenceLimits {
    pub(super) fn new(limits: &ResourceLimits) -> Self {
        Self {
            header_timeout: limits.header_timeout,
            keep_alive_timeout: limits.keep_alive_timeout,
        }
    }
}

/// What a connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// For a head: since the connection was accepted, or since the first byte of a later head.
    Head { since: Instant },
    /// For nothing: a request is being answered, and other limits hold.
    Answer,
    /// For the next request, since a byte last moved.
    NextRequest { since: Instant },
}

/// What happens on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    BytesRead,
    BytesWritten,
    HeadComplete,
    ResponseReady,
}

impl Wait {
    fn after(self, event: Event, now: Instant) -> Self {
        match (self, event) {
            (_, Event::HeadComplete) => Self::Answer,
            (_, Event::ResponseReady) => Self::NextRequest { since: now },
            (Self::NextRequest { .. }, Event::BytesRead) => Self::Head { since: now },
            // A client that reads a response slowly is not silent.
            (Self::NextRequest { .. }, Event::BytesWritten) => Self::NextRequest { since: now },
            (wait, _) => wait,
        }
    }

    fn deadline(self, limits: SilenceLimits) -> Option<Instant> {
        match self {
            Self::Head { since } => since.checked_add(limits.header_timeout),
            Self::NextRequest { since } => since.checked_add(limits.keep_alive_timeout),
            Self::Answer => None,
        }
    }
}

pub(super) struct ConnectionTimer(watch::Sender<Wait>);

impl ConnectionTimer {
    /// Starts with the accept: a client that sends nothing is as good as one that sends half a head.
    pub(super) fn start() -> Self {
        let since = Instant::now();
        Self(watch::Sender::new(Wait::Head { since }))
    }

    pub(super) fn note(&self, event: Event) {
        self.0.send_if_modified(|wait| {
            let before = std::mem::replace(wait, wait.after(event, Instant::now()));
            before != *wait
        });
    }

    /// Returns once the connection has been silent for too long.
    pub(super) async fn wait_until_overdue(&self, limits: SilenceLimits) {
        let mut wait = self.0.subscribe();
        loop {
            let deadline = wait.borrow_and_update().deadline(limits);
            let is_overdue = match deadline {
                Some(deadline) => timeout_at(deadline, wait.changed()).await.is_err(),
                // Never fails, since `self` is the sender.
                None => wait.changed().await.is_err(),
            };
            if is_overdue {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Event::{BytesRead, BytesWritten, HeadComplete, ResponseReady};
    use super::*;

    const LIMITS: SilenceLimits = SilenceLimits {
        header_timeout: Duration::from_secs(10),
        keep_alive_timeout: Duration::from_secs(600),
    };

    /// Returns the second at which a connection is overdue after these events, each at its second.
    fn overdue_at(events: &[(u64, Event)]) -> Option<u64> {
        let accepted = Instant::now();
        let start = Wait::Head { since: accepted };
        let wait = events.iter().fold(start, |wait, (seconds, event)| {
            wait.after(*event, accepted + Duration::from_secs(*seconds))
        });
        let deadline = wait.deadline(LIMITS)?;
        Some(deadline.duration_since(accepted).as_secs())
    }

    #[test]
    fn a_silent_connection_is_overdue_after_the_header_timeout() {
        assert_eq!(overdue_at(&[]), Some(10));
    }

    #[test]
    fn a_head_that_crawls_gets_no_more_time() {
        assert_eq!(overdue_at(&[(3, BytesRead), (9, BytesRead)]), Some(10));
    }

    #[test]
    fn a_request_that_is_being_answered_has_no_limit_here() {
        let events = [(1, BytesRead), (1, HeadComplete), (60, BytesRead)];
        assert_eq!(overdue_at(&events), None);
    }

    #[test]
    fn a_connection_between_requests_has_the_keep_alive_timeout() {
        let events = [(1, HeadComplete), (60, ResponseReady)];
        assert_eq!(overdue_at(&events), Some(660));
    }

    #[test]
    fn a_head_that_begins_at_the_last_moment_gets_its_whole_time_and_no_more() {
        let answered = [(1, HeadComplete), (60, ResponseReady)];
        let late = [answered.as_slice(), &[(659, BytesRead), (665, BytesRead)]].concat();
        assert_eq!(overdue_at(&late), Some(669));
    }

    #[test]
    fn a_response_that_is_read_slowly_does_not_count_as_silence() {
        let events = [(1, HeadComplete), (2, ResponseReady), (500, BytesWritten)];
        assert_eq!(overdue_at(&events), Some(1100));
    }
}
