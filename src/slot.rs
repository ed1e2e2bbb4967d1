use std::cell::Cell;
use std::task::{Context, Poll, Waker};

/// A place where a listener leaves a value and a future finds it.
///
/// A listener runs in the middle of the browser's own work: it leaves the value and wakes the future, and
/// nothing of a call runs inside it.
pub struct Slot<T> {
    value: Cell<Option<T>>,
    waker: Cell<Option<Waker>>,
}

impl<T> Slot<T> {
    pub const fn new() -> Self {
        Self {
            value: Cell::new(None),
            waker: Cell::new(None),
        }
    }

    /// Leaves a value, in the place of an earlier one that was not taken.
    pub fn put(&self, value: T) {
        self.value.set(Some(value));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Takes the value, where there is one.
    pub fn take(&self) -> Option<T> {
        self.value.take()
    }

    /// Takes the value, or has the future woken when there is one.
    pub fn poll_take(&self, context: &mut Context<'_>) -> Poll<T> {
        match self.value.take() {
            Some(value) => Poll::Ready(value),
            None => {
                self.waker.set(Some(context.waker().clone()));
                Poll::Pending
            }
        }
    }
}
