//! The targets of requests. A client never names one upstream: a path that is none of these does not
//! exist.

use percent_encoding::percent_decode_str;

/// What a path below the mount leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Init,
    Classify,
    /// With the upload's token.
    Upload(String),
    Characters,
    /// With the id, as the visitor wrote it.
    Character(String),
    Save(String),
    Regenerate(String),
    Resynthesize(String),
}

impl Target {
    /// Finds the target of a path below the mount. `None` where there is none.
    pub(crate) fn find(path: &str) -> Option<Self> {
        let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        Some(match segments.as_slice() {
            ["uploads", first, rest @ ..] if !first.is_empty() || !rest.is_empty() => {
                Self::Upload(decoded(path.strip_prefix("/uploads/")?))
            }
            ["v1", "characters"] => Self::Characters,
            ["v1", "characters", "uploads", "init"] => Self::Init,
            ["v1", "characters", "uploads", "classify"] => Self::Classify,
            ["v1", "characters", id, rest @ ..] if !id.is_empty() => {
                let id = decoded(id);
                match rest {
                    [] => Self::Character(id),
                    ["save"] => Self::Save(id),
                    ["refs", "regenerate"] => Self::Regenerate(id),
                    ["resynthesize"] => Self::Resynthesize(id),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    /// Returns the pattern of the target's path, for logs and metrics.
    pub(crate) const fn pattern(&self) -> &'static str {
        match self {
            Self::Init => "/v1/characters/uploads/init",
            Self::Classify => "/v1/characters/uploads/classify",
            Self::Upload(_) => "/uploads/{*token}",
            Self::Characters => "/v1/characters",
            Self::Character(_) => "/v1/characters/{id}",
            Self::Save(_) => "/v1/characters/{id}/save",
            Self::Regenerate(_) => "/v1/characters/{id}/refs/regenerate",
            Self::Resynthesize(_) => "/v1/characters/{id}/resynthesize",
        }
    }

    /// Returns the methods of the target, as the header `Allow` has them.
    pub(crate) const fn methods(&self) -> &'static str {
        match self {
            Self::Upload(_) => "PUT",
            Self::Characters => "GET,HEAD,POST",
            Self::Character(_) => "GET,HEAD,PATCH,DELETE",
            Self::Init
            | Self::Classify
            | Self::Save(_)
            | Self::Regenerate(_)
            | Self::Resynthesize(_) => "POST",
        }
    }
}

/// Decodes a part of a path. One that is not UTF-8 then is empty, which is the name of nothing.
fn decoded(part: &str) -> String {
    let decoded = percent_decode_str(part).decode_utf8();
    decoded.map(|it| it.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_leads_to_its_target() {
        for (path, target) in [
            ("/v1/characters/uploads/init", Target::Init),
            ("/v1/characters/uploads/classify", Target::Classify),
            ("/uploads/abc", Target::Upload("abc".into())),
            ("/uploads/ab/cd", Target::Upload("ab/cd".into())),
            ("/v1/characters", Target::Characters),
            ("/v1/characters/char_1", Target::Character("char_1".into())),
            ("/v1/characters/c%2e.d/save", Target::Save("c..d".into())),
            (
                "/v1/characters/c/refs/regenerate",
                Target::Regenerate("c".into()),
            ),
            (
                "/v1/characters/c/resynthesize",
                Target::Resynthesize("c".into()),
            ),
        ] {
            assert_eq!(Target::find(path), Some(target), "{path}");
        }
    }

    #[test]
    fn any_other_path_leads_nowhere() {
        for path in [
            "",
            "/",
            "v1/characters",
            "/v1/characters/",
            "/V1/characters",
            "//v1/characters",
            "/v1/characters/c/",
            "/v1/characters//save",
            "/v1/characters/c/save/",
            "/uploads",
            "/uploads/",
            "/v1/characters/c/refs",
            "/v1/jobs",
            "/v1%2fcharacters",
        ] {
            assert_eq!(Target::find(path), None, "{path}");
        }
    }

    #[test]
    fn a_part_that_is_not_utf_8_is_the_name_of_nothing() {
        assert_eq!(
            Target::find("/v1/characters/%ff"),
            Some(Target::Character(String::new()))
        );
    }
}
