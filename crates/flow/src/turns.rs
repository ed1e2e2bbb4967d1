//! Turns: requests that wait for the same rate limit go one by one.
//!
//! Six calls that a server told to come back in 6 s would come back together, and five of them would be
//! turned away again. So each of them gets a turn of its own, one interval behind the other.

use aurous_contract::rate::Bucket;

/// The queues of all servers and buckets that a page has used.
///
/// ```
/// use aurous_contract::rate::Bucket;
/// use aurous_flow::turns::Turns;
///
/// let (root, bucket) = ("https://app.example/aurous", Bucket::CharactersPost);
/// let mut turns = Turns::new();
/// assert_eq!(turns.take(root, bucket, 0), 0, "nothing is limited");
/// // Two requests are turned away at the same time, and a third call begins.
/// assert_eq!(turns.take_after(root, bucket, 6_000, 0), 6_000);
/// assert_eq!(turns.take_after(root, bucket, 6_000, 0), 12_000);
/// assert_eq!(turns.take(root, bucket, 1_000), 17_000);
/// // Later, nothing is limited again.
/// assert_eq!(turns.take(root, bucket, 60_000), 0);
/// ```
#[derive(Debug, Default)]
pub struct Turns(Vec<Queue>);

#[derive(Debug)]
struct Queue {
    root: String,
    bucket: Bucket,
    /// When the queue was last used, in milliseconds since 1970.
    used_ms: u64,
    /// When the next turn is, in milliseconds since 1970; in the past: at once.
    next_ms: u64,
    /// From one turn to the next, in milliseconds.
    interval_ms: u64,
    /// How many requests the server would still take at once, and when it said so.
    remaining: Option<(u32, u64)>,
}

impl Turns {
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Takes a turn for a request that begins. Returns how long to wait for it, in milliseconds.
    pub fn take(&mut self, root: &str, bucket: Bucket, now_ms: u64) -> u64 {
        let mut queue = self.remove(root, bucket, now_ms);
        let wait_ms = queue.take(now_ms);
        self.0.push(queue);
        wait_ms
    }

    /// Takes a turn for a request that the server turned away for so many milliseconds. Returns how long to
    /// wait for it, in milliseconds.
    pub fn take_after(
        &mut self,
        root: &str,
        bucket: Bucket,
        retry_after_ms: u64,
        now_ms: u64,
    ) -> u64 {
        let mut queue = self.remove(root, bucket, now_ms);
        // A bucket says when its next token comes. A limit of another kind may name a whole minute.
        queue.interval_ms = retry_after_ms.min(longest_interval_ms(bucket));
        queue.delay_to(now_ms.saturating_add(retry_after_ms));
        let wait_ms = queue.take_next(now_ms);
        self.0.push(queue);
        wait_ms
    }

    /// Notes how many more requests the server would take at once: `X-RateLimit-Remaining`.
    pub fn note_remaining(&mut self, root: &str, bucket: Bucket, tokens: u32, now_ms: u64) {
        let mut queue = self.remove(root, bucket, now_ms);
        queue.remaining = Some((tokens, now_ms));
        if tokens > 0 {
            // The limit is over: the requests that begin from now on need not wait.
            queue.next_ms = 0;
        }
        self.0.push(queue);
    }

    /// Removes a queue, or makes one.
    fn remove(&mut self, root: &str, bucket: Bucket, now_ms: u64) -> Queue {
        let known = self.0.iter().position(|it| it.is_of(root, bucket));
        let known = known.map(|index| self.0.swap_remove(index));
        // By a clock that was set back, turns would be hours away.
        let known = known.filter(|it| it.used_ms <= now_ms);
        Queue {
            used_ms: now_ms,
            ..known.unwrap_or_else(|| Queue::of(root, bucket))
        }
    }
}

impl Queue {
    fn of(root: &str, bucket: Bucket) -> Self {
        Self {
            root: root.to_owned(),
            bucket,
            used_ms: 0,
            next_ms: 0,
            interval_ms: refill_ms(bucket),
            remaining: None,
        }
    }

    fn is_of(&self, root: &str, bucket: Bucket) -> bool {
        self.root == root && self.bucket == bucket
    }

    fn delay_to(&mut self, at_ms: u64) {
        self.next_ms = self.next_ms.max(at_ms);
    }

    fn take(&mut self, now_ms: u64) -> u64 {
        if let Some((tokens, at_ms)) = self.remaining.take() {
            let fresh_to_ms = at_ms.saturating_add(self.interval_ms);
            match tokens.checked_sub(1) {
                Some(tokens) => self.remaining = Some((tokens, at_ms)),
                None if now_ms < fresh_to_ms => self.delay_to(fresh_to_ms),
                None => {}
            }
        }
        if self.next_ms <= now_ms {
            0
        } else {
            self.take_next(now_ms)
        }
    }

    fn take_next(&mut self, now_ms: u64) -> u64 {
        let wait_ms = self.next_ms.saturating_sub(now_ms);
        self.next_ms = self.next_ms.saturating_add(self.interval_ms);
        wait_ms
    }
}

/// Returns how long the API's bucket takes for a token, in milliseconds.
fn refill_ms(bucket: Bucket) -> u64 {
    60_000 / u64::from(bucket.per_minute())
}

/// Returns how long a gateway's bucket takes for a token, in milliseconds: by default a visitor has a third
/// of the API's.
fn longest_interval_ms(bucket: Bucket) -> u64 {
    3 * refill_ms(bucket)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "https://app.example/aurous";
    const POST: Bucket = Bucket::CharactersPost;

    #[test]
    fn no_two_of_the_requests_that_were_turned_away_come_back_together() {
        let mut turns = Turns::new();
        let waits =
            [0, 10, 20, 30, 40, 50].map(|now| now + turns.take_after(ROOT, POST, 6_000, now));
        assert_eq!(waits, [6_000, 12_000, 18_000, 24_000, 30_000, 36_000]);
    }

    #[test]
    fn a_limit_of_a_minute_does_not_put_minutes_between_two_requests() {
        let mut turns = Turns::new();
        assert_eq!(turns.take_after(ROOT, POST, 60_000, 0), 60_000);
        assert_eq!(turns.take_after(ROOT, POST, 60_000, 0), 66_000);
    }

    #[test]
    fn requests_beyond_what_the_server_has_left_wait_before_they_are_turned_away() {
        let mut turns = Turns::new();
        turns.note_remaining(ROOT, POST, 2, 0);
        let waits = [(); 5].map(|()| turns.take(ROOT, POST, 0));
        assert_eq!(waits, [0, 0, 2_000, 4_000, 6_000], "30 tokens a minute");
    }

    #[test]
    fn a_server_that_has_tokens_again_ends_the_queue() {
        let mut turns = Turns::new();
        turns.take_after(ROOT, POST, 6_000, 0);
        turns.note_remaining(ROOT, POST, 3, 1_000);
        assert_eq!(turns.take(ROOT, POST, 1_000), 0);
    }

    #[test]
    fn what_a_server_had_left_long_ago_does_not_count() {
        let mut turns = Turns::new();
        turns.note_remaining(ROOT, POST, 0, 0);
        assert_eq!(turns.take(ROOT, POST, 2_000), 0);
    }

    #[test]
    fn a_clock_that_is_set_back_leaves_no_turn_hours_away() {
        let mut turns = Turns::new();
        turns.take_after(ROOT, POST, 6_000, 3_600_000);
        assert_eq!(turns.take(ROOT, POST, 0), 0);
        assert_eq!(turns.take_after(ROOT, POST, 6_000, 0), 6_000);
    }

    #[test]
    fn another_bucket_and_another_server_have_a_queue_of_their_own() {
        let mut turns = Turns::new();
        turns.take_after(ROOT, POST, 6_000, 0);
        assert_eq!(turns.take(ROOT, Bucket::CharactersSynthesize, 0), 0);
        assert_eq!(turns.take("https://other.example", POST, 0), 0);
        assert_eq!(turns.take(ROOT, POST, 0), 12_000);
    }
}
