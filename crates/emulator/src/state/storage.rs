//! Reference images and the links that open them.

use aurous_contract::character::CharacterRef;
use aurous_contract::error::ErrorCode;
use aurous_contract::limits::REF_URL_TTL_MS;

use super::character::{Character, Picture};
use super::error::{ApiError, Result};
use super::world::World;

impl World {
    /// Fresh links to a character's pictures, each good for about a day from now.
    pub(super) fn links(&self, character: &Character, now_ms: u64) -> Vec<CharacterRef> {
        let expires = now_ms.saturating_add(REF_URL_TTL_MS) / 1000;
        let pictures = character.pictures.iter().enumerate();
        let links = pictures.map(|(index, picture)| {
            let pose = picture.pose.as_str();
            let path = format!("/storage/{}/{index}/{pose}.bin", character.id);
            let token = self.foundation.secret.sign_ref(&path, expires);
            CharacterRef {
                pose: picture.pose,
                url: format!("{}{path}?token={token}", self.foundation.urls.api),
            }
        });
        links.collect()
    }

    /// What a link opens.
    pub(crate) fn picture(
        &mut self,
        path: &str,
        query: &str,
        place: (&str, &str),
        now_ms: u64,
    ) -> Result<Picture> {
        let mut fields = form_urlencoded::parse(query.as_bytes());
        let token = fields.find(|(name, _)| name == "token");
        let expires = token.and_then(|(_, token)| self.foundation.secret.signed_ref(path, &token));
        let forbidden = |message| Err(ApiError::new(ErrorCode::MissingScope, message));
        let Some(expires) = expires else {
            return forbidden("the link's token is missing or forged");
        };
        if now_ms >= expires.saturating_mul(1000) {
            return forbidden("the link has expired: get the character again for a fresh one");
        }
        let (character, index) = place;
        let index = index.parse().unwrap_or(usize::MAX);
        let picture = self.characters.picture(character, index, now_ms);
        picture.ok_or_else(|| ApiError::not_found("image"))
    }
}
