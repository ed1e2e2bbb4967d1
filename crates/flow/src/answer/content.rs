use aurous_contract::character::CharacterStatus;
use aurous_contract::id::{CharacterId, UploadId};
use aurous_contract::limits::LIST_LIMIT_MAX;

use super::{Content, Envelope, Expected, Head, Ticket};
use crate::message::decimal;
use crate::read::{Elements, FromValue, Object};
use crate::url;
use crate::value::{Value, ValueKind};

/// Reads a body, which the shell has parsed; `None` where it is not JSON.
///
/// Of an answer to another status than success, the error envelope is read, whatever was expected.
pub fn read_content<V: Value>(expected: &Expected, head: &Head, body: Option<V>) -> Content<V> {
    if !expected.is_in_body(head) {
        return Content::Unread;
    }
    let Some(body) = body else {
        return Content::NotJson;
    };
    let content = if head.is_success() {
        read_expected(expected, body)
    } else {
        read_envelope(&body).map(Content::Error)
    };
    content.unwrap_or(Content::WrongShape)
}

fn read_expected<V: Value>(expected: &Expected, body: V) -> Option<Content<V>> {
    match expected {
        Expected::Nothing => return Some(Content::Unread),
        Expected::Ticket { root } => return read_ticket(body, root).map(Content::Ticket),
        Expected::Referred(reference) => {
            return Some(Content::Referred(find_character(&body, reference)));
        }
        Expected::Classification => {
            let _: UploadId = field(&body, "upload_id")?;
            let _: String = field(&body, "pose")?;
            let _: f64 = field(&body, "confidence")?;
        }
        Expected::Character => {
            let _: CharacterId = field(&body, "id")?;
            let _: Elements = field(&body, "refs")?;
            let status: String = field(&body, "status")?;
            // A status that the SDK does not know ends a wait: the page sees it.
            if status == CharacterStatus::Synthesizing.as_str() {
                return Some(Content::Synthesizing(body));
            }
        }
        Expected::List => {
            let _: Elements = field(&body, "data")?;
        }
        Expected::Deletion => {
            let _: CharacterId = field(&body, "id")?;
        }
    }
    Some(Content::Document(body))
}

/// Reads a field; `None` where it breaks its rule. No message names it: a page cannot mend an answer.
fn field<T: FromValue<V>, V: Value>(object: &V, name: &str) -> Option<T> {
    T::from_value(&object.field(name).ok()?).ok()
}

fn read_ticket<V: Value>(body: V, root: &str) -> Option<Ticket<V>> {
    let url: String = field(&body, "upload_url")?;
    let Object(headers) = field(&body, "upload_headers")?;
    let _: String = field(&body, "expires_at")?;
    Some(Ticket {
        upload_id: field(&body, "upload_id")?,
        url: url::resolve::<V>(&url, root)?,
        content_type: field(&headers, "Content-Type")?,
        max_size: field(&body, "max_size"),
        document: body,
    })
}

/// Returns the character with this reference among those of a page.
fn find_character<V: Value>(body: &V, reference: &str) -> Option<V> {
    let data = body.field("data").ok()?;
    (0..LIST_LIMIT_MAX).find_map(|index| {
        let character = data.field(&decimal(index.into())).ok()?;
        let is_it = character.kind() == ValueKind::Object
            && character
                .field("client_reference_id")
                .is_ok_and(|it| it.as_text().as_deref() == Some(reference));
        is_it.then_some(character)
    })
}

/// Reads the API's error envelope, where the body is one.
fn read_envelope<V: Value>(body: &V) -> Option<Envelope> {
    let Object(error) = field(body, "error")?;
    let text = |name| field(&error, name);
    Some(Envelope {
        error_type: text("type"),
        code: text("code"),
        message: text("message"),
        param: text("param"),
        doc_url: text("doc_url"),
        request_id: text("request_id"),
    })
}

#[cfg(test)]
mod tests;
