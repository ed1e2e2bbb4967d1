use super::Call;
use super::arguments::{content_type_at, is_target};
use crate::answer::{self, Envelope, Head, Through, Unreadable};
use crate::argument::{Argument, CHARACTER_FIELDS, CLASSIFICATION_FIELDS, TICKET_FIELDS};
use crate::failure::{Code, Failure, Step};
use crate::retry::parse_retry_after;
use crate::world::{Type, World};

const BODY: Argument<'static> = Argument::new("answer.body", "");

impl Call {
    /// What came back on a step's request: an error, where it is not what the step is for.
    pub(super) fn judge(&mut self, step: Step, world: &dyn World) -> Result<(), Box<Failure>> {
        let root = world.text("root").unwrap_or_default();
        let through = if self.client.has_key {
            Through::Api
        } else {
            Through::Gateway(&root)
        };
        let head = head(world);
        let is_success = matches!(head.status, 200..=299);
        if step == Step::Put {
            if world.flag("answer.isRedirected") {
                let message = "The PUT was redirected to another URL than the ticket's. An upload host does not redirect: something in between did.";
                let mut failure = Failure::new(Code::UploadFailed, message, &[]);
                failure.attempts = 1;
                return Err(failure);
            }
            if !is_success {
                return Err(answer::put_refused(head, envelope(world)));
            }
            let url = world.text("target.href").unwrap_or_default();
            return answer::put_accepted(through, &url, head);
        }
        if !is_success {
            return Err(answer::refused(step, through, head, envelope(world)));
        }
        if self.is_documented(step, world) {
            return Ok(());
        }
        let why = if world.type_of(BODY.path) == Type::Undefined {
            Unreadable::NoJson
        } else {
            Unreadable::WrongShape
        };
        Err(answer::unreadable(step, through, head, why))
    }

    /// Whether the answer is what the API documents, as far as anybody relies on it.
    fn is_documented(&mut self, step: Step, world: &dyn World) -> bool {
        let rules = match step {
            Step::Init | Step::Put => &TICKET_FIELDS,
            Step::Classify => &CLASSIFICATION_FIELDS,
            Step::Create => &CHARACTER_FIELDS,
        };
        if BODY.check_fields(world, rules).is_err() {
            return false;
        }
        if step != Step::Init {
            return true;
        }
        self.minted_for = content_type_at(world, "answer.body.upload_headers.Content-Type");
        self.minted_for.is_some() && is_target(world, "answer.body.upload_url")
    }
}

fn head(world: &dyn World) -> Head {
    let retry_after = world.text("answer.retryAfter");
    let date_ms = world.number("answer.retryDate");
    let retry_after_ms = retry_after.and_then(|it| parse_retry_after(&it, date_ms, world.now_ms()));
    Head {
        status: world.number("answer.status") as u16,
        retry_after_ms: retry_after_ms.map(|ms| ms as f64),
        from_gateway: world.text("answer.gateway").is_some(),
    }
}

/// The API's error envelope, where the body is one.
fn envelope(world: &dyn World) -> Option<Envelope> {
    let is_one = world.type_of("answer.body.error") == Type::Object;
    is_one.then(|| Envelope {
        code: world.text("answer.body.error.code"),
        message: world.text("answer.body.error.message"),
    })
}
