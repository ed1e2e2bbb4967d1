/**
 * For tests of your page: the errors that the SDK would reject with.
 *
 * ```ts
 * import { createAurousError } from "aurous-web/testing";
 *
 * export const uploadThatFails = () =>
 *   Promise.reject(createAurousError({ code: "gateway_too_many_requests", status: 429, retryAfterMs: 2000 }));
 * ```
 *
 * @packageDocumentation
 */

import type { AurousError, ErrorCode, ErrorKind, ErrorStep } from "./index.js";

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

/** Makes an `AurousError`, of the class that `aurous-web` exports. */
export function createAurousError(fields: AurousErrorFields): AurousError;
