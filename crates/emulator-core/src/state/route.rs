//! The call that a method and a path name.

use aurous_contract::rate::Bucket;

use crate::operation::Operation;

/// A call of the API, with the ids in its path as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Init,
    Classify,
    Create,
    List,
    Get(String),
    Update(String),
    Delete(String),
    Save(String),
    Regenerate(String),
    Resynthesize(String),
    /// The load of a reference image: the character, and the index of the image in its refs.
    ReferenceImage {
        character: String,
        index: String,
    },
    /// The path exists, the method does not. `allow` lists the methods that do, for the header `Allow`.
    WrongMethod {
        allow: &'static str,
    },
    Unknown,
}

impl Route {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        let only = |allow| Self::WrongMethod { allow };
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (method, parts.as_slice()) {
            ("POST", ["v1", "characters", "uploads", "init"]) => Self::Init,
            ("POST", ["v1", "characters", "uploads", "classify"]) => Self::Classify,
            (_, ["v1", "characters", "uploads", "init" | "classify"]) => only("POST"),
            ("POST", ["v1", "characters"]) => Self::Create,
            ("GET", ["v1", "characters"]) => Self::List,
            (_, ["v1", "characters"]) => only("GET, POST"),
            ("GET", ["v1", "characters", id]) => Self::Get((*id).to_owned()),
            ("PATCH", ["v1", "characters", id]) => Self::Update((*id).to_owned()),
            ("DELETE", ["v1", "characters", id]) => Self::Delete((*id).to_owned()),
            (_, ["v1", "characters", _]) => only("GET, PATCH, DELETE"),
            ("POST", ["v1", "characters", id, "save"]) => Self::Save((*id).to_owned()),
            ("POST", ["v1", "characters", id, "refs", "regenerate"]) => {
                Self::Regenerate((*id).to_owned())
            }
            ("POST", ["v1", "characters", id, "resynthesize"]) => {
                Self::Resynthesize((*id).to_owned())
            }
            (_, ["v1", "characters", _, "save" | "resynthesize"])
            | (_, ["v1", "characters", _, "refs", "regenerate"]) => only("POST"),
            ("GET", ["storage", character, index, _file]) => Self::ReferenceImage {
                character: (*character).to_owned(),
                index: (*index).to_owned(),
            },
            _ => Self::Unknown,
        }
    }

    pub(crate) const fn operation(&self) -> Operation {
        match self {
            Self::Init => Operation::Init,
            Self::Classify => Operation::Classify,
            Self::Create => Operation::Create,
            Self::List => Operation::List,
            Self::Get(_) => Operation::Get,
            Self::Update(_) => Operation::Update,
            Self::Delete(_) => Operation::Delete,
            Self::Save(_) => Operation::Save,
            Self::Regenerate(_) => Operation::Regenerate,
            Self::Resynthesize(_) => Operation::Resynthesize,
            Self::ReferenceImage { .. } => Operation::Ref,
            Self::WrongMethod { .. } | Self::Unknown => Operation::Other,
        }
    }

    /// Returns the bucket that the call takes a token from. `is_synthesis`: the call is a create of the
    /// synthesize flow.
    pub(crate) const fn bucket(&self, is_synthesis: bool) -> Bucket {
        match self {
            Self::List | Self::Get(_) | Self::ReferenceImage { .. } | Self::Unknown => {
                Bucket::CharactersGet
            }
            Self::Regenerate(_) | Self::Resynthesize(_) => Bucket::CharactersSynthesize,
            Self::Create if is_synthesis => Bucket::CharactersSynthesize,
            _ => Bucket::CharactersPost,
        }
    }

    /// Whether the call only reads, so that a key needs no more than the read scope.
    pub(crate) const fn is_read(&self) -> bool {
        matches!(self, Self::List | Self::Get(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_call_has_a_route() {
        let operation = |method, path| Route::new(method, path).operation();
        assert_eq!(
            operation("POST", "/v1/characters/uploads/init"),
            Operation::Init
        );
        assert_eq!(operation("POST", "/v1/characters"), Operation::Create);
        assert_eq!(
            operation("PATCH", "/v1/characters/char_1"),
            Operation::Update
        );
        assert_eq!(
            operation("POST", "/v1/characters/char_1/refs/regenerate"),
            Operation::Regenerate
        );
        assert_eq!(
            operation("GET", "/storage/char_1/0/front.bin"),
            Operation::Ref
        );
        assert_eq!(
            Route::new("PUT", "/v1/characters/uploads/init"),
            Route::WrongMethod { allow: "POST" }
        );
        for path in [
            "/",
            "",
            "/v1",
            "/v1/characters/",
            "/v2/characters",
            "/v1/characters/a/b",
        ] {
            let route = Route::new("POST", path);
            assert!(
                matches!(route, Route::Unknown | Route::WrongMethod { .. }),
                "{path}: {route:?}"
            );
        }
    }
}
