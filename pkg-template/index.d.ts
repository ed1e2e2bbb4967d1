/**
 * Browser SDK for the Aurous Labs character API.
 *
 * Importing does nothing: the first call starts the WebAssembly, which is inside the script. The
 * functions below belong to a default client, whose gateway is at `/aurous` on the page's own origin.
 * {@link createClient} makes clients with other options.
 *
 * Objects on the wire keep the API's snake_case names; the SDK's own options are camelCase.
 *
 * **Fields that these types don't know** pass through untouched, in both directions. The types list the
 * known ones alone, so that a typo does not compile. Where the API has a newer field, declare it once, in
 * any module of yours, on the interface that it belongs to:
 *
 * ```ts
 * declare module "aurous-web" {
 *   interface Attributes {
 *     eyebrows?: string;
 *   }
 * }
 * export {};
 * ```
 *
 * @example
 * ```ts
 * import { createCharacter, upload } from "aurous-web";
 *
 * export async function characterOf(file: File) {
 *   const { ticket, classification } = await upload(file, { classify: true });
 *   console.log(`${file.name} shows: ${classification?.pose}`);
 *   return createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] });
 * }
 * ```
 *
 * {@link upload} is {@link initUpload}, {@link putFile} and {@link classify} in one; {@link uploadAll} does it
 * for several files.
 *
 * **A failure that may pass is tried again**: no answer, 408, 425, 429 and most 5xx, after random waits
 * that grow, and not before `Retry-After` says; offline, a call waits for the network. Any other
 * failure, and one that lasts, is an {@link AurousError}: its `code` says which, and `docs/errors.md` what
 * to tell the user.
 * @packageDocumentation
 */

// --- Uploads -----------------------------------------------------------------------------------

/** A file extension that the API takes. */
export type Extension = "jpeg" | "jpg" | "png" | "webp";

/** A content type that the API takes. It must agree with the extension. */
export type ContentType = "image/jpeg" | "image/png" | "image/webp";

/** The description of an image, for {@link initUpload} without the file at hand. */
export interface InitUploadRequest {
  /**
   * 1 to 120 characters (Unicode code points), without a path and without characters that reorder text.
   * Used for Content-Disposition only.
   */
  filename: string;
  extension: Extension;
  content_type: ContentType;
}

/** Permission to PUT one image. */
export interface UploadTicket {
  /** Opaque. Good for 24 hours, or until a character consumes it. */
  upload_id: string;
  /**
   * The URL to PUT to, absolute. Good until `expires_at`. It is signed: anyone who has it can fill this
   * ticket, so don't log it.
   */
  upload_url: string;
  /** The headers of the PUT: only the content type that the ticket was minted for. */
  upload_headers: { "Content-Type": ContentType };
  /** RFC 3339, UTC: 15 minutes after minting. */
  expires_at: string;
  /** The most bytes that the gateway takes. The API itself does not say. */
  max_size?: number;
}

/**
 * Mints a ticket for one image: `POST /v1/characters/uploads/init`.
 *
 * For a `File` or `Blob`, extension and content type are those of its **bytes**, not of its name or
 * `type`, and the name is sent with that extension, without a path and without characters that reorder
 * text. A name over 120 characters is cut before its extension; a nameless Blob is
 * `image.<extension>`. No byte is uploaded yet. Tickets may be minted in parallel.
 *
 * @throws {@link AurousError} before any request: `unsupported_file_type` (not JPEG, PNG or WebP; the
 * message names what it is), `empty_file`, `file_unreadable`, `invalid_argument`,
 * `value_out_of_range`, `unsupported_browser`. After it: the API's codes, the gateway's (see {@link AurousError.code}),
 * `upload_too_large` (for the gateway), `gateway_not_found`, `redirected`, `network_error`, `timeout`,
 * `invalid_response`.
 *
 * @example
 * ```ts
 * import { initUpload } from "aurous-web";
 *
 * const ticket = await initUpload(new File([await (await fetch("/me.jpg")).blob()], "me.jpg"));
 * console.log(ticket.upload_id, "expires", ticket.expires_at);
 * ```
 */
export function initUpload(source: Blob | InitUploadRequest, options?: CallOptions): Promise<UploadTicket>;

/**
 * PUTs an image to its ticket, unchanged, by `fetch`. `Content-Type` is the only header that the SDK
 * sets: no key, token or cookie goes along. The bytes do not pass through the SDK's memory.
 *
 * With `onProgress`, an `XMLHttpRequest` sends it, since `fetch` does not report the progress of an
 * upload. It carries the same single header, but on the page's own origin the browser adds its cookies (a
 * gateway drops them), and a redirect fails only after the browser has followed it. A service worker that
 * answers the page's requests takes all bytes at once: the progress jumps then.
 *
 * @param target the ticket, or its `upload_url`. A relative URL is resolved against the client's
 * `baseUrl`. Without a ticket, the content type is that of the file's bytes.
 *
 * @throws {@link AurousError} before any request: `file_type_mismatch` (the bytes are not of the
 * ticket's type), `upload_too_large` (for the gateway), `unsupported_file_type`, `empty_file`,
 * `file_unreadable`, `invalid_argument`, `unsupported_browser`. After it: `upload_url_expired` (expired, or not the URL that was signed: mint a
 * new ticket), `upload_too_large`, `upload_failed` (the upload host refused it for another reason), all
 * three with a gateway and without; `file_unreadable` (the file changed or vanished after it was picked),
 * `upload_incomplete` (fewer bytes arrived than the file has), the gateway's codes (see
 * {@link AurousError.code}), `redirected`, `network_error`, `timeout`.
 *
 * @example
 * ```ts
 * import { initUpload, putFile } from "aurous-web";
 *
 * export async function send(file: File, signal: AbortSignal) {
 *   const ticket = await initUpload(file, { signal });
 *   await putFile(ticket, file, { signal });
 *   return ticket;
 * }
 * ```
 */
export function putFile(target: UploadTicket | string | URL, file: Blob, options?: PutOptions): Promise<void>;

/** What the bytes of an image tell. */
export interface ImageFacts {
  format: "jpeg" | "png" | "webp";
  contentType: ContentType;
  /** The extension that is sent: that of the format, whatever the file's name says. */
  extension: Extension;
  /** Bytes. */
  size: number;
}

/** What {@link upload} resolves to. */
export interface UploadResult {
  /** The filled ticket: {@link createCharacter} takes its `upload_id`. */
  ticket: UploadTicket;
  image: ImageFacts;
  /** `null` unless `classify: true`. */
  classification: Classification | null;
}

/** Options of {@link upload}. */
export interface UploadOptions extends CallOptions, PutOptions {
  /** Whether to {@link classify} the picture, too. Default: false. */
  classify?: boolean | undefined;
  /**
   * A file of at most this many bytes is copied into the page's memory while its ticket is minted, so
   * that each attempt sends the same bytes, even if the file changes. 0 or more; default: 33 554 432
   * (32 MB). A larger file is sent from where it is: if it changes meanwhile, the upload fails with
   * `file_unreadable`.
   */
  snapshotBytes?: number | undefined;
  /**
   * The time limit of the whole upload with its retries, in milliseconds. Default: the client's; without
   * one, 120 000 for each API call and none for the PUT.
   */
  deadlineMs?: number | undefined;
}

/**
 * Uploads one image: {@link initUpload}, {@link putFile} and, with `classify: true`, {@link classify}. Each
 * step is tried again as its own function would. Where the upload URL has expired meanwhile, or is
 * refused, a new ticket takes its place, once.
 *
 * @throws {@link AurousError} as the three functions do; `step` says which of them failed.
 *
 * @example
 * ```ts
 * import { upload } from "aurous-web";
 *
 * export async function send(file: File, bar: HTMLProgressElement, signal: AbortSignal) {
 *   const { ticket, image } = await upload(file, {
 *     signal,
 *     onProgress: ({ fraction }) => (bar.value = fraction),
 *   });
 *   console.log(`${image.format}, ${image.size} bytes`);
 *   return ticket.upload_id;
 * }
 * ```
 */
export function upload(file: Blob, options?: UploadOptions): Promise<UploadResult>;

/** How one file of {@link uploadAll} ended. */
export type UploadOutcome =
  | { status: "fulfilled"; value: UploadResult }
  | { status: "rejected"; reason: AurousError }
  /** The file's own signal cancelled it; `reason` is that signal's. */
  | { status: "cancelled"; reason: unknown };

/** What the `onProgress` of {@link uploadAll} is called with. */
export interface UploadAllProgress {
  /** Bytes that were sent, of all files. */
  loaded: number;
  /** Bytes of all files. */
  total: number;
  /** 0 to 1, never less than before: how much is done. A file that failed counts as done. 1 at the end, and not before. */
  fraction: number;
  /** Files that are done: uploaded, failed or cancelled. */
  settled: number;
  /** Files in all. */
  count: number;
  /** What all files under way wait for, where each of them waits. See {@link UploadProgress.waiting}. */
  waiting?: UploadProgress["waiting"];
}

/** Options of {@link uploadAll}: those of {@link upload}, for each file, and these. */
export interface UploadAllOptions extends Omit<UploadOptions, "onProgress"> {
  /** Cancels all: the promise rejects with the signal's own `reason`. */
  signal?: AbortSignal | undefined;
  /**
   * How many files are under way at once, 1 to 100. Default: 3, half of the connections that a browser opens
   * to an HTTP/1.1 server. A gateway lets one visitor PUT 8 at once.
   */
  concurrency?: number | undefined;
  /** Is called with the progress of all files together. See {@link PutOptions.onProgress}. */
  onProgress?: ((progress: UploadAllProgress) => void) | undefined;
  /** Returns options of one file, which override the others: its own `onProgress`, or a `signal` that cancels it alone. */
  optionsFor?: ((file: Blob, index: number) => UploadOptions | undefined) | undefined;
}

/**
 * Uploads several files, each by {@link upload}, a few at a time. Resolves to how each one ended, in the
 * order of `files`: one that fails does not end the others.
 *
 * @param files an array, a `FileList` or another iterable.
 *
 * @throws {@link AurousError} `invalid_argument` (`files` or an option), and where every file fails by the same
 * fault of the page's: a wrong option of the call or the client, or `wasm_load_failed`.
 *
 * @example
 * ```ts
 * import { uploadAll } from "aurous-web";
 *
 * export async function send(input: HTMLInputElement, bar: HTMLProgressElement) {
 *   const files = [...(input.files ?? [])];
 *   const outcomes = await uploadAll(files, {
 *     classify: true,
 *     onProgress: ({ fraction }) => (bar.value = fraction),
 *   });
 *   outcomes.forEach((outcome, index) => {
 *     if (outcome.status === "rejected") console.log(files[index]?.name, outcome.reason.message);
 *   });
 *   return outcomes.flatMap((it) => (it.status === "fulfilled" ? it.value.ticket.upload_id : []));
 * }
 * ```
 */
export function uploadAll(files: Iterable<Blob>, options?: UploadAllOptions): Promise<UploadOutcome[]>;

// --- Classification ----------------------------------------------------------------------------

/** What a picture shows. `other` is an ordinary label, not an error. */
export type Pose = "portrait" | "front" | "side" | "back" | "other";

export interface Classification {
  upload_id: string;
  pose: Pose;
  /** 0 to 1. Informative, not a gate. */
  confidence: number;
}

/**
 * Tells what an uploaded picture shows: `POST /v1/characters/uploads/classify`. It changes nothing, and
 * gives the same answer each time. Keep that answer: once a character has consumed the upload,
 * classifying it fails.
 *
 * @param upload an `upload_id`, or the ticket.
 * @throws {@link AurousError} `upload_invalid` (unknown, expired, consumed, or nothing was PUT),
 * `resource_not_found`, `invalid_argument`, and as {@link initUpload} after a request.
 *
 * @example
 * ```ts
 * import { classify } from "aurous-web";
 *
 * const { pose, confidence } = await classify("upl_01HXMQ7Z3K8Y2NABCDEFGHJKMR");
 * console.log(`${pose}, ${Math.round(confidence * 100)} % sure`);
 * ```
 */
export function classify(upload: string | UploadTicket, options?: CallOptions): Promise<Classification>;

// --- Characters --------------------------------------------------------------------------------

/** What the person looks like. Every key is optional. */
export interface Attributes {
  gender?: string | undefined;
  /** A whole number of years. */
  age?: number | undefined;
  ethnicity?: string | undefined;
  hair_color?: string | undefined;
  hair_style?: string | undefined;
  eye_color?: string | undefined;
  body_type?: string | undefined;
  additional_details?: string | undefined;
}

/** A character from uploaded pictures: ready at once. It consumes the uploads. */
export interface CreateFromUploads {
  name: string;
  /** 1 to 6. */
  upload_ids: string[];
  attributes?: Attributes | undefined;
  generate?: false | undefined;
  /** At most 256 characters, for your own records: the character has it, too. */
  client_reference_id?: string | undefined;
}

/** A character from a description: takes 30 to 90 s typically, and costs credits. A gateway has this off by default. */
export interface CreateFromAttributes {
  name: string;
  generate: true;
  attributes: Attributes;
  upload_ids?: undefined;
  /** See {@link CreateFromUploads.client_reference_id}. */
  client_reference_id?: string | undefined;
}

export type CreateCharacterRequest = CreateFromUploads | CreateFromAttributes;

export interface CharacterRef {
  /** What the picture was last classified as; `other` where it never was. */
  pose: Pose;
  /** An opaque link that loads in an `<img>`, good for about 24 hours. */
  url: string;
}

export interface Character {
  id: string;
  object: "character";
  name: string;
  status: "synthesizing" | "reviewing" | "ready" | "failed";
  refs: CharacterRef[];
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
  attributes: Attributes;
  /** Set where `status` is `failed`. */
  error_message: string | null;
  /** The API version that answered, `YYYY-MM-DD`. */
  aurous_version: string;
  /** What the create had, where it had one. */
  client_reference_id?: string | null;
}

/** Options of the calls that make something: {@link createCharacter}, {@link regenerateRef}, {@link resynthesizeCharacter}. */
export interface CreateOptions extends CallOptions {
  /**
   * 1 to 256 printable ASCII characters (a gateway wants at least 16). However often they are sent, the
   * same key and body make one character, or one set of pictures. Default: a random key for each call, made
   * before its first attempt and sent with every attempt.
   */
  idempotencyKey?: string | undefined;
}

/**
 * Makes a character: `POST /v1/characters`.
 *
 * Identical calls of one client at the same time (a button that was clicked twice) make one character,
 * with the limits of the first call. Each call gets the result; the create ends early when all of them
 * are cancelled.
 *
 * A create from uploads is tried again like any call, since its uploads can be used up only once. A create
 * from a description is not sent again once it may have been carried out, since it costs credits.
 *
 * @throws {@link AurousError} before any request: `parameter_invalid_combination` (exactly one of
 * `upload_ids` and `generate: true` with `attributes`), `value_out_of_range` (`upload_ids`: 1 to 6),
 * `invalid_argument`, `unsupported_browser`. After it: `upload_invalid`, `create_outcome_unknown` (an
 * attempt got no readable answer, or none at all, or good uploads turned out to be used up: the character
 * may have been made, so look for it before you make another), and the API's and the gateway's codes.
 *
 * @example
 * ```ts
 * import { createCharacter } from "aurous-web";
 *
 * const character = await createCharacter({
 *   name: "Aurora the Adventurer",
 *   upload_ids: ["upl_01HXMQ7Z3K8Y2NABCDEFGHJKMR"],
 *   attributes: { hair_color: "black", age: 28 },
 * });
 * for (const { pose, url } of character.refs) console.log(pose, url);
 * ```
 */
export function createCharacter(request: CreateCharacterRequest, options?: CreateOptions): Promise<Character>;

/** A character, or its id. */
export type CharacterOrId = string | Pick<Character, "id">;

/**
 * Gets a character: `GET /v1/characters/{id}`. The links in its `refs` are good for about 24 hours: get it again
 * for fresh ones.
 *
 * @throws {@link AurousError} `resource_not_found` (unknown, deleted, or another team's), `gateway_id_not_found`
 * (another visitor's), `invalid_argument`, and as {@link initUpload} after a request.
 *
 * @example
 * ```ts
 * import { getCharacter } from "aurous-web";
 *
 * export async function refresh(id: string, image: HTMLImageElement) {
 *   const { refs } = await getCharacter(id);
 *   image.src = refs[0]?.url ?? "";
 * }
 * ```
 */
export function getCharacter(character: CharacterOrId, options?: CallOptions): Promise<Character>;

/** A character whose pictures are made. Where it is `reviewing`, {@link saveCharacter} makes it `ready`. */
export interface SynthesizedCharacter extends Character {
  status: "ready" | "reviewing";
}

/** A character whose pictures could not be made. It has no `refs` to show, so look at `status` first. */
export interface FailedCharacter extends Omit<Character, "refs"> {
  status: "failed";
  /** A code that may be shown to customers. */
  error_message: string;
}

/** Options of {@link waitForCharacter}. */
export interface WaitOptions extends CallOptions {
  /**
   * How long to wait, in milliseconds that the page is visible, 1 to 2 147 483 647. Default: 600 000, whatever
   * the client's `deadlineMs` is. The wait ends before a look that would come later.
   */
  deadlineMs?: number | undefined;
  /**
   * Is called with the character after each look that finds it still `synthesizing`. What it throws is reported
   * as an uncaught error of the page, and does not affect the call.
   */
  onUpdate?: ((character: Character) => void) | undefined;
}

/**
 * Waits until a character's pictures are made, or cannot be made: looks at it at once, after 2 s, 4 s, and then every
 * 8 s. While the page is hidden it does not look, and while it is offline it waits for the network.
 *
 * The vendor describes two courses: a synthesis ends in `ready` (since 2026-06-19) or in `reviewing`. The promise
 * resolves with whichever comes, and with `failed` as well.
 *
 * @throws {@link AurousError} `timeout` (still `synthesizing`: wait again), and as {@link getCharacter}.
 *
 * @example
 * ```ts
 * import { createCharacter, saveCharacter, waitForCharacter } from "aurous-web";
 *
 * export async function describe(status: HTMLElement, signal: AbortSignal) {
 *   const made = await createCharacter({ name: "Aurora", generate: true, attributes: { age: 28 } });
 *   const onUpdate = () => (status.textContent = "Still painting …");
 *   const character = await waitForCharacter(made, { signal, onUpdate });
 *   if (character.status === "failed") throw new Error(character.error_message);
 *   return character.status === "reviewing" ? saveCharacter(character) : character;
 * }
 * ```
 */
export function waitForCharacter(
  character: CharacterOrId,
  options?: WaitOptions,
): Promise<SynthesizedCharacter | FailedCharacter>;

/** Where a page of a list begins, and how long it is. */
export interface ListQuery {
  /** 1 to 100. Default: 20. */
  limit?: number | undefined;
  /** The character before the first one of the page: a page's `next_cursor`. Default: the newest begins. */
  starting_after?: CharacterOrId | null | undefined;
}

/** A page of a list. */
export interface CharacterPage {
  object: "list";
  /** The newest first. */
  data: Character[];
  has_more: boolean;
  /** For `starting_after` of the next page. */
  next_cursor: string | null;
}

/**
 * Gets a page of the team's characters: `GET /v1/characters`. A gateway has this off by default, since the
 * characters of all its visitors are among them.
 *
 * @throws {@link AurousError} `gateway_call_disabled`, `invalid_argument`, and as {@link initUpload} after a request.
 *
 * @example
 * ```ts
 * import { listCharacters } from "aurous-web";
 *
 * const { data, next_cursor } = await listCharacters({ limit: 5 });
 * for (const { name, status } of data) console.log(name, status);
 * const { data: more } = await listCharacters({ starting_after: next_cursor });
 * console.log(`and ${more.length} more`);
 * ```
 */
export function listCharacters(query?: ListQuery, options?: CallOptions): Promise<CharacterPage>;

/**
 * Gets all of the team's characters, one page after another as the loop goes on. `options.deadlineMs` is that of
 * each page.
 *
 * @throws {@link AurousError} as {@link listCharacters}.
 *
 * @example
 * ```ts
 * import { allCharacters } from "aurous-web";
 *
 * for await (const { name } of allCharacters({ limit: 100 })) console.log(name);
 * ```
 */
export function allCharacters(query?: ListQuery, options?: CallOptions): AsyncGenerator<Character, void, undefined>;

/** A change of a character. */
export interface UpdateCharacterRequest {
  name?: string | undefined;
  /** Replaces all attributes: name those that stay as well. */
  attributes?: Attributes | undefined;
}

/**
 * Changes a character's name, or replaces its attributes: `PATCH /v1/characters/{id}`. Its pictures stay. A
 * gateway has this off by default.
 *
 * @throws {@link AurousError} `invalid_request`, `gateway_call_disabled`, and as {@link getCharacter}.
 *
 * @example
 * ```ts
 * import { updateCharacter, type Character } from "aurous-web";
 *
 * export const rename = (character: Character, name: string) => updateCharacter(character, { name });
 * ```
 */
export function updateCharacter(
  character: CharacterOrId,
  request: UpdateCharacterRequest,
  options?: CallOptions,
): Promise<Character>;

/** That a character was deleted. */
export interface DeletedCharacter {
  id: string;
  object: "character";
  deleted: true;
}

/**
 * Deletes a character: `DELETE /v1/characters/{id}`. While it is being synthesized, that cancels the synthesis. A
 * gateway has this off by default.
 *
 * A character that is gone after an attempt without an answer counts as deleted by that attempt.
 *
 * @throws {@link AurousError} `gateway_call_disabled`, and as {@link getCharacter}.
 *
 * @example
 * ```ts
 * import { deleteCharacter } from "aurous-web";
 *
 * await deleteCharacter("char_01HXMQ7Z3K8Y2NABCDEFGHJKMR");
 * ```
 */
export function deleteCharacter(character: CharacterOrId, options?: CallOptions): Promise<DeletedCharacter>;

/**
 * Ends the review of a character: `POST /v1/characters/{id}/save`. `reviewing` becomes `ready`; a `ready` one stays
 * as it is.
 *
 * @throws {@link AurousError} `invalid_request` (it is `synthesizing` or `failed`), and as {@link getCharacter}.
 *
 * @example
 * ```ts
 * import { saveCharacter, type Character } from "aurous-web";
 *
 * export async function readyOne(character: Character) {
 *   return character.status === "reviewing" ? saveCharacter(character) : character;
 * }
 * ```
 */
export function saveCharacter(character: CharacterOrId, options?: CallOptions): Promise<Character>;

/** The picture to make again. */
export interface RegenerateRequest {
  pose: Exclude<Pose, "other">;
  /** What to show in place of what the attributes say. */
  prompt_override?: string | undefined;
}

/**
 * Has one picture of a character made again: `POST /v1/characters/{id}/refs/regenerate`. It costs the credits of one
 * picture. The character is `synthesizing` then: {@link waitForCharacter}. A gateway has this off by default.
 *
 * The API honours an idempotency key here, so the SDK tries again like any call, and pays once.
 *
 * @throws {@link AurousError} `insufficient_credits` or `balance_too_low` (402), `outcome_unknown` (no attempt got an
 * answer: the picture may be made all the same, so look at the character), `gateway_call_disabled`, and as
 * {@link getCharacter}.
 *
 * @example
 * ```ts
 * import { regenerateRef, waitForCharacter } from "aurous-web";
 *
 * export async function again(id: string) {
 *   await regenerateRef(id, { pose: "side", prompt_override: "looking left" });
 *   return waitForCharacter(id);
 * }
 * ```
 */
export function regenerateRef(
  character: CharacterOrId,
  request: RegenerateRequest,
  options?: CreateOptions,
): Promise<Character>;

/** Which pictures to make again. */
export interface ResynthesizeRequest {
  force_all?: boolean | undefined;
}

/**
 * Has the four pictures of a character made again: `POST /v1/characters/{id}/resynthesize`. It costs the credits of
 * four pictures, and works on a character that is `reviewing`, `ready` or `failed`. See {@link regenerateRef}.
 *
 * @throws {@link AurousError} as {@link regenerateRef}.
 *
 * @example
 * ```ts
 * import { resynthesizeCharacter, waitForCharacter, type FailedCharacter } from "aurous-web";
 *
 * export async function retry(character: FailedCharacter) {
 *   await resynthesizeCharacter(character);
 *   return waitForCharacter(character);
 * }
 * ```
 */
export function resynthesizeCharacter(
  character: CharacterOrId,
  request?: ResynthesizeRequest | null,
  options?: CreateOptions,
): Promise<Character>;

// --- Clients and options -----------------------------------------------------------------------

/** Options of one call. */
export interface CallOptions {
  /**
   * Cancels the call, which then rejects at once, with the signal's own `reason` (the very object) and
   * never with an {@link AurousError}.
   */
  signal?: AbortSignal | undefined;
  /** The time limit of one attempt of an API call, in milliseconds, 1 to 2 147 483 647. Default: the client's. */
  timeoutMs?: number | undefined;
  /** See {@link ClientOptions.deadlineMs}. Default: the client's. */
  deadlineMs?: number | undefined;
  /** See {@link ClientOptions.maxRetries}. Default: the client's. */
  maxRetries?: number | undefined;
}

/** What `onProgress` is called with. */
export interface UploadProgress {
  /** With `putFile`, `uploading` from the start. */
  phase: "preparing" | "minting" | "uploading" | "classifying";
  /**
   * Bytes that were sent. Never fewer than before, even when a PUT begins again; fewer than `total` until
   * the server has taken the file.
   */
  loaded: number;
  /** Bytes of the file. */
  total: number;
  /** `loaded / total`, and 0 of a file that does not say its size: 0 to 1. 1 once the server has taken the file. */
  fraction: number;
  /** The number of this phase's request that is under way: 1 for the first. */
  attempt: number;
  /** Bytes that this attempt has sent: fewer than `loaded` where a PUT was begun again. */
  attemptLoaded: number;
  /** What the upload waits for before its next request, so that a bar that stands still can say why. */
  waiting?: "rate_limit" | "offline" | "backoff" | (string & {});
  /** Until when it waits, in milliseconds since 1970: for `Date`. The network may be back earlier. */
  waitingUntil?: number;
}

/** Options of one PUT. */
export interface PutOptions {
  /** See {@link CallOptions.signal}. */
  signal?: AbortSignal | undefined;
  /** How long the PUT may stand still. Default: the client's. See {@link ClientOptions.stallTimeoutMs}. */
  stallTimeoutMs?: number | undefined;
  /** The limit of the PUT with its retries. Default: the client's, else none. See {@link ClientOptions.deadlineMs}. */
  deadlineMs?: number | undefined;
  /** See {@link ClientOptions.maxRetries}. Default: the client's. */
  maxRetries?: number | undefined;
  /**
   * Is called with the progress of the upload. What it throws is reported as an uncaught error of the
   * page, and does not affect the call. Where there is no `XMLHttpRequest` (in a service worker), no bytes
   * are reported until the end.
   */
  onProgress?: ((progress: UploadProgress) => void) | undefined;
}

/** Options of {@link createClient}. Each call of a client with a wrong one rejects, with an error of kind `config`. */
export interface ClientOptions {
  /**
   * The gateway's mount point; with `apiKey`, the API itself. A relative URL is resolved against the
   * page. Default: `/aurous`; with `apiKey`, `https://api.aurous-labs.com`.
   */
  baseUrl?: string | URL | undefined;
  /**
   * Sent to the gateway as `Authorization: Bearer …`, never on the PUT. A function is called for each
   * attempt, and once more after a 401 (`gateway_session_expired`, for one); a second 401 is final.
   */
  sessionToken?: string | (() => string | Promise<string>) | undefined;
  /** More headers on API calls (a CSRF token, say), never on the PUT. */
  headers?: Record<string, string> | undefined;
  /**
   * The team's key, for calls straight to the API: over https (or to loopback) only, and outside browsers
   * only. A page must never hold it: the gateway does.
   */
  apiKey?: string | undefined;
  /** Allows `apiKey` in a page or a worker (an extension, a desktop shell). Default: false. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** `Aurous-Version`, `YYYY-MM-DD`. Default: the team's pinned version. */
  apiVersion?: string | undefined;
  /** Cookies on API calls. Default: `"same-origin"`. The PUT by `fetch` never carries any. */
  credentials?: RequestCredentials | undefined;
  /** The time limit of one attempt of an API call, in milliseconds, 1 to 2 147 483 647. Default: 30 000. */
  timeoutMs?: number | undefined;
  /**
   * How long a PUT may stand still, in milliseconds, 1 to 2 147 483 647, before it is ended and tried
   * again. Default: 30 000. While nothing reports how far the PUT is, the time that the file takes at
   * 256 kbit/s is added: without `onProgress`, always; with it, once all bytes were sent.
   */
  stallTimeoutMs?: number | undefined;
  /**
   * The time limit of a whole call with its retries, in milliseconds, 1 to 2 147 483 647. Time that the
   * machine sleeps does not count. Default: 120 000 for API calls, none for a PUT. A call fails at once
   * rather than begin a wait that would reach past it.
   */
  deadlineMs?: number | undefined;
  /** Requests after the first, 0 to 100, besides those after a wait that the server asked for (`Retry-After`). Default: 6. With 0, a call fails at once, also where the browser is offline or the server asks for a wait. */
  maxRetries?: number | undefined;
}

/** The functions of this module, with the options of a client. There is nothing to free. */
export interface Client {
  initUpload: typeof initUpload;
  putFile: typeof putFile;
  classify: typeof classify;
  createCharacter: typeof createCharacter;
  upload: typeof upload;
  uploadAll: typeof uploadAll;
  getCharacter: typeof getCharacter;
  waitForCharacter: typeof waitForCharacter;
  listCharacters: typeof listCharacters;
  allCharacters: typeof allCharacters;
  updateCharacter: typeof updateCharacter;
  deleteCharacter: typeof deleteCharacter;
  saveCharacter: typeof saveCharacter;
  regenerateRef: typeof regenerateRef;
  resynthesizeCharacter: typeof resynthesizeCharacter;
}

/**
 * Makes a client. This never throws and loads nothing: a wrong option makes each call reject.
 *
 * @example
 * ```ts
 * import { createClient } from "aurous-web";
 *
 * const aurous = createClient({
 *   baseUrl: "https://media.example.com/aurous",
 *   sessionToken: () => fetch("/session-token").then((answer) => answer.text()),
 * });
 * export const ticketFor = (file: File) => aurous.initUpload(file);
 * ```
 */
export function createClient(options?: ClientOptions): Client;

/** What {@link init} can load the WebAssembly from. */
export type WasmSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/**
 * Starts the WebAssembly early, or loads it from a source of your own. You never need to call it: the
 * first call of any other function does so too. The first load wins. After a load that failed, the next
 * call tries again.
 *
 * @param source `aurous_web_bg.wasm` of the same version of this package: its URL, its bytes, a response
 *   with it, or the compiled module. Default: the one inside the script; of `aurous-web/external`, the
 *   file beside it.
 * @throws {@link AurousError} `wasm_load_failed`
 *
 * @example
 * ```ts
 * import { init } from "aurous-web/external";
 *
 * await init("/static/aurous_web_bg.wasm");
 * ```
 */
export function init(source?: WasmSource | Promise<WasmSource>): Promise<void>;

// --- Errors ------------------------------------------------------------------------------------

// `string & {}` leaves a union open, and editors still list its members.

/** Where the fault lies. More may come. */
export type ErrorKind = "input" | "api" | "gateway" | "upload" | "network" | "timeout" | "config" | (string & {});

/** The step that failed. More may come. */
export type ErrorStep = "load" | "init" | "put" | "classify" | "create" | "get" | "wait" | "list" | "update" | "delete" | "save" | "regenerate" | "resynthesize" | (string & {});

/** The SDK's own codes. */
export type SdkErrorCode =
  | "invalid_argument"
  | "value_out_of_range"
  | "parameter_invalid_combination"
  | "unsupported_file_type"
  | "empty_file"
  | "file_type_mismatch"
  | "file_unreadable"
  | "upload_url_expired"
  | "upload_too_large"
  | "upload_incomplete"
  | "upload_failed"
  | "redirected"
  | "network_error"
  | "timeout"
  | "invalid_response"
  | "create_outcome_unknown"
  | "outcome_unknown"
  | "gateway_not_found"
  | "session_token_failed"
  | "invalid_option"
  | "api_key_in_browser"
  | "insecure_base_url"
  | "unsupported_browser"
  | "wasm_load_failed";

/** The API's codes, as far as they are known. `value_out_of_range` and `parameter_invalid_combination` are the SDK's, too. */
export type ApiErrorCode =
  | "missing_field"
  | "invalid_format"
  | "invalid_request"
  | "value_out_of_range"
  | "parameter_invalid_combination"
  | "upload_invalid"
  | "unknown_version"
  | "insufficient_credits"
  | "balance_too_low"
  | "idempotency_key_in_use"
  | "missing_api_key"
  | "invalid_api_key"
  | "revoked_api_key"
  | "missing_scope"
  | "resource_not_found"
  | "too_many_requests"
  | "concurrency_limit_exceeded"
  | "internal_error"
  | "provider_unavailable"
  | "provider_timeout";

/** The codes of the gateway's own refusals. */
export type GatewayErrorCode =
  | "gateway_bad_request"
  | "gateway_invalid_json"
  | "gateway_invalid_field"
  | "gateway_idempotency_key_invalid"
  | "gateway_size_mismatch"
  | "gateway_empty_upload"
  | "gateway_session_missing"
  | "gateway_session_invalid"
  | "gateway_session_expired"
  | "gateway_origin_refused"
  | "gateway_host_refused"
  | "gateway_call_disabled"
  | "gateway_route_not_found"
  | "gateway_id_not_found"
  | "gateway_upload_url_expired"
  | "gateway_upload_url_refused"
  | "gateway_method_not_allowed"
  | "gateway_body_too_slow"
  | "gateway_idempotency_key_reused"
  | "gateway_upload_superseded"
  | "gateway_length_required"
  | "gateway_body_too_large"
  | "gateway_content_type_refused"
  | "gateway_too_many_requests"
  | "gateway_too_many_uploads"
  | "gateway_too_many_creates"
  | "gateway_client_gone"
  | "gateway_internal_error"
  | "gateway_key_refused"
  | "gateway_upstream_invalid"
  | "gateway_upstream_unreachable"
  | "gateway_create_outcome_unknown"
  | "gateway_create_not_made"
  | "gateway_store_unavailable"
  | "gateway_upload_refused"
  | "gateway_upload_host_failed"
  | "gateway_upload_host_busy"
  | "gateway_upstream_timeout";

/** Every code that this version knows, for a table of your own: `Record<KnownErrorCode, string>` misses none. */
export type KnownErrorCode = SdkErrorCode | ApiErrorCode | GatewayErrorCode;

/** An error's code. Open, since the API may have new ones: a `switch` needs a `default`. `docs/errors.md` explains each. */
export type ErrorCode = KnownErrorCode | (string & {});

/**
 * The error that every function here rejects with, except where the call was cancelled. `message` says
 * what happened, to what, and what to do, for the developer of the page; `describeError` of
 * `aurous-web/describe` says it to the page's user. Neither the message nor any field holds a key, a token or a
 * signed URL.
 *
 * `createAurousError` of `aurous-web/testing` makes one for a test.
 *
 * @example
 * ```ts
 * import { initUpload, isAurousError } from "aurous-web";
 *
 * export async function tryUpload(file: File): Promise<string> {
 *   try {
 *     return (await initUpload(file)).upload_id;
 *   } catch (error) {
 *     if (!isAurousError(error)) throw error;
 *     if (error.code === "unsupported_file_type") return "Please pick a JPEG, PNG or WebP.";
 *     return error.message;
 *   }
 * }
 * ```
 */
export class AurousError extends Error {
  private constructor();
  readonly name: "AurousError";
  /**
   * Stable, for `switch`.
   *
   * A gateway's own codes (kind `gateway`) begin with `gateway_`. A page may want to tell these apart:
   * `gateway_session_missing`, `gateway_session_invalid`, `gateway_session_expired` (401: sign in again);
   * `gateway_id_not_found` (404: no upload or character of this visitor's);
   * `gateway_too_many_requests`, `gateway_too_many_uploads` (429: after `retryAfterMs`);
   * `gateway_upstream_unreachable`, `gateway_upstream_timeout` (502, 504: try later);
   * `gateway_key_refused` (502, not retryable: only the gateway's operator can mend it).
   */
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly step: ErrorStep;
  /** The HTTP status, where there was an answer. */
  readonly status?: number;
  /** The API's error type, `invalid_request` for one. */
  readonly type?: string;
  /** The field at fault, `upload_ids[2]` for one. */
  readonly param?: string;
  /** The API's id of the request, for the vendor's support. */
  readonly requestId?: string;
  /** The API's page about the error. */
  readonly docUrl?: string;
  /** What `Retry-After` said, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** How many requests were sent: 0 where the fault was found before any. */
  readonly attempts: number;
  /** Of {@link upload} with `classify: true`: the filled ticket, where only the classification failed. Go on with it. */
  readonly ticket?: Pick<UploadTicket, "upload_id">;
  readonly cause?: unknown;
  /** Returns all of the above but `cause`, as a plain object. */
  toJSON(): Record<string, unknown>;
}

/** Returns whether a value is an {@link AurousError}, also of another copy of this package or of another realm. */
export function isAurousError(value: unknown): value is AurousError;
