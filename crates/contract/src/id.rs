//! The API's opaque ids.
//!
//! Only the server knows what is inside an id (a gateway appends a dot and a signature). So the only rule
//! here is about its form: printable ASCII without spaces, of a sane length.

use serde::{Deserialize, Serialize};

/// The longest text that counts as an id, in bytes. The vendor's ids have 30; a gateway's carry a signature.
pub const ID_MAX_BYTES: usize = 512;

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Returns the text as an id; `None` where it cannot be one: it is empty, longer than
            /// [`ID_MAX_BYTES`], or has a character that is not printable ASCII.
            pub fn parse(text: &str) -> Option<Self> {
                is_id(text).then(|| Self(text.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                if is_id(&text) { Ok(Self(text)) } else { Err("not an id") }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

opaque_id! {
    /// `upl_…`: one ticket, and the image PUT for it.
    UploadId
}
opaque_id! {
    /// `char_…`
    CharacterId
}

fn is_id(text: &str) -> bool {
    (1..=ID_MAX_BYTES).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_printable_ascii_of_a_sane_length() {
        assert!(UploadId::parse("upl_01HXMQ7Z3K8Y2NABCDEFGHJKMR").is_some());
        assert!(UploadId::parse("upl_01HX.kZ9-sig_nature").is_some());
        for bad in ["", " ", "upl_ 1", "upl_\n", "upl_é", &"x".repeat(513)] {
            assert_eq!(UploadId::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_bad_id_does_not_deserialise() {
        assert!(serde_json::from_str::<CharacterId>("\"char_1\"").is_ok());
        assert!(serde_json::from_str::<CharacterId>("\"\"").is_err());
    }
}
