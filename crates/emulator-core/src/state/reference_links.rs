//! The signed links to reference images.

use aurous_contract::character::CharacterRef;
use aurous_contract::error::ErrorCode;
use aurous_contract::limits::REF_URL_TTL_MS;

use super::characters::{ReferenceImage, StoredCharacter};
use super::error::{ApiError, Result};
use super::world::World;

impl World {
    /// Makes new links to a character's images, each valid for a day from now (in whole seconds).
    pub(super) fn reference_links(
        &self,
        character: &StoredCharacter,
        now_ms: u64,
    ) -> Vec<CharacterRef> {
        let expires = now_ms.saturating_add(REF_URL_TTL_MS) / 1000;
        let images = character.images.iter().enumerate();
        let links = images.map(|(index, image)| {
            let pose = image.pose.as_str();
            let path = format!("/storage/{}/{index}/{pose}.bin", character.id);
            let token = self
                .foundation
                .signing_key
                .sign_reference_link(&path, expires);
            CharacterRef {
                pose: image.pose,
                url: format!("{}{path}?token={token}", self.foundation.urls.api),
            }
        });
        links.collect()
    }

    /// Returns the image that a link opens. `image` names the character and the index of the image in
    /// its refs.
    pub(crate) fn reference_image(
        &mut self,
        path: &str,
        query: &str,
        image: (&str, &str),
        now_ms: u64,
    ) -> Result<ReferenceImage> {
        let mut fields = form_urlencoded::parse(query.as_bytes());
        let token = fields.find(|(name, _)| name == "token");
        let key = &self.foundation.signing_key;
        let expires = token.and_then(|(_, token)| key.verify_reference_link(path, &token));
        let forbidden = |message| Err(ApiError::new(ErrorCode::MissingScope, message));
        let Some(expires) = expires else {
            return forbidden("the link's token is missing or forged");
        };
        if now_ms >= expires.saturating_mul(1000) {
            return forbidden("the link has expired: get the character again for a new one");
        }
        let (character, index) = image;
        let index = index.parse().unwrap_or(usize::MAX);
        let image = self.characters.image(character, index, now_ms);
        image.ok_or_else(|| ApiError::not_found("image"))
    }
}
