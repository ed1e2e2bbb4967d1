//! The example page, as a person uses it: what is on it, what is done to it.

use std::path::Path;

use anyhow::Result;
use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde::Deserialize;

use crate::browser::Browser;
use crate::picture::picked;

/// One picture in the page's list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Tile {
    pub name: String,
    /// `preparing`, `uploading`, `classifying`, `ready` or `error`.
    pub state: String,
    /// What the page says of it.
    pub words: String,
}

impl Browser {
    /// What the operating system's file dialog does when it closes.
    ///
    /// # Errors
    /// A file is missing, or the browser did not answer.
    pub async fn pick<P: AsRef<Path>>(&self, paths: impl IntoIterator<Item = P>) -> Result<()> {
        let paths = picked(paths)?;
        self.find(Locator::Id("files"))
            .await?
            .send_keys(&paths)
            .await?;
        Ok(())
    }

    /// The pictures in the list, as they are now.
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn tiles(&self) -> Result<Vec<Tile>> {
        let tiles = self.execute(TILES, Vec::new()).await?;
        Ok(serde_json::from_value(tiles)?)
    }

    /// The pictures in the list, once there are `count` and each is ready or has failed.
    ///
    /// # Errors
    /// That does not come to pass.
    pub async fn settled(&self, count: usize) -> Result<Vec<Tile>> {
        let condition = format!(
            "const tiles = (() => {{ {TILES} }})();
             return tiles.length === {count} && tiles.every(({{ state }}) => /^(ready|error)$/.test(state)) && tiles;"
        );
        let what = format!("{count} pictures are ready or have failed");
        Ok(serde_json::from_value(
            self.until(&what, &condition).await?,
        )?)
    }

    /// What an element says, by its id; empty where it is hidden.
    ///
    /// # Errors
    /// There is none.
    pub async fn says(&self, id: &str) -> Result<String> {
        // Not the driver's own: to it, what is fading in says nothing yet.
        let script = "const it = document.getElementById(arguments[0]);
                      return it.checkVisibility() ? it.innerText : '';";
        let text = self.execute(script, vec![id.into()]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Presses a key, wherever the focus is.
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn press(&self, key: char) -> Result<()> {
        let stroke = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key });
        self.perform_actions(stroke).await?;
        Ok(())
    }

    /// Types a text, wherever the focus is.
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        for key in text.chars() {
            self.press(key).await?;
        }
        Ok(())
    }

    /// What has the focus: its id, else its name, else what it is called.
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn focused(&self) -> Result<String> {
        let script = "const it = document.activeElement;
                      return it.id || it.name || it.ariaLabel || it.textContent || it.tagName;";
        let focused = self.execute(script, Vec::new()).await?;
        Ok(focused.as_str().unwrap_or_default().to_owned())
    }
}

const TILES: &str = "
    return [...document.querySelectorAll('#pictures > li')].map((tile) => ({
        name: tile.querySelector('.name').textContent,
        state: tile.dataset.state,
        words: tile.querySelector('.state').textContent,
    }));";
