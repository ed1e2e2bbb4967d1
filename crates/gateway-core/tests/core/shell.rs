//! A shell that answers each step at once, for several instances with one store.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use aurous_gateway_core::config::{Feature, VisitorSource};
use aurous_gateway_core::session::Session;
use aurous_gateway_core::{
    ApiAnswer, Config, Core, Moment, NoAnswer, Reply, RequestHead, Secret, Secrets, Settings,
    Sharing, Step, Steps, StoreAway, StoreChange, Uptime,
};
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

/// The world around the instances.
pub struct World {
    instances: Vec<Arc<Core>>,
    entries: RefCell<HashMap<String, String>>,
    pub store_is_away: Cell<bool>,
    pub epoch_ms: Cell<u64>,
    /// The API's answers to the next creates. It makes a character where there is none.
    pub creates: RefCell<VecDeque<Api>>,
    /// The creates that the API got, by their idempotency keys.
    pub got: RefCell<Vec<String>>,
    pub session: RefCell<Option<Session>>,
}

/// A request that stops before its create is sent.
pub struct Stopped {
    instance: usize,
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
            store_is_away: Cell::new(false),
            epoch_ms: Cell::new(1_800_000_000_000),
            creates: RefCell::default(),
            got: RefCell::default(),
            session: RefCell::new(None),
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
                    // Without an answer, the outcome would be unknown to this instance.
                    std::mem::forget(question);
                    return Stopped { instance, task };
                }
                step => drop(self.answer(step, body)),
            }
        }
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
                answerer.answer(self.api(&request.method, &request.headers));
            }
            Step::Wait(question) => {
                let (time, answerer) = question.into_parts();
                let later = self.epoch_ms.get() + time.as_millis() as u64;
                self.epoch_ms.set(later);
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
                let entries = self.entries.borrow();
                let read = keys.iter().map(|key| entries.get(key).cloned()).collect();
                let is_away = self.store_is_away.get();
                answerer.answer(if is_away { Err(StoreAway) } else { Ok(read) });
            }
            Step::WriteStore(question) => {
                let (changes, answerer) = question.into_parts();
                let is_away = self.store_is_away.get();
                answerer.answer(if is_away {
                    Err(StoreAway)
                } else {
                    Ok(self.write(changes))
                });
            }
            Step::Put(_) => panic!("no test here has a PUT"),
        }
        None
    }

    fn write(&self, changes: Vec<StoreChange>) -> bool {
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

    fn api(&self, method: &Method, headers: &HeaderMap) -> Result<ApiAnswer, NoAnswer> {
        let answer = |status: u16, body: Value| {
            let headers = [("content-type", "application/json")];
            let headers = headers
                .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
            Ok(ApiAnswer {
                status: StatusCode::from_u16(status).unwrap(),
                headers: headers.into_iter().collect(),
                body: Ok(body.to_string().into()),
            })
        };
        if method == Method::GET {
            return answer(
                200,
                json!({ "id": "char_1", "data": [], "has_more": false }),
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
        std::mem::forget(self.task);
        self.instance
    }
}
