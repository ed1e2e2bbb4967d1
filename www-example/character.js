import { $, tell } from "./page.js";

/** Shows a character and its pictures, and returns the items of the pictures. One without a `url` is still to come. */
export function showCharacter({ id, name, status, refs }) {
  tell("character-status", status);
  tell("character-name", name);
  tell("character-id", id);
  const items = refs.map(({ pose, url }) => {
    const item = $("ref").content.cloneNode(true).firstElementChild;
    Object.assign(item.querySelector("img"), url ? { src: url, alt: `${name}, pose: ${pose}` } : { hidden: true });
    item.querySelector("figcaption").textContent = pose;
    return item;
  });
  $("refs").replaceChildren(...items);
  return items;
}
