//! The good visitors. Each is another person with a page of its own: it uploads a picture, has it classified,
//! and makes a character of it. It comes at its time, however many earlier visitors still wait.

use std::sync::Arc;
use std::time::Duration;

use aurous_contract::outcome::{Outcome, Repeat};
use aurous_flow::retry::{Attempt, Decision, RetryPolicy};
use bytes::Bytes;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep};

use crate::client::{Answer, Client, Source};
use crate::gateway::Target;
use crate::picture::picture;
use crate::requests::{self, Request};

const EVERY: Duration = Duration::from_millis(333);

/// Every eighth visitor is this one person, whose upload URLs leak: see [`crate::attackers`].
pub const OWNER: &str = "owner";
const OWNER_EVERY: u32 = 8;

/// The addresses of those who come without the proxy, and of those behind it.
const DIRECT_ADDRESSES: u32 = 32;
const PROXIED_ADDRESSES: u32 = 200;

/// The SDK's own rules, with three tries in all. A wait that `Retry-After` asks for is no try.
const POLICY: RetryPolicy = RetryPolicy {
    max_retries: 2,
    ..RetryPolicy::API_CALL
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Init,
    Put,
    Classify,
    Create,
}

/// What one visitor noticed.
#[derive(Clone, Debug)]
pub struct Visit {
    pub number: u32,
    /// The steps that ended, well or not. A step that fails is the last.
    pub steps: Vec<StepEnd>,
}

/// How a step ended, after the attempts that the SDK makes of it.
#[derive(Clone, Debug)]
pub struct StepEnd {
    pub step: Step,
    /// From the first attempt to the end of the last, waits included.
    pub time: Duration,
    pub retries: u32,
    /// What the SDK would report to the page.
    pub failure: Option<String>,
}

impl Step {
    pub const ALL: [Self; 4] = [Self::Init, Self::Put, Self::Classify, Self::Create];
}

impl Visit {
    /// Returns the name of the visitor's character, which is its idempotency key, too.
    pub fn character_name(&self) -> String {
        format!("character-of-visitor-{}", self.number)
    }

    pub fn has_made_a_character(&self) -> bool {
        let last = self.steps.last();
        last.is_some_and(|it| it.step == Step::Create && it.failure.is_none())
    }
}

/// Lets visitors come until the soak is over, and returns when the last has left.
pub async fn visit(target: &Arc<Target>) -> Vec<Visit> {
    let mut visitors = JoinSet::new();
    let mut due = interval(EVERY);
    for number in 0.. {
        due.tick().await;
        if target.is_over() {
            break;
        }
        visitors.spawn(Visitor::new(Arc::clone(target), number).visit());
    }
    visitors.join_all().await
}

struct Visitor {
    client: Client,
    token: String,
    visit: Visit,
}

impl Visitor {
    fn new(target: Arc<Target>, number: u32) -> Self {
        let source = if number.is_multiple_of(2) {
            let host = (number / 2 % DIRECT_ADDRESSES + 1) as u8;
            Source::direct([127, 0, 1, host])
        } else {
            let host = number / 2 % PROXIED_ADDRESSES + 1;
            Source::proxied(format!("198.51.100.{host}"))
        };
        let subject = if number.is_multiple_of(OWNER_EVERY) {
            OWNER.to_owned()
        } else {
            format!("visitor-{number}")
        };
        Self {
            client: Client::new(target.gateway, source),
            token: target.session_token(&subject),
            visit: Visit {
                number,
                steps: Vec::new(),
            },
        }
    }

    async fn visit(mut self) -> Visit {
        // The visit notes why it ended early.
        let _ = self.make_character().await;
        self.visit
    }

    async fn make_character(&mut self) -> Option<()> {
        let picture = Bytes::from(picture(self.visit.number));
        let init = requests::init(Some(&self.token), Some(picture.len()));
        let ticket = self.take(Step::Init, &init).await?;
        let url = ticket.text("/upload_url").unwrap_or_default();
        let id = ticket.text("/upload_id").unwrap_or_default();
        self.take(Step::Put, &requests::put(url, picture)).await?;
        let classify = requests::classify(&self.token, id);
        self.take(Step::Classify, &classify).await?;
        let create = requests::create(&self.token, &self.visit.character_name(), id);
        self.take(Step::Create, &create).await?;
        Some(())
    }

    /// Takes a step, as often as the SDK would try it, and notes its end. `None` where it failed.
    async fn take(&mut self, step: Step, request: &Request) -> Option<Answer> {
        let start = Instant::now();
        let mut retries = 0;
        let result = loop {
            let (failure, outcome, retry_after_ms) = match self.client.send(request).await {
                Ok(answer) if answer.is_success() => break Ok(answer),
                Ok(answer) => {
                    let code = answer.code();
                    let outcome = Outcome::of_answer(answer.status, code);
                    let failure = format!("{} {}", answer.status, code.unwrap_or("without a code"));
                    (failure, outcome, answer.retry_after_ms)
                }
                Err(no_answer) => (format!("{no_answer:?}"), no_answer.outcome(), None),
            };
            let decision = POLICY.decide(Attempt {
                outcome,
                number: retries + 1,
                elapsed_ms: start.elapsed().as_millis() as u64,
                retry_after_ms,
                repeat: Repeat::Freely,
                random: rand::random(),
            });
            let Decision::RetryIn { ms } = decision else {
                break Err(failure);
            };
            sleep(Duration::from_millis(ms)).await;
            retries += 1;
        };
        self.visit.steps.push(StepEnd {
            step,
            time: start.elapsed(),
            retries,
            failure: result.as_ref().err().cloned(),
        });
        result.ok()
    }
}
