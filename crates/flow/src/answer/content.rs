use aurous_contract::character::CharacterStatus;
use aurous_contract::id::{CharacterId, UploadId};
use aurous_contract::limits::LIST_LIMIT_MAX;

use super::{Character, Content, Envelope, Expected, Head, Ticket};
use crate::message::decimal;
use crate::read::{Elements, Fields, Object, Reading};
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
    if !head.is_success() {
        return read_envelope(&body).map_or(Content::WrongShape, Content::Error);
    }
    let content = match expected {
        Expected::Nothing => Ok(Some(Content::Unread)),
        Expected::Ticket { root } => read_ticket(&body, root).map(|it| it.map(Content::Ticket)),
        Expected::Classification => {
            is_classification(&body).map(|()| Some(Content::Classification(body.clone())))
        }
        Expected::Character => read_character(&body).map(|it| Some(Content::Character(it))),
        Expected::List => is_list(&body).map(|()| Some(Content::List(body.clone()))),
        Expected::Referred(reference) => {
            Ok(Some(Content::Referred(find_character(&body, reference))))
        }
        Expected::Deletion => is_deletion(&body).map(|()| Some(Content::Deletion(body.clone()))),
    };
    content.ok().flatten().unwrap_or(Content::WrongShape)
}

fn read_ticket<V: Value>(body: &V, root: &str) -> Reading<Option<Ticket<V>>, V> {
    let fields = Fields::of(body, "");
    let upload_id = fields.required("upload_id")?;
    let url: String = fields.required("upload_url")?;
    let Object(headers) = fields.required("upload_headers")?;
    let content_type = Fields::of(&headers, "").required("Content-Type")?;
    let _: String = fields.required("expires_at")?;
    let max_size: Option<f64> = fields.optional("max_size").ok().flatten();
    Ok(url::resolve::<V>(&url, root).map(|url| Ticket {
        upload_id,
        url,
        content_type,
        max_size,
        document: body.clone(),
    }))
}

fn is_classification<V: Value>(body: &V) -> Reading<(), V> {
    let fields = Fields::of(body, "");
    let _: UploadId = fields.required("upload_id")?;
    let _: String = fields.required("pose")?;
    let _: f64 = fields.required("confidence")?;
    Ok(())
}

fn read_character<V: Value>(body: &V) -> Reading<Character<V>, V> {
    let fields = Fields::of(body, "");
    let _: CharacterId = fields.required("id")?;
    let status: String = fields.required("status")?;
    let _: Elements = fields.required("refs")?;
    Ok(Character {
        // A status that the SDK does not know ends a wait: the page sees it.
        is_synthesizing: status == CharacterStatus::Synthesizing.as_str(),
        document: body.clone(),
    })
}

fn is_list<V: Value>(body: &V) -> Reading<(), V> {
    let _: Elements = Fields::of(body, "").required("data")?;
    Ok(())
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

fn is_deletion<V: Value>(body: &V) -> Reading<(), V> {
    let _: CharacterId = Fields::of(body, "").required("id")?;
    Ok(())
}

/// Reads the API's error envelope, where the body is one.
fn read_envelope<V: Value>(body: &V) -> Option<Envelope> {
    let error: Reading<Object<V>, V> = Fields::of(body, "").required("error");
    let Object(error) = error.ok()?;
    let text = |name| error.field(name).ok()?.as_text();
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
