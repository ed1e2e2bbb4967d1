//! `putFile`: a file goes to its signed URL, untouched.

use std::rc::Rc;

use aurous_contract::answer;
use aurous_contract::failure::{Code, Failure, Step};
use aurous_contract::image::{self, ContentType, ImageFormat};
use aurous_contract::retry::{RetryPolicy, put_stall_limit_ms};
use wasm_bindgen::prelude::*;

use crate::api_call;
use crate::attempt::{Attempt, Interrupt};
use crate::call::Call;
use crate::call_options::{self, Context};
use crate::js::XMLHttpRequest;
use crate::on_progress::OnProgress;
use crate::picked_file::PickedFile;
use crate::request;
use crate::response::{self, Answer};
use crate::stop::Stop;
use crate::ticket::{self, Target};
use crate::xhr::{self, Redirected};

/// A PUT whose arguments are read and checked.
pub struct Put {
    pub target: Target,
    pub file: PickedFile,
    pub context: Rc<Context>,
    call: Call,
}

pub fn prepare(
    target: &JsValue,
    file: JsValue,
    options: &JsValue,
    client: &JsValue,
) -> Result<Put, Stop> {
    let options = call_options::read(options)?;
    let mut context = Context::read(&options, client)?;
    let target = ticket::read_target(target, &context.client.base)?;
    let file = PickedFile::read(file, "file")?;
    context.on_progress = OnProgress::read(&options, file.size)?.map(Rc::new);
    Ok(Put::new(target, file, Rc::new(context)))
}

impl Put {
    pub fn new(target: Target, file: PickedFile, context: Rc<Context>) -> Self {
        Self {
            target,
            file,
            call: Call::new(Step::Put, &context, RetryPolicy::PUT),
            context,
        }
    }

    pub async fn send(&self) -> Result<JsValue, Stop> {
        let stall_timeout_ms = self.context.limits.stall_timeout_ms;
        let format = {
            let attempt = self.call.attempt(stall_timeout_ms.into())?;
            self.file.format(&attempt).await?
        };
        let content_type = self.content_type(format)?;
        loop {
            self.call.announce();
            match self.send_once(content_type).await {
                Ok(()) => break,
                Err(stop) => self.call.again(stop, false).await?,
            }
        }
        ticket::filled(&self.target.url);
        if let Some(on_progress) = &self.context.on_progress {
            on_progress.answered(self.call.number());
        }
        Ok(JsValue::UNDEFINED)
    }

    async fn send_once(&self, content_type: ContentType) -> Result<(), Stop> {
        let over_xhr = self.context.on_progress.clone().zip(xhr::request());
        let answer = match over_xhr {
            Some((on_progress, xhr)) => self.over_xhr(content_type, on_progress, &xhr).await,
            None => self.over_fetch(content_type).await,
        }?;
        if answer.is_success() {
            let through = self.context.client.through();
            return Ok(answer::put_accepted(
                through,
                &self.target.url,
                answer.head,
            )?);
        }
        Err(answer::put_refused(answer.head, response::envelope(&answer.body)).into())
    }

    async fn over_fetch(&self, content_type: ContentType) -> Result<Answer, Stop> {
        let attempt = self.call.attempt(self.silence_ms())?;
        let url = &self.target.url;
        let signal = attempt.abort_signal();
        let request = request::put_file(url, content_type, &self.file.blob, &signal)
            .ok_or_else(not_a_target)?;
        let response = match request::send(&request, &attempt).await {
            Ok(response) => response,
            Err(why) => {
                drop(attempt);
                return Err(self.no_answer(why).await);
            }
        };
        let head = response::head_of(&response);
        let body = if response.ok() {
            JsValue::UNDEFINED
        } else {
            let body = response::json(&response, &attempt).await;
            body.map_err(|why| api_call::no_answer(Step::Put, why))?
        };
        Ok(Answer { head, body })
    }

    async fn over_xhr(
        &self,
        content_type: ContentType,
        on_progress: Rc<OnProgress>,
        xhr: &XMLHttpRequest,
    ) -> Result<Answer, Stop> {
        let stall_timeout_ms = self.context.limits.stall_timeout_ms.into();
        let attempt = self.call.attempt(stall_timeout_ms)?;
        let on_sent = {
            let (watch, number) = (attempt.watch(), self.call.number());
            let (size, silence_ms) = (self.file.size, self.silence_ms());
            move |bytes| {
                watch.moved(if bytes < size {
                    stall_timeout_ms
                } else {
                    silence_ms
                });
                on_progress.sent(bytes, number);
            }
        };
        let (url, file) = (&self.target.url, &self.file.blob);
        match xhr::put_file(xhr, url, content_type, file, &attempt, on_sent).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Redirected)) => Err(redirected()),
            Err(why) => {
                drop(attempt);
                Err(self.no_answer(why).await)
            }
        }
    }

    /// How long nothing need be heard of it, where nothing tells how far it is.
    fn silence_ms(&self) -> u64 {
        put_stall_limit_ms(
            self.context.limits.stall_timeout_ms.into(),
            self.file.size as u64,
        )
    }

    /// The one header of the PUT.
    fn content_type(&self, format: ImageFormat) -> Result<ContentType, Stop> {
        match self.target.content_type {
            Some(minted_for) if minted_for.format() != format => {
                Err(image::mismatched(&self.file.name, format, minted_for).into())
            }
            _ => Ok(format.content_type()),
        }
    }

    /// A file that vanished after it was picked looks like a failed connection.
    async fn no_answer(&self, why: Interrupt) -> Stop {
        if matches!(why, Interrupt::Thrown(_)) {
            let readable = async {
                let stall_timeout_ms = self.context.limits.stall_timeout_ms;
                let attempt: Attempt = self.call.attempt(stall_timeout_ms.into())?;
                self.file.check_readable(&attempt).await
            };
            if let Err(mut stop) = readable.await {
                if let Stop::Failed(failure, _) = &mut stop {
                    failure.attempts = 1; // the PUT was sent
                }
                return stop;
            }
        }
        api_call::no_answer(Step::Put, why)
    }
}

fn not_a_target() -> Stop {
    let must = "must be a URL that can be PUT to";
    Stop::field(Code::InvalidArgument, "target", must, "not one")
}

fn redirected() -> Stop {
    let message = "The PUT was redirected to another URL, which is not where the ticket says. An upload host does not redirect: something in between did.";
    let mut failure = Failure::new(Code::UploadFailed, message);
    failure.attempts = 1;
    failure.into()
}
