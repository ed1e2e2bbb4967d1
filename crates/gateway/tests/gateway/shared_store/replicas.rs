//! Two gateways behind nginx, with the files of `deploy/replicas`, which are restarted one after another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::redis_server::RedisServer;
use super::{stage, with_store};
use crate::harness::connection::Connection;
use crate::harness::program::Program;
use crate::harness::proxy::{Proxy, free_port, replace_all};
use crate::harness::request::Request;
use crate::harness::spill::Spill;
use crate::harness::stage::{JPEG, Stage, admin};
use crate::harness::until;

const NGINX: &str = include_str!("../../../../../deploy/replicas/nginx.conf");

const FLAGS: [&str; 6] = [
    "--trusted-proxy",
    "127.0.0.1",
    "--subject-share",
    "1/1",
    "--team-limit",
    "characters_post=6000000/60000",
];

/// The visitors who upload and create all the time, and how often each replica is restarted.
const VISITORS: usize = 4;
const ROUNDS: usize = 3;

/// How many characters are made between two restarts, at least.
const CHARACTERS_BETWEEN: usize = 20;

/// A replica behind nginx: a place where a gateway runs.
struct Replica {
    address: String,
    program: Program,
}

impl Replica {
    fn start(stage: &Stage, address: String, flags: &[&str]) -> Self {
        let program = stage.start_another_at(&address, flags, &[]);
        Self { address, program }
    }

    /// Restarts the replica as an operator does: lets it drain, starts it again, and waits until it is ready.
    fn restart(&mut self, stage: &Stage, flags: &[&str]) {
        self.program.terminate();
        assert_eq!(self.program.wait_for_end().code(), Some(0));
        self.program = stage.start_another_at(&self.address, flags, &[]);
        until("the replica is ready", || {
            let readiness = admin(&self.program.admin, "/readyz")?;
            (readiness == "ready\n").then_some(())
        });
    }
}

fn nginx(replicas: &[Replica; 2]) -> Proxy {
    let port = free_port();
    let config = replace_all(
        NGINX,
        &[
            ("gateway-1:8080", &replicas[0].address),
            ("gateway-2:8080", &replicas[1].address),
            ("listen 80;", &format!("listen 127.0.0.1:{port};")),
        ],
    );
    Proxy::start_nginx(&config, port)
}

/// One visitor's way to a character: an init, then requests that follow from its answer.
struct Visit {
    init: Request,
    put: Request,
    classify: Request,
    create: Request,
}

impl Visit {
    /// Makes a character, without a retry.
    fn make_character(
        &self,
        nth: usize,
        send: impl Fn(&Request) -> crate::harness::answer::Answer,
    ) {
        let ticket = send(&self.init);
        let upload_id = ticket.assert_status(201).text("/upload_id");
        let path = format!("/aurous/{}", ticket.text("/upload_url"));
        send(&self.put.clone().to(&path)).assert_status(200);
        let body = serde_json::json!({ "upload_id": upload_id });
        send(&self.classify.clone().json(&body)).assert_status(200);
        let key = format!("{}-{nth}", self.create.values("idempotency-key")[0]);
        let body = serde_json::json!({ "name": "Aurora", "upload_ids": [upload_id] });
        let create = self
            .create
            .clone()
            .with("Idempotency-Key", &key)
            .json(&body);
        let id = send(&create).assert_status(201).text("/id");
        // Whichever gateway gets it.
        assert_eq!(send(&create).assert_status(201).text("/id"), id);
    }
}

#[test]
fn replicas_that_are_restarted_one_after_another_lose_nothing() {
    let store = RedisServer::start();
    let stage = stage(&store, &FLAGS);
    let flags = with_store(&store, &FLAGS);
    let place = |_| Replica::start(&stage, format!("127.0.0.1:{}", free_port()), &flags);
    let mut replicas = [0, 1].map(place);
    let nginx = nginx(&replicas);
    let visits: Vec<_> = (0..VISITORS)
        .map(|visitor| Visit {
            init: stage.init(),
            put: stage.put("token", JPEG),
            classify: stage.classify("id"),
            create: stage.create(&format!("the-key-of-visitor-{visitor}"), &["id"]),
        })
        .collect();
    let spill = Arc::new(Spill::default());
    let (is_over, made) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for visit in &visits {
            let (nginx, spill, is_over, made) = (&nginx, &spill, &is_over, &made);
            scope.spawn(move || {
                for nth in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    visit.make_character(nth, |request| {
                        let connection = Connection::open(&nginx.address, spill);
                        connection.unwrap().exchange(request)
                    });
                    made.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for _ in 0..ROUNDS {
            for replica in &mut replicas {
                replica.restart(&stage, &flags);
                let before = made.load(Ordering::Relaxed);
                until("visitors go on", || {
                    (made.load(Ordering::Relaxed) >= before + CHARACTERS_BETWEEN).then_some(())
                });
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let made = made.into_inner();
    println!("{made} characters during {} restarts", 2 * ROUNDS);
    assert_eq!(stage.emulator().characters().len(), made);
    for replica in &mut replicas {
        replica.program.stop();
    }
    drop(nginx);
    stage.finish();
}
