//! One call, from its first action to its result: a state machine without time, network or JavaScript.
//!
//! The shell makes a [`Call`] of a [`Task`], tells it that it [`Started`](Event::Started), and from then on
//! carries out the [`Action`]s that [`Call::poll_action`] returns, sets a timer to [`Call::timeout_ms`], and
//! hands each [`Event`] to [`Call::handle`]. (The pattern is that of a sans-I/O protocol implementation.)
//!
//! A call goes through one to three steps (an upload: init, put and maybe classify; the others one each). A
//! step is tried until it succeeds, or until another attempt makes no sense. A wait for a character repeats its
//! step until the character is synthesized.
//!
//! | file | holds |
//! |---|---|
//! | `machine` | what follows on which event |
//! | `file` | what the file is, and whether it can still be read |
//! | `stage` | the step at hand, and its request |
//! | `attempt` | attempts, and the time that they take |
//! | `look` | the looks at a character that is being synthesized |
//! | `lost_create` | the look for the character of a create whose answer was lost |
//! | `result` | what an answer leads to |
//! | `ending` | what a failure leads to |

mod attempt;
mod ending;
mod file;
mod look;
mod lost_create;
mod machine;
mod result;
mod stage;

use aurous_contract::filename::SafeName;
use aurous_contract::id::CharacterId;
use aurous_contract::image::{ImageFacts, ImageFormat};
use aurous_contract::outcome::Repeat;

use crate::answer::{Answer, Server, Ticket};
use crate::arguments::{PickedFile, Source, Task, UploadRequest, WaitRequest};
use crate::character_call::{CharacterCall, Operation};
use crate::client::Client;
use crate::failure::{Failure, Step};
use crate::limits::Limits;
use crate::progress::{ByteCount, Progress};
use crate::request::{Body, Request};
use crate::retry::{Attempts, LONGEST_WAIT_MS, Patience};
use stage::{Purpose, Stage};

/// What the shell carries out. `V` is a value of the page's.
#[derive(Clone, Debug, PartialEq)]
pub enum Action<V> {
    /// Read this many bytes of the file, from `start` on.
    ReadFile { start: u64, length: usize },
    /// Copy the file into memory, beside the other actions. From then on the copy stands for the file.
    CopyFile,
    /// Call the page's function for a session token.
    AskForToken(V),
    /// Send a request, and read its answer to the end.
    Send(Box<Request>),
    /// Wait for the timer.
    Wait,
    /// Wait for the timer, or for the browser to report that it is online.
    WaitForOnline,
    /// Wait until the page is visible.
    WaitForVisible,
    /// Call the page's listener.
    Report(Progress),
    /// Call the page's listener with a character that is still being synthesized.
    ReportCharacter(V),
    /// Resolve the call's promise.
    Finish(Output<V>),
    /// Reject the call's promise.
    Fail(Box<Failure>),
}

/// What happened to the actions. All but `CopyFile` and `Report` take each other's place: the shell drops
/// the one under way when it begins the next.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<V> {
    /// The call begins.
    Started,
    /// The bytes of the file that were asked for; fewer where the file ends before.
    FileBytes(Vec<u8>),
    /// The file could not be read.
    FileUnreadable,
    /// The file is in memory: its first bytes, and how many it has in all.
    Copied {
        first_bytes: Vec<u8>,
        size: f64,
    },
    /// The file could not be copied.
    CopyFailed,
    /// The page's function gave this text as a session token; `None` where it gave no text.
    Token(Option<String>),
    /// The page's function threw or rejected.
    TokenFailed,
    /// The request under way has sent so many bytes of its body, of so many in all (0: not known).
    Sent {
        bytes: f64,
        total: f64,
    },
    Answered(Answer<V>),
    /// The request was not answered, or the answer broke off.
    ConnectionFailed,
    /// The browser lacks something that the SDK needs, by its name in the standard.
    Unsupported(&'static str),
    /// The browser reports that it is online.
    Online,
    /// The page is visible again.
    Visible,
    /// The timer fired.
    TimedOut,
}

/// The circumstances of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moment {
    /// Milliseconds since 1970.
    pub now_ms: u64,
    /// From 0 to less than 1, a new one for each event.
    pub random: f64,
    /// Whether the browser reports that it is offline.
    pub is_offline: bool,
    /// Whether the page is hidden: its tab is in the background, or its window is covered.
    pub is_hidden: bool,
    /// Whether a service worker answers the page's requests.
    pub is_controlled: bool,
}

/// What a call results in.
#[derive(Clone, Debug, PartialEq)]
pub enum Output<V> {
    Ticket(Ticket<V>),
    /// The PUT has no result but that it succeeded.
    Put,
    /// What the API answered.
    Document(V),
    /// A character that an earlier attempt has deleted, whose answer was lost.
    Deleted(CharacterId),
    Upload(Box<Upload<V>>),
}

/// What an upload results in.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload<V> {
    pub ticket: Ticket<V>,
    pub image: ImageFacts,
    /// Where it was asked for.
    pub classification: Option<V>,
}

/// A call under way.
#[derive(Debug)]
pub struct Call<V> {
    client: Client<V>,
    limits: Limits,
    /// Whether the page listens to the progress of a file.
    is_watched: bool,
    file: Option<FileState>,
    upload: Option<UploadState<V>>,
    stage: Stage,
    activity: Activity,
    /// How long to wait for the activity.
    patience: Patience,
    /// Whether the PUT goes by `fetch` although the page listens: `XMLHttpRequest` does not tell a redirect from
    /// a failed connection, so after one of those the other way is tried.
    looks_for_redirect: bool,
    /// Of the step at hand, unless it is a PUT.
    attempts: Attempts,
    /// Of the PUT, those to the URL of an earlier ticket included.
    put_attempts: Attempts,
    /// What the activities of the step took, in milliseconds; those of all steps, where a deadline was
    /// given.
    spent_ms: u64,
    /// The failure of a create whose character is being looked for.
    lost_create: Option<Box<Failure>>,
    /// How often a character was looked at that is still being synthesized.
    looks: u32,
    actions: Vec<Action<V>>,
}

/// What the call is waiting for.
#[derive(Debug, PartialEq)]
enum Activity {
    /// Nothing yet: the call has not begun.
    NotStarted,
    /// The first bytes of the file.
    ReadFile,
    /// The rest of the copy, after the ticket is minted.
    CopyFile,
    /// The turn of the first request.
    AwaitTurn,
    AskForToken,
    Send,
    /// The first bytes of the file once more, to learn why a PUT failed: a file that changed after it was
    /// picked looks like a failed connection.
    ProbeFile,
    BackOff,
    /// The network. Holds the failure to report if it does not come back.
    WaitForOnline(Box<Failure>),
    /// The time for the next look at a character.
    AwaitLook,
    /// The page, which is hidden.
    WaitForVisible,
    /// Nothing: the call has ended.
    End,
}

/// What is known of the call's file.
#[derive(Debug)]
struct FileState {
    name: SafeName,
    size: f64,
    /// The bytes that the gateway was told to expect.
    announced_size: Option<u64>,
    /// Known once the first bytes were read.
    format: Option<ImageFormat>,
    /// Where the bytes that are being read begin.
    read_from: u64,
    /// How often the file was read.
    reads: u32,
    /// Whether the copy in memory is not complete yet.
    is_being_copied: bool,
    bytes: ByteCount,
}

/// What is known of an upload.
#[derive(Debug)]
struct UploadState<V> {
    classify: bool,
    /// Whether the file is copied into memory.
    is_copied: bool,
    ticket: Option<Ticket<V>>,
    /// Whether the ticket took the place of an expired one.
    is_ticket_renewed: bool,
}

/// The failure that ends the call, where there is one.
type Progressed = Result<(), Box<Failure>>;

impl<V: Clone> Call<V> {
    /// Makes a call. It begins with [`Event::Started`].
    pub fn new(task: Task, client: Client<V>, mut limits: Limits, is_watched: bool) -> Self {
        let repeat = match &task {
            Task::CreateCharacter(request) => request.repeat(),
            _ => Repeat::Freely,
        };
        let (stage, file, upload) = match task {
            Task::InitUpload(Source::Description { json }) => {
                (Stage::Init(Body::Json(json)), None, None)
            }
            Task::InitUpload(Source::File(file)) => {
                (Stage::Prepare(Purpose::Mint), Some(file), None)
            }
            Task::PutFile { target, file } => {
                (Stage::Prepare(Purpose::Put(target)), Some(file), None)
            }
            Task::Classify(upload_id) => (Stage::Classify(upload_id), None, None),
            Task::CreateCharacter(mut request) => {
                if client.server() == Server::Api {
                    request.add_reference();
                }
                (Stage::Create(request), None, None)
            }
            Task::Character(call) => (Stage::Character(call), None, None),
            Task::WaitForCharacter(WaitRequest { id, deadline_ms }) => {
                limits.deadline_ms = Some(deadline_ms);
                let call = CharacterCall::about(Operation::Wait, id);
                (Stage::Character(call), None, None)
            }
            Task::Upload(UploadRequest {
                file,
                classify,
                is_copied,
            }) => {
                let upload = UploadState {
                    classify,
                    is_copied,
                    ticket: None,
                    is_ticket_renewed: false,
                };
                (Stage::Prepare(Purpose::Upload), Some(file), Some(upload))
            }
        };
        Self {
            // Minting a ticket sends no byte of the file.
            is_watched: is_watched && !matches!(stage, Stage::Prepare(Purpose::Mint)),
            file: file.map(FileState::of),
            upload,
            stage,
            activity: Activity::NotStarted,
            patience: Patience::wait(0, 0),
            looks_for_redirect: false,
            attempts: Attempts::of(repeat),
            put_attempts: Attempts::default(),
            spent_ms: 0,
            lost_create: None,
            looks: 0,
            actions: Vec::new(),
            client,
            limits,
        }
    }

    /// Returns the next action, in the order in which they are to be carried out.
    pub fn poll_action(&mut self) -> Option<Action<V>> {
        // A few actions at most: a queue would only be more code to download.
        let has_action = !self.actions.is_empty();
        has_action.then(|| self.actions.remove(0))
    }

    /// Returns when to report [`Event::TimedOut`], in milliseconds from now, unless another event comes
    /// first; `None`: never.
    pub fn timeout_ms(&self, now_ms: u64) -> Option<u64> {
        let remaining_ms = self.patience.remaining_ms(now_ms);
        let is_set = self.activity != Activity::End && remaining_ms < LONGEST_WAIT_MS;
        is_set.then_some(remaining_ms)
    }

    /// Returns the step at hand.
    pub fn step(&self) -> Step {
        self.stage.step()
    }

    /// Returns whether an upload turned out to have another number of bytes than the gateway was told.
    fn is_other_size_announced(&self) -> bool {
        let announced = self.file.as_ref().and_then(|it| {
            let size = it.size as u64;
            it.announced_size.map(|announced| announced != size)
        });
        self.upload.is_some() && announced == Some(true)
    }

    /// Returns what the file is, once that is known.
    fn format(&self) -> Option<ImageFormat> {
        self.file.as_ref()?.format
    }
}

impl FileState {
    fn of(PickedFile { name, size }: PickedFile) -> Self {
        Self {
            name,
            size,
            announced_size: None,
            format: None,
            read_from: 0,
            reads: 0,
            is_being_copied: false,
            bytes: ByteCount::of(size),
        }
    }

    fn set_size(&mut self, size: f64) {
        self.size = size;
        self.bytes.set_total(size);
    }
}

#[cfg(test)]
mod tests;
