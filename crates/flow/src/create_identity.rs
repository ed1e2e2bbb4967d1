//! What makes two creates identical, so that two clicks on one button make one character.

use aurous_contract::character::CreateFlow;

use crate::arguments::CreateRequest;
use crate::client::Client;
use crate::options::CallOptions;

/// The identity of a create among those that a page has under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateIdentity {
    /// The server, the idempotency key that the caller gave, and the body.
    pub text: String,
    /// Whether two clients' creates differ, although all else is the same. Uploads belong to one visitor, so a
    /// create of the same uploads is the same create, whichever client and whichever copy of this package sends
    /// it. A description belongs to no visitor: two clients may be two of them.
    pub is_of_one_client: bool,
}

impl CreateIdentity {
    pub fn of<V>(request: &CreateRequest, client: &Client<V>, options: &CallOptions<V>) -> Self {
        let key = options.idempotency_key.as_deref().unwrap_or_default();
        Self {
            text: [&*client.root, "\n", key, "\n", &*request.json].concat(),
            is_of_one_client: request.flow == CreateFlow::Synthesize,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::arguments::Task;
    use crate::client::{Place, Surroundings};
    use crate::limits::Limits;

    fn identity(request: Value, client: Value, options: Value) -> CreateIdentity {
        let surroundings = Surroundings {
            place: Place::Browser,
            page_url: Some("https://app.example/".into()),
        };
        let client = Client::read(&client, &surroundings).unwrap();
        let options = CallOptions::read(&options, Limits::DEFAULT).unwrap();
        let task = Task::create_character(&request, &options, || "random".into()).unwrap();
        let Task::CreateCharacter(request) = task else {
            panic!("{task:?}");
        };
        CreateIdentity::of(&request, &client, &options)
    }

    fn of_uploads() -> Value {
        json!({ "name": "Aurora", "upload_ids": ["upl_1"] })
    }

    #[test]
    fn creates_of_the_same_uploads_are_one_whichever_client_sends_them() {
        let first = identity(of_uploads(), json!({}), json!({}));
        let token = json!({ "sessionToken": "a.b.c" });
        assert_eq!(identity(of_uploads(), token, json!({})), first);
        assert!(!first.is_of_one_client);
    }

    #[test]
    fn another_server_another_key_and_another_body_are_another_create() {
        let first = identity(of_uploads(), json!({}), json!({}));
        let other = json!({ "name": "Borealis", "upload_ids": ["upl_1"] });
        for different in [
            identity(of_uploads(), json!({ "baseUrl": "/other" }), json!({})),
            identity(of_uploads(), json!({}), json!({ "idempotencyKey": "1" })),
            identity(other, json!({}), json!({})),
        ] {
            assert_ne!(different, first);
        }
    }

    #[test]
    fn a_description_is_of_one_client() {
        let request = json!({ "name": "Aurora", "generate": true, "attributes": { "age": 28 } });
        assert!(identity(request, json!({}), json!({})).is_of_one_client);
    }
}
