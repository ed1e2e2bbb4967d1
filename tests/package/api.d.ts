export type Extension = "jpeg" | "jpg" | "png" | "webp";
export type ContentType = "image/jpeg" | "image/png" | "image/webp";
export interface InitUploadRequest {
  filename: string;
  extension: Extension;
  content_type: ContentType;
}
export interface UploadTicket {
  upload_id: string;
  upload_url: string;
  upload_headers: { "Content-Type": ContentType };
  expires_at: string;
  max_size?: number;
}
export function initUpload(source: Blob | InitUploadRequest, options?: CallOptions): Promise<UploadTicket>;
export function putFile(target: UploadTicket | string | URL, file: Blob, options?: PutOptions): Promise<void>;
export interface ImageFacts {
  format: "jpeg" | "png" | "webp";
  contentType: ContentType;
  extension: Extension;
  size: number;
}
export interface UploadResult {
  ticket: UploadTicket;
  image: ImageFacts;
  classification: Classification | null;
}
export interface UploadOptions extends CallOptions, PutOptions {
  classify?: boolean | undefined;
  snapshotBytes?: number | undefined;
  deadlineMs?: number | undefined;
}
export function upload(file: Blob, options?: UploadOptions): Promise<UploadResult>;
export type UploadOutcome =
  | { status: "fulfilled"; value: UploadResult }
  | { status: "rejected"; reason: AurousError }
  | { status: "cancelled"; reason: unknown };
export interface UploadAllProgress {
  loaded: number;
  total: number;
  fraction: number;
  settled: number;
  count: number;
  waiting?: UploadProgress["waiting"];
}
export interface UploadAllOptions extends Omit<UploadOptions, "onProgress"> {
  signal?: AbortSignal | undefined;
  concurrency?: number | undefined;
  onProgress?: ((progress: UploadAllProgress) => void) | undefined;
  optionsFor?: ((file: Blob, index: number) => UploadOptions | undefined) | undefined;
}
export function uploadAll(files: Iterable<Blob>, options?: UploadAllOptions): Promise<UploadOutcome[]>;
export type Pose = "portrait" | "front" | "side" | "back" | "other";
export interface Classification {
  upload_id: string;
  pose: Pose;
  confidence: number;
}
export function classify(upload: string | UploadTicket, options?: CallOptions): Promise<Classification>;
export interface Attributes {
  gender?: string | undefined;
  age?: number | undefined;
  ethnicity?: string | undefined;
  hair_color?: string | undefined;
  hair_style?: string | undefined;
  eye_color?: string | undefined;
  body_type?: string | undefined;
  additional_details?: string | undefined;
}
export interface CreateFromUploads {
  name: string;
  upload_ids: string[];
  attributes?: Attributes | undefined;
  generate?: false | undefined;
  client_reference_id?: string | undefined;
}
export interface CreateFromAttributes {
  name: string;
  generate: true;
  attributes: Attributes;
  upload_ids?: undefined;
  client_reference_id?: string | undefined;
}
export type CreateCharacterRequest = CreateFromUploads | CreateFromAttributes;
export interface CharacterRef {
  pose: Pose;
  url: string;
}
export interface Character {
  id: string;
  object: "character";
  name: string;
  status: "synthesizing" | "reviewing" | "ready" | "failed";
  refs: CharacterRef[];
  created_at: string;
  updated_at: string;
  attributes: Attributes;
  error_message: string | null;
  aurous_version: string;
  client_reference_id?: string | null;
}
export interface CreateOptions extends CallOptions {
  idempotencyKey?: string | undefined;
}
export function createCharacter(request: CreateCharacterRequest, options?: CreateOptions): Promise<Character>;
export type CharacterOrId = string | Pick<Character, "id">;
export function getCharacter(character: CharacterOrId, options?: CallOptions): Promise<Character>;
export interface SynthesizedCharacter extends Character {
  status: "ready" | "reviewing";
}
export interface FailedCharacter extends Omit<Character, "refs"> {
  status: "failed";
  error_message: string;
}
export interface WaitOptions extends CallOptions {
  deadlineMs?: number | undefined;
  onUpdate?: ((character: Character) => void) | undefined;
}
export function waitForCharacter(
  character: CharacterOrId,
  options?: WaitOptions,
): Promise<SynthesizedCharacter | FailedCharacter>;
export interface ListQuery {
  limit?: number | undefined;
  starting_after?: CharacterOrId | null | undefined;
}
export interface CharacterPage {
  object: "list";
  data: Character[];
  has_more: boolean;
  next_cursor: string | null;
}
export function listCharacters(query?: ListQuery, options?: CallOptions): Promise<CharacterPage>;
export function allCharacters(query?: ListQuery, options?: CallOptions): AsyncGenerator<Character, void, undefined>;
export interface UpdateCharacterRequest {
  name?: string | undefined;
  attributes?: Attributes | undefined;
}
export function updateCharacter(
  character: CharacterOrId,
  request: UpdateCharacterRequest,
  options?: CallOptions,
): Promise<Character>;
export interface DeletedCharacter {
  id: string;
  object: "character";
  deleted: true;
}
export function deleteCharacter(character: CharacterOrId, options?: CallOptions): Promise<DeletedCharacter>;
export function saveCharacter(character: CharacterOrId, options?: CallOptions): Promise<Character>;
export interface RegenerateRequest {
  pose: Exclude<Pose, "other">;
  prompt_override?: string | undefined;
}
export function regenerateRef(
  character: CharacterOrId,
  request: RegenerateRequest,
  options?: CreateOptions,
): Promise<Character>;
export interface ResynthesizeRequest {
  force_all?: boolean | undefined;
}
export function resynthesizeCharacter(
  character: CharacterOrId,
  request?: ResynthesizeRequest | null,
  options?: CreateOptions,
): Promise<Character>;
export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  deadlineMs?: number | undefined;
  maxRetries?: number | undefined;
}
export interface UploadProgress {
  phase: "preparing" | "minting" | "uploading" | "classifying";
  loaded: number;
  total: number;
  fraction: number;
  attempt: number;
  attemptLoaded: number;
  waiting?: "rate_limit" | "offline" | "backoff" | (string & {});
  waitingUntil?: number;
}
export interface PutOptions {
  signal?: AbortSignal | undefined;
  stallTimeoutMs?: number | undefined;
  deadlineMs?: number | undefined;
  maxRetries?: number | undefined;
  onProgress?: ((progress: UploadProgress) => void) | undefined;
}
export interface ClientOptions {
  baseUrl?: string | URL | undefined;
  sessionToken?: string | (() => string | Promise<string>) | undefined;
  headers?: Record<string, string> | undefined;
  apiKey?: string | undefined;
  dangerouslyAllowBrowser?: boolean | undefined;
  apiVersion?: string | undefined;
  credentials?: RequestCredentials | undefined;
  timeoutMs?: number | undefined;
  stallTimeoutMs?: number | undefined;
  deadlineMs?: number | undefined;
  maxRetries?: number | undefined;
}
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
export function createClient(options?: ClientOptions): Client;
export type WasmSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;
export function init(source?: WasmSource | Promise<WasmSource>): Promise<void>;
export type ErrorKind = "input" | "api" | "gateway" | "upload" | "network" | "timeout" | "config" | (string & {});
export type ErrorStep = "load" | "init" | "put" | "classify" | "create" | "get" | "wait" | "list" | "update" | "delete" | "save" | "regenerate" | "resynthesize" | (string & {});
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
export type KnownErrorCode = SdkErrorCode | ApiErrorCode | GatewayErrorCode;
export type ErrorCode = KnownErrorCode | (string & {});
export class AurousError extends Error {
  private constructor();
  readonly name: "AurousError";
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly step: ErrorStep;
  readonly status?: number;
  readonly type?: string;
  readonly param?: string;
  readonly requestId?: string;
  readonly docUrl?: string;
  readonly retryAfterMs?: number;
  readonly retryable: boolean;
  readonly attempts: number;
  readonly ticket?: Pick<UploadTicket, "upload_id">;
  readonly cause?: unknown;
  toJSON(): Record<string, unknown>;
}
export function isAurousError(value: unknown): value is AurousError;
import type { KnownErrorCode } from "./index.js";
export type Situation =
  | "page_defect"
  | "input_out_of_range"
  | "input_missing"
  | "input_invalid"
  | "not_a_picture"
  | "file_empty"
  | "file_changed"
  | "file_unreadable"
  | "file_too_large"
  | "upload_expired"
  | "upload_failed"
  | "upload_refused"
  | "upload_incomplete"
  | "uploads_gone"
  | "no_connection"
  | "connection_slow"
  | "timed_out"
  | "in_progress"
  | "too_many_requests"
  | "creates_used_up"
  | "credits_used_up"
  | "create_unknown"
  | "pictures_unknown"
  | "not_found"
  | "not_possible"
  | "signed_out"
  | "redirected"
  | "service_problem"
  | "server_defect"
  | "browser_too_old"
  | "page_incomplete"
  | "cancelled"
  | "unexpected";
export interface ErrorText {
  title: string;
  whatHappened: string;
  whatToDo: string;
}
export type ErrorTexts = { readonly [S in Situation]?: Partial<ErrorText> | undefined };
export interface ErrorDescription extends ErrorText {
  situation: Situation;
  retryable: boolean;
  retryAfterMs: number | undefined;
}
export const english: { readonly [S in Situation]: Readonly<ErrorText> };
export const situations: { readonly [C in KnownErrorCode]: Situation };
export function describeError(error: unknown, texts?: ErrorTexts): ErrorDescription;
export interface GatewayOptions {
  apiKey: string | undefined;
  sealingSecrets: string | readonly string[] | undefined;
  origin: string | readonly string[] | undefined;
  session?: ((request: Request) => GatewaySession | Promise<GatewaySession>) | undefined;
  sessionSecrets?: string | readonly string[] | undefined;
  allowAnonymous?: boolean | undefined;
  audience?: string | undefined;
  host?: string | readonly string[] | undefined;
  allowHeader?: string | readonly string[] | undefined;
  mount?: string | undefined;
  apiUrl?: string | undefined;
  uploadOrigin?: string | readonly string[] | undefined;
  allowInsecureUpstream?: boolean | undefined;
  enable?: GatewayFeature | readonly GatewayFeature[] | undefined;
  trustedProxy?: string | readonly string[] | undefined;
  ipv6Prefix?: number | undefined;
  teamShare?: string | undefined;
  subjectShare?: string | undefined;
  teamLimit?: string | readonly string[] | undefined;
  uploadMaxBytes?: number | undefined;
  maxUploads?: number | undefined;
  maxUploadsPerSubject?: number | undefined;
  maxCreateRecords?: number | undefined;
  maxCreateBytes?: number | undefined;
  bodyIdleTimeoutMs?: number | undefined;
  bodyMinBytesPerSecond?: number | undefined;
  connectTimeoutMs?: number | undefined;
  answerTimeoutMs?: number | undefined;
  requestTimeoutMs?: number | undefined;
  store?: GatewayStore | undefined;
  log?: ((line: GatewayLogLine) => void) | undefined;
}
export type GatewaySession = string | { subject: string; characters?: readonly string[] | undefined } | null;
export type GatewayFeature = "list" | "update" | "delete" | "regenerate" | "resynthesize" | "generate";
export interface GatewayContext {
  address?: string | undefined;
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}
export type Gateway = (request: Request, context?: GatewayContext) => Promise<Response>;
export function createGateway(options: GatewayOptions): Gateway;
export function toNodeHandler(gateway: Gateway): (request: any, response: any, next?: (error?: any) => void) => void;
export interface GatewayStore {
  read(keys: readonly string[]): Promise<readonly (string | null)[]>;
  write(changes: readonly GatewayStoreChange[]): Promise<boolean>;
  move(moves: readonly GatewayStoreMove[]): Promise<number>;
}
export interface GatewayStoreChange {
  key: string;
  expected: string | null;
  value: string | null;
  ttlMs: number;
}
export interface GatewayStoreMove {
  key: string;
  atLeastUs: number;
  byUs: number;
  atMostUs: number;
}
export interface GatewayLogLine {
  level: "info" | "warn" | "error";
  message: string;
  requestId?: string;
  method?: string;
  route?: string;
  status?: number;
  code?: string | null;
  reason?: string | null;
  ms?: number;
  error?: unknown;
  [field: string]: unknown;
}
import type { GatewayStore } from "./server.js";
export interface DurableObjectStoreOptions {
  timeoutMs?: number | undefined;
}
export interface DurableObjectsLike {
  idFromName(name: string): any;
  get(id: any): {
    fetch(
      url: string,
      init: { method: string; body: string },
    ): Promise<{ ok: boolean; status: number; json(): Promise<any> }>;
  };
}
export interface DurableObjectStateLike {
  storage: {
    transaction(closure: (entries: any) => Promise<any>): Promise<any>;
    list(options: any): Promise<Map<string, any>>;
    setAlarm(epochMs: number): Promise<void>;
  };
}
export function durableObjectStore(namespace: DurableObjectsLike, options?: DurableObjectStoreOptions): GatewayStore;
export class AurousStoreObject {
  readonly __DURABLE_OBJECT_BRAND: never;
  constructor(state: DurableObjectStateLike, env?: unknown);
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
}
import type { GatewayStore } from "./server.js";
export interface RedisStoreOptions {
  prefix?: string | undefined;
  timeoutMs?: number | undefined;
}
export interface NodeRedisClient {
  mGet(keys: string[]): Promise<any>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<any>;
}
export interface IoredisClient {
  mget(keys: string[]): Promise<(string | null)[]>;
  eval(script: string, numkeys: number, ...keysAndArguments: string[]): Promise<unknown>;
}
export interface UpstashConnection {
  url: string | undefined;
  token: string | undefined;
}
export function nodeRedisStore(client: NodeRedisClient, options?: RedisStoreOptions): GatewayStore;
export function ioredisStore(client: IoredisClient, options?: RedisStoreOptions): GatewayStore;
export function upstashStore(connection: UpstashConnection, options?: RedisStoreOptions): GatewayStore;
import type { AurousError, ErrorCode, ErrorKind, ErrorStep } from "./index.js";
export interface EmulatorOptions {
  apiUrl?: string | undefined;
  uploadUrl?: string | undefined;
  apiKeys?: string[] | undefined;
  open?: boolean | undefined;
  seed?: number | undefined;
  now?: (() => number) | undefined;
  settings?: Partial<EmulatorSettings> | undefined;
}
export interface EmulatorSettings {
  cors: boolean;
  upload_max_bytes: number;
  upload_url_ttl_ms: number;
  synthesize_ms: number;
  review_step: boolean;
  credits: number;
  honour_idempotency_key_on_create: boolean;
  echo_client_reference_id: boolean;
  rate_limits: boolean;
}
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
export interface FakeResponse {
  status: number;
  code?: string;
  headers?: Record<string, string>;
  body?: string;
  content_type?: string;
}
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
export interface ScriptedFault {
  match?: { step?: EmulatorStep; nth?: number };
  times?: number | null;
  fault: Fault;
}
export interface LoggedRequest {
  seq: number;
  time_ms: number;
  origin: "api" | "open" | "upload";
  step: EmulatorStep;
  method: string;
  path: string;
  query: string | null;
  headers: [name: string, value: string][];
  body_length: number;
  body_sha256: string | null;
  status: number | null;
  outcome: "answered" | "reset" | "hung" | "client_gone" | null;
  fault: string | null;
}
export interface EmulatorKey {
  key: string;
  team: string;
  scopes: ("characters:read" | "characters:write")[];
  revoked: boolean;
}
export interface Emulator {
  readonly apiUrl: string;
  readonly uploadUrl: string;
  readonly openUrl: string;
  readonly apiKey: string;
  fetch(this: void, input: string | URL | Request, init?: RequestInit): Promise<Response>;
  nodeHandler(this: void, request: any, response: any): void;
  control(
    this: void,
    method: string,
    path: string,
    body?: string | Uint8Array,
  ): { status: number; contentType: string; body: Uint8Array };
  log(this: void): LoggedRequest[];
  clearLog(this: void): void;
  inject(this: void, faults: ScriptedFault | ScriptedFault[]): void;
  faults(this: void): ScriptedFault[];
  clearFaults(this: void): void;
  now(this: void): number;
  advance(this: void, ms: number): void;
  settings(this: void): EmulatorSettings;
  changeSettings(this: void, changes: Partial<EmulatorSettings>): EmulatorSettings;
  keys(this: void): EmulatorKey[];
  changeKey(this: void, change: Partial<EmulatorKey>): EmulatorKey;
  upload(this: void, id: string): Uint8Array | undefined;
  reset(this: void): void;
}
export function createEmulator(options?: EmulatorOptions): Emulator;
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
export function createAurousError(fields: AurousErrorFields): AurousError;
