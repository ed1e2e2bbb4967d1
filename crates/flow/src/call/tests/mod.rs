//! Whole calls, played event by event.

mod characters;
mod creates;
mod files;
mod puts;
mod retries;
mod uploads;

use aurous_contract::character::CreateFlow;
use aurous_contract::id::UploadId;
use aurous_contract::image::ContentType;

use super::*;
use crate::answer::{Content, Envelope, Head};
use crate::arguments::{CreateRequest, Target};
use crate::client::{Place, Surroundings};
use crate::page::Page;
use crate::progress::Waiting;
use serde_json::{Value as Json, json};

const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\0\x10JFIF";
const ROOT: &str = "https://app.example/aurous";

/// A call, and the page that it runs in.
struct Play {
    call: Call<Json>,
    page: Page,
    moment: Moment,
}

fn client(options: &Json) -> Client<Json> {
    let surroundings = Surroundings {
        place: Place::Browser,
        page_url: Some("https://app.example/".into()),
    };
    Client::read(options, &surroundings).unwrap()
}

fn id(text: &str) -> UploadId {
    UploadId::parse(text).unwrap()
}

fn picked_file() -> PickedFile {
    PickedFile {
        name: "me.jpg".into(),
        size: 1000.0,
    }
}

fn init() -> Task {
    Task::InitUpload(Source::File(picked_file()))
}

fn put() -> Task {
    Task::PutFile {
        target: target(),
        file: picked_file(),
    }
}

fn target() -> Target {
    Target {
        url: "https://app.example/aurous/uploads/token".into(),
        content_type: None,
        max_size: None,
    }
}

fn upload(classify: bool) -> Task {
    Task::Upload(UploadRequest {
        file: picked_file(),
        classify,
        is_copied: true,
    })
}

/// A create of two uploads, or a synthesis.
fn create(flow: CreateFlow) -> Task {
    Task::CreateCharacter(CreateRequest {
        json: r#"{"name":"Aurora"}"#.into(),
        flow,
        upload_ids: match flow {
            CreateFlow::Upload => vec![id("upl_1"), id("upl_2")],
            CreateFlow::Synthesize => Vec::new(),
        },
        idempotency_key: "key-of-this-create".into(),
        has_own_reference: false,
    })
}

impl Play {
    /// Begins a call of the default client. Gives its first actions.
    fn begin(task: Task) -> (Self, Vec<Action<Json>>) {
        Self::begin_with(task, &json!({}), Limits::DEFAULT)
    }

    fn begin_with(task: Task, options: &Json, limits: Limits) -> (Self, Vec<Action<Json>>) {
        let call = Call::new(task, client(options), limits, true);
        Self::begin_call(call, Page::new())
    }

    /// Begins a call on a page that others have used.
    fn begin_in(page: Page, task: Task) -> (Self, Vec<Action<Json>>) {
        let call = Call::new(task, client(&json!({})), Limits::DEFAULT, true);
        Self::begin_call(call, page)
    }

    fn begin_call(call: Call<Json>, page: Page) -> (Self, Vec<Action<Json>>) {
        let mut play = Self {
            call,
            page,
            moment: Moment {
                random: 0.5,
                ..Moment::default()
            },
        };
        let actions = play.handle(Event::Started);
        (play, actions)
    }

    /// Begins a call with a file, and reads its first bytes.
    fn begin_with_jpeg(task: Task) -> (Self, Vec<Action<Json>>) {
        let (mut play, _) = Self::begin(task);
        let actions = play.handle(Event::FileBytes(JPEG.to_vec()));
        (play, actions)
    }

    /// Gives the actions that follow on an event, but for reports of progress.
    fn handle(&mut self, event: Event<Json>) -> Vec<Action<Json>> {
        let mut actions = self.handle_with_reports(event);
        actions.retain(|it| !matches!(it, Action::Report(_)));
        actions
    }

    fn handle_with_reports(&mut self, event: Event<Json>) -> Vec<Action<Json>> {
        self.call.handle(event, self.moment, &mut self.page);
        std::iter::from_fn(|| self.call.poll_action()).collect()
    }

    /// Lets the timer fire. Gives the actions that follow, but for reports of progress.
    fn time_out(&mut self) -> Vec<Action<Json>> {
        let mut actions = self.time_out_with_reports();
        actions.retain(|it| !matches!(it, Action::Report(_)));
        actions
    }

    fn time_out_with_reports(&mut self) -> Vec<Action<Json>> {
        self.moment.now_ms += self.timeout_ms();
        self.handle_with_reports(Event::TimedOut)
    }

    fn timeout_ms(&self) -> u64 {
        self.call
            .timeout_ms(self.moment.now_ms)
            .expect("a timer is set")
    }

    /// Answers the request under way, as a gateway does.
    fn answer(&mut self, status: u16, content: Content<Json>) -> Vec<Action<Json>> {
        self.handle(answered(status, content))
    }

    fn mint(&mut self) -> Vec<Action<Json>> {
        self.answer(201, Content::Ticket(ticket()))
    }

    fn refuse(&mut self, status: u16, code: &str) -> Vec<Action<Json>> {
        let envelope = Envelope {
            code: Some(code.into()),
            ..Envelope::default()
        };
        self.answer(status, Content::Error(envelope))
    }
}

/// The request under way has sent so many bytes of a file that has 1000.
fn sent(bytes: f64) -> Event<Json> {
    Event::Sent {
        bytes,
        total: 1000.0,
    }
}

fn answered(status: u16, content: Content<Json>) -> Event<Json> {
    let head = Head {
        status,
        is_from_gateway: true,
        ..Head::default()
    };
    Event::Answered(Answer { head, content })
}

fn ticket() -> Ticket<Json> {
    Ticket {
        upload_id: id("upl_1"),
        url: "https://app.example/aurous/uploads/token".into(),
        content_type: ContentType::Jpeg,
        max_size: None,
        document: json!({ "upload_id": "upl_1" }),
    }
}

/// The reports of progress among the actions.
fn reports(actions: Vec<Action<Json>>) -> Vec<Progress> {
    let report = |action| match action {
        Action::Report(report) => Some(report),
        _ => None,
    };
    actions.into_iter().filter_map(report).collect()
}

/// The request among the actions, which must be the only one.
#[track_caller]
fn request(actions: &[Action<Json>]) -> &Request {
    match actions {
        [Action::Send(request)] => request,
        _ => panic!("{actions:?}"),
    }
}

#[track_caller]
fn failure(actions: Vec<Action<Json>>) -> Failure {
    match <[_; 1]>::try_from(actions) {
        Ok([Action::Fail(failure)]) => *failure,
        actions => panic!("{actions:?}"),
    }
}
