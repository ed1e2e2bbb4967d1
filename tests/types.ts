// What TypeScript lets a user write. Each line below a `@ts-expect-error` must be an error.

import {
  allCharacters,
  createCharacter,
  createClient,
  getCharacter,
  initUpload,
  isAurousError,
  listCharacters,
  putFile,
  regenerateRef,
  resynthesizeCharacter,
  updateCharacter,
  upload,
  uploadAll,
  waitForCharacter,
  type Attributes,
  type AurousError,
  type Character,
  type CharacterPage,
  type ErrorCode,
  type ErrorKind,
  type ErrorStep,
  type KnownErrorCode,
  type Pose,
  type UploadOutcome,
  type UploadProgress,
  type UploadResult,
  type UploadTicket,
} from "aurous-web";

declare const file: File;
declare const ticket: UploadTicket;
declare const caught: unknown;

const minted: Promise<UploadTicket> = initUpload(file);
const described = initUpload({ filename: "a.png", extension: "png", content_type: "image/png" });
const put: Promise<void> = putFile(new URL("https://upload.example/"), file, { signal: AbortSignal.timeout(1) });
const fromUploads = createCharacter({ name: "A", upload_ids: [ticket.upload_id] });
const fromAttributes = createCharacter({ name: "A", generate: true, attributes: { age: 28 } });

const reports: UploadProgress[] = [];
const uploaded: Promise<UploadResult> = upload(file, {
  classify: true,
  snapshotBytes: 0,
  maxRetries: 0,
  deadlineMs: 60_000,
  onProgress: (progress) => reports.push(progress),
});
uploaded.then(({ image, classification }) => `${image.contentType} ${classification?.pose}`);

declare const painted: Character;
waitForCharacter(painted, { onUpdate: ({ status }) => status, deadlineMs: 60_000 }).then((settled) => {
  // @ts-expect-error a failed character has no pictures: its status comes first
  settled.refs;
  return settled.status === "failed" ? settled.error_message.length : settled.refs.length;
});
const page: Promise<CharacterPage> = listCharacters({ limit: 5, starting_after: painted });
const every: AsyncIterable<Character> = allCharacters();
const renamed: Promise<Character> = updateCharacter("char_1", { name: "B" });
regenerateRef(painted, { pose: "front" }, { idempotencyKey: "0123456789abcdef" });
resynthesizeCharacter("char_1");
// @ts-expect-error no such pose is synthesized
regenerateRef(painted, { pose: "other" });
// @ts-expect-error a name is a string
updateCharacter(painted, { name: 7 });
// @ts-expect-error a number is no character
getCharacter(7);
// @ts-expect-error a read has no idempotency key
getCharacter(painted, { idempotencyKey: "0123456789abcdef" });

// @ts-expect-error a ticket is no file
upload(ticket);
// @ts-expect-error an API call has no progress
initUpload(file, { onProgress: () => {} });
// @ts-expect-error a path is no file
initUpload("photo.jpg");
// @ts-expect-error no such extension
initUpload({ filename: "a.gif", extension: "gif", content_type: "image/gif" });
// @ts-expect-error a number is neither a ticket nor a URL
putFile(7, file);
// @ts-expect-error neither of the two flows
createCharacter({ name: "A" });
// @ts-expect-error both of them
createCharacter({ name: "A", upload_ids: ["upl_1"], generate: true, attributes: {} });
// @ts-expect-error milliseconds are a number
createClient({ timeoutMs: "5 s" });

if (isAurousError(caught)) {
  const error: AurousError = caught;
  const status: number | undefined = error.status;
  void status;
  if (error.code === "unsupported_file_type" || error.code === "some_code_of_next_year") throw error;
  // @ts-expect-error read-only
  error.code = "other";
}

// A field that the types don't know yet is declared once.
declare module "aurous-web" {
  interface Attributes {
    eyebrows?: string;
  }
  interface CreateFromUploads {
    next_year?: boolean;
  }
  interface Character {
    next_year?: boolean;
  }
}
const newer = createCharacter({ name: "A", upload_ids: [], next_year: true, attributes: { eyebrows: "bushy" } });
newer.then((character) => character.next_year);

// A typo of an option, a field or an attribute does not compile.
declare const character: Character;
// @ts-expect-error
initUpload(file, { timeoutMS: 1 });
// @ts-expect-error
createClient({ baseURL: "/" });
// @ts-expect-error
upload(file, { onprogress: () => {} });
// @ts-expect-error
uploadAll([file], { concurency: 1 });
// @ts-expect-error
initUpload({ filename: "a.png", extension: "png", content_type: "image/png", contentType: "image/png" });
// @ts-expect-error
createCharacter({ name: "A", upload_ids: [], uploadIds: [] });
// @ts-expect-error
createCharacter({ name: "A", upload_ids: [], attributes: { hairColor: "black" } });
// @ts-expect-error
ticket.uploadId;
// @ts-expect-error
character.createdAt;
// @ts-expect-error
character.refs[0]?.href;
// @ts-expect-error
minted.then(({ uploadUrl }) => uploadUrl);

// `undefined` counts as left out.
declare const maybe: undefined;
initUpload(file, { signal: maybe, timeoutMs: maybe, deadlineMs: maybe, maxRetries: maybe });
upload(file, { classify: maybe, snapshotBytes: maybe, onProgress: maybe, stallTimeoutMs: maybe });
uploadAll([file], { concurrency: maybe, optionsFor: maybe, signal: maybe, onProgress: maybe });
createClient({ baseUrl: maybe, sessionToken: maybe, headers: maybe, apiKey: maybe, apiVersion: maybe, credentials: maybe });
createCharacter({ name: "A", upload_ids: [], attributes: { age: maybe }, client_reference_id: maybe }, { idempotencyKey: maybe });

// Codes, kinds and steps are listed, and open.
const next: [ErrorCode, ErrorKind, ErrorStep] = ["code_of_next_year", "kind_of_next_year", "step_of_next_year"];
// @ts-expect-error no known code
const known: KnownErrorCode = "upload_too_big";
declare const attributes: Attributes;
void [next, known, attributes.eyebrows];

const files: FileList = document.createElement("input").files!;
const outcomes: Promise<UploadOutcome[]> = uploadAll(files, {
  classify: true,
  optionsFor: (_, index) => (index === 0 ? { signal: AbortSignal.timeout(1) } : undefined),
  onProgress: ({ fraction, settled, count }) => fraction * count - settled,
});
outcomes.then((all) =>
  all.map((one) =>
    one.status === "fulfilled" ? one.value.ticket.upload_id
    : one.status === "rejected" ? one.reason.code
    : String(one.reason),
  ),
);
createClient().uploadAll(new Set([file]));
// @ts-expect-error one file is no list
uploadAll(file);
// @ts-expect-error progress of all files has no phase
uploadAll([file], { onProgress: ({ phase }) => phase });

minted.then(({ upload_id, upload_headers }) => upload_id + upload_headers["Content-Type"]);
fromUploads.then(({ refs }) => refs.map(({ pose }): Pose => pose));
void [described, put, fromAttributes, page, every, renamed];
