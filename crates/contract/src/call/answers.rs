use super::arguments::fetchable;
use super::{Call, Target};
use crate::answer::{self, Envelope, Head, Unreadable};
use crate::argument::{
    Argument, CHARACTER_FIELDS, CLASSIFICATION_FIELDS, Field, TICKET_FIELDS, Type,
};
use crate::failure::{Code, Failure, Step};
use crate::id::UploadId;
use crate::image::ContentType;
use crate::retry::parse_retry_after;
use crate::world::World;

/// What the SDK needs of the answer that mints a ticket.
pub(super) struct Minted {
    pub upload_id: UploadId,
    pub target: Target,
}

const BODY: Argument<'static> = Argument::new("answer.body", "answer.body");

impl Call {
    /// What came back on a step's request.
    pub(super) fn judge(&self, step: Step, world: &dyn World) -> Result<Option<Minted>, Box<Failure>> {
        let through = self.client.through();
        let head = head(world);
        let is_success = matches!(head.status, 200..=299);
        if step == Step::Put {
            if world.flag("answer.isRedirected") {
                let message = "The PUT was redirected to another URL, which is not where the ticket says. An upload host does not redirect: something in between did.";
                let mut failure = Failure::new(Code::UploadFailed, message, &[]);
                failure.attempts = 1;
                return Err(failure);
            }
            if !is_success {
                return Err(answer::put_refused(head, envelope(world)));
            }
            answer::put_accepted(through, &self.target.url, head)?;
            return Ok(None);
        }
        if !is_success {
            return Err(answer::refused(step, through, head, envelope(world)));
        }
        let minted = match step {
            Step::Init | Step::Put => minted(world, &self.client.base).map(Some),
            Step::Classify => holds(world, &CLASSIFICATION_FIELDS).map(|()| None),
            Step::Create => holds(world, &CHARACTER_FIELDS).map(|()| None),
        };
        minted.ok_or_else(|| {
            let why = if world.type_of(BODY.path) == Type::Undefined {
                Unreadable::NoJson
            } else {
                Unreadable::WrongShape
            };
            answer::unreadable(step, through, head, why)
        })
    }
}

fn head(world: &dyn World) -> Head {
    let retry_after = world.text("answer.retryAfter");
    Head {
        status: world.number("answer.status") as u16,
        retry_after_ms: retry_after
            .and_then(|it| parse_retry_after(&it, world.now_ms()))
            .map(|ms| ms as f64),
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

fn minted(world: &dyn World, base: &str) -> Option<Minted> {
    holds(world, &TICKET_FIELDS)?;
    let content_type = world.text("answer.body.upload_headers.Content-Type");
    Some(Minted {
        upload_id: UploadId::parse(&world.text("answer.body.upload_id")?)?,
        target: Target {
            url: fetchable(world, &world.text("answer.body.upload_url")?, base)?,
            content_type: Some(ContentType::parse(&content_type?)?),
        },
    })
}

/// Whether the answer is what the API documents, as far as anybody relies on it.
fn holds(world: &dyn World, rules: &[Field]) -> Option<()> {
    BODY.check_fields(world, rules).ok()
}
