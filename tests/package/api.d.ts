export type Extension = "jpeg" | "jpg" | "png" | "webp";
export type ContentType = "image/jpeg" | "image/png" | "image/webp";
export interface InitUploadRequest {
  filename: string;
  extension: Extension;
  content_type: ContentType;
  [field: string]: unknown;
}
export interface UploadTicket {
  upload_id: string;
  upload_url: string;
  upload_headers: { "Content-Type": ContentType };
  expires_at: string;
  [field: string]: unknown;
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
  classify?: boolean;
  snapshotBytes?: number;
  deadlineMs?: number;
}
export function upload(file: Blob, options?: UploadOptions): Promise<UploadResult>;
export type Pose = "portrait" | "front" | "side" | "back" | "other";
export interface Classification {
  upload_id: string;
  pose: Pose;
  confidence: number;
  [field: string]: unknown;
}
export function classify(upload: string | UploadTicket, options?: CallOptions): Promise<Classification>;
export interface Attributes {
  gender?: string;
  age?: number;
  ethnicity?: string;
  hair_color?: string;
  hair_style?: string;
  eye_color?: string;
  body_type?: string;
  additional_details?: string;
  [field: string]: unknown;
}
export interface CreateFromUploads {
  name: string;
  upload_ids: string[];
  attributes?: Attributes;
  generate?: false;
  [field: string]: unknown;
}
export interface CreateFromAttributes {
  name: string;
  generate: true;
  attributes: Attributes;
  upload_ids?: undefined;
  [field: string]: unknown;
}
export type CreateCharacterRequest = CreateFromUploads | CreateFromAttributes;
export interface CharacterRef {
  pose: Pose;
  url: string;
  [field: string]: unknown;
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
  [field: string]: unknown;
}
export interface CreateOptions extends CallOptions {
  idempotencyKey?: string;
}
export function createCharacter(request: CreateCharacterRequest, options?: CreateOptions): Promise<Character>;
export interface CallOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
  deadlineMs?: number;
  maxRetries?: number;
}
export interface UploadProgress {
  phase: "preparing" | "minting" | "uploading" | "classifying";
  loaded: number;
  total: number;
  attempt: number;
}
export interface PutOptions {
  signal?: AbortSignal;
  stallTimeoutMs?: number;
  deadlineMs?: number;
  maxRetries?: number;
  onProgress?: (progress: UploadProgress) => void;
}
export interface ClientOptions {
  baseUrl?: string | URL;
  sessionToken?: string | (() => string | Promise<string>);
  headers?: Record<string, string>;
  apiKey?: string;
  dangerouslyAllowBrowser?: boolean;
  apiVersion?: string;
  credentials?: RequestCredentials;
  timeoutMs?: number;
  stallTimeoutMs?: number;
  deadlineMs?: number;
  maxRetries?: number;
}
export interface Client {
  initUpload: typeof initUpload;
  putFile: typeof putFile;
  classify: typeof classify;
  createCharacter: typeof createCharacter;
  upload: typeof upload;
}
export function createClient(options?: ClientOptions): Client;
export type WasmSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;
export function init(source?: WasmSource | Promise<WasmSource>): Promise<void>;
export type ErrorKind = "input" | "api" | "gateway" | "upload" | "network" | "timeout" | "config";
export type ErrorStep = "load" | "init" | "put" | "classify" | "create";
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
export class AurousError extends Error {
  private constructor();
  readonly name: "AurousError";
  readonly code: SdkErrorCode | (string & {});
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
  readonly cause?: unknown;
  toJSON(): Record<string, unknown>;
}
export function isAurousError(value: unknown): value is AurousError;
