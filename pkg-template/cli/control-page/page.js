// Shows the requests that the emulator has seen, and sets its faults and its clock.

const $ = (id) => document.getElementById(id);
const baseUrl = `${location.origin}/aurous`;

const STEPS = [
  ["init", "initUpload"],
  ["put", "putFile"],
  ["classify", "classify"],
  ["create", "createCharacter"],
  ["get", "getCharacter"],
  ["list", "listCharacters"],
  ["update", "updateCharacter"],
  ["delete", "deleteCharacter"],
  ["save", "saveCharacter"],
  ["regenerate", "regenerateRef"],
  ["resynthesize", "resynthesizeCharacter"],
  ["", "any"],
];

const FAULTS = [
  ["503: the API is down for a moment", { status: 503 }],
  ["429: too many requests, again in 5 seconds", { status: 429, headers: { "Retry-After": "5" } }],
  ["402: no credits left", { status: 402 }],
  ["401: the key was revoked", { status: 401, code: "revoked_api_key" }],
  ["400: the request is refused", { status: 400 }],
  ["an answer 5 seconds late", { delay_ms: 5000 }],
  ["no answer, ever", "hang"],
  ["the body stands still while it is sent", "hang_during_body"],
  ["the connection breaks before the body", "reset_before_body"],
  ["the connection breaks after the request took effect", { reset_after_body: { processed: true } }],
  ["half an answer", "truncate"],
  ["a sign-in page in place of the answer", "not_json"],
];

const TIMES = [
  ["once", 1],
  ["twice", 2],
  ["five times", 5],
  ["always", null],
];

const snippet = `import { createClient } from "aurous-web";

const aurous = createClient({ baseUrl: "${baseUrl}" });
const { ticket } = await aurous.upload(file);
const character = await aurous.createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] });`;

/** Asks the emulator; says so where it is gone. */
async function ask(path, method = "GET", body) {
  let answer;
  try {
    answer = await fetch(path, { method, body: body && JSON.stringify(body) });
  } catch {
    say("The server does not answer. Start it again: npx aurous-web dev", "gone");
    throw new Error("the server does not answer");
  }
  if ($("status").className === "gone") say("The server answers again.");
  const text = await answer.text();
  if (answer.ok) return text && JSON.parse(text);
  say(text, "refused");
  throw new Error(text);
}

function say(text, kind = "") {
  // Screen readers speak what is set again, too.
  if (kind === "gone" && $("status").className === kind) return;
  $("status").className = kind;
  $("status").textContent = text;
}

function element(name, text, attributes = {}) {
  const made = Object.assign(document.createElement(name), attributes);
  made.textContent = text;
  return made;
}

const option = ([value, text]) => element("option", text, { value });
const nameOf = (step) => STEPS.find(([value]) => value === step)?.[1] ?? step;

function describe({ match = {}, times, fault }) {
  const what = FAULTS.find(([, it]) => JSON.stringify(it) === JSON.stringify(fault))?.[0] ?? JSON.stringify(fault);
  const often = times === null ? "always" : `${times} more`;
  return `${nameOf(match.step ?? "")}: ${what} (${often})`;
}

function entry({ seq, time_ms, step, method, path, status, outcome, fault, headers, body_length, body_sha256 }) {
  const end = status ?? outcome ?? "…";
  const kind = !outcome ? "" : status && status < 400 && !fault ? "good" : "bad";
  const summary = element("summary", "");
  summary.append(
    element("time", new Date(time_ms).toLocaleTimeString()),
    element("strong", step),
    element("span", `${method} ${path}`, { className: "path" }),
    element("span", fault ? `${end}, ${fault}` : end, { className: kind }),
  );
  const facts = element("dl", "");
  const add = (name, value) => facts.append(element("dt", name), element("dd", value));
  add("outcome", outcome ?? "being handled");
  add("body", `${body_length} bytes`);
  if (body_length) add("SHA-256", body_sha256 ?? "…");
  for (const [name, value] of headers) add(name, value);
  const details = element("details", "");
  details.append(summary, facts);
  const item = element("li", "");
  item.dataset.seq = seq;
  item.append(details);
  return item;
}

/** What each row shows, so that only rows that changed are drawn again. */
const shown = new Map();

function showLog(log) {
  $("none").hidden = log.length > 0;
  const seqs = new Set(log.map(({ seq }) => String(seq)));
  for (const row of [...$("log").children]) {
    if (!seqs.has(row.dataset.seq)) row.remove();
  }
  for (const request of log) {
    const text = JSON.stringify(request);
    const old = $("log").querySelector(`[data-seq="${request.seq}"]`);
    if (old && shown.get(request.seq) === text) continue;
    shown.set(request.seq, text);
    const row = entry(request);
    if (!old) $("log").prepend(row);
    else {
      row.firstChild.open = old.firstChild.open;
      const hadFocus = old.contains(document.activeElement);
      old.replaceWith(row);
      if (hadFocus) row.querySelector("summary").focus();
    }
  }
}

function showFaults(faults) {
  const texts = faults.length ? faults.map(describe) : ["None: everything works."];
  if (texts.join() === $("pending").dataset.shown) return;
  $("pending").dataset.shown = texts.join();
  $("pending").replaceChildren(...texts.map((text) => element("li", text)));
}

/** Each start of the server makes another key. */
function showVariables({ api, upload, key }) {
  const text = `AUROUS_API_URL=${api}\nAUROUS_UPLOAD_ORIGIN=${upload}\nAUROUS_API_KEY=${key}`;
  // What the user has selected stays selected.
  if ($("variables").textContent !== text) $("variables").textContent = text;
}

async function update() {
  const [log, faults, clock, addresses] = await Promise.all(["log", "faults", "clock", "addresses"].map((path) => ask(path)));
  showVariables(addresses);
  showLog(log);
  showFaults(faults);
  $("now").textContent = new Date(clock.now_ms).toLocaleString();
}

async function act(done, ...request) {
  await ask(...request);
  await update();
  say(done);
}

async function follow() {
  if (!document.hidden) await update().catch(() => {});
  setTimeout(follow, 1000);
}

$("snippet").textContent = snippet;
const form = $("fault");
form.step.append(...STEPS.map(option));
form.fault.append(...FAULTS.map(([text], index) => option([index, text])));
form.times.append(...TIMES.map(([text], index) => option([index, text])));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const step = form.step.value;
  const scripted = { match: step ? { step } : {}, fault: FAULTS[form.fault.value][1], times: TIMES[form.times.value][1] };
  act(`Set. ${describe(scripted)}`, "faults", "POST", scripted);
});
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", () => {
    navigator.clipboard.writeText($(button.dataset.copy).textContent).then(
      () => say("Copied."),
      () => say("The browser does not allow it. Select the text instead."),
    );
  });
}
$("clear-faults").addEventListener("click", () => act("All faults are removed.", "faults", "DELETE"));
$("clear-log").addEventListener("click", () => act("The list is empty.", "log", "DELETE"));
$("reset").addEventListener("click", () =>
  act("Everything is as at the start: no uploads, no characters, no faults, real time.", "reset", "POST"),
);
for (const button of document.querySelectorAll("[data-advance]")) {
  const ms = Number(button.dataset.advance);
  button.addEventListener("click", () => act(`It is ${ms / 60_000} min later.`, "clock", "POST", { advance_ms: ms }));
}
follow();
