//! One character, and the team's list of them.

use std::sync::Arc;

use aurous_contract::limits::{LIST_LIMIT_MAX, LIST_LIMIT_MIN};
use aurous_contract::rate::Bucket;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::Method;
use serde_json::{Map, Value};

use super::request::{Call, id_not_found, no_body};
use crate::config::Feature;
use crate::http::answer::{self, Read, Success, Told};
use crate::http::shared::Shared;
use crate::refusal::{Code, Refusal};
use crate::rules::body;
use crate::vendor_id::VendorId;

type Id = Result<Path<String>, PathRejection>;

pub(crate) async fn get(State(shared): State<Arc<Shared>>, id: Id, request: Request) -> Told {
    let (call, _) = Call::admit(&shared, request)?;
    let bucket = Bucket::CharactersGet;
    call.about_one(id, bucket, Method::GET, "", None).await
}

pub(crate) async fn save(State(shared): State<Arc<Shared>>, id: Id, request: Request) -> Told {
    let (call, body) = Call::admit(&shared, request)?;
    no_body(&body)?;
    let bucket = Bucket::CharactersPost;
    call.about_one(id, bucket, Method::POST, "/save", None)
        .await
}

pub(crate) async fn update(State(shared): State<Arc<Shared>>, id: Id, request: Request) -> Told {
    let (call, body) = Call::admit(&shared, request)?;
    call.require(Feature::Update)?;
    let body = call.read(body, &["name", "attributes"]).await?;
    body::attributes(&body)?;
    let bucket = Bucket::CharactersPost;
    call.about_one(id, bucket, Method::PATCH, "", Some(body))
        .await
}

pub(crate) async fn delete(State(shared): State<Arc<Shared>>, id: Id, request: Request) -> Told {
    let (call, body) = Call::admit(&shared, request)?;
    call.require(Feature::Delete)?;
    no_body(&body)?;
    let bucket = Bucket::CharactersPost;
    call.about_one(id, bucket, Method::DELETE, "", None).await
}

pub(crate) async fn regenerate(
    State(shared): State<Arc<Shared>>,
    id: Id,
    request: Request,
) -> Told {
    let (call, body) = Call::admit(&shared, request)?;
    call.require(Feature::Regenerate)?;
    let body = call.read(body, &["pose", "prompt_override"]).await?;
    let bucket = Bucket::CharactersSynthesize;
    call.about_one(id, bucket, Method::POST, "/refs/regenerate", Some(body))
        .await
}

pub(crate) async fn resynthesize(
    State(shared): State<Arc<Shared>>,
    id: Id,
    request: Request,
) -> Told {
    let (call, body) = Call::admit(&shared, request)?;
    call.require(Feature::Resynthesize)?;
    let body = call.read(body, &["force_all"]).await?;
    let bucket = Bucket::CharactersSynthesize;
    call.about_one(id, bucket, Method::POST, "/resynthesize", Some(body))
        .await
}

pub(crate) async fn list(State(shared): State<Arc<Shared>>, request: Request) -> Told {
    let (call, _) = Call::admit(&shared, request)?;
    call.require(Feature::List)?;
    let path = call.list_path()?;
    let answer = call
        .ask(Bucket::CharactersGet, Method::GET, path, None)
        .await?;
    match answer::read(answer) {
        Read::Success(list) => call.own_list(list),
        Read::Other(told) => told,
    }
}

impl Call<'_> {
    /// A call about one character: it is answered under the id that it was asked by.
    async fn about_one(
        &self,
        id: Id,
        bucket: Bucket,
        method: Method,
        action: &str,
        body: Option<Map<String, Value>>,
    ) -> Told {
        let Path(asked) = id.map_err(|_| id_not_found("id"))?;
        let id = self.character(&asked)?;
        let path = format!("/v1/characters/{}{action}", id.as_str());
        let answer = self.ask(bucket, method, path, body).await?;
        match answer::read(answer) {
            Read::Success(mut character) => {
                character.object.insert("id".to_owned(), asked.into());
                Ok(character.answer())
            }
            Read::Other(told) => told,
        }
    }

    /// The path of a list request, its query read and written anew.
    fn list_path(&self) -> Result<String, Refusal> {
        let refuse = |field: String, must: &str| {
            Refusal::new(Code::InvalidField, format!("The query's `{field}` {must}.")).about(field)
        };
        let query = self.head.uri.query().unwrap_or_default();
        let (mut limit, mut after) = (None, None);
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let is_twice = match key.as_ref() {
                "limit" => {
                    let number = value.parse().ok();
                    let number = number.filter(|it| (LIST_LIMIT_MIN..=LIST_LIMIT_MAX).contains(it));
                    let number =
                        number.ok_or_else(|| refuse("limit".into(), "must be 1 to 100"))?;
                    limit.replace(number).is_some()
                }
                "starting_after" => after
                    .replace(
                        self.character(&value)
                            .map_err(|it| it.about("starting_after"))?,
                    )
                    .is_some(),
                _ => {
                    return Err(Refusal::new(
                        Code::InvalidField,
                        "The query may hold `limit` and `starting_after`, nothing else.",
                    ));
                }
            };
            if is_twice {
                return Err(refuse(key.into_owned(), "must not stand there twice"));
            }
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(limit) = limit {
            query.append_pair("limit", &limit.to_string());
        }
        if let Some(after) = after {
            query.append_pair("starting_after", after.as_str());
        }
        let query = query.finish();
        Ok(match query.as_str() {
            "" => "/v1/characters".to_owned(),
            query => format!("/v1/characters?{query}"),
        })
    }

    /// The whole team's list, each character under an id of the caller's: that is what switching it
    /// on means.
    fn own_list(&self, mut list: Success) -> Told {
        let Some(Value::Array(data)) = list.object.get_mut("data") else {
            return Err(answer::invalid());
        };
        for character in data {
            let id = character.get_mut("id").ok_or_else(answer::invalid)?;
            *id = self.own_character(id)?.into();
        }
        if let Some(cursor @ Value::String(_)) = list.object.get_mut("next_cursor") {
            *cursor = self.own_character(cursor)?.into();
        }
        Ok(list.answer())
    }

    fn own_character(&self, id: &Value) -> Result<String, Refusal> {
        let id = id.as_str().and_then(VendorId::parse);
        let id = id.ok_or_else(answer::invalid)?;
        let sealing = &self.shared.config.sealing;
        Ok(sealing.own_character(&id, &self.caller.subject))
    }
}
