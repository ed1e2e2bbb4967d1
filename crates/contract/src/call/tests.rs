use super::*;
use crate::fake_world::{FakeWorld, array};
use crate::progress::Phase;
use crate::tickets::Tickets;
use crate::world::Type;

const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\0\x10JFIF";
const ROOT: &str = "https://app.example/aurous";

/// A call, and the page that it runs in.
struct Play {
    call: Box<Call>,
    world: FakeWorld,
    tickets: Tickets,
}

/// A page whose gateway is at [`ROOT`].
fn page() -> FakeWorld {
    let mut world = FakeWorld::default();
    world.put("client", Type::Object);
    world.put("client.baseUrl", ROOT);
    world.put("options", Type::Object);
    world
}

/// One on which somebody picked a JPEG of 1000 bytes.
fn page_with_file() -> FakeWorld {
    let mut world = page();
    for path in ["subject", "file"] {
        world.put(path, Type::File);
    }
    world.put("file.name", "me.jpg");
    world.put("file.size", 1000.0);
    world.put("blobSize", 1000.0);
    world.bytes = JPEG.to_vec();
    world
}

fn page_with_create() -> FakeWorld {
    let mut world = page();
    world.put("subject", Type::Object);
    world.put("subject.name", "Aurora");
    world.put("subject.upload_ids", array(2.0));
    world.put("subject.upload_ids.0", "upl_1");
    world.put("subject.upload_ids.1", "upl_2");
    world
}

impl Play {
    fn begin(task: Task, world: FakeWorld) -> (Self, Action) {
        let call = Call::read(task, &world).unwrap();
        let mut play = Self {
            call,
            world,
            tickets: Tickets::new(),
        };
        let action = play.tell(Happened::Nothing);
        (play, action)
    }

    fn tell(&mut self, happened: Happened) -> Action {
        self.call.next(happened, &self.world, &mut self.tickets)
    }

    /// The request at hand is answered so.
    fn answer(&mut self, status: u16, fields: &[(&str, &str)]) -> Action {
        self.world.clear("answer");
        self.world.put("answer.status", f64::from(status));
        self.world.put("answer.gateway", "1");
        self.world.put("answer.body", Type::Object);
        for (path, text) in fields {
            self.world.put(&["answer.", path].concat(), *text);
        }
        self.tell(Happened::Done)
    }

    fn mint(&mut self) -> Action {
        self.answer(
            200,
            &[
                ("body.upload_id", "upl_1"),
                ("body.upload_url", "uploads/token"),
                ("body.upload_headers.Content-Type", "image/jpeg"),
                ("body.expires_at", "2026-11-25T12:00:00Z"),
            ],
        )
    }

    fn refuse(&mut self, status: u16, code: &str) -> Action {
        self.world.clear("answer");
        self.world.put("answer.body.error", Type::Object);
        self.world.put("answer.body.error.code", code);
        self.world.put("answer.status", f64::from(status));
        self.world.put("answer.gateway", "1");
        self.tell(Happened::Done)
    }

    fn wait(&mut self) -> Action {
        let ms = self.call.next_check_ms();
        self.world.now_ms.set(self.world.now_ms.get() + ms);
        self.tell(Happened::TimerFired)
    }
}

#[track_caller]
fn failure(action: Action) -> Box<Failure> {
    match action {
        Action::Fail(failure) => failure,
        action => panic!("{action:?}"),
    }
}

#[track_caller]
fn refusal(task: Task, world: &FakeWorld) -> (String, Option<String>) {
    let failure = Call::read(task, world).unwrap_err();
    (failure.code.into_owned(), failure.param)
}

#[test]
fn an_upload_is_copied_looked_at_minted_put_and_classified() {
    let mut world = page_with_file();
    world.put("options.classify", true);
    world.put("options.onProgress", Type::Function);
    let (mut play, action) = Play::begin(Task::Upload, world);
    assert_eq!(action, Action::Begin(Job::Copy));
    assert_eq!(play.tell(Happened::Done), Action::Begin(Job::Read));
    assert_eq!(
        play.tell(Happened::Done),
        Action::Begin(Job::Send(Step::Init))
    );
    let body = play.call.body(Step::Init, &play.world);
    assert!(matches!(body, Body::InitUpload(it) if it.filename.as_str() == "me.jpg"));
    assert_eq!(play.mint(), Action::Begin(Job::Send(Step::Put)));
    let body = play.call.body(Step::Put, &play.world);
    assert_eq!(body, Body::File(ContentType::Jpeg));
    assert_eq!(
        play.world.text("target.href").as_deref(),
        Some("https://app.example/aurous/uploads/token")
    );
    assert_eq!(play.tell(Happened::Sent(1000.0)), Action::Await);
    assert_eq!(
        play.answer(204, &[]),
        Action::Begin(Job::Send(Step::Classify))
    );
    let body = play.call.body(Step::Classify, &play.world);
    assert_eq!(body, Body::Classify("init.upload_id"));
    play.world.put("answer.body.confidence", 0.9);
    play.world.put("answer.body.pose", "front");
    play.world.put("answer.body.upload_id", "upl_1");
    play.world.put("answer.status", 200.0);
    assert_eq!(play.tell(Happened::Done), Action::Finish);

    assert_eq!(*play.world.kept.borrow(), [Step::Init, Step::Classify]);
    let told = play.world.told.borrow();
    let told: Vec<_> = told.iter().map(|it| (it.phase, it.loaded)).collect();
    assert_eq!(
        told,
        [
            (Phase::Preparing, 0.0),
            (Phase::Minting, 0.0),
            (Phase::Uploading, 0.0),
            (Phase::Uploading, 999.0),
            (Phase::Uploading, 1000.0),
            (Phase::Classifying, 1000.0),
        ]
    );
    assert!(play.tickets.is_filled_and_unspent("upl_1", 0));
    assert_eq!(play.call.image().unwrap().size, 1000.0);
}

#[test]
fn a_file_larger_than_a_snapshot_is_not_copied() {
    let mut world = page_with_file();
    world.put("options.snapshotBytes", 999.0);
    let (_, action) = Play::begin(Task::Upload, world);
    assert_eq!(action, Action::Begin(Job::Read));
}

#[test]
fn a_file_that_is_no_picture_is_refused_before_any_request() {
    let mut world = page_with_file();
    world.bytes = b"GIF89a".to_vec();
    let (mut play, action) = Play::begin(Task::InitUpload, world);
    assert_eq!(action, Action::Begin(Job::Read));
    let failure = failure(play.tell(Happened::Done));
    assert_eq!(failure.code, "unsupported_file_type");
    assert!(failure.message.starts_with("me.jpg is GIF;"));
    assert_eq!((failure.step, failure.attempts), (Some(Step::Init), 0));
}

#[test]
fn what_fails_for_a_while_is_sent_again_after_a_wait() {
    let (mut play, _) = Play::begin(Task::InitUpload, page_with_file());
    play.tell(Happened::Done);
    for _ in 0..6 {
        assert_eq!(play.refuse(503, "later"), Action::Begin(Job::Wait));
        assert_eq!(play.wait(), Action::Begin(Job::Send(Step::Init)));
    }
    let failure = failure(play.refuse(503, "later"));
    assert_eq!((failure.code.as_ref(), failure.attempts), ("later", 7));
}

#[test]
fn an_answer_that_does_not_come_is_no_longer_waited_for_and_asked_for_again() {
    let (mut play, _) = Play::begin(Task::InitUpload, page_with_file());
    play.tell(Happened::Done);
    assert_eq!(play.call.next_check_ms(), 30_000);
    assert_eq!(play.wait(), Action::Begin(Job::Wait));
    assert_eq!(play.wait(), Action::Begin(Job::Send(Step::Init)));
}

#[test]
fn the_deadline_ends_a_call_whatever_it_does() {
    let mut world = page_with_file();
    world.put("options.deadlineMs", 40_000.0);
    let (mut play, _) = Play::begin(Task::InitUpload, world);
    play.tell(Happened::Done);
    assert_eq!(play.wait(), Action::Begin(Job::Wait), "30 s of an attempt");
    play.wait();
    assert!(play.call.next_check_ms() < 10_000);
    let failure = failure(play.wait());
    assert_eq!((failure.code.as_ref(), failure.attempts), ("timeout", 2));
}

#[test]
fn offline_the_network_is_waited_for_and_at_the_deadline_given_up() {
    let mut world = page_with_file();
    world.put("isOffline", true);
    let (mut play, _) = Play::begin(Task::InitUpload, world);
    play.tell(Happened::Done);
    assert_eq!(
        play.tell(Happened::Threw),
        Action::Begin(Job::WaitForOnline)
    );
    assert_eq!(
        play.tell(Happened::Done),
        Action::Begin(Job::Send(Step::Init))
    );
    // The browser never says that it is back, and no request gets through.
    let mut waits = 0;
    let failure = loop {
        let action = match play.tell(Happened::Threw) {
            Action::Begin(Job::WaitForOnline) => play.wait(),
            action => action,
        };
        match action {
            Action::Fail(failure) => break failure,
            _ => waits += 1,
        }
    };
    assert_eq!(failure.code, "network_error");
    assert_eq!(waits, 5, "120 s by 20 s");
}

#[test]
fn a_url_that_expired_is_minted_anew_once() {
    let (mut play, _) = Play::begin(Task::Upload, page_with_file());
    play.tell(Happened::Done);
    play.tell(Happened::Done);
    play.mint();
    let expired = "gateway_upload_url_expired";
    assert_eq!(
        play.refuse(404, expired),
        Action::Begin(Job::Send(Step::Init))
    );
    assert_eq!(play.mint(), Action::Begin(Job::Send(Step::Put)));
    let failure = failure(play.refuse(404, expired));
    assert_eq!(failure.code, "upload_url_expired");
    assert_eq!(failure.attempts, 2, "PUTs");
}

#[test]
fn put_file_alone_reports_a_url_that_expired() {
    let mut world = page_with_file();
    world.put("subject", "uploads/token");
    let (mut play, _) = Play::begin(Task::PutFile, world);
    assert_eq!(
        play.tell(Happened::Done),
        Action::Begin(Job::Send(Step::Put))
    );
    let failure = failure(play.refuse(404, "gateway_upload_url_expired"));
    assert_eq!(failure.code, "upload_url_expired");
}

#[test]
fn a_file_of_another_type_than_its_ticket_is_not_sent() {
    let mut world = page_with_file();
    world.put("subject", Type::Object);
    world.put("subject.upload_url", "https://upload.example/1");
    world.put("subject.upload_headers", Type::Object);
    world.put("subject.upload_headers.Content-Type", "image/png");
    let (mut play, _) = Play::begin(Task::PutFile, world);
    let failure = failure(play.tell(Happened::Done));
    assert_eq!(failure.code, "file_type_mismatch");
    assert_eq!(failure.step, Some(Step::Put));
}

#[test]
fn a_put_that_breaks_off_is_told_from_a_file_that_vanished() {
    for (read, expected) in [
        (Happened::Done, Action::Begin(Job::Wait)),
        (Happened::Threw, Action::Finish),
    ] {
        let mut world = page_with_file();
        world.put("subject", "uploads/token");
        let (mut play, _) = Play::begin(Task::PutFile, world);
        play.tell(Happened::Done);
        assert_eq!(play.tell(Happened::Threw), Action::Begin(Job::Read));
        match (expected, play.tell(read)) {
            (Action::Finish, Action::Fail(failure)) => {
                assert_eq!(failure.code, "file_unreadable");
                assert_eq!(failure.attempts, 1);
            }
            (expected, action) => assert_eq!(action, expected),
        }
    }
}

#[test]
fn a_put_that_moves_is_waited_for_and_one_that_stands_still_is_not() {
    let mut world = page_with_file();
    world.put("subject", "uploads/token");
    world.put("options.onProgress", Type::Function);
    let (mut play, _) = Play::begin(Task::PutFile, world);
    play.tell(Happened::Done);
    for sent in [0.0, 300.0, 600.0] {
        play.world.now_ms.set(play.world.now_ms.get() + 20_000);
        assert_eq!(play.tell(Happened::Sent(sent)), Action::Await);
    }
    assert_eq!(
        play.wait(),
        Action::Await,
        "the timer was set before it moved"
    );
    assert_eq!(play.wait(), Action::Begin(Job::Wait));
}

#[test]
fn a_session_token_is_asked_for_each_attempt_and_once_more_after_a_401() {
    let mut world = page_with_file();
    world.put("client.sessionToken", Type::Function);
    world.put("token", "a.b.c");
    let (mut play, _) = Play::begin(Task::InitUpload, world);
    assert_eq!(play.tell(Happened::Done), Action::Begin(Job::Ask));
    assert_eq!(
        play.tell(Happened::Done),
        Action::Begin(Job::Send(Step::Init))
    );
    let expired = "gateway_session_expired";
    assert_eq!(play.refuse(401, expired), Action::Begin(Job::Wait));
    assert_eq!(play.call.next_check_ms(), 0);
    assert_eq!(play.wait(), Action::Begin(Job::Ask));
    play.tell(Happened::Done);
    assert_eq!(failure(play.refuse(401, expired)).code, expired);
}

#[test]
fn a_session_token_that_is_no_header_is_not_sent() {
    for token in ["", "a\nb"] {
        let mut world = page_with_file();
        world.put("client.sessionToken", Type::Function);
        world.put("token", token);
        let (mut play, _) = Play::begin(Task::InitUpload, world);
        play.tell(Happened::Done);
        let failure = failure(play.tell(Happened::Done));
        assert_eq!(failure.code, "session_token_failed");
        assert_eq!(failure.attempts, 0);
    }
}

#[test]
fn a_create_whose_answer_is_lost_is_sent_again_and_never_called_failed() {
    let (mut play, action) = Play::begin(Task::CreateCharacter, page_with_create());
    assert_eq!(action, Action::Begin(Job::Send(Step::Create)));
    assert_eq!(play.tell(Happened::Threw), Action::Begin(Job::Wait));
    assert_eq!(play.wait(), Action::Begin(Job::Send(Step::Create)));
    let failure = failure(play.refuse(400, "upload_invalid"));
    assert_eq!(failure.code, "create_outcome_unknown");
}

#[test]
fn a_create_that_costs_credits_is_not_sent_again_once_it_may_have_been_carried_out() {
    let mut world = page_with_create();
    world.clear("subject.upload_ids");
    world.put("subject.generate", true);
    world.put("subject.attributes", Type::Object);
    let (mut play, _) = Play::begin(Task::CreateCharacter, world);
    let failure = failure(play.tell(Happened::Threw));
    assert_eq!(failure.code, "create_outcome_unknown");
}

#[test]
fn good_tickets_that_are_refused_may_have_been_used_up_unseen() {
    for (filled, code) in [
        (&["upl_1", "upl_2"][..], "create_outcome_unknown"),
        (&["upl_1"], "upload_invalid"),
    ] {
        let (mut play, _) = Play::begin(Task::CreateCharacter, page_with_create());
        for id in filled {
            play.tickets.minted((*id).into(), (*id).into(), 0);
            play.tickets.filled(id);
        }
        assert_eq!(failure(play.refuse(400, "upload_invalid")).code, code);
    }
}

#[test]
fn a_character_that_was_made_spends_its_tickets() {
    let (mut play, _) = Play::begin(Task::CreateCharacter, page_with_create());
    play.tickets.minted("upl_1".into(), "url".into(), 0);
    play.tickets.filled("url");
    play.world.put("answer.body.refs", array(1.0));
    play.world.put("answer.body.id", "char_1");
    play.world.put("answer.body.status", "ready");
    play.world.put("answer.status", 201.0);
    assert_eq!(play.tell(Happened::Done), Action::Finish);
    assert_eq!(*play.world.kept.borrow(), [Step::Create]);
    assert!(!play.tickets.is_filled_and_unspent("upl_1", 0));
}

#[test]
fn an_answer_that_is_not_what_the_api_documents_is_said_to_be_none() {
    let (mut play, _) = Play::begin(Task::CreateCharacter, page_with_create());
    let told = failure(play.answer(200, &[("body.id", "char_1")]));
    assert_eq!(told.code, "create_outcome_unknown");
    for broken in [
        "body.upload_headers.Content-Type",
        "body.upload_url",
        "body.upload_id",
    ] {
        let (mut play, _) = Play::begin(Task::InitUpload, page_with_file());
        play.tell(Happened::Done);
        let fields = [
            ("body.upload_id", "upl_1"),
            ("body.upload_url", "uploads/token"),
            ("body.upload_headers.Content-Type", "image/jpeg"),
            ("body.expires_at", "2026-11-25T12:00:00Z"),
        ];
        let fields: Vec<_> = fields.into_iter().filter(|it| it.0 != broken).collect();
        assert_eq!(
            failure(play.answer(200, &fields)).code,
            "invalid_response",
            "{broken}"
        );
    }
}

#[test]
fn nothing_is_read_of_a_page_that_is_wrong_about_its_options() {
    for (path, value, param) in [
        ("client.baseUrl", "ftp://a.example", "baseUrl"),
        ("client.apiVersion", "latest", "apiVersion"),
        ("client.headers", "x", "headers"),
        ("headers.x-api-key", "x", "headers"),
        ("headers.idempotency-key", "x", "headers"),
        ("options.signal", "x", "options.signal"),
    ] {
        let mut world = page_with_file();
        world.put(path, value);
        assert_eq!(refusal(Task::Upload, &world).1.as_deref(), Some(param));
    }
    let mut world = page_with_file();
    world.put("headers", Type::Unreadable);
    assert_eq!(refusal(Task::Upload, &world).1.as_deref(), Some("headers"));
}

#[test]
fn an_api_key_and_a_session_token_exclude_each_other() {
    let mut world = page_with_file();
    world.put("client.apiKey", "al_live_x");
    assert!(Call::read(Task::Upload, &world).is_ok());
    world.put("headers.authorization", "x");
    assert!(Call::read(Task::Upload, &world).is_ok(), "the page's own");
    world.put("isBrowser", true);
    assert_eq!(refusal(Task::Upload, &world).0, "api_key_in_browser");
    world.put("client.dangerouslyAllowBrowser", true);
    assert!(Call::read(Task::Upload, &world).is_ok());
    world.put("client.sessionToken", "a.b.c");
    let param = refusal(Task::Upload, &world).1;
    assert_eq!(param.as_deref(), Some("sessionToken"));
}

#[test]
fn what_an_option_leaves_out_its_client_says() {
    let mut world = page_with_file();
    world.put("client.timeoutMs", 5_000.0);
    world.put("client.maxRetries", 1.0);
    world.put("options.maxRetries", 0.0);
    let limits = CallOptions::read(&world).unwrap().limits;
    assert_eq!((limits.timeout_ms, limits.max_retries), (5_000, 0));
    assert_eq!(
        (limits.stall_timeout_ms, limits.deadline_ms),
        (30_000, None)
    );
}
