//! The token buckets of the API's rate limits, as pure functions of a given time.

/// The API's three buckets. A team's keys share them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// init, classify, create (upload flow), PATCH, DELETE, save.
    CharactersPost,
    /// create (synthesize flow), regenerate, resynthesize.
    CharactersSynthesize,
    /// GET one, GET list.
    CharactersGet,
}

impl Bucket {
    pub const ALL: [Self; 3] = [
        Self::CharactersPost,
        Self::CharactersSynthesize,
        Self::CharactersGet,
    ];

    /// Returns whether the calls of this bucket cost credits, so that one that happens twice does harm.
    pub const fn costs_credits(self) -> bool {
        matches!(self, Self::CharactersSynthesize)
    }

    /// Returns the vendor's name of the bucket.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CharactersPost => "characters_post",
            Self::CharactersSynthesize => "characters_synthesize",
            Self::CharactersGet => "characters_get",
        }
    }

    /// Returns how many tokens come back in a minute.
    pub const fn per_minute(self) -> u32 {
        match self {
            Self::CharactersPost => 30,
            Self::CharactersSynthesize => 6,
            Self::CharactersGet => 120,
        }
    }

    /// Returns how many tokens a full bucket holds.
    pub const fn burst(self) -> u32 {
        match self {
            Self::CharactersPost => 60,
            Self::CharactersSynthesize => 12,
            Self::CharactersGet => 240,
        }
    }
}

/// The size of a bucket, or of a share of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Tokens that come back in a minute, of the whole bucket. At least 1.
    pub per_minute: u32,
    /// Tokens in the whole bucket when it is full.
    pub burst: u32,
    /// How many equal shares the whole is divided into, at least 1. A share is exact: a third of 10 tokens a
    /// minute is one every 18 s. However small it is, a full share holds a token.
    pub share: u32,
}

impl Size {
    /// Returns the size of the whole of a documented bucket.
    pub const fn of(bucket: Bucket) -> Self {
        Self {
            per_minute: bucket.per_minute(),
            burst: bucket.burst(),
            share: 1,
        }
    }

    /// Returns how many parts make one token of the share. A share fills as fast as the whole, so its tokens
    /// are larger: `share` tokens of the whole make one.
    const fn token(self) -> u64 {
        // No `From` in a const function; u32 always fits in u64.
        PARTS * self.share as u64
    }

    /// Returns how many parts a full share holds: those of the whole, and at least one token.
    const fn capacity(self) -> u64 {
        let whole = PARTS * self.burst as u64;
        if whole < self.token() {
            self.token()
        } else {
            whole
        }
    }
}

/// A team's bucket, or a share of it. It is full at first, each call takes a token, and it refills evenly.
///
/// The time is an argument, in milliseconds of any clock, as long as a caller keeps to one. All sums are
/// integers, so rounding neither loses nor makes a token. Where the clock goes backwards, the bucket gives
/// the tokens that it has, and does not refill until the clock has caught up: no time counts twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenBucket {
    size: Size,
    /// The content, in parts of a token of the whole bucket: [`PARTS`] make one.
    level: u64,
    /// The time of `level`, in milliseconds. Never goes backwards.
    at_ms: u64,
}

/// Parts of a token: as many as there are milliseconds in a minute, so that a bucket of n tokens a
/// minute gains exactly n parts each millisecond.
const PARTS: u64 = 60_000;

/// What the `X-RateLimit-*` headers say of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketState {
    /// `X-RateLimit-Limit`: tokens in a full bucket.
    pub limit: u32,
    /// `X-RateLimit-Remaining`: whole tokens left.
    pub remaining: u32,
    /// `X-RateLimit-Reset`: the epoch second at which the bucket is full, if nothing more is taken.
    pub reset_at: u64,
}

/// A call that found no token: 429.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    pub state: BucketState,
    /// `Retry-After`: seconds after which a take succeeds, unless another call takes the token. At least 1.
    pub retry_after_seconds: u64,
}

impl TokenBucket {
    /// Returns a full bucket.
    pub const fn full(bucket: Bucket, now_ms: u64) -> Self {
        Self::full_of(Size::of(bucket), now_ms)
    }

    /// Returns a full bucket of this size.
    ///
    /// ```
    /// use aurous_contract::rate::{Size, TokenBucket};
    ///
    /// // Half of a bucket of three: one token, and most of another.
    /// let mut half = TokenBucket::full_of(Size { per_minute: 60, burst: 3, share: 2 }, 0);
    /// assert_eq!(half.take(0).unwrap().remaining, 0);
    /// assert_eq!(half.take(0).unwrap_err().retry_after_seconds, 1);
    /// ```
    pub const fn full_of(size: Size, now_ms: u64) -> Self {
        Self {
            size,
            level: size.capacity(),
            at_ms: now_ms,
        }
    }

    /// Returns what the bucket holds, in parts of a token, and the time of that: what to keep of it.
    pub const fn content(&self) -> (u64, u64) {
        (self.level, self.at_ms)
    }

    /// Sets the bucket to what [`content`](Self::content) returned, at most to full.
    pub fn restore(&mut self, level: u64, at_ms: u64) {
        self.level = level.min(self.size.capacity());
        self.at_ms = at_ms;
    }

    /// Lowers the content to this share of what the whole bucket has left: other callers take from the whole
    /// bucket, too.
    pub fn follow(&mut self, remaining_of_whole: u64, now_ms: u64) {
        self.refill(now_ms);
        self.level = self.level.min(remaining_of_whole.saturating_mul(PARTS));
    }

    /// Takes one token.
    ///
    /// # Errors
    /// [`Refused`] where less than a whole token is left; nothing is taken then.
    pub fn take(&mut self, now_ms: u64) -> Result<BucketState, Refused> {
        self.take_above(0, now_ms)
    }

    /// Takes one token and leaves at least `reserve` of them, which must be fewer than the bucket holds.
    ///
    /// # Errors
    /// [`Refused`] where fewer than that would be left; nothing is taken then.
    pub fn take_above(&mut self, reserve: u32, now_ms: u64) -> Result<BucketState, Refused> {
        self.refill(now_ms);
        let token = self.size.token();
        let needed = token.saturating_mul(u64::from(reserve) + 1);
        if self.level >= needed {
            self.level -= token;
            return Ok(self.state(now_ms));
        }
        Err(Refused {
            state: self.state(now_ms),
            retry_after_seconds: self.wait_ms(needed, now_ms).div_ceil(1000).max(1),
        })
    }

    /// Returns the state of the bucket, without taking a token.
    pub fn peek(&self, now_ms: u64) -> BucketState {
        let mut now = *self;
        now.refill(now_ms);
        now.state(now_ms)
    }

    fn refill(&mut self, now_ms: u64) {
        let elapsed = now_ms.saturating_sub(self.at_ms);
        let gained = elapsed.saturating_mul(u64::from(self.size.per_minute));
        self.level = self.level.saturating_add(gained).min(self.size.capacity());
        self.at_ms = self.at_ms.max(now_ms);
    }

    fn state(&self, now_ms: u64) -> BucketState {
        let token = self.size.token();
        let full_at_ms = now_ms.saturating_add(self.wait_ms(self.size.capacity(), now_ms));
        BucketState {
            limit: u32::try_from(self.size.capacity() / token).unwrap_or(u32::MAX),
            remaining: u32::try_from(self.level / token).unwrap_or(u32::MAX),
            reset_at: full_at_ms.div_ceil(1000),
        }
    }

    /// Returns how many milliseconds from `now_ms` the bucket needs until it holds `level`.
    fn wait_ms(&self, level: u64, now_ms: u64) -> u64 {
        let missing = level.saturating_sub(self.level);
        let filling = missing.div_ceil(u64::from(self.size.per_minute.max(1)));
        if filling == 0 {
            return 0;
        }
        self.at_ms.saturating_sub(now_ms).saturating_add(filling)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: u64 = 1_778_234_400_000;

    fn emptied(bucket: Bucket) -> TokenBucket {
        let mut tokens = TokenBucket::full(bucket, START);
        for _ in 0..bucket.burst() {
            tokens.take(START).unwrap();
        }
        tokens
    }

    #[test]
    fn a_full_bucket_gives_its_burst_and_not_one_more() {
        for bucket in Bucket::ALL {
            let refused = emptied(bucket).take(START).unwrap_err();
            assert_eq!(refused.state.remaining, 0);
            assert_eq!(refused.state.limit, bucket.burst());
        }
    }

    #[test]
    fn an_empty_bucket_gives_its_sustained_rate_exactly() {
        for bucket in Bucket::ALL {
            let mut tokens = emptied(bucket);
            let taken = (1..=60_000).filter(|ms| tokens.take(START + ms).is_ok());
            assert_eq!(taken.count(), bucket.per_minute() as usize, "{bucket:?}");
        }
    }

    #[test]
    fn the_reset_is_the_second_at_which_the_bucket_is_full() {
        let mut tokens = TokenBucket::full(Bucket::CharactersPost, START);
        assert_eq!(tokens.peek(START).reset_at, START / 1000);
        // 30 a minute: each token takes two seconds to come back.
        assert_eq!(tokens.take(START).unwrap().reset_at, START / 1000 + 2);
        assert_eq!(tokens.take(START).unwrap().reset_at, START / 1000 + 4);
        assert_eq!(tokens.peek(START + 4000).remaining, 60);
        assert_eq!(tokens.peek(START + 3999).remaining, 59);
    }

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let seconds = Bucket::ALL.map(|bucket| {
            let refused = emptied(bucket).take(START).unwrap_err();
            refused.retry_after_seconds
        });
        // 30, 6 and 120 a minute; never less than a second.
        assert_eq!(seconds, [2, 10, 1]);
    }

    #[test]
    fn a_clock_that_goes_back_takes_no_token_away_and_makes_none() {
        let mut tokens = emptied(Bucket::CharactersGet);
        assert!(tokens.take(START + 500).is_ok());
        assert!(tokens.take(START).is_err());
        assert!(tokens.take(START + 500).is_err());
        assert!(tokens.take(START + 1000).is_ok());
        let mut fresh = TokenBucket::full(Bucket::CharactersGet, START);
        assert_eq!(fresh.take(0).unwrap().remaining, 239);
    }

    #[test]
    fn times_at_the_end_of_the_range_do_no_harm() {
        let mut tokens = emptied(Bucket::CharactersPost);
        assert_eq!(tokens.take(u64::MAX).unwrap().remaining, 59);
        assert!(tokens.take(0).is_ok());
    }

    fn any_size() -> impl Strategy<Value = Size> {
        (1..200_u32, 1..400_u32, 1..40_u32).prop_map(|(per_minute, burst, share)| Size {
            per_minute,
            burst,
            share,
        })
    }

    #[test]
    fn a_share_loses_nothing_to_rounding() {
        // A third of 10 a minute: 20 in six minutes, not 18.
        let size = Size {
            per_minute: 10,
            burst: 3,
            share: 3,
        };
        let mut third = TokenBucket::full_of(size, START);
        assert!(third.take(START).is_ok());
        let taken = (1..=360_000).filter(|ms| third.take(START + ms).is_ok());
        assert_eq!(taken.count(), 20);
    }

    #[test]
    fn a_bucket_that_others_take_from_follows_what_is_left() {
        let size = Size {
            per_minute: 30,
            burst: 60,
            share: 2,
        };
        let mut half = TokenBucket::full_of(size, START);
        half.follow(60, START);
        assert_eq!(half.peek(START).remaining, 30);
        half.follow(9, START);
        assert_eq!(half.peek(START).remaining, 4);
        half.follow(60, START);
        assert_eq!(half.peek(START).remaining, 4);
    }

    fn any_bucket() -> impl Strategy<Value = Bucket> {
        proptest::sample::select(Bucket::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn no_stretch_of_time_gives_more_than_burst_and_rate(
            bucket in any_bucket(),
            times in proptest::collection::vec(0..600_000_u64, 1..800),
        ) {
            // Not sorted: the clock may jump as it likes.
            let mut tokens = TokenBucket::full(bucket, START);
            let taken = times.iter().filter(|ms| tokens.take(START + **ms).is_ok()).count() as u64;
            let longest = times.iter().max().copied().unwrap_or(0);
            let earned = longest * u64::from(bucket.per_minute()) / PARTS;
            prop_assert!(taken <= u64::from(bucket.burst()) + earned);
        }

        #[test]
        fn shares_together_give_no_more_than_the_whole(
            size in any_size(),
            times in proptest::collection::vec(0..600_000_u64, 1..200),
        ) {
            let mut shares = vec![TokenBucket::full_of(size, START); size.share as usize];
            let mut taken = 0_u64;
            for ms in &times {
                taken += shares.iter_mut().filter_map(|it| it.take(START + ms).ok()).count() as u64;
            }
            let longest = times.iter().max().copied().unwrap_or(0);
            let earned = longest * u64::from(size.per_minute) / PARTS;
            // However small it is, a full share holds a token.
            let most = u64::from(size.burst).max(u64::from(size.share)) + earned;
            prop_assert!(taken <= most, "{taken} of {most}");
        }

        #[test]
        fn a_steady_client_at_the_sustained_rate_is_never_refused(
            bucket in any_bucket(), calls in 1..2000_u64,
        ) {
            let mut tokens = emptied(bucket);
            let every_ms = PARTS / u64::from(bucket.per_minute());
            for call in 1..=calls {
                prop_assert!(tokens.take(START + call * every_ms).is_ok());
            }
        }

        #[test]
        fn a_take_succeeds_once_retry_after_has_passed(
            bucket in any_bucket(),
            times in proptest::collection::vec(0..120_000_u64, 1..400),
        ) {
            let mut tokens = emptied(bucket);
            for ms in times {
                if let Err(refused) = tokens.take(START + ms) {
                    prop_assert!(refused.retry_after_seconds >= 1);
                    let mut later = tokens;
                    let wait_ms = refused.retry_after_seconds * 1000;
                    prop_assert!(later.take(START + ms + wait_ms).is_ok());
                }
            }
        }

        #[test]
        fn never_above_capacity_and_full_at_the_reset(
            bucket in any_bucket(),
            times in proptest::collection::vec(0..u64::MAX / 2, 1..50),
        ) {
            let mut tokens = TokenBucket::full(bucket, START);
            for ms in times {
                let state = match tokens.take(ms) {
                    Ok(state) => state,
                    Err(refused) => refused.state,
                };
                prop_assert!(state.remaining <= bucket.burst());
                prop_assert_eq!(tokens.peek(state.reset_at * 1000).remaining, bucket.burst());
            }
        }
    }
}
