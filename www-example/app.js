// From picked photos to a character. The page talks to `/aurous` on its own origin, the gateway, which
// holds the API key. No key is ever in the page. Nobody signs in here, so the gateway lets everybody in;
// a page whose visitors sign in gives `createClient` the `sessionToken` that its backend makes for them.
import { initUpload, putFile, classify, createCharacter } from "aurous-web";

const MOST = 6; // pictures of one character
const WORDS = { preparing: "Preparing…", uploading: "Uploading…", classifying: "Looking at it…" };

const $ = (id) => document.getElementById(id);
const tell = (id, text) => Object.assign($(id), { textContent: text, hidden: !text });
const say = (text) => ($("status").textContent = text); // for screen readers, which never see it hidden
const form = $("form");
const pictures = new Set(); // of { file, item, state, uploadId, removed }

async function upload(picture) {
  const { file, removed: { signal } } = picture;
  try {
    show(picture, "preparing");
    const ticket = await initUpload(file, { signal });
    show(picture, "uploading");
    await putFile(ticket, file, { signal });
    show(picture, "classifying");
    const { pose } = await classify(ticket, { signal });
    picture.uploadId = ticket.upload_id;
    show(picture, "ready", `Ready · pose: ${pose}`);
  } catch (error) {
    if (signal.aborted) return; // it was removed: nobody waits for it any more
    show(picture, "error", error.message, error.retryable);
  }
}

async function create() {
  const { name, age, ...rest } = Object.fromEntries(new FormData(form));
  const given = Object.entries(rest).filter(([, value]) => value);
  if (age) given.push(["age", Number(age)]);
  const upload_ids = [...pictures].filter(({ state }) => state === "ready").map(({ uploadId }) => uploadId);
  form.inert = true; // nothing may change under the request
  tell("problem", "");
  tell("reason", say("Creating the character…"));
  try {
    celebrate(await createCharacter({ name: name.trim(), upload_ids, attributes: Object.fromEntries(given) }));
  } catch (error) {
    form.inert = false;
    update();
    tell("problem", error.message);
    (form.elements[error.param?.split(".").pop()] ?? $("create")).focus(); // `attributes.age`: that field
  }
}

function celebrate({ id, name, status, refs }) {
  tell("character-status", status);
  tell("character-name", name);
  tell("character-id", id);
  for (const { pose, url } of refs) {
    const item = $("ref").content.cloneNode(true);
    Object.assign(item.querySelector("img"), { src: url, alt: `${name}, pose: ${pose}` });
    item.querySelector("figcaption").textContent = pose;
    $("refs").append(item);
  }
  form.hidden = true;
  $("character").hidden = false;
  $("character-name").focus();
  say(`${name} is ${status}.`);
}

function add(files) {
  if (form.inert) return;
  const room = MOST - pictures.size;
  const left = files.slice(room).map(({ name }) => name).join(", ");
  tell("refused", left && `A character takes ${MOST} pictures at most. Left out: ${left}.`);
  for (const file of files.slice(0, room)) {
    const item = $("picture").content.cloneNode(true).firstElementChild;
    const picture = { file, item, removed: new AbortController() };
    const [image, retry, removal] = item.querySelectorAll("img, button");
    image.src = URL.createObjectURL(file);
    image.onerror = () => (image.hidden = true); // this browser can't show it
    image.decode().catch(() => {}).finally(() => URL.revokeObjectURL(image.src)); // or it stays in memory
    item.querySelector(".name").textContent = file.name;
    retry.onclick = () => (removal.focus(), upload(picture)); // the button goes, the focus must not
    removal.onclick = () => remove(picture);
    removal.ariaLabel = `Remove ${file.name}`;
    pictures.add(picture);
    $("pictures").append(item);
    upload(picture);
  }
}

function show(picture, state, words = WORDS[state], retryable = false) {
  picture.state = picture.item.dataset.state = state;
  picture.item.querySelector(".state").textContent = words;
  picture.item.querySelector(".retry").hidden = !retryable;
  if (!WORDS[state]) say(`${picture.file.name}: ${words}`); // outcomes only: every step would be noise
  update();
}

function remove(picture) {
  const neighbour = picture.item.nextElementSibling ?? picture.item.previousElementSibling;
  (neighbour?.querySelector(".remove") ?? $("files")).focus(); // or the focus would be lost with the button
  picture.removed.abort(); // stops its upload
  picture.item.remove();
  pictures.delete(picture);
  tell("refused", "");
  say(`${picture.file.name} removed`);
  update();
}

/** Says what still keeps the character from being created; gives the field that puts it right. */
function update() {
  const count = (wanted) => [...pictures].filter(({ state }) => wanted.includes(state)).length;
  const [waiting, ready, failed] = [count(Object.keys(WORDS)), count(["ready"]), count(["error"])];
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
  target.value = ""; // or a removed picture couldn't be picked again
};
document.ondragover = document.ondrop = (event) => {
  if (!event.dataTransfer.types.includes("Files")) return; // text that is dragged into a field, say
  event.preventDefault(); // or the browser opens the file in place of the page
  if (event.type === "drop") add([...event.dataTransfer.files]);
};
form.oninput = update;
form.onsubmit = (event) => {
  event.preventDefault();
  const field = update();
  field ? field.focus() : create();
};
$("again").onclick = () => location.reload();
