/**
 * For tests of your page: the API in process, and the errors that the SDK would reject with.
 *
 * ```ts
 * import { createClient } from "aurous-web";
 * import { createEmulator } from "aurous-web/testing";
 *
 * const emulator = createEmulator();
 * globalThis.fetch = emulator.fetch;
 * const aurous = createClient({ baseUrl: emulator.openUrl });
 *
 * const picture = new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0])], "front.jpg", { type: "image/jpeg" });
 * emulator.inject({ match: { step: "put" }, fault: { status: 503 } });
 * const { classification } = await aurous.upload(picture, { classify: true });
 * console.log(classification?.pose, emulator.log().map(({ step }) => step)); // front, and two PUTs
 * ```
 *
 * @packageDocumentation
 */

import type { AurousError, ErrorCode, ErrorKind, ErrorStep } from "./index.js";

/** The options of an emulator. Each has a default. */
export interface EmulatorOptions {
  /** The API's origin. Default: `https://api.aurous.test`. */
  apiUrl?: string | undefined;
  /**
   * The upload host's origin. Default: `https://uploads.aurous.test`. It may be the API's: then all paths below
   * `/upload/` are the upload host's.
   */
  uploadUrl?: string | undefined;
  /** The keys that are valid from the start, all of one team. Default: one, made from the seed. */
  apiKeys?: string[] | undefined;
  /** Whether the API is also there without a key, at `openUrl`, in place of a gateway. Default: true. */
  open?: boolean | undefined;
  /** Decides all that looks random in ids, keys and signatures: a whole number from 0. Default: 1. */
  seed?: number | undefined;
  /**
   * Returns the real time, in milliseconds since the epoch. Default: `Date.now`, so that the fake timers of a
   * test runner move the emulator's clock as well.
   */
  now?: (() => number) | undefined;
  /** The settings to start with. Default: those of production. */
  settings?: Partial<EmulatorSettings> | undefined;
}

/** What may change while an emulator runs. */
export interface EmulatorSettings {
  /** Whether the API and the upload host send CORS headers. Default: false, as in production. */
  cors: boolean;
  /** The most bytes of an upload; a larger one gets 413. Default: 10 000 000. */
  upload_max_bytes: number;
  /** How long an upload URL is valid, in milliseconds. Default: 15 minutes. */
  upload_url_ttl_ms: number;
  /** How long a synthesis takes, in milliseconds of the emulator's clock. Default: 30 000. */
  synthesize_ms: number;
  /** Whether a synthesis ends in `reviewing`, from which `saveCharacter` makes it `ready`. Default: false. */
  review_step: boolean;
  /** The credits of each team. Default: 1000. */
  credits: number;
  /** Whether create honours `Idempotency-Key`. Default: true. */
  honour_idempotency_key_on_create: boolean;
  /** Whether other responses than create's have `client_reference_id`. Default: true. */
  echo_client_reference_id: boolean;
  /** Whether an empty bucket refuses calls with 429. Default: true. */
  rate_limits: boolean;
}

/** What a request asks for. */
export type EmulatorStep =
  | "init"
  | "put"
  | "classify"
  | "create"
  | "get"
  | "list"
  | "update"
  | "delete"
  | "save"
  | "regenerate"
  | "resynthesize"
  | "ref"
  | "preflight"
  | "other";

/** A response that a test makes up. */
export interface FakeResponse {
  /** 200 to 599. */
  status: number;
  /** The error's code. Default: the one that most likely comes with the status. */
  code?: string;
  headers?: Record<string, string>;
  /** Default: a proper error of that status. */
  body?: string;
  /** Default: `application/json`. */
  content_type?: string;
}

/**
 * What goes wrong with a request. docs/emulator.md says of each what the client gets, and whether the request takes
 * effect. Without a connection, a reset is a rejection with a `TypeError`, as that of `fetch`; a request that hangs is
 * pending until its signal aborts it.
 */
export type Fault =
  | FakeResponse
  | { body: FakeResponse }
  | { delay_ms: number }
  | { reset_after_body: { processed: boolean } }
  | "hang"
  | "hang_during_body"
  | "hang_after_headers"
  | "reset_before_body"
  | "reset_during_body"
  | "truncate"
  | "not_json"
  | "empty";

/** A fault, and the requests that it strikes. */
export interface ScriptedFault {
  /** Selects requests: of one step, from the nth on. Default: every request but preflights. */
  match?: { step?: EmulatorStep; nth?: number };
  /** How many requests the fault strikes: `null` for every one. Default: 1. */
  times?: number | null;
  fault: Fault;
}

/** A request that the emulator has seen. */
export interface LoggedRequest {
  /** Counts the requests from 1. */
  seq: number;
  /** The emulator's time at the arrival. */
  time_ms: number;
  origin: "api" | "open" | "upload";
  step: EmulatorStep;
  method: string;
  path: string;
  query: string | null;
  /** Names, in lower case, and values, in order of arrival. */
  headers: [name: string, value: string][];
  /** The bytes of body that have arrived. */
  body_length: number;
  /** The SHA-256 of these, in hex. `null` while more may come. */
  body_sha256: string | null;
  /** The status of the response, where there was one. */
  status: number | null;
  /** `null` while the request is being handled. */
  outcome: "answered" | "reset" | "hung" | "client_gone" | null;
  /** The name of the fault that struck the request. */
  fault: string | null;
}

/** An API key of the emulator's. */
export interface EmulatorKey {
  key: string;
  /** The keys of one team share its characters, limits and credits. */
  team: string;
  scopes: ("characters:read" | "characters:write")[];
  revoked: boolean;
}

/** The API in process. All its methods may be passed on without their object. */
export interface Emulator {
  readonly apiUrl: string;
  readonly uploadUrl: string;
  /** The API without a key, for a client's `baseUrl`: it stands in for a gateway. */
  readonly openUrl: string;
  /** The first of the keys that were valid at the start. */
  readonly apiKey: string;
  /**
   * Takes requests to both origins, as `fetch` does. It takes files, signals and headers of jsdom and happy-dom, too.
   *
   * @throws `TypeError` for a reset connection, or for a URL that is none of the emulator's; the signal's reason.
   */
  fetch(this: void, input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * Takes requests of Node's own server, with resets of real connections: `http.createServer(emulator.nodeHandler)`.
   * `apiUrl` and `uploadUrl` must then be the server's.
   */
  nodeHandler(this: void, request: any, response: any): void;
  /** Answers a request of the control origin that docs/emulator.md describes: `control("GET", "/clock")`. */
  control(
    this: void,
    method: string,
    path: string,
    body?: string | Uint8Array,
  ): { status: number; contentType: string; body: Uint8Array };
  /** Returns every request so far, in order of arrival. */
  log(this: void): LoggedRequest[];
  /** Forgets the requests so far. */
  clearLog(this: void): void;
  /**
   * Adds faults to those that are still to come. Of several that match a request, the one that was added first strikes.
   *
   * @throws `TypeError` where it is no fault.
   */
  inject(this: void, faults: ScriptedFault | ScriptedFault[]): void;
  /** Returns the faults that are still to come. */
  faults(this: void): ScriptedFault[];
  /** Forgets the faults that are still to come. */
  clearFaults(this: void): void;
  /** Returns the emulator's time, in milliseconds since the epoch. */
  now(this: void): number;
  /** Advances the emulator's clock: what expires or ends in between has done so at once. */
  advance(this: void, ms: number): void;
  settings(this: void): EmulatorSettings;
  /** Changes the named settings, and returns all. */
  changeSettings(this: void, changes: Partial<EmulatorSettings>): EmulatorSettings;
  keys(this: void): EmulatorKey[];
  /** Makes a key, for another team if need be, or changes one: revokes it, or changes its scopes. */
  changeKey(this: void, change: Partial<EmulatorKey>): EmulatorKey;
  /** Returns the bytes that were PUT for an upload, until a create consumes them. */
  upload(this: void, id: string): Uint8Array | undefined;
  /**
   * Resets the emulator to its start: no uploads, no characters, full limits, no faults, an empty log, real time, and
   * the settings and keys of the start. No id is made a second time.
   */
  reset(this: void): void;
}

/**
 * Makes an emulator of the whole API, in process: the same as the program of docs/emulator.md, without a socket.
 *
 * @throws `TypeError` that names the option which is wrong.
 */
export function createEmulator(options?: EmulatorOptions): Emulator;

/** The fields of an error. What is left out is as it usually is with this code. */
export interface AurousErrorFields {
  code: ErrorCode;
  message?: string;
  kind?: ErrorKind;
  step?: ErrorStep;
  status?: number;
  type?: string;
  param?: string;
  requestId?: string;
  docUrl?: string;
  retryAfterMs?: number;
  retryable?: boolean;
  attempts?: number;
  cause?: unknown;
}

/**
 * Makes an `AurousError`, of the class that `aurous-web` exports.
 *
 * ```ts
 * import { createAurousError } from "aurous-web/testing";
 *
 * export const uploadThatFails = () =>
 *   Promise.reject(createAurousError({ code: "gateway_too_many_requests", status: 429, retryAfterMs: 2000 }));
 * ```
 */
export function createAurousError(fields: AurousErrorFields): AurousError;
