//! Notes what happens on a connection, and says when to close it.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use aurous_gateway_core::Uptime;
use tokio::time::{Sleep, sleep_until};

use super::closing::Closing;
use super::connection_state::{ConnectionState, Event, WaitLimits};
use super::places::RoomWanted;
use crate::clock;

/// Notes events of a connection, from wherever they are seen.
#[derive(Clone)]
pub(super) struct Events(Arc<Mutex<ConnectionState>>);

impl Events {
    pub(super) fn note(&self, event: Event) {
        self.state().apply(event, clock::uptime());
    }

    fn state(&self) -> MutexGuard<'_, ConnectionState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Decides when to close one connection.
pub(super) struct Supervisor {
    events: Events,
    limits: WaitLimits,
    room_wanted: RoomWanted,
    overdue: Pin<Box<Sleep>>,
    /// `None` while the connection is in the middle of a request.
    turn: Option<Turn>,
}

/// A connection's turn to make room.
struct Turn {
    /// Since when the connection has waited for a request.
    idle_since: Uptime,
    comes: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Supervisor {
    pub(super) fn new(limits: WaitLimits, room_wanted: RoomWanted) -> Self {
        let now = clock::uptime();
        Self {
            events: Events(Arc::new(Mutex::new(ConnectionState::accepted(now)))),
            limits,
            room_wanted,
            overdue: Box::pin(sleep_until(clock::instant_of(now))),
            turn: None,
        }
    }

    pub(super) fn events(&self) -> Events {
        self.events.clone()
    }

    /// Returns once the connection must be closed. Events do not wake it: poll it after the connection,
    /// in the same task, where every event happens.
    pub(super) async fn closing(&mut self) -> Closing {
        poll_fn(|context| self.poll_closing(context)).await
    }

    fn poll_closing(&mut self, context: &mut Context<'_>) -> Poll<Closing> {
        let state = *self.events.state();
        if self.turn.as_ref().map(|turn| turn.idle_since) != state.idle_since() {
            self.turn = state.idle_since().map(|idle_since| Turn {
                idle_since,
                comes: Box::pin(self.room_wanted.clone().my_turn()),
            });
        }
        if let Some(turn) = &mut self.turn
            && turn.comes.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Closing::NoRoom);
        }
        let Some((deadline, closing)) = state.deadline(self.limits) else {
            return Poll::Pending;
        };
        let deadline = clock::instant_of(deadline);
        if self.overdue.deadline() != deadline {
            self.overdue.as_mut().reset(deadline);
        }
        ready!(self.overdue.as_mut().poll(context));
        Poll::Ready(closing)
    }
}
