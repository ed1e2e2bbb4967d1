//! What a connection waits for, and for how long it may.
//!
//! hyper has one time limit for two waits: for the rest of a head, which must be short, and for the next
//! request, which must be longer than a proxy in front waits. It has none for a client that reads nothing.

use std::time::Duration;

use aurous_gateway_core::{Pace, PaceLimits, Uptime};

use super::closing::Closing;
use crate::config::{ResourceLimits, ServerLimits};

#[derive(Clone, Copy, Debug)]
pub(crate) struct WaitLimits {
    /// The longest time until a head is there.
    header_timeout: Duration,
    /// The longest time without a byte between two requests.
    keep_alive_timeout: Duration,
    response: PaceLimits,
}

impl WaitLimits {
    pub(crate) fn new(server: &ServerLimits, gateway: &ResourceLimits) -> Self {
        Self {
            header_timeout: server.header_timeout,
            keep_alive_timeout: server.keep_alive_timeout,
            response: PaceLimits {
                idle: server.write_idle_timeout,
                min_bytes_per_second: gateway.body_min_bytes_per_second,
            },
        }
    }
}

/// What happens on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// hyper asks for bytes. During a request and its response, it does so only once it has used up those
    /// that it got.
    ReadAsked,
    BytesRead,
    HeadComplete,
    ResponseReady,
    WriteBlocked,
    BytesWritten(usize),
    /// hyper has written all that it had to write.
    Flushed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ConnectionState {
    wait: Wait,
    /// The pace of the client that reads the responses, since it first made the gateway wait. Requests
    /// that come before their turn get no pace of their own.
    reader: Option<Pace>,
}

/// What a connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// For the first byte of the first request, since the accept.
    FirstRequest { since: Uptime },
    /// For the rest of a head: since the accept, or since the first byte of a later head.
    Head { since: Uptime },
    /// For an answer, on which other limits hold.
    Answer { ahead: bool },
    /// For a response to be written. `ahead`, here and above: whether hyper holds bytes that may belong to
    /// the next request.
    Response { ahead: bool },
    /// For the first byte of the next request.
    NextRequest { since: Uptime },
}

impl Wait {
    fn after(self, event: Event, now: Uptime) -> Self {
        match (self, event) {
            (_, Event::HeadComplete) => Self::Answer { ahead: true },
            (Self::FirstRequest { since }, Event::BytesRead) => Self::Head { since },
            (Self::NextRequest { .. }, Event::BytesRead) => Self::Head { since: now },
            (Self::Answer { .. }, Event::ReadAsked) => Self::Answer { ahead: false },
            (Self::Answer { .. }, Event::BytesRead) => Self::Answer { ahead: true },
            (Self::Answer { ahead }, Event::ResponseReady) => Self::Response { ahead },
            (Self::Response { .. }, Event::ReadAsked) => Self::Response { ahead: false },
            (Self::Response { .. }, Event::BytesRead) => Self::Response { ahead: true },
            (Self::Response { ahead: true }, Event::Flushed) => Self::Head { since: now },
            (Self::Response { ahead: false }, Event::Flushed) => Self::NextRequest { since: now },
            (wait, _) => wait,
        }
    }
}

impl ConnectionState {
    /// Starts with the accept: a client that sends nothing is as good as one that sends half a head.
    pub(super) fn accepted(now: Uptime) -> Self {
        Self {
            wait: Wait::FirstRequest { since: now },
            reader: None,
        }
    }

    pub(super) fn apply(&mut self, event: Event, now: Uptime) {
        self.wait = self.wait.after(event, now);
        match event {
            Event::WriteBlocked => self.reader.get_or_insert_default().wait(now),
            Event::BytesWritten(bytes) => {
                if let Some(reader) = &mut self.reader {
                    reader.advance(bytes as u64, now);
                }
            }
            _ => {}
        }
        if self.idle_since().is_some() {
            self.reader = None;
        }
    }

    /// Returns since when the connection has waited for a request of which no byte has come. `None` where
    /// one has.
    pub(super) fn idle_since(&self) -> Option<Uptime> {
        match self.wait {
            Wait::FirstRequest { since } | Wait::NextRequest { since } => Some(since),
            Wait::Head { .. } | Wait::Answer { .. } | Wait::Response { .. } => None,
        }
    }

    /// Returns when to close the connection, unless something happens before, and for which reason.
    pub(super) fn deadline(&self, limits: WaitLimits) -> Option<(Uptime, Closing)> {
        let (head, keep_alive) = (limits.header_timeout, limits.keep_alive_timeout);
        let silent = match self.wait {
            Wait::FirstRequest { since } | Wait::Head { since } => {
                Some((since.after(head), Closing::HeadTimeout))
            }
            Wait::NextRequest { since } => {
                Some((since.after(keep_alive), Closing::KeepAliveTimeout))
            }
            Wait::Answer { .. } | Wait::Response { .. } => None,
        };
        let reader = self.reader.and_then(|it| it.deadline(limits.response));
        let slow = reader.map(|it| (it, Closing::SlowReader));
        silent.into_iter().chain(slow).min_by_key(|(time, _)| *time)
    }
}

#[cfg(test)]
mod tests {
    use super::Event::*;
    use super::*;

    const LIMITS: WaitLimits = WaitLimits {
        header_timeout: Duration::from_secs(10),
        keep_alive_timeout: Duration::from_secs(600),
        response: PaceLimits {
            idle: Duration::from_secs(30),
            min_bytes_per_second: 100,
        },
    };

    fn after(events: &[(u64, Event)]) -> (Uptime, ConnectionState) {
        let accepted = Uptime::from_ms(7_000);
        let mut state = ConnectionState::accepted(accepted);
        for (seconds, event) in events {
            state.apply(*event, accepted.after(Duration::from_secs(*seconds)));
        }
        (accepted, state)
    }

    /// Returns the second at which a connection is closed after these events, each at its second, and the
    /// reason.
    fn closed_at(events: &[(u64, Event)]) -> Option<(u64, Closing)> {
        let (accepted, state) = after(events);
        let (time, closing) = state.deadline(LIMITS)?;
        Some((time.since(accepted).as_secs(), closing))
    }

    /// A request without a body that is answered at once, as hyper reads and writes it.
    const ANSWERED: [(u64, Event); 7] = [
        (0, ReadAsked),
        (1, BytesRead),
        (1, HeadComplete),
        (1, ReadAsked),
        (1, ResponseReady),
        (1, BytesWritten(200)),
        (1, Flushed),
    ];

    #[test]
    fn a_silent_connection_is_closed_after_the_header_timeout() {
        assert_eq!(closed_at(&[]), Some((10, Closing::HeadTimeout)));
    }

    #[test]
    fn a_head_that_crawls_gets_no_more_time() {
        let crawling = [(3, BytesRead), (9, ReadAsked), (9, BytesRead)];
        assert_eq!(closed_at(&crawling), Some((10, Closing::HeadTimeout)));
    }

    #[test]
    fn a_request_that_is_being_answered_has_no_limit_here() {
        let events = [(1, BytesRead), (1, HeadComplete), (60, BytesRead)];
        assert_eq!(closed_at(&events), None);
    }

    #[test]
    fn a_connection_between_requests_has_the_keep_alive_timeout() {
        let keep_alive = Some((601, Closing::KeepAliveTimeout));
        assert_eq!(closed_at(&ANSWERED), keep_alive);
    }

    #[test]
    fn a_head_that_begins_at_the_last_moment_gets_its_whole_time_and_no_more() {
        let late = [&ANSWERED[..], &[(600, BytesRead), (605, BytesRead)]].concat();
        assert_eq!(closed_at(&late), Some((610, Closing::HeadTimeout)));
    }

    #[test]
    fn bytes_behind_a_request_have_the_time_of_a_head_from_its_response_on() {
        // hyper asks for no bytes while it holds some.
        let in_one_piece = [
            (1, BytesRead),
            (1, HeadComplete),
            (5, ResponseReady),
            (5, Flushed),
        ];
        assert_eq!(closed_at(&in_one_piece), Some((15, Closing::HeadTimeout)));
        let later = [
            (1, BytesRead),
            (1, HeadComplete),
            (1, ReadAsked),
            (3, BytesRead),
            (5, ResponseReady),
            (5, Flushed),
        ];
        assert_eq!(closed_at(&later), Some((15, Closing::HeadTimeout)));
    }

    #[test]
    fn a_client_that_reads_nothing_is_closed_after_the_write_limit() {
        let stuck = [&ANSWERED[..6], &[(3, WriteBlocked)]].concat();
        assert_eq!(closed_at(&stuck), Some((33, Closing::SlowReader)));
    }

    #[test]
    fn a_client_that_reads_a_little_of_many_responses_gets_the_write_limit_once() {
        let mut events = vec![(1, BytesRead)];
        for second in [1, 20] {
            events.extend([
                (second, HeadComplete),
                (second, ResponseReady),
                (second, WriteBlocked),
                (second + 10, BytesWritten(200)),
                (second + 10, Flushed),
            ]);
        }
        events.extend([(30, HeadComplete), (30, ResponseReady), (30, WriteBlocked)]);
        assert_eq!(closed_at(&events), Some((40, Closing::SlowReader)));
    }

    #[test]
    fn each_request_that_waits_its_turn_gives_its_reader_a_new_pace() {
        let slow = [
            (1, BytesRead),
            (1, HeadComplete),
            (1, ReadAsked),
            (1, ResponseReady),
            (1, WriteBlocked),
            (29, BytesWritten(1)),
            (29, Flushed),
            (30, BytesRead),
            (30, HeadComplete),
            (30, ReadAsked),
            (30, ResponseReady),
            (30, WriteBlocked),
        ];
        assert_eq!(closed_at(&slow), Some((60, Closing::SlowReader)));
    }

    #[test]
    fn only_a_connection_without_a_byte_of_a_request_is_idle() {
        let idle_since = |events: &[(u64, Event)]| {
            let (accepted, state) = after(events);
            let since = state.idle_since()?;
            Some(since.since(accepted).as_secs())
        };
        assert_eq!(idle_since(&[]), Some(0));
        assert_eq!(idle_since(&ANSWERED), Some(1));
        for end in 2..ANSWERED.len() {
            assert_eq!(idle_since(&ANSWERED[..end]), None, "{end}");
        }
    }
}
