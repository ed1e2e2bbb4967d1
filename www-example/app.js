// Makes a character from the photos that a person picks. The page calls the gateway, at `/aurous` on its own
// origin. The gateway has the API key; the page has none. This page has no sign-in, so its gateway admits every
// visitor. A page with a sign-in passes the `sessionToken` that its backend makes to `createClient`.
import { createCharacter, upload } from "aurous-web";
import { showCharacter } from "./character.js";
import { filesOf } from "./files.js";
import { $, entered, fieldOf, say, tell } from "./page.js";

const MAX_PICTURES = 6; // of one character
const MAX_NAMES = 3; // of pictures left out, in one message

/** Without the characters that reorder text, which would show `gpj.exe` as `exe.jpg`. */
const nameOf = (file) => file.name.replace(/\p{Bidi_Control}/gu, "");
const form = $("form");
const pictures = new Set(); // of { file, item, state, uploadId, removed }

async function send(picture) {
  const { file, removed: { signal } } = picture;
  try {
    show(picture, "uploading", "Uploading…");
    const { ticket, classification } = await upload(file, { classify: true, signal });
    picture.uploadId = ticket.upload_id;
    show(picture, "ready", `Ready · pose: ${classification.pose}`);
  } catch (error) {
    if (signal.aborted) return; // the picture was removed
    show(picture, "error", error.message, error.retryable);
  }
}

async function create() {
  const upload_ids = [...pictures].filter(({ state }) => state === "ready").map(({ uploadId }) => uploadId);
  form.inert = true; // the pictures must not change during the request
  tell("problem", "");
  tell("reason", say("Creating the character…"));
  try {
    celebrate(await createCharacter({ ...entered(form), upload_ids }));
  } catch (error) {
    form.inert = false;
    update();
    tell("problem", error.message);
    (fieldOf(error, form) ?? $("create")).focus();
  }
}

function celebrate(character) {
  showCharacter(character);
  form.hidden = true;
  $("character").hidden = false;
  $("character-name").focus();
  say(`${character.name} is ${character.status}.`);
}

function add(files) {
  if (form.inert) return;
  const room = MAX_PICTURES - pictures.size;
  const left = files.slice(room).map(nameOf);
  const more = left.splice(MAX_NAMES).length; // of a folder, hundreds may be left
  if (more) left.push(`and ${more} more`);
  tell("refused", left.length ? `A character takes ${MAX_PICTURES} pictures at most. Left out: ${left.join(", ")}.` : "");
  for (const file of files.slice(0, room)) {
    const item = $("picture").content.cloneNode(true).firstElementChild;
    const picture = { file, item, removed: new AbortController() };
    const [image, retry, removal] = item.querySelectorAll("img, button");
    image.src = URL.createObjectURL(file);
    image.onerror = () => (image.hidden = true); // the browser can't show this file
    image.decode().catch(() => {}).finally(() => URL.revokeObjectURL(image.src)); // otherwise the file stays in memory
    item.querySelector(".name").textContent = nameOf(file);
    retry.onclick = () => (removal.focus(), send(picture)); // keeps the focus when the button disappears
    removal.onclick = () => remove(picture);
    removal.ariaLabel = `Remove ${nameOf(file)}`;
    pictures.add(picture);
    $("pictures").append(item);
    send(picture);
  }
}

function show(picture, state, words, retryable = false) {
  picture.state = picture.item.dataset.state = state;
  picture.item.querySelector(".state").textContent = words;
  picture.item.querySelector(".retry").hidden = !retryable;
  if (state !== "uploading") say(`${nameOf(picture.file)}: ${words}`);
  update();
}

function remove(picture) {
  const neighbour = picture.item.nextElementSibling ?? picture.item.previousElementSibling;
  (neighbour?.querySelector(".remove") ?? $("files")).focus(); // otherwise the focus would be lost with the button
  picture.removed.abort(); // cancels its upload
  picture.item.remove();
  pictures.delete(picture);
  tell("refused", "");
  say(`${nameOf(picture.file)} removed`);
  update();
}

/** Shows what is still missing for a character, and returns the field to go to. */
function update() {
  const count = (wanted) => [...pictures].filter(({ state }) => state === wanted).length;
  const [waiting, ready, failed] = ["uploading", "ready", "error"].map(count);
  const [reason, field] =
    waiting ? [`${waiting} of ${pictures.size} pictures still on the way.`, $("create")]
    : !ready ? ["Pick at least one picture first.", $("files")]
    : !form.elements.name.value.trim() ? ["One thing left: a name.", form.elements.name]
    : [ready > 1 ? `From ${ready} pictures.` : "From one picture."];
  tell("reason", failed && ready ? `${reason} Failed ones are left out.` : reason);
  $("create").ariaDisabled = String(Boolean(field));
  return field;
}

$("files").onchange = ({ target }) => {
  add([...target.files]);
  target.value = ""; // otherwise a removed picture could not be picked again
};
if ($("files").value) $("files").onchange({ target: $("files") }); // a person may pick before this script has loaded

/** Takes the pictures of a drop or a paste, or tells why there are none. */
async function take(event, data) {
  if (isText(event, data)) return; // the browser puts it into the field
  event.preventDefault(); // otherwise the browser would leave the page and open what was dropped
  if (form.inert) return;
  const isLink = data.types.includes("text/uri-list") || data.getData("text/html").includes("<img");
  const files = await filesOf(data);
  if (files.length) return add(files);
  tell("refused", isLink
    ? "That is a link to a picture. Save the picture on this device, then choose it here."
    : "There is no picture in it. Choose JPEG, PNG or WebP pictures.");
}

/** Returns whether this is text for a field. A copied part of a document comes as text and as a picture. */
function isText({ type, target }, { types }) {
  if (!target.matches?.("input:not([type=file]), textarea")) return false;
  return type === "paste" ? types.includes("text/plain") : !types.includes("Files");
}

document.ondragover = (event) => isText(event, event.dataTransfer) || event.preventDefault();
document.ondrop = (event) => take(event, event.dataTransfer);
document.onpaste = (event) => take(event, event.clipboardData);
form.oninput = update;
form.onsubmit = (event) => {
  event.preventDefault();
  const field = update();
  field ? field.focus() : create();
};
$("again").onclick = () => location.reload();
