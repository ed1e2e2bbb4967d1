// For tests of a page: makes the errors that the SDK would reject with, and the API in process.

import { AurousError } from "./index.js";

export { createEmulator } from "./emulator.js";

/** The SDK's own codes, by kind. Of the others, the gateway's begin with `gateway_`, and the rest are the API's. */
const KINDS = {
  input: [
    "invalid_argument",
    "value_out_of_range",
    "parameter_invalid_combination",
    "unsupported_file_type",
    "empty_file",
    "file_type_mismatch",
    "file_unreadable",
  ],
  upload: ["upload_url_expired", "upload_too_large", "upload_incomplete", "upload_failed"],
  gateway: ["gateway_not_found", "redirected"],
  network: ["network_error"],
  timeout: ["timeout"],
  config: [
    "session_token_failed",
    "invalid_option",
    "api_key_in_browser",
    "insecure_base_url",
    "unsupported_browser",
    "wasm_load_failed",
  ],
};

/** The codes of errors where the same call may succeed later. */
const RETRYABLE = [
  "network_error",
  "timeout",
  "idempotency_key_in_use",
  "too_many_requests",
  "concurrency_limit_exceeded",
  "internal_error",
  "provider_unavailable",
  "provider_timeout",
  "gateway_body_too_slow",
  "gateway_too_many_requests",
  "gateway_too_many_uploads",
  "gateway_too_many_creates",
  "gateway_client_gone",
  "gateway_internal_error",
  "gateway_upstream_invalid",
  "gateway_upstream_unreachable",
  "gateway_create_outcome_unknown",
  "gateway_create_not_made",
  "gateway_store_unavailable",
  "gateway_upload_host_failed",
  "gateway_upload_host_busy",
  "gateway_upstream_timeout",
];

function kindOf(code) {
  const own = Object.keys(KINDS).find((kind) => KINDS[kind].includes(code));
  return own ?? (code.startsWith("gateway_") ? "gateway" : "api");
}

const STEPS = { create_outcome_unknown: "create", outcome_unknown: "regenerate", wasm_load_failed: "load" };

export function createAurousError({ code, cause, ...fields }) {
  const kind = kindOf(code);
  return new AurousError(
    {
      message: `a test's ${code}`,
      code,
      kind,
      step: STEPS[code] ?? (kind === "upload" ? "put" : "init"),
      retryable: RETRYABLE.includes(code),
      attempts: kind === "input" || kind === "config" ? 0 : 1,
      ...fields,
    },
    cause,
  );
}
