// The loop that carries out the steps of a request.

import { readBody } from "./read-body.js";

/** Carries out the steps of an exchange, one after the other, until its response is known. */
export async function carryOut(exchange, shell, request, context) {
  for (;;) {
    const step = exchange.next(performance.now(), Date.now());
    step.log.forEach((line) => shell.log(line));
    if (step.do === "respond") return;
    try {
      await carryOutStep(step, exchange, shell, request, context);
    } catch (error) {
      shell.log({ level: "error", message: "a step of the gateway failed", step: step.do, error });
      exchange.failed();
    }
  }
}

async function carryOutStep(step, exchange, shell, request, context) {
  const { limits, transport, makePaceRule } = shell;
  switch (step.do) {
    case "identify": {
      const { subject, characters } = subjectOf(await shell.session(request));
      return exchange.identified(subject, characters);
    }
    case "readBody": {
      const read = await readBody(request.body, step.maxBytes, limits, makePaceRule);
      return read.failure ? exchange.bodyFailed(read.failure) : exchange.bodyRead(read.bytes);
    }
    case "callApi": {
      const answer = await transport.call({ ...step, timeoutMs: limits.answerTimeoutMs, signal: request?.signal });
      if (answer.reason) shell.log({ level: "warn", message: "no answer from the API", reason: answer.reason });
      return answer.status === undefined
        ? exchange.apiFailed(answer.failure)
        : exchange.apiAnswered(answer.status, answer.headers.flat(), answer.body);
    }
    case "put":
      return put(step, exchange, shell, request);
    case "wait":
      await pause(step.ms, exchange.pauseEnded());
      return exchange.waited();
    case "detach": {
      const task = exchange.detached();
      const done = carryOut(task, shell).finally(() => task.free());
      return context.waitUntil?.(done);
    }
    case "join":
      return stayingAlive(exchange.joined());
    case "readStore":
      return exchange.storeRead(await shell.store.read(step.keys));
    case "writeStore":
      return exchange.storeWritten((await shell.store.write(step.changes)) === true);
    case "moveMarks":
      return exchange.marksMoved(numberOf(await shell.store.move(step.moves)));
  }
}

/** A number, and what is none for all else: `null` would be 0. */
const numberOf = (value) => (typeof value === "number" ? value : NaN);

/** Lets some time pass, or less where there is something that ends the wait. */
async function pause(ms, ended) {
  let timer;
  const passed = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([passed, ended ?? passed]);
  clearTimeout(timer);
}

async function put({ url, headers, length }, exchange, { limits, log, transport, makePaceRule }, request) {
  const superseded = new AbortController();
  exchange.superseded().then(() => superseded.abort());
  const sent = transport.put({
    url,
    headers,
    length,
    body: request.body ?? new Blob().stream(),
    timeoutMs: limits.requestTimeoutMs,
    idleTimeoutMs: limits.bodyIdleTimeoutMs,
    answerTimeoutMs: limits.answerTimeoutMs,
    minBytesPerSecond: limits.bodyMinBytesPerSecond,
    makePaceRule,
    signal: AbortSignal.any([request.signal, superseded.signal]),
  });
  const result = await stayingAlive(sent);
  if (result.reason) log({ level: "warn", message: "no answer from the upload host", reason: result.reason });
  if (!result.failure) exchange.putAnswered(result.status, result.headers.flat(), result.sent);
  else exchange.putFailed(result.failure === "aborted" && superseded.signal.aborted ? "superseded" : result.failure);
}

/**
 * Waits for what another request may bring. Cloudflare's Workers take a request for hung, and cancel it, that has
 * neither a timer nor a fetch of its own under way. And what another request has brought reaches it with its own
 * next event.
 */
async function stayingAlive(promise) {
  const timer = setInterval(() => {}, 1000);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
  }
}

/** Reads what the app's `session` gives: nothing, a name, or a name and characters. */
function subjectOf(session) {
  const { subject, characters = [] } = typeof session === "string" ? { subject: session } : Object(session);
  if (session != null && typeof subject !== "string") {
    throw new TypeError("`session` must give a text, { subject, characters } or null.");
  }
  return { subject, characters };
}
