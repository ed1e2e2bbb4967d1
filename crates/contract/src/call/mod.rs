//! One call, from its arguments to its result: a state machine without time, network or JavaScript.
//!
//! [`Call::read`] holds the arguments against their rules. Then the shell tells what [`Happened`], and the
//! call says what to do next: an [`Action`].
//!
//! A call is a list of steps (an upload: init, put and maybe classify; the others one each), and each is
//! tried until it is taken, or until there is no sense in another attempt.
//!
//! | file | what it holds |
//! |---|---|
//! | `arguments` | what each call takes |
//! | `answers` | what came back on a request, read and judged |
//! | `course` | what follows on what |

mod answers;
mod arguments;
mod course;

use crate::failure::{Failure, Step};
use crate::filename::Filename;
use crate::image::{ContentType, ImageFacts, ImageFormat};
use crate::options::{CallOptions, Client};
use crate::progress::Progress;
use crate::retry::{Attempts, Patience};
use crate::upload::InitUploadRequest;
use crate::world::World;

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    InitUpload,
    PutFile,
    Classify,
    CreateCharacter,
    Upload,
}

impl Task {
    /// Where a call fails that fails before any request.
    pub const fn first_step(self) -> Step {
        match self {
            Self::InitUpload | Self::Upload => Step::Init,
            Self::PutFile => Step::Put,
            Self::Classify => Step::Classify,
            Self::CreateCharacter => Step::Create,
        }
    }

    const fn steps(self, classifies: bool) -> &'static [Step] {
        match self {
            Self::InitUpload => &[Step::Init],
            Self::PutFile => &[Step::Put],
            Self::Classify => &[Step::Classify],
            Self::CreateCharacter => &[Step::Create],
            Self::Upload if classifies => &[Step::Init, Step::Put, Step::Classify],
            Self::Upload => &[Step::Init, Step::Put],
        }
    }
}

/// What the shell does for a call. One at a time; each ends the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Puts a copy of the file, in memory, into its place.
    Copy,
    /// Reads the file's first [`SNIFF_LENGTH`](crate::image::SNIFF_LENGTH) bytes.
    Read,
    /// Asks the page's function for a session token.
    Ask,
    /// Sends the step's request, up to the end of its answer. Only with a PUT, and only where somebody
    /// listens, what was sent of it is to be told.
    Send(Step),
    /// Nothing but the time.
    Wait,
    /// Until the network is back, if that is heard of.
    WaitForOnline,
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Happened {
    /// Nothing yet: the call begins.
    Nothing,
    /// The job is done.
    Done,
    /// The job threw, or rejected.
    Threw,
    /// The timer fired that was asked for.
    TimerFired,
    /// So many bytes of the file were sent, of the request at hand.
    Sent(f64),
}

/// What the shell is to do.
#[derive(Debug, PartialEq)]
pub enum Action {
    /// Begin a job, and set a timer: to [`Call::next_check_ms`].
    Begin(Job),
    /// Nothing, until something happens. A timer that has fired is set again: to
    /// [`Call::next_check_ms`].
    Await,
    /// Give the result.
    Finish,
    /// Give this.
    Fail(Box<Failure>),
}

/// A call under way.
#[derive(Debug)]
pub struct Call {
    task: Task,
    client: Client,
    options: CallOptions,
    steps: &'static [Step],
    /// So many steps are taken.
    done: usize,
    /// The job at hand, and how long it is waited for.
    job: Option<(Job, Patience)>,
    /// Whether the file is read only to learn why its PUT threw.
    is_probing: bool,
    /// Of the file, in bytes, where there is one.
    size: Option<f64>,
    format: Option<ImageFormat>,
    /// What the ticket was minted for; a bare URL doesn't say.
    minted_for: Option<ContentType>,
    /// So many uploads a create would use up.
    upload_count: u64,
    is_ticket_new: bool,
    attempts: Attempts,
    put_attempts: Attempts,
    /// What the jobs of a step took, in milliseconds; of all steps, where a deadline was given.
    spent_ms: u64,
    /// What is given up with if the network does not come back.
    failure: Option<Box<Failure>>,
    progress: Progress,
}

/// The body of a step's request.
#[derive(Debug, PartialEq)]
pub enum Body {
    /// The call's first argument as JSON: fields that we don't know pass through.
    Subject,
    InitUpload(InitUploadRequest),
    /// `{ upload_id }`, as it stands at this path.
    Classify(&'static str),
    /// The file.
    File(ContentType),
}

impl Call {
    pub fn body(&self, step: Step, world: &dyn World) -> Body {
        match (step, self.format) {
            (Step::Put, Some(format)) => Body::File(format.content_type()),
            // The type that is sent is that of the bytes: name and `type` are guesses.
            (Step::Init, Some(format)) => Body::InitUpload(InitUploadRequest {
                filename: Filename::for_upload(&file_name(world), format),
                extension: format.extension(),
                content_type: format.content_type(),
            }),
            (Step::Classify, _) if self.task == Task::Upload => Body::Classify("init.upload_id"),
            (Step::Classify, _) => Body::Classify(arguments::upload_id(world)),
            _ => Body::Subject,
        }
    }

    /// What an upload says of its file.
    pub fn image(&self) -> Option<ImageFacts> {
        let format = self.format.filter(|_| self.task == Task::Upload);
        Some(ImageFacts::of(format?, self.size?))
    }

    /// Whether somebody listens how far the PUT is.
    pub fn is_watched(&self) -> bool {
        self.options.is_watched && self.size.is_some() && self.task != Task::InitUpload
    }

    /// When to say that the [timer fired](Happened::TimerFired), in milliseconds from when that was last
    /// decided.
    pub fn next_check_ms(&self) -> u64 {
        self.job.map_or(0, |(_, patience)| patience.next_check_ms())
    }
}

/// The name of the picked file; empty for a Blob.
fn file_name(world: &dyn World) -> String {
    world.text("file.name").unwrap_or_default()
}

#[cfg(test)]
mod tests;
