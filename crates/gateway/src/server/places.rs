//! The places that connections have. While all are taken, the connection that has waited longest for a
//! request makes room for the next one, so that idle connections cannot shut out everybody else.

use std::sync::Arc;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// One place. Dropping it frees the place.
pub(super) type Place = OwnedSemaphorePermit;

#[derive(Clone)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    room_wanted: RoomWanted,
}

/// The calls for room. A semaphore serves those who wait for it in their order, and hands a permit on when
/// the one who got it no longer waits: so each call reaches the connection that has waited longest.
#[derive(Clone)]
pub(super) struct RoomWanted(Arc<Semaphore>);

impl Places {
    pub(super) fn new(max: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(max)),
            room_wanted: RoomWanted(Arc::new(Semaphore::new(0))),
        }
    }

    /// Takes a place, as soon as there is one.
    pub(super) async fn take(&self) -> Result<Place, AcquireError> {
        if let Ok(place) = Arc::clone(&self.free).try_acquire_owned() {
            return Ok(place);
        }
        self.room_wanted.0.add_permits(1);
        let place = Arc::clone(&self.free).acquire_owned().await;
        // Another connection may have ended by itself.
        self.room_wanted.0.forget_permits(1);
        place
    }

    pub(super) fn room_wanted(&self) -> RoomWanted {
        self.room_wanted.clone()
    }
}

impl RoomWanted {
    /// Returns once the caller must make room. Callers have their turn in the order of their calls.
    pub(super) async fn my_turn(self) {
        if let Ok(turn) = self.0.acquire_owned().await {
            turn.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn poll<T>(future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn the_one_that_waits_longest_makes_room_and_one_that_is_busy_again_hands_its_turn_on() {
        let places = Places::new(1);
        let place = poll(pin!(places.take()));
        assert!(place.is_ready());
        let [mut first, mut second] = [(), ()].map(|()| Box::pin(places.room_wanted().my_turn()));
        assert!(poll(first.as_mut()).is_pending() && poll(second.as_mut()).is_pending());
        let mut next = pin!(places.take());
        assert!(poll(next.as_mut()).is_pending());
        assert!(poll(second.as_mut()).is_pending());
        drop(first);
        assert!(poll(second.as_mut()).is_ready());
        drop(place);
        assert!(poll(next.as_mut()).is_ready());
    }

    #[test]
    fn once_there_is_a_place_none_makes_room() {
        let places = Places::new(1);
        let place = poll(pin!(places.take()));
        let mut next = pin!(places.take());
        assert!(poll(next.as_mut()).is_pending());
        drop(place);
        assert!(poll(next.as_mut()).is_ready());
        assert!(poll(pin!(places.room_wanted().my_turn())).is_pending());
    }
}
