/**
 * What to tell a person about an error, as data: a title, what happened, what to do. English now; a page may
 * replace or translate each text.
 *
 * An entry of its own, so that a page with texts of its own does not load these.
 *
 * ```ts
 * import { upload } from "aurous-web";
 * import { describeError } from "aurous-web/describe";
 *
 * export async function send(file: File, signal: AbortSignal, problem: HTMLElement, again: HTMLButtonElement) {
 *   try {
 *     await upload(file, { signal });
 *   } catch (error) {
 *     const { situation, whatHappened, whatToDo, retryable } = describeError(error);
 *     if (situation === "cancelled") return; // by the user, who knows
 *     problem.textContent = `${whatHappened} ${whatToDo}`;
 *     again.hidden = !retryable;
 *   }
 * }
 * ```
 *
 * In another language, or in other words:
 *
 * ```ts
 * import { describeError, type ErrorTexts } from "aurous-web/describe";
 *
 * const deutsch: ErrorTexts = {
 *   file_empty: { title: "Leere Datei", whatHappened: "Diese Datei ist leer.", whatToDo: "Bitte eine andere wählen." },
 *   signed_out: { whatToDo: "Bitte anmelden." }, // the other texts stay
 * };
 *
 * export const beschreibe = (error: unknown) => describeError(error, deutsch);
 * ```
 *
 * @packageDocumentation
 */

import type { KnownErrorCode } from "./index.js";

/** What has happened, as far as it makes a difference to a person: several codes may be one situation. */
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

/** What to tell a person. Plain text. */
export interface ErrorText {
  title: string;
  whatHappened: string;
  whatToDo: string;
}

/** Texts in the place of the English ones. What is left out stays English. */
export type ErrorTexts = { readonly [S in Situation]?: Partial<ErrorText> | undefined };

/** What {@link describeError} returns. */
export interface ErrorDescription extends ErrorText {
  situation: Situation;
  /** Whether to offer another try of the same. */
  retryable: boolean;
  /** When, in milliseconds, where the server said so. */
  retryAfterMs: number | undefined;
}

/** The English texts, to translate from. */
export const english: { readonly [S in Situation]: Readonly<ErrorText> };

/** The situation of each code. */
export const situations: { readonly [C in KnownErrorCode]: Situation };

/**
 * Describes whatever was thrown. It never throws:
 *
 * - an `AurousError`, or its `toJSON()`, by its code. A code that is not known goes by `status` and `kind`;
 * - an `AbortError`, of a call that was cancelled, is `cancelled`; a `TimeoutError`, of `AbortSignal.timeout`, is
 *   `timed_out`;
 * - anything else is `unexpected`.
 */
export function describeError(error: unknown, texts?: ErrorTexts): ErrorDescription;
