//! A way to the upstream, and the requests that go there on it.

use anyhow::{Context, Result};
use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use crate::load::{Load, Request, Urls};
use crate::program::ORIGIN;
use crate::sink::UPLOAD_PATH;

/// The tickets to PUT to in turn: so many that none has two PUTs at once.
const TICKETS: usize = 1024;

const CLASSIFY: &str = "/v1/characters/uploads/classify";

pub struct Way {
    pub name: &'static str,
    json_urls: Urls,
    put_urls: Urls,
    upload_id: String,
}

impl Way {
    /// A way on which URLs and ids are the upstream's own.
    pub fn without_seal(name: &'static str, url: &str) -> Self {
        Self {
            name,
            json_urls: Urls::new([format!("{url}{CLASSIFY}")]),
            put_urls: Urls::new([format!("{url}{UPLOAD_PATH}")]),
            upload_id: "upl_01HXMQ7Z3K8Y2NABCDEFGHJKMR".to_owned(),
        }
    }

    /// The way through a gateway, which seals URLs and ids.
    pub async fn through_gateway(name: &'static str, url: &str) -> Result<Self> {
        let tickets = mint_tickets(url).await?;
        let texts = |key: &str| {
            let texts = tickets.iter().filter_map(|it| it[key].as_str());
            texts.map(str::to_owned).collect::<Vec<_>>()
        };
        let upload_urls = texts("upload_url");
        let upload_urls = upload_urls.iter().map(|it| format!("{url}/{it}"));
        Ok(Self {
            name,
            json_urls: Urls::new([format!("{url}{CLASSIFY}")]),
            put_urls: Urls::new(upload_urls.collect::<Vec<_>>()),
            upload_id: texts("upload_id").swap_remove(0),
        })
    }

    pub fn json(&self) -> Request {
        let body = json!({ "upload_id": self.upload_id }).to_string();
        request(
            Method::POST,
            &self.json_urls,
            "application/json",
            body.into(),
        )
    }

    pub fn put(&self, body: &Bytes) -> Request {
        request(Method::PUT, &self.put_urls, "image/jpeg", body.clone())
    }
}

fn request(method: Method, urls: &Urls, content_type: &str, body: Bytes) -> Request {
    Request {
        method,
        urls: urls.clone(),
        headers: vec![
            ("content-type", content_type.to_owned()),
            ("origin", ORIGIN.to_owned()),
        ],
        body,
    }
}

/// Mints the tickets of all PUTs. Each takes one PUT at a time, and 32 in all.
async fn mint_tickets(gateway_url: &str) -> Result<Vec<Value>> {
    let init = request(
        Method::POST,
        &Urls::new([format!("{gateway_url}/v1/characters/uploads/init")]),
        "application/json",
        json!({
            "filename": "front.jpg", "extension": "jpg", "content_type": "image/jpeg",
        })
        .to_string()
        .into(),
    );
    let load = Load::default();
    let mut tickets = Vec::new();
    for _ in 0..TICKETS {
        let ticket = load.send(&init).await;
        let ticket = ticket.context("the gateway gives no ticket")?;
        tickets.push(serde_json::from_slice(&ticket)?);
    }
    Ok(tickets)
}
