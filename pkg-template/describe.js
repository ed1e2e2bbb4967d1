// What to tell a person about an error: an entry of its own, so that a page with texts of its own loads none.

/** The texts, by situation. docs/errors.md has the same ones, in its column "what to tell your user". */
export const english = {
  page_defect: {
    title: "This page has a problem",
    whatHappened: "Something is wrong with this page, not with your picture.",
    whatToDo: "Please reload it, and tell us if that does not help.",
  },
  input_out_of_range: {
    title: "Please check what you entered",
    whatHappened: "Something is too long, too short or too many (pictures: 6 at most).",
    whatToDo: "Please check what you entered.",
  },
  input_missing: {
    title: "Please check what you entered",
    whatHappened: "Something is missing.",
    whatToDo: "Please check what you entered.",
  },
  input_invalid: {
    title: "Please check what you entered",
    whatHappened: "Something is not as it has to be.",
    whatToDo: "Please check what you entered.",
  },
  not_a_picture: {
    title: "This file can't be used",
    whatHappened: "This is not a picture that can be used here.",
    whatToDo: "Please pick a JPEG, PNG or WebP picture.",
  },
  file_empty: {
    title: "This file can't be used",
    whatHappened: "This file is empty.",
    whatToDo: "Please pick another one.",
  },
  file_changed: {
    title: "Please pick the picture again",
    whatHappened: "This file has changed since it was picked.",
    whatToDo: "Please pick it again.",
  },
  file_unreadable: {
    title: "Please pick the picture again",
    whatHappened: "This file can't be read any more.",
    whatToDo: "Please pick it again.",
  },
  file_too_large: {
    title: "This picture is too large",
    whatHappened: "This picture is too large.",
    whatToDo: "Please pick a smaller one.",
  },
  upload_expired: {
    title: "The upload did not work",
    whatHappened: "The upload took too long.",
    whatToDo: "Please try again.",
  },
  upload_failed: {
    title: "The upload did not work",
    whatHappened: "The upload did not work.",
    whatToDo: "Please try again in a few minutes.",
  },
  upload_refused: {
    title: "The upload did not work",
    whatHappened: "The upload did not work.",
    whatToDo: "Please try another picture.",
  },
  upload_incomplete: {
    title: "The upload did not work",
    whatHappened: "This picture did not arrive whole.",
    whatToDo: "Please pick it again.",
  },
  uploads_gone: {
    title: "Please pick your pictures again",
    whatHappened: "Your pictures are no longer there, or were used already.",
    whatToDo: "Please pick your pictures again.",
  },
  no_connection: {
    title: "No connection",
    whatHappened: "There seems to be no connection.",
    whatToDo: "Please check your network and try again.",
  },
  connection_slow: {
    title: "Your connection is too slow",
    whatHappened: "Your connection is too slow.",
    whatToDo: "Please try again, or from a better connection.",
  },
  timed_out: {
    title: "This is taking too long",
    whatHappened: "This is taking too long.",
    whatToDo: "Please try again.",
  },
  in_progress: {
    title: "One moment, please",
    whatHappened: "Your request is still being worked on.",
    whatToDo: "Please wait a moment.",
  },
  too_many_requests: {
    title: "Too many requests",
    whatHappened: "There are too many requests.",
    whatToDo: "Please try again in a minute.",
  },
  creates_used_up: {
    title: "No more characters today",
    whatHappened: "No more characters can be made at the moment.",
    whatToDo: "Please come back tomorrow.",
  },
  credits_used_up: {
    title: "No more characters for now",
    whatHappened: "We can't make more characters at the moment.",
    whatToDo: "Please try again later.",
  },
  create_unknown: {
    title: "Please look at your list",
    whatHappened: "We could not tell whether your character was made.",
    whatToDo: "Please look at your list before you make another.",
  },
  pictures_unknown: {
    title: "Please look at your character",
    whatHappened: "We could not tell whether new pictures are being made.",
    whatToDo: "Please look at your character before you ask again.",
  },
  not_found: {
    title: "No longer there",
    whatHappened: "This is no longer there.",
    whatToDo: "Please start again.",
  },
  not_possible: {
    title: "Not possible here",
    whatHappened: "This is not possible here.",
    whatToDo: "Please ask us about it.",
  },
  signed_out: {
    title: "Please sign in",
    whatHappened: "You are not signed in, or no longer.",
    whatToDo: "Please sign in.",
  },
  redirected: {
    title: "Please reload this page",
    whatHappened: "You may no longer be signed in.",
    whatToDo: "Please reload this page, and sign in if you are asked to.",
  },
  service_problem: {
    title: "The service has a problem",
    whatHappened: "The service has a problem.",
    whatToDo: "Please try again in a few minutes.",
  },
  server_defect: {
    title: "Something went wrong on our side",
    whatHappened: "Something went wrong on our side.",
    whatToDo: "Please tell us about it.",
  },
  browser_too_old: {
    title: "Your browser is too old",
    whatHappened: "This browser is too old for this page.",
    whatToDo: "Please update it, or use another one.",
  },
  page_incomplete: {
    title: "This page is incomplete",
    whatHappened: "This page could not be loaded completely.",
    whatToDo: "Please reload it.",
  },
  cancelled: {
    title: "Cancelled",
    whatHappened: "This was cancelled.",
    whatToDo: "You can start it again.",
  },
  unexpected: {
    title: "Something unexpected happened",
    whatHappened: "Something unexpected happened.",
    whatToDo: "Please reload the page, and tell us if that does not help.",
  },
};

/** Each code's situation. Without a prototype: a server chooses the codes that are looked up. */
export const situations = {
  __proto__: null,
  invalid_argument: "page_defect",
  value_out_of_range: "input_out_of_range",
  parameter_invalid_combination: "page_defect",
  unsupported_file_type: "not_a_picture",
  empty_file: "file_empty",
  file_type_mismatch: "file_changed",
  file_unreadable: "file_unreadable",
  upload_url_expired: "upload_expired",
  upload_too_large: "file_too_large",
  upload_incomplete: "upload_incomplete",
  upload_failed: "upload_failed",
  redirected: "redirected",
  network_error: "no_connection",
  timeout: "timed_out",
  invalid_response: "service_problem",
  create_outcome_unknown: "create_unknown",
  outcome_unknown: "pictures_unknown",
  gateway_not_found: "server_defect",
  session_token_failed: "signed_out",
  invalid_option: "page_defect",
  api_key_in_browser: "page_defect",
  insecure_base_url: "page_defect",
  unsupported_browser: "browser_too_old",
  wasm_load_failed: "page_incomplete",
  missing_field: "input_missing",
  invalid_format: "input_invalid",
  invalid_request: "page_defect",
  upload_invalid: "uploads_gone",
  unknown_version: "page_defect",
  insufficient_credits: "credits_used_up",
  balance_too_low: "credits_used_up",
  idempotency_key_in_use: "in_progress",
  missing_api_key: "server_defect",
  invalid_api_key: "server_defect",
  revoked_api_key: "server_defect",
  missing_scope: "server_defect",
  resource_not_found: "not_found",
  too_many_requests: "too_many_requests",
  concurrency_limit_exceeded: "too_many_requests",
  internal_error: "service_problem",
  provider_unavailable: "service_problem",
  provider_timeout: "service_problem",
  gateway_bad_request: "server_defect",
  gateway_invalid_json: "page_defect",
  gateway_invalid_field: "input_invalid",
  gateway_idempotency_key_invalid: "page_defect",
  gateway_empty_upload: "upload_incomplete",
  gateway_size_mismatch: "upload_incomplete",
  gateway_session_missing: "signed_out",
  gateway_session_invalid: "signed_out",
  gateway_session_expired: "signed_out",
  gateway_origin_refused: "server_defect",
  gateway_host_refused: "server_defect",
  gateway_call_disabled: "not_possible",
  gateway_route_not_found: "server_defect",
  gateway_id_not_found: "not_found",
  gateway_upload_url_expired: "upload_expired",
  gateway_upload_url_refused: "upload_expired",
  gateway_method_not_allowed: "server_defect",
  gateway_body_too_slow: "connection_slow",
  gateway_idempotency_key_reused: "page_defect",
  gateway_upload_superseded: "in_progress",
  gateway_length_required: "server_defect",
  gateway_body_too_large: "file_too_large",
  gateway_content_type_refused: "page_defect",
  gateway_too_many_requests: "too_many_requests",
  gateway_too_many_uploads: "too_many_requests",
  gateway_too_many_creates: "creates_used_up",
  gateway_client_gone: "service_problem",
  gateway_internal_error: "service_problem",
  gateway_key_refused: "server_defect",
  gateway_upstream_invalid: "service_problem",
  gateway_upstream_unreachable: "service_problem",
  gateway_create_outcome_unknown: "create_unknown",
  gateway_create_not_made: "service_problem",
  gateway_store_unavailable: "service_problem",
  gateway_upload_refused: "upload_refused",
  gateway_upload_host_failed: "upload_failed",
  gateway_upload_host_busy: "upload_failed",
  gateway_upstream_timeout: "service_problem",
};

/** Returns the situation of an error whose code is not in the table. */
function situationOfUnknown({ kind, status, retryable }) {
  if (status === 401) return "signed_out";
  if (status === 413) return "file_too_large";
  if (status === 429) return "too_many_requests";
  if (kind === "network") return "no_connection";
  if (kind === "timeout") return "timed_out";
  if (kind === "input" || kind === "config") return "page_defect";
  if (kind === "upload") return "upload_failed";
  return retryable || status >= 500 ? "service_problem" : "server_defect";
}

/** The situations of errors of the platform, by name: of a signal, most of all. */
const OTHERS = { __proto__: null, AbortError: "cancelled", TimeoutError: "timed_out" };

function situationOf(error) {
  // By name: an error's `toJSON()`, as a worker may post it, is no AurousError any more.
  if (error?.name === "AurousError") {
    return situations[error.code] ?? situationOfUnknown(error);
  }
  return OTHERS[error?.name] ?? "unexpected";
}

export function describeError(error, texts) {
  const situation = situationOf(error);
  return {
    situation,
    ...english[situation],
    ...texts?.[situation],
    retryable: Boolean(error?.retryable ?? error?.name in OTHERS),
    retryAfterMs: error?.retryAfterMs,
  };
}
