// Makes a character from a description. That takes 30 to 90 seconds and costs the credits of four pictures, so a
// gateway allows it, and making one picture again, only with `--enable generate,regenerate`.
import { createCharacter, getCharacter, regenerateRef, saveCharacter, waitForCharacter } from "aurous-web";
import { describeError } from "aurous-web/describe";
import { showCharacter } from "./character.js";
import { $, entered, fieldOf, say, tell } from "./page.js";

const POSES = ["portrait", "front", "side", "back"]; // of every character from a description
const HINTS = {
  synthesizing: "The pictures are being made, whether you wait or not.",
  reviewing: "You can make each picture again. Then save the character.",
};

const form = $("form");
let character; // as the API last answered
let waiting; // the AbortController of the wait, during a wait

/** Makes a call that returns the character, shows the character, and waits for its pictures. */
async function proceed(call, remade) {
  const focused = document.activeElement;
  const view = character ? $("character") : form;
  view.inert = true; // no other call, and no change of the description, during this one
  tell("problem", "");
  tell("reason", say("One moment…"));
  try {
    character = await call();
  } catch (error) {
    view.inert = false;
    update();
    tell("problem", textOf(error));
    return (fieldOf(error, form) ?? focused).focus();
  }
  view.inert = false;
  history.replaceState(null, "", `#${character.id}`); // after a reload, the page shows this character again
  form.hidden = true;
  $("character").hidden = false;
  $("character-name").focus();
  await wait(remade);
}

/** Waits for the pictures if they are being made. `remade` is the pose whose picture is made again. */
async function wait(remade) {
  if (character.status === "synthesizing") {
    const begin = Date.now();
    const { signal } = (waiting = new AbortController());
    const onUpdate = (update) => {
      const isNew = update.refs.length !== character.refs.length;
      character = update;
      if (isNew) show(remade);
      const what = remade ? `the ${remade} picture again` : "four pictures";
      tell("progress", `Making ${what}: ${Math.round((Date.now() - begin) / 1000)} s so far. 30 to 90 s are usual.`);
    };
    tell("problem", "");
    show(remade);
    onUpdate(character);
    say("The pictures are being made. 30 to 90 seconds are usual.");
    try {
      character = await waitForCharacter(character, { signal, onUpdate });
    } catch (error) {
      if (!signal.aborted) tell("problem", textOf(error));
    }
    waiting = undefined;
  }
  show();
  say(HINTS[character.status] ?? `${character.name} is ${character.status}.`);
}

/** Shows the character, and the buttons for what can be done with it now. */
function show(remade) {
  const focused = document.activeElement;
  const { status, refs = [], error_message } = character;
  const state = waiting ? "waiting" : status;
  const pictures = POSES.map((pose) => refs.find((ref) => ref.pose === pose) ?? { pose });
  showCharacter({ ...character, refs: pictures }).forEach((item, index) => {
    const { pose, url } = pictures[index];
    const again = item.querySelector("button");
    again.hidden = waiting || status === "synthesizing";
    again.ariaLabel = `Make again: ${pose}`;
    again.onclick = () => proceed(() => regenerateRef(character, { pose }), pose);
    item.dataset.state = waiting && (!url || pose === remade) ? "making" : "made";
  });
  $("refs").hidden = status === "failed" && !refs.length;
  $("character").dataset.state = state;
  if (!waiting) tell("progress", HINTS[status]);
  if (status === "failed") tell("problem", `The pictures could not be made: ${error_message}`);
  for (const button of document.querySelectorAll("[data-in]")) button.hidden = !button.dataset.in.includes(state);
  if (focused.hidden) $("character-name").focus(); // otherwise the focus would be lost with the button
}

/** Goes back to the form, with what the character was described by. */
function retry() {
  for (const [field, value] of Object.entries({ name: character.name, ...character.attributes })) {
    if (form.elements[field]) form.elements[field].value = value;
  }
  history.replaceState(null, "", location.pathname);
  character = undefined;
  $("character").hidden = true;
  form.hidden = false;
  tell("problem", "");
  update();
  form.elements.additional_details.focus();
}

/** What to tell a person. Of a field, the error's own message says more. */
function textOf(error) {
  const { whatHappened, whatToDo } = describeError(error);
  return error.param ? error.message : `${whatHappened} ${whatToDo}`;
}

/** Shows what is still missing for a character, and returns the field to go to. */
function update() {
  const { name, attributes } = entered(form);
  const [reason, field] =
    !name ? ["First, a name.", form.elements.name]
    : !Object.keys(attributes).length ? ["One thing left: how they look.", form.elements.additional_details]
    : ["Four pictures, in 30 to 90 seconds."];
  tell("reason", reason);
  $("create").ariaDisabled = String(Boolean(field));
  return field;
}

form.oninput = update;
form.onsubmit = (event) => {
  event.preventDefault();
  const field = update();
  // A create can't be cancelled: its credits may be spent already. The wait for its pictures can.
  field ? field.focus() : proceed(() => createCharacter({ ...entered(form), generate: true }));
};
$("stop").onclick = () => waiting.abort();
$("wait").onclick = () => wait();
$("save").onclick = () => proceed(() => saveCharacter(character));
$("retry").onclick = retry;
update(); // a browser may have kept what was entered before a reload
if (location.hash) proceed(() => getCharacter(location.hash.slice(1)));
