//! A mark: a point in time that moves ahead, and never farther ahead of now than allowed.
//!
//! A token bucket is a mark. It stands where the bucket will be full: each token moves it by the time in which a
//! token comes back, and it may be ahead by the time in which the whole bucket comes back. A mark that has
//! passed is as good as none. (This is the generic cell rate algorithm, whose theoretical arrival time a mark is.)
//!
//! The scripts of a store (`redis/move.lua`) and of `aurous-web/server` move marks by the same sum.

/// The longest time, in microseconds: a store may count in floating point.
pub(crate) const MAX_US: u64 = 1 << 52;

/// How a mark moves. All times are in microseconds, at most [`MAX_US`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    /// How far ahead of now the mark is at least, before it moves.
    pub(crate) at_least_us: u64,
    pub(crate) by_us: u64,
    /// How far ahead of now the mark may be, once it has moved.
    pub(crate) at_most_us: u64,
}

impl Move {
    /// Returns where the mark stands once it has moved.
    ///
    /// # Errors
    /// It would be too far ahead. Returns the microseconds until it may move.
    fn apply(self, mark: u64, now_us: u64) -> Result<u64, u64> {
        let at_least = now_us.saturating_add(self.at_least_us);
        let moved = mark.max(at_least).saturating_add(self.by_us);
        match moved.saturating_sub(now_us.saturating_add(self.at_most_us)) {
            0 => Ok(moved),
            wait_us => Err(wait_us),
        }
    }
}

/// Moves all marks, or none.
///
/// # Errors
/// One would be too far ahead. Returns the microseconds until all may move.
pub(crate) fn move_all<const N: usize>(
    marks: [(&mut u64, Move); N],
    now_us: u64,
) -> Result<(), u64> {
    let moved = |(mark, it): &(&mut u64, Move)| it.apply(**mark, now_us);
    if let Some(wait_us) = marks.iter().filter_map(|it| moved(it).err()).max() {
        return Err(wait_us);
    }
    for it in marks {
        if let Ok(to) = moved(&it) {
            *it.0 = to;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAKE: Move = Move {
        at_least_us: 0,
        by_us: 10,
        at_most_us: 25,
    };

    #[test]
    fn a_mark_moves_until_it_is_as_far_ahead_as_allowed() {
        let mut mark = 0;
        assert_eq!(move_all([(&mut mark, TAKE)], 100), Ok(()));
        assert_eq!(move_all([(&mut mark, TAKE)], 100), Ok(()));
        assert_eq!(mark, 120);
        assert_eq!(move_all([(&mut mark, TAKE)], 100), Err(5));
        assert_eq!(move_all([(&mut mark, TAKE)], 105), Ok(()));
    }

    #[test]
    fn no_mark_moves_where_one_may_not() {
        let (mut own, mut team) = (0, 120);
        let both = [(&mut own, TAKE), (&mut team, TAKE)];
        assert_eq!(move_all(both, 100), Err(5));
        assert_eq!((own, team), (0, 120));
    }

    #[test]
    fn a_mark_that_must_be_ahead_is_moved_there_and_never_back() {
        let follow = Move {
            at_least_us: 20,
            by_us: 0,
            at_most_us: 25,
        };
        let mut mark = 0;
        assert_eq!(move_all([(&mut mark, follow)], 100), Ok(()));
        assert_eq!(mark, 120);
        let mut ahead = 124;
        assert_eq!(move_all([(&mut ahead, follow)], 100), Ok(()));
        assert_eq!(ahead, 124);
    }

    #[test]
    fn times_at_the_end_of_the_range_do_no_harm() {
        let mut mark = u64::MAX;
        assert!(move_all([(&mut mark, TAKE)], 0).is_err());
        assert_eq!(move_all([(&mut mark, TAKE)], u64::MAX), Ok(()));
    }
}
