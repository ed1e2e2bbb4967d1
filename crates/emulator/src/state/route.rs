//! Which of the API's calls a method and a path name.

use aurous_contract::rate::Bucket;

use crate::step::Step;

/// A call, with the ids of its path as they came.
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
    /// A reference image: the character, and which of its refs.
    Picture {
        character: String,
        index: String,
    },
    /// The path is there, the method is not. `allow`: those that are, as the header `Allow` has
    /// them.
    WrongMethod {
        allow: &'static str,
    },
    Unknown,
}

impl Route {
    pub(crate) fn of(method: &str, path: &str) -> Self {
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
            ("GET", ["storage", character, index, _file]) => Self::Picture {
                character: (*character).to_owned(),
                index: (*index).to_owned(),
            },
            _ => Self::Unknown,
        }
    }

    pub(crate) const fn step(&self) -> Step {
        match self {
            Self::Init => Step::Init,
            Self::Classify => Step::Classify,
            Self::Create => Step::Create,
            Self::List => Step::List,
            Self::Get(_) => Step::Get,
            Self::Update(_) => Step::Update,
            Self::Delete(_) => Step::Delete,
            Self::Save(_) => Step::Save,
            Self::Regenerate(_) => Step::Regenerate,
            Self::Resynthesize(_) => Step::Resynthesize,
            Self::Picture { .. } => Step::Ref,
            Self::WrongMethod { .. } | Self::Unknown => Step::Other,
        }
    }

    /// The bucket that pays for the call. `synthesizes`: a create of the synthesize flow.
    pub(crate) const fn bucket(&self, synthesizes: bool) -> Bucket {
        match self {
            Self::List | Self::Get(_) | Self::Picture { .. } | Self::Unknown => {
                Bucket::CharactersGet
            }
            Self::Regenerate(_) | Self::Resynthesize(_) => Bucket::CharactersSynthesize,
            Self::Create if synthesizes => Bucket::CharactersSynthesize,
            _ => Bucket::CharactersPost,
        }
    }

    /// Whether the call only reads: what its key's scopes must allow.
    pub(crate) const fn reads(&self) -> bool {
        matches!(self, Self::List | Self::Get(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_documented_call_has_its_route() {
        let step = |method, path| Route::of(method, path).step();
        assert_eq!(step("POST", "/v1/characters/uploads/init"), Step::Init);
        assert_eq!(step("POST", "/v1/characters"), Step::Create);
        assert_eq!(step("PATCH", "/v1/characters/char_1"), Step::Update);
        assert_eq!(
            step("POST", "/v1/characters/char_1/refs/regenerate"),
            Step::Regenerate
        );
        assert_eq!(step("GET", "/storage/char_1/0/front.bin"), Step::Ref);
        assert_eq!(
            Route::of("PUT", "/v1/characters/uploads/init"),
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
            let route = Route::of("POST", path);
            assert!(
                matches!(route, Route::Unknown | Route::WrongMethod { .. }),
                "{path}: {route:?}"
            );
        }
    }
}
