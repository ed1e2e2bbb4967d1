//! The calls about characters that exist.

use std::ops::ControlFlow;

use aurous_contract::limits::{LIST_LIMIT_MAX, LIST_LIMIT_MIN};
use aurous_contract::rate::Bucket;
use http::Method;
use serde_json::{Map, Value};

use super::Request;
use super::admitted_request::AdmittedRequest;
use crate::config::Feature;
use crate::refusal::{Code, Refusal};
use crate::response::{ApiObject, Reply, interpret, invalid_response};
use crate::rules::body::check_attributes;
use crate::vendor_id::VendorId;

pub(super) async fn get(request: Request, id: String) -> Reply {
    let request = AdmittedRequest::admit(request).await?;
    let bucket = Bucket::CharactersGet;
    request
        .call_character(id, bucket, Method::GET, "", None)
        .await
}

pub(super) async fn save(request: Request, id: String) -> Reply {
    let request = AdmittedRequest::admit(request).await?;
    request.check_no_body()?;
    let bucket = Bucket::CharactersPost;
    request
        .call_character(id, bucket, Method::POST, "/save", None)
        .await
}

pub(super) async fn update(request: Request, id: String) -> Reply {
    let request = AdmittedRequest::admit(request).await?;
    request.require(Feature::Update)?;
    let body = request.read_object(&["name", "attributes"]).await?;
    check_attributes(&body)?;
    let bucket = Bucket::CharactersPost;
    request
        .call_character(id, bucket, Method::PATCH, "", Some(body))
        .await
}

pub(super) async fn delete(request: Request, id: String) -> Reply {
    let request = AdmittedRequest::admit(request).await?;
    request.require(Feature::Delete)?;
    request.check_no_body()?;
    let bucket = Bucket::CharactersPost;
    request
        .call_character(id, bucket, Method::DELETE, "", None)
        .await
}

pub(super) async fn regenerate(request: Request, id: String) -> Reply {
    let request = AdmittedRequest::admit(request).await?;
    request.require(Feature::Regenerate)?;
    let body = request.read_object(&["pose", "prompt_override"]).await?;
    let bucket = Bucket::CharactersSynthesize;
    request
        .call_character(id, bucket, Method::POST, "/refs/regenerate", Some(body))
        .await
}

pub(super) async fn resynthesize(request: Request, id: String) -> Reply {
    let request = AdmittedRequest::admit(request).await?;
    request.require(Feature::Resynthesize)?;
    let body = request.read_object(&["force_all"]).await?;
    let bucket = Bucket::CharactersSynthesize;
    request
        .call_character(id, bucket, Method::POST, "/resynthesize", Some(body))
        .await
}

pub(super) async fn list(request: Request) -> Reply {
    let request = AdmittedRequest::admit(request).await?;
    request.require(Feature::List)?;
    let path = request.list_path()?;
    let response = request
        .call_api(Bucket::CharactersGet, Method::GET, path, None)
        .await?;
    match interpret(&request.config().secret_search, response) {
        ControlFlow::Continue(list) => request.sign_list(list),
        ControlFlow::Break(result) => result,
    }
}

impl AdmittedRequest {
    /// Calls the API about one character. The response names it by the id that the caller used.
    async fn call_character(
        &self,
        callers_id: String,
        bucket: Bucket,
        method: Method,
        action: &str,
        body: Option<Map<String, Value>>,
    ) -> Reply {
        let id = self.character_id(&callers_id)?;
        let path = format!("/v1/characters/{}{action}", id.as_str());
        let response = self.call_api(bucket, method, path, body).await?;
        match interpret(&self.config().secret_search, response) {
            ControlFlow::Continue(mut character) => {
                let object = &mut character.object;
                object.insert("id".to_owned(), callers_id.into());
                character.into_response(&self.config().secret_search)
            }
            ControlFlow::Break(result) => result,
        }
    }

    /// Returns the path of a list request upstream, with a query built from the parameters that were
    /// checked.
    fn list_path(&self) -> Result<String, Refusal> {
        let refuse = |field: String, problem: &str| {
            Refusal::new(
                Code::InvalidField,
                format!("The query's `{field}` {problem}."),
            )
            .with_param(field)
        };
        let query = self.head.uri.query().unwrap_or_default();
        let (mut limit, mut after) = (None, None);
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let is_repeated = match key.as_ref() {
                "limit" => {
                    let number = value.parse().ok();
                    let number = number.filter(|it| (LIST_LIMIT_MIN..=LIST_LIMIT_MAX).contains(it));
                    let number =
                        number.ok_or_else(|| refuse("limit".into(), "must be 1 to 100"))?;
                    limit.replace(number).is_some()
                }
                "starting_after" => after
                    .replace(
                        self.character_id(&value)
                            .map_err(|it| it.with_param("starting_after"))?,
                    )
                    .is_some(),
                _ => {
                    return Err(Refusal::new(
                        Code::InvalidField,
                        "The query may hold `limit` and `starting_after`, nothing else.",
                    ));
                }
            };
            if is_repeated {
                return Err(refuse(key.into_owned(), "must not appear twice"));
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

    /// Signs every id of a list for the caller. The list holds the whole team's characters: that is
    /// what an operator allows with `--enable list`.
    fn sign_list(&self, mut list: ApiObject) -> Reply {
        let Some(Value::Array(data)) = list.object.get_mut("data") else {
            return Err(invalid_response());
        };
        for character in data {
            let id = character.get_mut("id").ok_or_else(invalid_response)?;
            *id = self.sign_id(id)?.into();
        }
        if let Some(cursor @ Value::String(_)) = list.object.get_mut("next_cursor") {
            *cursor = self.sign_id(cursor)?.into();
        }
        list.into_response(&self.config().secret_search)
    }

    fn sign_id(&self, id: &Value) -> Result<String, Refusal> {
        let id = id.as_str().and_then(VendorId::parse);
        let id = id.ok_or_else(invalid_response)?;
        let sealing = &self.config().sealing;
        Ok(sealing.sign_character_id(&id, &self.caller.subject))
    }
}
