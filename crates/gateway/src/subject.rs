//! The owner of uploads and characters.

use std::fmt;

/// Whose uploads and characters these are.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Everyone without a session token. Never equal to a visitor, whatever that one's name.
    Anonymous,
    /// The `sub` of a session token.
    Visitor(String),
}

/// The name may be a mail address: it is not shown.
impl fmt::Debug for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Anonymous => "Anonymous",
            Self::Visitor(_) => "Visitor(…)",
        })
    }
}
