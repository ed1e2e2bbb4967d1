//! The token buckets of the API's rate limits, as pure functions of a given time.

/// The API's three buckets. A team's keys share them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// init, classify, create (upload flow), PATCH, DELETE, save.
    CharactersPost,
    /// create (synthesize flow), regenerate, resynthesize.
    CharactersSynthesize,
    /// GET one, GET list.
    CharactersGet,
}

impl Bucket {
    pub const ALL: [Self; 3] = [
        Self::CharactersPost,
        Self::CharactersSynthesize,
        Self::CharactersGet,
    ];

    /// Tokens that come back in a minute.
    pub const fn per_minute(self) -> u32 {
        match self {
            Self::CharactersPost => 30,
            Self::CharactersSynthesize => 6,
            Self::CharactersGet => 120,
        }
    }

    /// Tokens in a full bucket.
    pub const fn burst(self) -> u32 {
        match self {
            Self::CharactersPost => 60,
            Self::CharactersSynthesize => 12,
            Self::CharactersGet => 240,
        }
    }
}
