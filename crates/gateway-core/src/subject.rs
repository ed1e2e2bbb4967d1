//! The subject of a session.

use std::fmt;

/// The owner of uploads and characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// All visitors without a session token. Never equal to a named visitor, whatever the name.
    Anonymous,
    /// The `sub` of a session token.
    Visitor(String),
}

/// Hides the name, which may be a mail address.
impl fmt::Debug for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Anonymous => "Anonymous",
            Self::Visitor(_) => "Visitor(…)",
        })
    }
}
