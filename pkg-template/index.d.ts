/**
 * Browser SDK for the Aurous Labs character API.
 *
 * Importing does nothing: the first call starts the WebAssembly, which is inside the script. The
 * functions below belong to a default client, whose gateway is at `/aurous` on the page's own origin;
 * for anything else there is {@link createClient}.
 *
 * Objects on the wire keep the API's snake_case names; options of the SDK's own are camelCase.
 * Fields that the SDK doesn't know pass through untouched, in both directions.
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
 * {@link upload} is {@link initUpload}, {@link putFile} and {@link classify} in one.
 *
 * **What goes wrong on the way is tried again**: no answer, 408, 429, 500, 502, 503, 504, with growing
 * random waits, `Retry-After` obeyed, and a pause while the browser is offline. What cannot be mended is
 * an {@link AurousError}; its `code` says which, and `docs/errors.md` what to tell the user.
 * @packageDocumentation
 */

// --- Uploads -----------------------------------------------------------------------------------

/** A file extension that the API takes. */
export type Extension = "jpeg" | "jpg" | "png" | "webp";

/** A content type that the API takes. It must agree with the extension. */
export type ContentType = "image/jpeg" | "image/png" | "image/webp";

/** What {@link initUpload} sends, for those who know it without the file. */
export interface InitUploadRequest {
  /** 1 to 120 characters (Unicode code points). Used for Content-Disposition only. */
  filename: string;
  extension: Extension;
  content_type: ContentType;
  [field: string]: unknown;
}

/** Permission to PUT one image. */
export interface UploadTicket {
  /** Opaque. Good for 24 hours, until a character has consumed it. */
  upload_id: string;
  /**
   * Where to PUT, absolute. Good until `expires_at`. It is signed: whoever has it can write this
   * upload, so don't log it.
   */
  upload_url: string;
  /** The headers of the PUT: the content type that the ticket was minted for, alone. */
  upload_headers: { "Content-Type": ContentType };
  /** RFC 3339, UTC: 15 minutes after minting. */
  expires_at: string;
  [field: string]: unknown;
}

/**
 * Mints a ticket for one image: `POST /v1/characters/uploads/init`.
 *
 * For a `File` or `Blob`, extension and content type are those of its **bytes**, not of its name or
 * `type`. A name over 120 characters is cut before its extension; a nameless Blob is
 * `image.<extension>`. No byte is uploaded yet. Tickets may be minted in parallel.
 *
 * @throws {@link AurousError} before any request: `unsupported_file_type` (not JPEG, PNG or WebP; the
 * message names what it is), `empty_file`, `file_unreadable`, `invalid_argument`,
 * `value_out_of_range`, `unsupported_browser`. After it: the API's codes, the gateway's (see {@link AurousError.code}),
 * `gateway_not_found`, `network_error`, `timeout`, `invalid_response`.
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
 * PUTs an image to its ticket, by `fetch`, as it is: with `Content-Type` as the only header of its
 * own, never a key, a token or a cookie. The bytes do not pass through the SDK's memory.
 *
 * With `onProgress`, an `XMLHttpRequest` does it, since `fetch` tells nothing of an upload's progress:
 * with the same single header; but on the page's own origin the browser adds its cookies (a gateway
 * drops them), and a redirect is an error only once it was followed.
 *
 * @param target the ticket, or its `upload_url` (a relative one is resolved against the client's
 * `baseUrl`; the content type is then that of the file's bytes).
 *
 * @throws {@link AurousError} before any request: `file_type_mismatch` (the bytes are not of the
 * ticket's type), `unsupported_file_type`, `empty_file`, `file_unreadable`, `invalid_argument`,
 * `unsupported_browser`. After it: `upload_url_expired` (expired, or not the URL that was signed; mint a new ticket),
 * `upload_too_large`, `upload_failed` (the upload host refused it for another reason), each the same
 * whether a gateway says so or the upload host; `file_unreadable` (the file changed or vanished after
 * it was picked), the gateway's codes (see {@link AurousError.code}), `network_error`, `timeout`.
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

/** What is known of an image from its bytes. */
export interface ImageFacts {
  format: "jpeg" | "png" | "webp";
  contentType: ContentType;
  /** As it is sent: that of the format, whatever the file's name says. */
  extension: Extension;
  /** Bytes. */
  size: number;
}

/** What {@link upload} resolves to. */
export interface UploadResult {
  /** Filled: its `upload_id` is what {@link createCharacter} takes. */
  ticket: UploadTicket;
  image: ImageFacts;
  /** `null` unless `classify: true`. */
  classification: Classification | null;
}

/** Options of {@link upload}. */
export interface UploadOptions extends CallOptions, PutOptions {
  /** Whether to {@link classify} the picture, too. Default: false. */
  classify?: boolean;
  /**
   * Files of up to so many bytes, 0 or more, are read into the page's memory first, so that what was
   * looked at is what is sent, each time, whatever becomes of the file. Default: 33 554 432 (32 MB). A
   * larger one is sent from where it is; if it changes meanwhile, the upload is `file_unreadable`.
   */
  snapshotBytes?: number;
  /** Of the whole upload, where it is given. Default: 120 000 for each API call, none for the PUT. */
  deadlineMs?: number;
}

/**
 * Uploads one image: {@link initUpload}, {@link putFile} and, with `classify: true`, {@link classify}, as
 * one operation that survives what can be survived. Each step is tried again as its own function
 * would; and a URL that expired meanwhile, or is refused, is minted anew, once.
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
 *     onProgress: ({ loaded, total }) => (bar.value = loaded / total),
 *   });
 *   console.log(`${image.format}, ${image.size} bytes`);
 *   return ticket.upload_id;
 * }
 * ```
 */
export function upload(file: Blob, options?: UploadOptions): Promise<UploadResult>;

// --- Classification ----------------------------------------------------------------------------

/** What a picture shows. `other` is an ordinary label, not an error. */
export type Pose = "portrait" | "front" | "side" | "back" | "other";

export interface Classification {
  upload_id: string;
  pose: Pose;
  /** 0 to 1. Informative, not a gate. */
  confidence: number;
  [field: string]: unknown;
}

/**
 * Says what an uploaded picture shows: `POST /v1/characters/uploads/classify`. A pure read: the same
 * answer each time. Keep it: once a character has consumed the upload, classifying it fails.
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
  gender?: string;
  /** A whole number of years. */
  age?: number;
  ethnicity?: string;
  hair_color?: string;
  hair_style?: string;
  eye_color?: string;
  body_type?: string;
  additional_details?: string;
  [field: string]: unknown;
}

/** From uploaded pictures: ready at once. Consumes the uploads. */
export interface CreateFromUploads {
  name: string;
  /** 1 to 6. */
  upload_ids: string[];
  attributes?: Attributes;
  generate?: false;
  [field: string]: unknown;
}

/** From a description: takes 30 to 90 s typically, costs credits. A gateway has this off by default. */
export interface CreateFromAttributes {
  name: string;
  generate: true;
  attributes: Attributes;
  upload_ids?: undefined;
  [field: string]: unknown;
}

export type CreateCharacterRequest = CreateFromUploads | CreateFromAttributes;

export interface CharacterRef {
  /** As last classified; `other` where it never was. */
  pose: Pose;
  /** An opaque link that loads in an `<img>`, good for about 24 hours. */
  url: string;
  [field: string]: unknown;
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
  [field: string]: unknown;
}

export interface CreateOptions extends CallOptions {
  /**
   * 1 to 256 printable ASCII characters (a gateway wants at least 16). The same key and body make
   * the same character once, however often they are sent. Default: a random one per call, made before
   * its first attempt and sent with each.
   */
  idempotencyKey?: string;
}

/**
 * Makes a character: `POST /v1/characters`.
 *
 * Identical calls of one client at the same time (a button that was clicked twice) are one, with the
 * limits of the first: each gets its result, and it ends early when all of them are cancelled.
 *
 * A create from uploads is tried again like any call, since its uploads can be used up only once. One
 * from a description is not, once it may have been carried out: it costs credits.
 *
 * @throws {@link AurousError} before any request: `parameter_invalid_combination` (exactly one of
 * `upload_ids` and `generate: true` with `attributes`), `value_out_of_range` (`upload_ids`: 1 to 6),
 * `invalid_argument`. After it: `upload_invalid`, `create_outcome_unknown` (an attempt was left without
 * a readable answer, or uploads that were good are used up: the character may have been made, so look
 * for it before making another; this is also what no answer at all comes to), and the API's and the
 * gateway's codes.
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

// --- Clients and options -----------------------------------------------------------------------

/** Options of one call. */
export interface CallOptions {
  /**
   * Cancels the call: it then rejects with the signal's own `reason` (that very object), at once,
   * and never with an {@link AurousError}.
   */
  signal?: AbortSignal;
  /** One attempt of an API call, in milliseconds, 1 to 2 147 483 647. Default: the client's. */
  timeoutMs?: number;
  /** See {@link ClientOptions.deadlineMs}. Default: the client's. */
  deadlineMs?: number;
  /** See {@link ClientOptions.maxRetries}. Default: the client's. */
  maxRetries?: number;
}

/** What `onProgress` is called with. */
export interface UploadProgress {
  /** `putFile` alone is `uploading` from the start. */
  phase: "preparing" | "minting" | "uploading" | "classifying";
  /**
   * Bytes. Never less than before, also when a PUT begins again; less than `total` until the server has
   * taken the file.
   */
  loaded: number;
  /** Bytes of the file. */
  total: number;
  /** The request of this phase that is under way, from 1. */
  attempt: number;
}

/** Options of one PUT. */
export interface PutOptions {
  /** See {@link CallOptions.signal}. */
  signal?: AbortSignal;
  /** A PUT that stands still, in milliseconds. Default: the client's. See {@link ClientOptions.stallTimeoutMs}. */
  stallTimeoutMs?: number;
  /** The whole PUT with its retries. Default: the client's, else none. See {@link ClientOptions.deadlineMs}. */
  deadlineMs?: number;
  /** See {@link ClientOptions.maxRetries}. Default: the client's. */
  maxRetries?: number;
  /**
   * Told how far the upload is. What it throws is reported as an uncaught error of the page's, and
   * changes nothing. Where there is no `XMLHttpRequest` (a service worker) it hears of no bytes until the
   * end.
   */
  onProgress?: (progress: UploadProgress) => void;
}

/** Options of {@link createClient}. A wrong one rejects each call of that client, kind `config`. */
export interface ClientOptions {
  /**
   * The gateway's mount point; with `apiKey`, the API itself. A relative one is resolved against the
   * page. Default: `/aurous`; with `apiKey`, `https://api.aurous-labs.com`.
   */
  baseUrl?: string | URL;
  /**
   * Sent to the gateway as `Authorization: Bearer …`, never on the PUT. A function is asked for each
   * attempt, and once more after a 401 (`gateway_session_expired`, for one); a second 401 is final.
   */
  sessionToken?: string | (() => string | Promise<string>);
  /** More headers on API calls (a CSRF token, say), never on the PUT. */
  headers?: Record<string, string>;
  /**
   * The team's key, straight to the API: over https (or to loopback) only, and outside browsers only.
   * A page must never hold it: that is what the gateway is for.
   */
  apiKey?: string;
  /** Lets `apiKey` through in a page or a worker (an extension, a desktop shell). Default: false. */
  dangerouslyAllowBrowser?: boolean;
  /** `Aurous-Version`, `YYYY-MM-DD`. Default: the team's pinned version. */
  apiVersion?: string;
  /** Cookies on API calls. Default: `"same-origin"`. The PUT never carries any. */
  credentials?: RequestCredentials;
  /** One attempt of an API call, in milliseconds, 1 to 2 147 483 647. Default: 30 000. */
  timeoutMs?: number;
  /**
   * A PUT that stands still, in milliseconds, 1 to 2 147 483 647. Default: 30 000. It is then ended and
   * tried again. `fetch` tells nothing of an upload's progress, so the time that the bytes take at
   * 256 kbit/s is added; with `onProgress`, once all bytes were handed over.
   */
  stallTimeoutMs?: number;
  /**
   * A whole call with its retries, in milliseconds that the machine is awake, 1 to 2 147 483 647.
   * Default: 120 000 for API calls, none for a PUT. A wait that reaches past it is not begun.
   */
  deadlineMs?: number;
  /** Requests after the first, 0 to 100. Default: 6. 0 also fails at once where the browser is offline. */
  maxRetries?: number;
}

/** The same functions, with options of their own. Nothing to free. */
export interface Client {
  initUpload: typeof initUpload;
  putFile: typeof putFile;
  classify: typeof classify;
  createCharacter: typeof createCharacter;
  upload: typeof upload;
}

/**
 * Makes a client. Never throws and loads nothing: a wrong option rejects the first call.
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

/** What the WebAssembly may be loaded from. */
export type WasmSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/**
 * Starts the WebAssembly early, or loads it from a source of your own. You never need to call it: the
 * first call of any other function starts what is inside the script. The first load wins. A load that
 * failed is forgotten, and the next call tries again.
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

/** Whose the fault is. */
export type ErrorKind = "input" | "api" | "gateway" | "upload" | "network" | "timeout" | "config";

/** Where it happened. */
export type ErrorStep = "load" | "init" | "put" | "classify" | "create";

/**
 * The codes of the SDK's own. The API's and the gateway's pass through as they are. `docs/errors.md` says of
 * each when it comes; `unsupported_browser`, for one, where the browser has no `AbortController`.
 */
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
  | "upload_failed"
  | "network_error"
  | "timeout"
  | "invalid_response"
  | "create_outcome_unknown"
  | "gateway_not_found"
  | "session_token_failed"
  | "invalid_option"
  | "api_key_in_browser"
  | "insecure_base_url"
  | "unsupported_browser"
  | "wasm_load_failed";

/**
 * What every function here rejects with (but for a cancelled call). `message` says what happened, to
 * what, and what to do; neither it nor any field holds a key, a token or a signed URL.
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
   * A gateway's own refusals (kind `gateway`) begin with `gateway_`. What a page may want to tell
   * apart: `gateway_session_missing`, `gateway_session_invalid`, `gateway_session_expired` (401: sign
   * in again); `gateway_id_not_found` (404: no upload or character of this visitor's);
   * `gateway_too_many_requests`, `gateway_too_many_uploads` (429: after `retryAfterMs`);
   * `gateway_upstream_unreachable`, `gateway_upstream_timeout` (502, 504: try later);
   * `gateway_key_refused` (502, and not retryable: only whoever runs the gateway can mend it). The
   * gateway's documentation has them all.
   */
  readonly code: SdkErrorCode | (string & {});
  readonly kind: ErrorKind;
  readonly step: ErrorStep;
  /** The HTTP status, where there was an answer. */
  readonly status?: number;
  /** The API's error type, `invalid_request` for one. */
  readonly type?: string;
  /** The field at fault, `upload_ids[2]` for one. */
  readonly param?: string;
  /** Name it to the vendor's support. */
  readonly requestId?: string;
  readonly docUrl?: string;
  /** What `Retry-After` said, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** How many requests were sent: 0 where the fault was found before any. */
  readonly attempts: number;
  readonly cause?: unknown;
  /** All of the above but `cause` and `stack`, as a plain object. */
  toJSON(): Record<string, unknown>;
}

/** Tells our errors from others, also across two copies of this package and across realms. */
export function isAurousError(value: unknown): value is AurousError;
