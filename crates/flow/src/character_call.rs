//! The calls about characters that exist: all but the create.

use aurous_contract::id::CharacterId;
use aurous_contract::rate::Bucket;

use crate::answer::Expected;
use crate::message::decimal;
use crate::request::Method;

/// What a call does with a character, or with all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    Get,
    /// Gets the character until it is synthesized no more.
    Wait,
    List,
    Update,
    Delete,
    Save,
    Regenerate,
    Resynthesize,
}

impl Operation {
    pub const ALL: [Self; 8] = [
        Self::Get,
        Self::Wait,
        Self::List,
        Self::Update,
        Self::Delete,
        Self::Save,
        Self::Regenerate,
        Self::Resynthesize,
    ];

    pub const fn method(self) -> Method {
        match self {
            Self::Get | Self::Wait | Self::List => Method::Get,
            Self::Update => Method::Patch,
            Self::Delete => Method::Delete,
            Self::Save | Self::Regenerate | Self::Resynthesize => Method::Post,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Wait => "wait",
            Self::List => "list",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Save => "save",
            Self::Regenerate => "regenerate",
            Self::Resynthesize => "resynthesize",
        }
    }

    /// Returns the bucket that the call takes a token from (the vendor's page on rate limits).
    pub const fn bucket(self) -> Bucket {
        match self {
            Self::Get | Self::Wait | Self::List => Bucket::CharactersGet,
            Self::Update | Self::Delete | Self::Save => Bucket::CharactersPost,
            Self::Regenerate | Self::Resynthesize => Bucket::CharactersSynthesize,
        }
    }

    pub(crate) const fn expected(self) -> Expected {
        match self {
            Self::List => Expected::List,
            Self::Delete => Expected::Deletion,
            _ => Expected::Character,
        }
    }

    /// Returns what follows a character's path.
    const fn suffix(self) -> &'static str {
        match self {
            Self::Save => "/save",
            Self::Regenerate => "/refs/regenerate",
            Self::Resynthesize => "/resynthesize",
            Self::Get | Self::Wait | Self::List | Self::Update | Self::Delete => "",
        }
    }
}

/// A call about one character, or about all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct CharacterCall {
    pub operation: Operation,
    /// Below the client's root, with its query.
    pub path: String,
    /// None for [`Operation::List`].
    pub id: Option<CharacterId>,
    /// The request's body: fields that the SDK does not know pass through.
    pub json: Option<String>,
    /// Of the calls that cost credits.
    pub idempotency_key: Option<String>,
}

impl CharacterCall {
    /// Returns a call about this character, without a body.
    ///
    /// ```
    /// use aurous_contract::id::CharacterId;
    /// use aurous_flow::character_call::{CharacterCall, Operation};
    ///
    /// let id = CharacterId::parse("char_1.sig").unwrap();
    /// let save = CharacterCall::about(Operation::Save, id);
    /// assert_eq!(save.path, "/v1/characters/char_1.sig/save");
    /// ```
    pub fn about(operation: Operation, id: CharacterId) -> Self {
        Self {
            path: ["/v1/characters/", id.as_str(), operation.suffix()].concat(),
            operation,
            id: Some(id),
            json: None,
            idempotency_key: None,
        }
    }

    /// Returns a call for a page of a list of at most `limit` characters, from behind the one with the id `after`.
    pub fn list(limit: Option<u64>, after: Option<&CharacterId>) -> Self {
        let mut path = "/v1/characters".to_owned();
        let mut separator = "?";
        let mut push = |name: &str, value: &str| {
            for part in [separator, name, value] {
                path.push_str(part);
            }
            separator = "&";
        };
        if let Some(limit) = limit {
            push("limit=", &decimal(limit));
        }
        // An id has no character that a query would have to escape.
        if let Some(after) = after {
            push("starting_after=", after.as_str());
        }
        Self {
            operation: Operation::List,
            path,
            id: None,
            json: None,
            idempotency_key: None,
        }
    }
}
