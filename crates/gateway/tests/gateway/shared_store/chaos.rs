//! Thousands of creates, each sent several times to either of two gateways, while gateways and the store are
//! killed and started again.
//!
//! What is sent where, and what is killed when, follows from a seed. `AUROUS_CHAOS_SEED` repeats a run.

use std::collections::HashMap;
use std::env;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use aurous_emulator::{Fault, Operation};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use super::redis_server::RedisServer;
use super::{stage, with_store};
use crate::harness::connection::Connection;
use crate::harness::program::Program;
use crate::harness::request::Request;
use crate::harness::spill::Spill;
use crate::harness::stage::{JPEG, Stage};

const CREATES: usize = 2000;
const WORKERS: usize = 128;
const STORE_RESTARTS: usize = 3;

/// Short, so that the claim of a gateway that was killed expires within seconds. The limits are out of the way.
const FLAGS: [&str; 14] = [
    "--answer-timeout-ms",
    "1000",
    "--enable",
    "generate",
    "--subject-share",
    "1/1",
    "--team-limit",
    "characters_post=6000000/600000,characters_get=6000000/600000,characters_synthesize=6000000/600000",
    "--max-uploads-per-subject",
    "1000",
    "--max-create-records",
    "100000",
    "--max-create-bytes",
    "2000000000",
];

/// A create, and how it is sent.
struct Plan {
    name: String,
    request: Request,
    /// The gateway of each time that it is sent, 0 or 1.
    gateways: Vec<usize>,
    /// Whether it is sent again before there is an answer.
    all_at_once: bool,
}

/// What a visitor was told, in the end or on the way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Told {
    /// The character's id.
    Made(String),
    /// The outcome is unknown.
    Unknown,
    /// It was not made, or is being made: send it again.
    Again(String),
    /// The connection broke.
    Nothing,
    /// Anything else is wrong.
    Wrong(String),
}

#[test]
fn no_create_happens_twice_and_none_is_reported_wrongly_whoever_is_killed() {
    let seed = env::var("AUROUS_CHAOS_SEED").ok();
    let seed = seed.and_then(|it| it.parse().ok()).unwrap_or(20_261_127);
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut store = RedisServer::start();
    let stage = stage(&store, &FLAGS);
    stage
        .emulator()
        .change_settings(|it| it.credits = 1_000_000);
    let plans: Vec<_> = (0..CREATES)
        .map(|nth| plan(&stage, &mut random, nth))
        .collect();
    // A create takes a while, so that kills meet it.
    let mut slow = Fault::Delay(30).on(Operation::Create);
    slow.times = None;
    stage.emulator().inject(slow);

    let flags: Vec<String> = with_store(&store, &FLAGS)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let start = || stage.start_another(&flags, &[]);
    let mut gateways = [start(), start()];
    let addresses = gateways.each_ref().map(|it| Mutex::new(it.gateway.clone()));
    let spill = Arc::new(Spill::default());
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let is_over = AtomicBool::new(false);
    let told = Mutex::new(HashMap::new());
    let (mut kills, mut restarts) = (0, 0);
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(plan) = plans.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let all = carry_out(plan, &addresses, &spill);
                    lock(&told).insert(plan.name.clone(), all);
                    if done.fetch_add(1, Ordering::Relaxed) + 1 == CREATES {
                        is_over.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
        while !is_over.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(random.random_range(3000..5000)));
            let share = done.load(Ordering::Relaxed) * (STORE_RESTARTS + 1) / CREATES;
            if restarts < STORE_RESTARTS.min(share) {
                restarts += 1;
                store.kill();
                store.start_again();
            } else {
                kills += 1;
                let victim = random.random_range(0..2);
                kill_and_start(&mut gateways[victim], &start);
                lock(&addresses[victim]).clone_from(&gateways[victim].gateway);
            }
        }
    });
    let told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    let seconds = began.elapsed().as_secs();
    println!("{seconds} s, {kills} kills, {restarts} restarts of the store");
    assert!(kills >= 3 && restarts == STORE_RESTARTS, "too few to tell");
    judge(&stage, &plans, &told);
    for gateway in &mut gateways {
        gateway.stop();
    }
    stage.finish();
}

fn plan(stage: &Stage, random: &mut StdRng, nth: usize) -> Plan {
    let name = format!("Character {nth}");
    let body = if random.random_range(0..4) > 0 {
        json!({ "name": name, "generate": true, "attributes": { "hair_color": "black" } })
    } else {
        // What it says goes into the answers of hundreds of tickets, which are too many to search for.
        let quiet = Arc::new(Spill::default());
        let send = |request: &Request| {
            let address = stage.program().gateway.clone();
            let connection = Connection::open(&address, &quiet);
            connection.unwrap().exchange(request)
        };
        let ticket = stage.read_ticket(&send(&stage.init()));
        send(&stage.put(&ticket.token, &JPEG[..2000])).assert_status(200);
        json!({ "name": name, "upload_ids": [ticket.upload_id] })
    };
    let times = random.random_range(2..=5);
    Plan {
        request: stage.create_of(&format!("the-key-of-create-{nth}"), &body),
        name,
        gateways: (0..times).map(|_| random.random_range(0..2)).collect(),
        all_at_once: random.random(),
    }
}

/// Sends a create as often as planned, and then until there is an answer that stays. Returns what the visitor was
/// told.
fn carry_out(plan: &Plan, addresses: &[Mutex<String>; 2], spill: &Arc<Spill>) -> Vec<Told> {
    let send = |gateway: usize| ask(plan, &lock(&addresses[gateway]).clone(), spill);
    let mut told: Vec<Told> = if plan.all_at_once {
        thread::scope(|scope| {
            let sent: Vec<_> = plan
                .gateways
                .iter()
                .map(|gateway| scope.spawn(move || send(*gateway)))
                .collect();
            let answers = sent.into_iter().map(|it| it.join().unwrap());
            answers.collect()
        })
    } else {
        plan.gateways.iter().map(|gateway| send(*gateway)).collect()
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    while matches!(told.last(), Some(Told::Again(_) | Told::Nothing)) {
        assert!(Instant::now() < deadline, "{}: {told:?}", plan.name);
        thread::sleep(Duration::from_millis(100));
        told.push(send(told.len() % 2));
    }
    told
}

fn ask(plan: &Plan, address: &str, spill: &Arc<Spill>) -> Told {
    let Ok(mut connection) = Connection::open(address, spill) else {
        return Told::Nothing;
    };
    if connection.send(&plan.request.bytes()).is_err() {
        return Told::Nothing;
    }
    let Ok(answer) = connection.try_answer_to(&plan.request) else {
        return Told::Nothing;
    };
    if answer.status == 201 {
        return Told::Made(answer.text("/id"));
    }
    let code = answer.text("/error/code");
    match code.as_str() {
        "gateway_create_outcome_unknown" => Told::Unknown,
        "gateway_store_unavailable" | "gateway_create_not_made" | "idempotency_key_in_use" => {
            Told::Again(code)
        }
        _ => Told::Wrong(format!("{} {code}", answer.status)),
    }
}

/// Compares what visitors were told with the characters that there are.
fn judge(stage: &Stage, plans: &[Plan], told: &HashMap<String, Vec<Told>>) {
    let mut made: HashMap<String, Vec<String>> = HashMap::new();
    for character in stage.emulator().characters() {
        made.entry(character.name).or_default().push(character.id);
    }
    let (mut unknown, mut sent) = (0, 0);
    for plan in plans {
        let told = &told[&plan.name];
        sent += told.len();
        let made = made.remove(&plan.name).unwrap_or_default();
        let what = format!("{}: made {made:?}, told {told:?}", plan.name);
        assert!(made.len() <= 1, "twice: {what}");
        for it in told {
            match it {
                Told::Made(id) => {
                    let vendor_id = id.split('.').next().unwrap();
                    assert_eq!(made, [vendor_id], "another one: {what}");
                }
                Told::Wrong(_) => panic!("{what}"),
                Told::Unknown | Told::Again(_) | Told::Nothing => {}
            }
        }
        let is_made = told.iter().any(|it| matches!(it, Told::Made(_)));
        unknown += usize::from(!is_made);
    }
    assert!(made.is_empty(), "nobody asked for {made:?}");
    println!("{sent} requests for {CREATES} creates, {unknown} with an unknown outcome");
    assert!(unknown * 20 < CREATES, "too many to be of use: {unknown}");
}

fn kill_and_start(gateway: &mut Program, start: &impl Fn() -> Program) {
    gateway.kill();
    *gateway = start();
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
