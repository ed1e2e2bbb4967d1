//! A call: its steps, each tried until the API or the upload host took it.

use std::rc::Rc;

use aurous_contract::access::is_header_value;
use aurous_contract::answer::{NoAnswer, no_answer};
use aurous_contract::argument::CALL_OPTIONS;
use aurous_contract::failure::{Code, Failure, Step};
use aurous_contract::image::{self, ImageFacts, ImageFormat, SNIFF_LENGTH, sniff};
use aurous_contract::progress::Phase;
use aurous_contract::retry::{Attempts, Decision, LONGEST_WAIT_MS, Moment, Patience};
use aurous_contract::upload::ClassifyRequest;
use js_sys::{Math, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::answer;
use crate::argument;
use crate::client::Client;
use crate::init_upload;
use crate::limits::Limits;
use crate::picked_file::PickedFile;
use crate::platform::{self, get};
use crate::request;
use crate::stop::Stop;
use crate::ticket::{self, Target, tickets};
use crate::watch::{Watch, now_ms};

/// Files up to so many bytes are read once, before anything else. The design's.
const DEFAULT_SNAPSHOT_BYTES: f64 = 32.0 * 1024.0 * 1024.0;

/// The options of a call, and whom it goes to.
pub struct Context {
    pub client: Client,
    /// An `AbortSignal`, or `undefined`.
    pub signal: JsValue,
    /// A function, or `undefined`.
    pub on_progress: JsValue,
    pub classifies: bool,
    pub snapshot_bytes: f64,
    pub idempotency_key: JsValue,
    pub limits: Limits,
}

impl Context {
    pub fn read(options: &JsValue, client: &JsValue) -> Result<Self, Stop> {
        let code = Code::InvalidArgument;
        let options = argument::options(options, "options", code, &CALL_OPTIONS)?;
        let [
            signal,
            on_progress,
            classify,
            snapshot_bytes,
            idempotency_key,
            limits @ ..,
        ] = &options;
        let client = Client::read(client)?;
        Ok(Self {
            signal: signal.clone(),
            on_progress: on_progress.clone(),
            classifies: classify.as_bool() == Some(true),
            snapshot_bytes: snapshot_bytes.as_f64().unwrap_or(DEFAULT_SNAPSHOT_BYTES),
            idempotency_key: idempotency_key.clone(),
            limits: Limits::of(limits, &client.limits),
            client,
        })
    }

    /// Rejects with the signal's own reason where it is aborted.
    pub fn check_signal(&self) -> Result<(), Stop> {
        if get(&self.signal, "aborted").is_truthy() {
            // As it is, `null` included.
            let reason = Reflect::get(&self.signal, &"reason".into());
            Err(Stop::Rejected(reason.unwrap_or_default()))
        } else {
            Ok(())
        }
    }
}

/// Why a job did not end well.
enum Interrupt {
    Cancelled(Stop),
    /// After this many milliseconds.
    TimedOut(u64),
    Thrown(JsValue),
}

pub struct Call {
    /// Of a whole upload, more than one.
    steps: &'static [Step],
    done: usize,
    context: Context,
    file: Option<PickedFile>,
    format: Option<ImageFormat>,
    pub target: Target,
    /// Of the API call at hand: JSON text.
    pub body: JsValue,
    /// The uploads that a create would use up.
    pub upload_ids: Vec<String>,
    ticket: JsValue,
    is_ticket_new: bool,
    answer: JsValue,
    attempts: Attempts,
    put_attempts: Attempts,
    /// What the jobs of a step took, in milliseconds; of all steps, where a deadline was given.
    spent_ms: u64,
    watch: Rc<Watch>,
    look: Closure<dyn Fn(f64) -> f64>,
}

impl Call {
    pub fn new(steps: &'static [Step], context: Context, file: Option<PickedFile>) -> Box<Self> {
        let listener = match &file {
            Some(_) if steps != [Step::Init] => context.on_progress.clone(),
            _ => JsValue::UNDEFINED,
        };
        let size = file.as_ref().map_or(0.0, |it| it.size);
        let watch = Watch::new(&context.limits, listener, size);
        let look = {
            let watch = watch.clone();
            Closure::new(move |sent| watch.look(sent))
        };
        Box::new(Self {
            steps,
            done: 0,
            file,
            format: None,
            target: Target::default(),
            body: JsValue::UNDEFINED,
            upload_ids: Vec::new(),
            ticket: JsValue::UNDEFINED,
            is_ticket_new: false,
            answer: JsValue::UNDEFINED,
            attempts: Attempts::new(context.limits.policy(Step::Init)),
            put_attempts: Attempts::new(context.limits.policy(Step::Put)),
            spent_ms: 0,
            context,
            watch,
            look,
        })
    }

    /// It costs credits, and nothing keeps it from being carried out twice.
    pub fn only_once(&mut self) {
        self.attempts.only_once();
    }

    pub async fn run(mut self: Box<Self>) -> Result<JsValue, Stop> {
        self.read().await?;
        while let Some(&step) = self.steps.get(self.done) {
            let number = self.attempts(step).number();
            self.watch.begins(step, number);
            match self.send(step).await {
                Ok(answer) => self.took(step, answer)?,
                Err(stop) => self.again(step, stop).await?,
            }
        }
        Ok(self.result())
    }

    fn is_upload(&self) -> bool {
        self.steps.len() > 1
    }

    fn attempts(&mut self, step: Step) -> &mut Attempts {
        match step {
            Step::Put => &mut self.put_attempts,
            _ => &mut self.attempts,
        }
    }

    /// Looks at the file: what its bytes say it is.
    async fn read(&mut self) -> Result<(), Stop> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let is_upload = self.is_upload();
        let limits = &self.context.limits;
        let still_limit_ms = match self.steps {
            _ if is_upload => LONGEST_WAIT_MS,
            [Step::Put] => limits.stall_timeout_ms,
            _ => limits.timeout_ms,
        };
        let mut blob = file.blob.clone();
        // A small file is copied first, so that what is looked at here is what is sent, each time.
        if is_upload {
            self.watch.tell(Phase::Preparing);
            if file.size <= self.context.snapshot_bytes {
                blob = self.read_by("copy", &blob, 0, still_limit_ms).await?;
            }
        }
        let length = SNIFF_LENGTH as u32;
        let header = self.read_by("read", &blob, length, still_limit_ms).await?;
        let header = platform::bytes(&header).unwrap_or_default();
        self.begin_time();
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let format = sniff(&header).map_err(|kind| image::unsupported(&file.name, kind))?;
        file.size = get(&blob, "size").as_f64().unwrap_or(file.size);
        file.blob = blob;
        self.format = Some(format);
        if self.steps.first() == Some(&Step::Init) {
            self.body = init_upload::describe(file, format)?;
        }
        Ok(())
    }

    async fn read_by(
        &mut self,
        job: &str,
        blob: &JsValue,
        length: u32,
        still_limit_ms: u64,
    ) -> Result<JsValue, Stop> {
        let left_ms = self
            .context
            .limits
            .deadline_ms
            .map(|it| it.saturating_sub(self.spent_ms));
        let patience = Patience::new(now_ms(), still_limit_ms, left_ms);
        let read = self.perform(job, blob, &length.into(), patience).await;
        self.ended(read).map_err(|why| self.unreadable(why))
    }

    fn unreadable(&self, why: Interrupt) -> Stop {
        let name = self.file.as_ref().map_or("", |it| &it.name);
        match why {
            Interrupt::Cancelled(stop) => stop,
            Interrupt::TimedOut(_) => image::unreadable(name).into(),
            Interrupt::Thrown(cause) => Stop::caused(image::unreadable(name), cause),
        }
    }

    /// One attempt of a step.
    async fn send(&mut self, step: Step) -> Result<JsValue, Stop> {
        let none = JsValue::UNDEFINED;
        let tells = self.watch.tells();
        let (request, file, still_limit_ms) = match (step, &self.file) {
            (Step::Put, Some(file)) => {
                let content_type = self.content_type(&file.name)?;
                // Chromium and WebKit send no file twice at a time, and one of a request counts.
                let body = if tells { &none } else { &file.blob };
                let request = request::put_file(&self.target.url, content_type, body)?;
                (request, file.blob.clone(), self.watch.silence_ms())
            }
            _ => {
                let token = self.token().await?;
                let context = &self.context;
                let key = context.idempotency_key.as_string();
                let key = key.filter(|_| step == Step::Create);
                let request = request::post_json(
                    &context.client,
                    step,
                    token.as_deref(),
                    key.as_deref(),
                    &self.body,
                )?;
                (request, none.clone(), context.limits.timeout_ms)
            }
        };
        let with_progress = if tells { &file } else { &none };
        let patience = self.patience(step, still_limit_ms);
        let sent = self
            .perform("send", &request, with_progress, patience)
            .await;
        let why = match self.ended(sent) {
            Ok(answer) => return self.judge(step, &answer),
            Err(why) => why,
        };
        // A file that vanished after it was picked looks like a failed connection.
        if matches!(why, Interrupt::Thrown(_)) && !file.is_undefined() {
            let patience = self.patience(step, self.context.limits.stall_timeout_ms);
            let read = self.perform("read", &file, &1.into(), patience).await;
            if let Err(why) = self.ended(read) {
                let mut stop = self.unreadable(why);
                if let Stop::Failed(failure, _) = &mut stop {
                    failure.attempts = 1; // the PUT was sent
                }
                return Err(stop);
            }
        }
        Err(match why {
            Interrupt::Cancelled(stop) => stop,
            Interrupt::TimedOut(ms) => no_answer(step, NoAnswer::Timeout(ms)).into(),
            Interrupt::Thrown(cause) => Stop::caused(no_answer(step, NoAnswer::Network), cause),
        })
    }

    fn judge(&self, step: Step, answer: &JsValue) -> Result<JsValue, Stop> {
        let client = &self.context.client;
        match step {
            Step::Put => answer::of_put(answer, client, &self.target.url),
            _ => answer::of_post(answer, step, client),
        }
    }

    /// The one header of the PUT.
    fn content_type(&self, name: &str) -> Result<&'static str, Stop> {
        match (self.format, self.target.content_type) {
            (Some(format), Some(minted_for)) if minted_for.format() != format => {
                Err(image::mismatched(name, format, minted_for).into())
            }
            (format, _) => Ok(format.map_or("", |it| it.content_type().as_str())),
        }
    }

    /// The session token, where there is one.
    async fn token(&mut self) -> Result<Option<String>, Stop> {
        let token = self.context.client.session_token.clone();
        if !token.is_function() {
            return Ok(token.as_string());
        }
        let patience = self.patience(Step::Init, self.context.limits.timeout_ms);
        let asked = self
            .perform("ask", &token, &JsValue::UNDEFINED, patience)
            .await;
        let (message, cause) = match self.ended(asked) {
            Ok(answer) => match answer.as_string() {
                Some(token) if is_header_value(&token) => return Ok(Some(token)),
                _ => (
                    "`sessionToken` must give a string of printable ASCII. Nothing was sent.",
                    JsValue::UNDEFINED,
                ),
            },
            Err(Interrupt::Cancelled(stop)) => return Err(stop),
            Err(Interrupt::TimedOut(_)) => (
                "`sessionToken` did not answer in time. Nothing was sent.",
                JsValue::UNDEFINED,
            ),
            Err(Interrupt::Thrown(cause)) => (
                "`sessionToken` threw or rejected: see `cause`. Nothing was sent.",
                cause,
            ),
        };
        let failure = Failure::new(Code::SessionTokenFailed, &[message]).about("sessionToken");
        Err(Stop::caused(failure, cause))
    }

    /// A step is done.
    fn took(&mut self, step: Step, answer: JsValue) -> Result<(), Stop> {
        match step {
            Step::Init => {
                let base = &self.context.client.base;
                self.target = ticket::minted(&answer, base).unwrap_or_default();
                let id = platform::get_string(&answer, "upload_id").unwrap_or_default();
                tickets(|it| it.minted(&id, &self.target.url, now_ms()));
                // An answer of JSON.parse's takes any value.
                let _ = Reflect::set(
                    &answer,
                    &"upload_url".into(),
                    &self.target.url.as_str().into(),
                );
                self.ticket = answer.clone();
            }
            Step::Put => {
                tickets(|it| it.filled(&self.target.url));
                self.watch.answered();
                if self.is_upload() {
                    self.body = classify_body(&self.ticket)?;
                }
            }
            Step::Classify => {}
            Step::Create => tickets(|it| it.spent(self.upload_ids.iter().map(String::as_str))),
        }
        self.answer = answer;
        self.begin(self.done + 1);
        Ok(())
    }

    fn begin(&mut self, place: usize) {
        self.done = place;
        self.attempts = Attempts::new(self.context.limits.policy(Step::Init));
        self.begin_time();
    }

    fn begin_time(&mut self) {
        if self.context.limits.deadline_ms.is_none() {
            self.spent_ms = 0;
        }
    }

    /// After an attempt that failed: returns when it is time for another one, or with what the call
    /// rejects with.
    async fn again(&mut self, step: Step, stop: Stop) -> Result<(), Stop> {
        let (failure, cause) = match stop {
            Stop::Failed(failure, cause) => (failure, cause),
            rejected => return Err(rejected),
        };
        let moment = Moment {
            elapsed_ms: self.spent_ms,
            random: Math::random(),
            is_offline: platform::is_offline().unwrap_or(false),
            can_renew_token: step != Step::Put && self.context.client.session_token.is_function(),
        };
        let (ms, is_for_online) = match self.attempts(step).failed(&failure, moment) {
            Decision::RetryIn { ms } => (ms, false),
            Decision::WaitForOnline { at_most_ms } => (at_most_ms, true),
            Decision::GiveUp(_) => return self.give_up(step, failure, cause),
        };
        let patience = Patience::wait(now_ms(), ms);
        let waited = self
            .perform("wait", &is_for_online.into(), &JsValue::UNDEFINED, patience)
            .await;
        match self.ended(waited) {
            Err(Interrupt::Cancelled(stop)) => Err(stop),
            Err(_) if is_for_online && self.left_ms(step) == Some(0) => {
                self.give_up(step, failure, cause)
            }
            _ => Ok(()),
        }
    }

    fn give_up(
        &mut self,
        step: Step,
        mut failure: Box<Failure>,
        cause: JsValue,
    ) -> Result<(), Stop> {
        if self.is_upload()
            && !self.is_ticket_new
            && failure.code == Code::UploadUrlExpired.as_str()
        {
            self.is_ticket_new = true;
            self.begin(0);
            return Ok(());
        }
        failure.step = Some(step);
        let ids = self.upload_ids.iter().map(String::as_str);
        let are_unspent = ids.len() > 0 && tickets(|it| it.are_filled_and_unspent(ids, now_ms()));
        self.attempts(step).report(step, &mut failure, are_unspent);
        Err(Stop::Failed(failure, cause))
    }

    fn result(self) -> JsValue {
        if !self.is_upload() {
            return self.answer;
        }
        let facts = self
            .format
            .zip(self.file)
            .map(|(format, file)| ImageFacts::of(format, file.size));
        let result = Object::new();
        for (name, value) in [
            ("ticket", self.ticket),
            (
                "image",
                facts.map(|it| argument::object(&it)).unwrap_or_default(),
            ),
            (
                "classification",
                if self.answer.is_undefined() {
                    JsValue::NULL
                } else {
                    self.answer
                },
            ),
        ] {
            // A fresh object takes any field.
            let _ = Reflect::set(&result, &name.into(), &value);
        }
        result.into()
    }

    /// What is left of the deadline.
    fn left_ms(&mut self, step: Step) -> Option<u64> {
        let spent_ms = self.spent_ms;
        self.attempts(step).left_ms(spent_ms)
    }

    /// With a job that may stand still for so many milliseconds, and take no longer than the deadline.
    fn patience(&mut self, step: Step, still_limit_ms: u64) -> Patience {
        Patience::new(now_ms(), still_limit_ms, self.left_ms(step))
    }

    fn perform(
        &self,
        job: &str,
        subject: &JsValue,
        detail: &JsValue,
        patience: Patience,
    ) -> JsFuture {
        self.watch.start(patience);
        let ms = patience.next_check_ms() as f64;
        let signal = &self.context.signal;
        platform::perform(job, subject, detail, signal, ms, self.look.as_ref()).into()
    }

    /// A job has ended.
    fn ended(&mut self, result: Result<JsValue, JsValue>) -> Result<JsValue, Interrupt> {
        let (spent_ms, over_after_ms) = self.watch.end();
        self.spent_ms = self.spent_ms.saturating_add(spent_ms);
        result.map_err(
            |thrown| match (self.context.check_signal(), over_after_ms) {
                (Err(stop), _) => Interrupt::Cancelled(stop),
                (_, Some(ms)) => Interrupt::TimedOut(ms),
                _ => Interrupt::Thrown(thrown),
            },
        )
    }
}

/// What a classification is asked for with: of an upload's id, or its ticket.
pub fn classify_body(upload: &JsValue) -> Result<JsValue, Stop> {
    let upload_id = ticket::read_upload_id(upload)?;
    argument::to_json(&argument::object(&ClassifyRequest { upload_id }), "upload")
}
