use crate::config::RateConfig;
use aurous_contract::rate::Bucket;
use std::collections::HashMap;
use std::hash::Hash;

pub(crate) struct RateLimits<V> {
    config: RateConfig,
    team: [Level; 3],
    visitors: HashMap<(usize, V), Level>,
}
#[derive(Clone, Copy)]
struct Level {
    tokens: f64,
    at_ms: u64,
}

impl Level {
    fn refill(&mut self, per_minute: f64, burst: f64, now_ms: u64) {
        let gained = now_ms.saturating_sub(self.at_ms) as f64 * per_minute / 60_000.0;
        self.tokens = (self.tokens + gained).min(burst);
        self.at_ms = self.at_ms.max(now_ms);
    }
    fn wait(&self, per_minute: f64) -> u64 {
        (((1.0 - self.tokens).max(0.0)) * 60.0 / per_minute)
            .ceil()
            .max(1.0) as u64
    }
}

impl<V: Hash + Eq + Clone> RateLimits<V> {
    pub(crate) fn new(config: RateConfig, now_ms: u64) -> Self {
        let team = config.limits.map(|it| Level {
            tokens: f64::from(it.burst) / f64::from(config.team_share),
            at_ms: now_ms,
        });
        Self {
            config,
            team,
            visitors: HashMap::new(),
        }
    }
    pub(crate) fn take(&mut self, bucket: Bucket, visitor: &V, now_ms: u64) -> Result<(), u64> {
        let Some(nth) = self.config.limits.iter().position(|it| it.bucket == bucket) else {
            return Ok(());
        };
        let (Some(limit), Some(team)) = (self.config.limits.get(nth), self.team.get_mut(nth))
        else {
            return Ok(());
        };
        let share = f64::from(self.config.team_share);
        let (rate, burst) = (
            f64::from(limit.per_minute) / share,
            f64::from(limit.burst) / share,
        );
        team.refill(rate, burst, now_ms);
        let mine = f64::from(self.config.subject_share);
        let (my_rate, my_burst) = (rate / mine, (burst / mine).max(1.0));
        let own = self
            .visitors
            .entry((nth, visitor.clone()))
            .or_insert(Level {
                tokens: my_burst,
                at_ms: now_ms,
            });
        own.refill(my_rate, my_burst, now_ms);
        if team.tokens >= 1.0 && own.tokens >= 1.0 {
            team.tokens -= 1.0;
            own.tokens -= 1.0;
            return Ok(());
        }
        let mut wait = 1;
        if team.tokens < 1.0 {
            wait = wait.max(team.wait(rate));
        }
        if own.tokens < 1.0 {
            wait = wait.max(own.wait(my_rate));
        }
        Err(wait)
    }
    pub(crate) fn follow(&mut self, bucket: Bucket, remaining: u64, _now_ms: u64) {
        let Some(nth) = self.config.limits.iter().position(|it| it.bucket == bucket) else {
            return;
        };
        let share = f64::from(self.config.team_share);
        if let Some(team) = self.team.get_mut(nth) {
            team.tokens = team.tokens.min(remaining as f64 / share);
        }
    }
}
