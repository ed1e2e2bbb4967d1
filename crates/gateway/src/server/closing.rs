//! Why the gateway closes a connection.

/// The reason for which the gateway closes a connection, beside the end of its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// hyper could not read a head, and responded with 400.
    BadHead,
    /// hyper responded with 431.
    HeadTooLarge,
    HeadTimeout,
    KeepAliveTimeout,
    SlowReader,
    /// Another connection needed the place.
    NoRoom,
}

impl Closing {
    /// Returns the reason where hyper's error is one.
    pub(super) fn from_error(error: &hyper::Error) -> Option<Self> {
        if error.is_parse_too_large() {
            Some(Self::HeadTooLarge)
        } else {
            error.is_parse().then_some(Self::BadHead)
        }
    }

    /// Returns the reason's name in log and metrics.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::BadHead => "bad_head",
            Self::HeadTooLarge => "head_too_large",
            Self::HeadTimeout => "head_timeout",
            Self::KeepAliveTimeout => "keep_alive_timeout",
            Self::SlowReader => "slow_reader",
            Self::NoRoom => "no_room",
        }
    }
}
