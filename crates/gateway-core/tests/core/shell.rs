//! A shell that answers each step at once, for several instances with one store.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use aurous_gateway_core::config::{Feature, VisitorSource};
use aurous_gateway_core::session::Session;
use aurous_gateway_core::step::{Answerer, Question};
use aurous_gateway_core::{
    ApiAnswer, ApiRequest, Config, Core, Exchange, Moment, NoAnswer, Pause, PutAnswer, PutFailure,
    Reply, RequestHead, Secret, Secrets, Settings, Sharing, Step, Steps, StoreAway, StoreChange,
    StoreMove, UploadPut, Uptime,
};
use futures_util::FutureExt as _;
use futures_util::future::FusedFuture as _;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};
use serde_json::{Value, json};

pub const PAGE: &str = "https://app.example";

/// What the API answers to a create.
#[derive(Clone, Copy)]
pub enum Api {
    Makes,
    Loses,
    Refuses,
}

/// What becomes of a write to the store.
#[derive(Clone, Copy, Debug, Default)]
pub enum NextWrite {
    #[default]
    Answered,
    /// It is made, and its answer is lost.
    Made,
    /// Its answer is lost, and it is made when the store gets to it.
    MadeLate,
}

/// The world around the instances.
pub struct World {
    instances: Vec<Arc<Core>>,
    entries: RefCell<HashMap<String, String>>,
    marks: RefCell<HashMap<String, u64>>,
    /// The keys that were in one operation, for each operation.
    pub operations: RefCell<Vec<Vec<String>>>,
    pub store_is_away: Cell<bool>,
    /// What becomes of the next write to the store.
    pub next_write: Cell<NextWrite>,
    late_write: RefCell<Vec<StoreChange>>,
    pub epoch_ms: Cell<u64>,
    /// The API's answers to the next creates. It makes a character where there is none.
    pub creates: RefCell<VecDeque<Api>>,
    /// The creates that the API got, by their idempotency keys.
    pub got: RefCell<Vec<String>>,
    pub session: RefCell<Option<Session>>,
    tickets: Cell<usize>,
    /// What the API says of the tokens that are left.
    pub remaining: Cell<Option<u64>>,
}

/// A PUT that is on its way to the upload host, and the task that keeps its slot.
pub struct RunningPut {
    exchange: Exchange,
    keeper: Option<Keeper>,
    put: UploadPut,
    answerer: Answerer<Result<PutAnswer, PutFailure>>,
}

/// A task that keeps a slot, and the pause that it is at.
struct Keeper(Steps, Question<Pause, ()>);

/// A request that stops before its create is sent.
pub struct Stopped {
    instance: usize,
    request: Question<ApiRequest, Result<ApiAnswer, NoAnswer>>,
    task: Steps,
}

impl World {
    pub fn new(instances: usize, change: impl Fn(&mut Settings)) -> Self {
        Self::with_visitors(instances, VisitorSource::Tokens, change)
    }

    pub fn with_visitors(
        instances: usize,
        visitors: VisitorSource,
        change: impl Fn(&mut Settings),
    ) -> Self {
        let instance = |_| {
            let mut settings = Settings {
                origins: vec![PAGE.to_owned()],
                allow_anonymous: visitors == VisitorSource::Tokens,
                enable: vec![Feature::Generate],
                ..Settings::default()
            };
            change(&mut settings);
            let secrets = Secrets {
                api_key: Secret::new("al_live_0123"),
                session: Vec::new(),
                sealing: vec![Secret::new(
                    "a sealing secret of more than thirty-two bytes",
                )],
                visitors,
            };
            let config = Config::new(&settings, secrets).unwrap();
            let sharing = if instances > 1 {
                Sharing::Store
            } else {
                Sharing::Process
            };
            Arc::new(Core::new(config, sharing, Uptime::from_ms(0)))
        };
        Self {
            instances: (0..instances).map(instance).collect(),
            entries: RefCell::default(),
            marks: RefCell::default(),
            operations: RefCell::default(),
            store_is_away: Cell::new(false),
            next_write: Cell::new(NextWrite::Answered),
            late_write: RefCell::default(),
            epoch_ms: Cell::new(1_800_000_000_000),
            creates: RefCell::default(),
            got: RefCell::default(),
            session: RefCell::new(None),
            tickets: Cell::new(0),
            remaining: Cell::new(None),
        }
    }

    pub fn entries(&self) -> HashMap<String, String> {
        self.entries.borrow().clone()
    }

    /// Sends a create to an instance, and returns the status and the body of the response.
    pub fn create(&self, instance: usize, key: &str, body: &Value) -> (u16, Value) {
        let head = self.head(Method::POST, "/aurous/v1/characters", Some(key));
        self.send(instance, head, body)
    }

    pub fn get(&self, instance: usize, path: &str) -> (u16, Value) {
        let head = self.head(Method::GET, path, None);
        self.send(instance, head, &Value::Null)
    }

    pub fn head(&self, method: Method, path: &str, key: Option<&str>) -> RequestHead {
        let mut headers = HeaderMap::new();
        let mut set = |name, value: &str| {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        };
        set("host", "app.example");
        set("origin", PAGE);
        set("content-type", "application/json");
        if let Some(key) = key {
            set("idempotency-key", key);
        }
        RequestHead {
            has_body: method == Method::POST,
            method,
            uri: path.parse().unwrap(),
            version: Version::HTTP_11,
            headers,
            peer: None,
        }
    }

    pub fn send(&self, instance: usize, head: RequestHead, body: &Value) -> (u16, Value) {
        let mut exchange = self.instances[instance].begin(head, self.now());
        let reply = self.carry_out(&mut exchange.steps, body);
        let completed = exchange.completion.complete(reply, self.now());
        let body = serde_json::from_slice(completed.response.body()).unwrap_or_default();
        (completed.response.status().as_u16(), body)
    }

    /// Begins a create, and stops as its task is about to be sent: so does an instance that dies.
    pub fn begin_create(&self, instance: usize, key: &str, body: &Value) -> Stopped {
        let head = self.head(Method::POST, "/aurous/v1/characters", Some(key));
        let mut exchange = self.instances[instance].begin(head, self.now());
        let mut task = None;
        while task.is_none() {
            match exchange.steps.next(self.now()) {
                Step::Detach(question) => task = Some(question.into_parts().0),
                step => drop(self.answer(step, body)),
            }
        }
        let mut task = task.unwrap();
        loop {
            match task.next(self.now()) {
                Step::CallApi(question) => {
                    return Stopped {
                        instance,
                        request: question,
                        task,
                    };
                }
                step => drop(self.answer(step, body)),
            }
        }
    }

    /// Lets a create that was stopped go on to its end.
    pub fn go_on(&self, stopped: Stopped, body: &Value) {
        let (request, answerer) = stopped.request.into_parts();
        answerer.answer(self.api(&request));
        let mut task = stopped.task;
        assert!(self.carry_out(&mut task, body).is_ok());
    }

    /// Asks an instance for a ticket, and returns the path of its URL.
    pub fn init(&self, instance: usize) -> String {
        let head = self.head(Method::POST, "/aurous/v1/characters/uploads/init", None);
        let body = json!({ "filename": "a.jpg", "extension": "jpg", "content_type": "image/jpeg" });
        let (status, ticket) = self.send(instance, head, &body);
        assert_eq!(status, 201, "{ticket}");
        format!("/aurous/{}", ticket["upload_url"].as_str().unwrap())
    }

    /// Begins a PUT, or returns the status of its refusal.
    pub fn begin_put(&self, instance: usize, path: &str) -> Result<RunningPut, u16> {
        let mut head = self.head(Method::PUT, path, None);
        head.has_body = true;
        let fields = [("content-type", "image/jpeg"), ("content-length", "3")];
        for (name, value) in fields {
            head.headers.insert(name, HeaderValue::from_static(value));
        }
        let mut exchange = self.instances[instance].begin(head, self.now());
        let mut keeper = None;
        let (put, answerer) = loop {
            match exchange.steps.next(self.now()) {
                Step::Detach(question) => {
                    let (task, answerer) = question.into_parts();
                    keeper = self.until_pause(task);
                    answerer.answer(());
                }
                Step::Put(question) => break question.into_parts(),
                step => {
                    if let Some(reply) = self.answer(step, &Value::Null) {
                        let completed = exchange.completion.complete(reply, self.now());
                        return Err(completed.response.status().as_u16());
                    }
                }
            }
        };
        let mut put = RunningPut {
            exchange,
            keeper,
            put,
            answerer,
        };
        // The store may not let it go on.
        if (&mut put.put.superseded).now_or_never().is_some() {
            return Err(self.end(put));
        }
        Ok(put)
    }

    /// Carries out a task until its next pause. Nothing where it ends before.
    fn until_pause(&self, mut task: Steps) -> Option<Keeper> {
        loop {
            match task.next(self.now()) {
                Step::Wait(question) => return Some(Keeper(task, question)),
                Step::Respond(_) => return None,
                step => drop(self.answer(step, &Value::Null)),
            }
        }
    }

    /// Lets ten seconds pass, at whose end the lease of a PUT is renewed.
    pub fn renew(&self, put: &mut RunningPut) {
        if let Some(Keeper(task, question)) = put.keeper.take() {
            let (pause, answerer) = question.into_parts();
            self.pass(pause.time.as_millis() as u64);
            answerer.answer(());
            put.keeper = self.until_pause(task);
        }
    }

    /// Carries out the task of a PUT that has ended, to its end.
    fn finish(&self, keeper: Option<Keeper>) {
        if let Some(Keeper(task, question)) = keeper {
            let (pause, answerer) = question.into_parts();
            assert!(pause.ended.unwrap().now_or_never().is_some());
            answerer.answer(());
            assert!(self.until_pause(task).is_none());
        }
    }

    /// Drops a PUT whose visitor has left, as a server does.
    pub fn leave(&self, put: RunningPut) {
        drop((put.exchange, put.answerer));
        self.finish(put.keeper);
    }

    /// Ends a PUT, and returns the status of its response.
    pub fn end(&self, put: RunningPut) -> u16 {
        let RunningPut {
            mut exchange,
            keeper,
            put,
            answerer,
        } = put;
        // A receiver that has ended once stays so.
        let is_superseded =
            put.superseded.is_terminated() || { put.superseded }.now_or_never().is_some();
        answerer.answer(if is_superseded {
            Err(PutFailure::Superseded)
        } else {
            Ok(PutAnswer {
                status: StatusCode::OK,
                headers: HeaderMap::new(),
                received: put.length,
            })
        });
        let reply = self.carry_out(&mut exchange.steps, &Value::Null);
        self.finish(keeper);
        let completed = exchange.completion.complete(reply, self.now());
        completed.response.status().as_u16()
    }

    fn carry_out(&self, steps: &mut Steps, body: &Value) -> Reply {
        loop {
            if let Some(reply) = self.answer(steps.next(self.now()), body) {
                return reply;
            }
        }
    }

    fn answer(&self, step: Step, body: &Value) -> Option<Reply> {
        match step {
            Step::Respond(reply) => return Some(reply),
            Step::Identify(question) => {
                let session = self.session.borrow().clone();
                question.into_parts().1.answer(session);
            }
            Step::ReadBody(question) => {
                let bytes = body.to_string().into_bytes();
                question.into_parts().1.answer(Ok(bytes.into()));
            }
            Step::CallApi(question) => {
                let (request, answerer) = question.into_parts();
                answerer.answer(self.api(&request));
            }
            Step::Wait(question) => {
                let (pause, answerer) = question.into_parts();
                if pause.ended.and_then(|it| it.now_or_never()).is_none() {
                    self.pass(pause.time.as_millis() as u64);
                }
                answerer.answer(());
            }
            Step::Detach(question) => {
                let (mut task, answerer) = question.into_parts();
                let _ = self.carry_out(&mut task, body);
                answerer.answer(());
            }
            Step::Join(question) => {
                let (result, answerer) = question.into_parts();
                let result = std::pin::pin!(result.wait());
                let mut context = std::task::Context::from_waker(std::task::Waker::noop());
                match result.poll(&mut context) {
                    std::task::Poll::Ready(reply) => answerer.answer(reply),
                    std::task::Poll::Pending => panic!("the create has not ended"),
                }
            }
            Step::ReadStore(question) => {
                let (keys, answerer) = question.into_parts();
                self.operations.borrow_mut().push(keys.clone());
                let entries = self.entries.borrow();
                let read = keys.iter().map(|key| entries.get(key).cloned()).collect();
                let is_away = self.store_is_away.get();
                answerer.answer(if is_away { Err(StoreAway) } else { Ok(read) });
            }
            Step::WriteStore(question) => {
                let (changes, answerer) = question.into_parts();
                let is_away = self.store_is_away.get();
                answerer.answer(match self.next_write.take() {
                    _ if is_away => Err(StoreAway),
                    NextWrite::Answered => Ok(self.write(changes)),
                    NextWrite::Made => {
                        self.write(changes);
                        Err(StoreAway)
                    }
                    NextWrite::MadeLate => {
                        self.late_write.replace(changes);
                        Err(StoreAway)
                    }
                });
            }
            Step::MoveMarks(question) => {
                let (moves, answerer) = question.into_parts();
                let is_away = self.store_is_away.get();
                answerer.answer(if is_away {
                    Err(StoreAway)
                } else {
                    Ok(self.move_marks(moves))
                });
            }
            Step::Put(_) => panic!("a PUT begins by `begin_put`"),
        }
        None
    }

    /// Moves marks as the scripts of a store do.
    fn move_marks(&self, moves: Vec<StoreMove>) -> u64 {
        let keys = moves.iter().map(|it| it.key.clone()).collect();
        self.operations.borrow_mut().push(keys);
        let now = self.epoch_ms.get() * 1000;
        let mut marks = self.marks.borrow_mut();
        let moved = |it: &StoreMove| {
            let mark = marks.get(&it.key).copied().unwrap_or_default();
            mark.max(now + it.at_least_us) + it.by_us
        };
        let moved: Vec<_> = moves.iter().map(moved).collect();
        let ahead = moves.iter().zip(&moved);
        let wait = ahead.map(|(it, moved)| moved.saturating_sub(now + it.at_most_us));
        let wait = wait.max().unwrap_or_default();
        if wait == 0 {
            marks.extend(moves.into_iter().map(|it| it.key).zip(moved));
        }
        wait
    }

    fn write(&self, changes: Vec<StoreChange>) -> bool {
        let keys = changes.iter().map(|it| it.key.clone()).collect();
        self.operations.borrow_mut().push(keys);
        let mut entries = self.entries.borrow_mut();
        let fits = |change: &StoreChange| entries.get(&change.key) == change.expected.as_ref();
        if !changes.iter().all(fits) {
            return false;
        }
        for change in changes {
            match change.value {
                Some(value) => entries.insert(change.key, value),
                None => entries.remove(&change.key),
            };
        }
        true
    }

    fn api(&self, request: &ApiRequest) -> Result<ApiAnswer, NoAnswer> {
        let (method, headers) = (&request.method, &request.headers);
        let answer = |status: u16, body: Value| {
            let mut headers = HeaderMap::new();
            headers.insert("content-type", HeaderValue::from_static("application/json"));
            if let Some(remaining) = self.remaining.get() {
                headers.insert("x-ratelimit-remaining", remaining.into());
            }
            Ok(ApiAnswer {
                status: StatusCode::from_u16(status).unwrap(),
                headers,
                body: Ok(body.to_string().into()),
            })
        };
        if method == Method::GET {
            return answer(
                200,
                json!({ "id": "char_1", "data": [], "has_more": false }),
            );
        }
        if request.url.ends_with("/init") {
            let nth = self.tickets.get() + 1;
            self.tickets.set(nth);
            return answer(
                201,
                json!({
                    "upload_id": format!("upl_{nth}"),
                    "upload_url": format!("https://aurous.storage/{nth}?signature=secret"),
                    "upload_headers": { "Content-Type": "image/jpeg" },
                    "expires_at": "2099-01-01T00:00:00Z",
                }),
            );
        }
        let key = headers["idempotency-key"].to_str().unwrap().to_owned();
        self.got.borrow_mut().push(key);
        let count = self.got.borrow().len();
        match self.creates.borrow_mut().pop_front().unwrap_or(Api::Makes) {
            Api::Makes => answer(
                201,
                json!({ "id": format!("char_{count}"), "status": "ready" }),
            ),
            Api::Loses => Err(NoAnswer::ConnectionLost),
            Api::Refuses => {
                let error =
                    json!({ "type": "invalid_request", "code": "name_invalid", "message": "no" });
                answer(400, json!({ "error": error }))
            }
        }
    }

    /// Has the store get to the write that it was late with.
    pub fn make_late_write(&self) {
        let changes = self.late_write.take();
        assert!(!changes.is_empty());
        self.write(changes);
    }

    /// Has the store lose all that it knows of creates.
    pub fn lose_creates(&self) {
        let mut entries = self.entries.borrow_mut();
        entries.retain(|key, _| !key.starts_with("create:"));
    }

    /// Lets so many milliseconds pass.
    pub fn pass(&self, ms: u64) {
        self.epoch_ms.set(self.epoch_ms.get() + ms);
    }

    fn now(&self) -> Moment {
        Moment {
            uptime: Uptime::from_ms(self.epoch_ms.get()),
            epoch_ms: self.epoch_ms.get(),
        }
    }
}

impl Stopped {
    /// The instance dies: nothing of the task is carried out any more.
    pub fn die(self) -> usize {
        std::mem::forget((self.task, self.request));
        self.instance
    }
}
