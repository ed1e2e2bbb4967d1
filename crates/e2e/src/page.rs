//! Reads the example page, and uses it as a person does.

use std::path::Path;

use anyhow::{Result, ensure};
use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde::Deserialize;

use crate::browser::Browser;
use crate::picture::file_input_keys;

/// One picture in the page's list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Tile {
    pub name: String,
    /// `uploading`, `ready` or `error`.
    pub state: String,
    /// The text that the page shows for the state.
    pub words: String,
}

impl Browser {
    /// Picks files, as in the operating system's file dialog.
    ///
    /// # Errors
    /// A file is missing, or the browser did not answer.
    pub async fn pick<P: AsRef<Path>>(&self, paths: impl IntoIterator<Item = P>) -> Result<()> {
        let paths = file_input_keys(paths)?;
        self.find(Locator::Id("files"))
            .await?
            .send_keys(&paths)
            .await?;
        Ok(())
    }

    /// Returns the pictures in the list.
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn tiles(&self) -> Result<Vec<Tile>> {
        let tiles = self.execute(TILES, Vec::new()).await?;
        Ok(serde_json::from_value(tiles)?)
    }

    /// Waits until the list has `count` pictures, each of which is ready or has failed, and returns them.
    ///
    /// # Errors
    /// It does not happen in time.
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

    /// Enters a name and a description of a person, and submits them.
    ///
    /// # Errors
    /// The page has no such form.
    pub async fn describe(&self, name: &str, description: &str) -> Result<()> {
        for (field, text) in [("name", name), ("additional_details", description)] {
            let field = self.find(Locator::Css(&format!("[name={field}]"))).await?;
            field.clear().await?;
            field.send_keys(text).await?;
        }
        self.find(Locator::Id("create")).await?.click().await?;
        Ok(())
    }

    /// Waits until the page says how long it has been waiting for pictures of a described character.
    ///
    /// # Errors
    /// It does not happen in time.
    pub async fn until_waiting(&self) -> Result<()> {
        let condition = "return document.querySelector('[data-state=waiting] #progress')?.textContent.includes(' s so far')";
        self.until("the page waits for pictures", condition)
            .await
            .map(drop)
    }

    /// Waits until the page no longer waits for the pictures of a described character, which then has this status,
    /// and until all pictures that it shows have loaded.
    ///
    /// # Errors
    /// It does not happen in time.
    pub async fn until_described(&self, status: &str) -> Result<()> {
        let condition = format!(
            "const images = [...document.querySelectorAll('#refs img:not([hidden])')];
             return document.querySelector('#character[data-state={status}]')
                 && images.every((image) => image.complete && image.naturalWidth > 0);"
        );
        self.until(&format!("the character is {status}"), &condition)
            .await
            .map(drop)
    }

    /// Clicks the button that makes the picture of a pose again.
    ///
    /// # Errors
    /// The page has no such button.
    pub async fn make_again(&self, pose: &str) -> Result<()> {
        let button = format!("[aria-label='Make again: {pose}']");
        self.find(Locator::Css(&button)).await?.click().await?;
        Ok(())
    }

    /// Returns the text of the element with this id, or nothing if it is hidden.
    ///
    /// # Errors
    /// The element does not exist.
    pub async fn says(&self, id: &str) -> Result<String> {
        // Not WebDriver's own command, which returns nothing for an element that is fading in.
        let script = "const it = document.getElementById(arguments[0]);
                      return it.checkVisibility() ? it.innerText : '';";
        let text = self.execute(script, vec![id.into()]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page tells of a problem with a field. The problem names it, and it has the focus.
    ///
    /// # Errors
    /// There is no problem, or it is with something else.
    pub async fn tells_of_field(&self, name: &str) -> Result<()> {
        let told = "return !document.querySelector('#problem').hidden";
        self.until("a problem is told", told).await?;
        let problem = self.says("problem").await?;
        ensure!(
            problem.contains(name),
            "the problem does not name {name}: {problem}"
        );
        let focused = self.focused().await?;
        ensure!(focused == name, "{focused} has the focus, not {name}");
        Ok(())
    }

    /// Presses a key, in the focused element.
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

    /// Types a text into the focused element.
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        for key in text.chars() {
            self.press(key).await?;
        }
        Ok(())
    }

    /// Returns the id of the focused element, or else its name, or else its label.
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
