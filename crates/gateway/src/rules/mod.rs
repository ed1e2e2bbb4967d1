//! (being written)
pub(crate) mod body;
pub(crate) mod creates;
pub(crate) mod rate;
pub(crate) mod upload_url;
