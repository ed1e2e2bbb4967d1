//! A run: sends calls, keeps to the rate limits, and deletes what it made.

use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::Value;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use url::Url;

use aurous_contract::limits::LIST_LIMIT_MAX;

use crate::call::{self, Api, Call, Step};
use crate::client::Client;
use crate::interruption::{Interruption, Outcome};
use crate::journal::Journal;
use crate::options::{Options, parse_signed_url};
use crate::pace::{self, Pace};
use crate::picture::Picture;
use crate::reply::{self, Reply, Verdict};
use crate::secret::Secrets;

/// A ticket for one image.
#[derive(Clone, Debug)]
pub struct Ticket {
    pub id: String,
    pub url: Url,
}

#[derive(Debug)]
pub struct Run {
    pub api: Api,
    pub journal: Journal,
    pub poll_interval: Duration,
    /// The name of each character of this run, and of no other.
    pub name: String,
    api_url: Url,
    client: Client,
    pace: Pace,
    stop: CancellationToken,
    began: Instant,
}

impl Run {
    pub fn new(options: &Options, stop: CancellationToken) -> Self {
        let mut journal = Journal::default();
        journal.secrets = Secrets::of(&options.key);
        Self {
            api: Api::at(options.api.clone()),
            journal,
            poll_interval: options.poll_interval,
            name: format!("live check {:08x}", rand::random::<u32>()),
            api_url: options.api.clone(),
            client: Client::new(options.key.clone(), &options.api),
            pace: Pace::default(),
            stop,
            began: Instant::now(),
        }
    }

    /// Sends a call as soon as the rate limits let it, and again after a refusal that may pass.
    pub async fn send(&mut self, call: &Call) -> Outcome<Reply> {
        let mut retries = 0;
        loop {
            while let Err(wait) = self.pace.take(call.step, self.now_ms()) {
                self.wait(wait).await?;
            }
            let reply = self.send_once(call).await?;
            self.journal.see(call.step, &reply);
            let now_ms = self.now_ms();
            self.pace.follow(call.step, &reply, now_ms);
            if call.step.bucket().is_some() && reply.status == 401 {
                return Err(Interruption::KeyRefused(reply.refusal()));
            }
            match pace::wait_before_retry(call.step, &reply, retries) {
                None => return Ok(reply),
                Some(wait) => self.wait(wait).await?,
            }
            retries += 1;
        }
    }

    async fn send_once(&mut self, call: &Call) -> Outcome<Reply> {
        if self.stop.is_cancelled() {
            return Err(Interruption::Stopped);
        }
        let sent = if call.step.makes_a_character() {
            // Waits for the response even if the user stops the run: it names what is to be deleted.
            let sent = self.client.send(call).await;
            self.journal.characters.see_create(sent.as_ref().ok());
            sent
        } else {
            tokio::select! {
                () = self.stop.cancelled() => return Err(Interruption::Stopped),
                sent = self.client.send(call) => sent,
            }
        };
        sent.map_err(|reason| Interruption::NoResponse {
            step: call.step,
            reason,
        })
    }

    /// Sends a call that the following ones need.
    pub async fn require(&mut self, call: &Call) -> Outcome<Reply> {
        let reply = self.send(call).await?;
        if reply.is_success() {
            return Ok(reply);
        }
        let (step, refusal) = (call.step, reply.refusal());
        Err(Interruption::Refused { step, refusal })
    }

    /// Sends a PUT that may be refused. A host may close the connection of one that it refuses, while the body
    /// is still being sent.
    pub async fn try_put(&mut self, put: &Call) -> Outcome<Verdict> {
        match self.send(put).await {
            Ok(reply) => Ok(reply.verdict()),
            Err(Interruption::NoResponse { .. }) => Ok(Verdict::NoResponse),
            Err(interruption) => Err(interruption),
        }
    }

    /// Mints a ticket. Returns the status, too.
    pub async fn mint(&mut self, picture: &Picture) -> Outcome<(Ticket, u16)> {
        let reply = self.require(&self.api.init(picture)).await?;
        let unreadable = |field| Interruption::Unreadable {
            step: Step::Init,
            field,
        };
        let id = reply.id("upload_id").ok_or(unreadable("upload_id"))?;
        let url = self.signed_url(&reply.json(), "upload_url");
        let url = url.ok_or(unreadable("upload_url"))?;
        Ok((Ticket { id, url }, reply.status.as_u16()))
    }

    /// Mints a ticket and PUTs the picture. Returns the PUT's status, too.
    pub async fn upload(&mut self, picture: &Picture) -> Outcome<(Ticket, u16)> {
        let (ticket, _) = self.mint(picture).await?;
        let put = call::put(&ticket.url, picture.content_type, picture.bytes.clone());
        let reply = self.require(&put).await?;
        Ok((ticket, reply.status.as_u16()))
    }

    /// Loads the reference images of a character; `None` for one that does not load.
    pub async fn load_references(&mut self, character: &Value) -> Outcome<Vec<Option<Bytes>>> {
        let refs = character.get("refs").and_then(Value::as_array);
        let mut images = Vec::new();
        for reference in refs.into_iter().flatten() {
            let Some(url) = self.signed_url(reference, "url") else {
                images.push(None);
                continue;
            };
            let reply = self.send(&call::load_reference(&url)).await?;
            images.push(reply.is_success().then_some(reply.body));
        }
        Ok(images)
    }

    fn signed_url(&self, object: &Value, field: &str) -> Option<Url> {
        parse_signed_url(object.get(field)?.as_str()?, &self.api_url)
    }

    /// Waits, unless the user stops the run.
    pub async fn wait(&self, time: Duration) -> Outcome<()> {
        tokio::select! {
            () = self.stop.cancelled() => Err(Interruption::Stopped),
            () = sleep(time) => Ok(()),
        }
    }

    pub fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Deletes every character of the run, those of creates without a clear response included.
    pub async fn clean_up(&mut self) {
        // The user has stopped the run, not its end.
        self.stop = CancellationToken::new();
        let known = self.journal.characters.made.len();
        let listed = match self.journal.characters.tried {
            true => self.find_by_name().await.is_ok(),
            false => true,
        };
        let found = self.journal.characters.made.len() - known;
        for id in self.journal.characters.made.clone() {
            let problem = match self.send(&self.api.delete(&id)).await {
                Ok(reply) if reply.is_success() || reply.status == 404 => None,
                Ok(reply) => Some(reply.refusal().to_string()),
                Err(interruption) => Some(interruption.to_string()),
            };
            let characters = &mut self.journal.characters;
            match problem {
                None => characters.deleted.push(id),
                Some(problem) => characters.left.push(format!("{id}: {problem}")),
            }
        }
        let characters = &mut self.journal.characters;
        if characters.in_doubt && (found == 0 || !listed) {
            let name = &self.name;
            let note = format!("perhaps one named {name:?}: a create had no clear response");
            characters.left.push(note);
        }
    }

    /// Adds the newest characters with this run's name to those to delete.
    async fn find_by_name(&mut self) -> Outcome<()> {
        let list = self.require(&self.api.list(LIST_LIMIT_MAX)).await?.json();
        let characters = list.get("data").and_then(Value::as_array);
        for character in characters.into_iter().flatten() {
            let name = character.get("name").and_then(Value::as_str);
            if name.is_some_and(|it| it.starts_with(&self.name))
                && let Some(id) = reply::id(character, "id")
            {
                self.journal.characters.add(id);
            }
        }
        Ok(())
    }
}
