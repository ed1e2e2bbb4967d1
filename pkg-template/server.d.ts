/**
 * The gateway as a function, for JavaScript's own servers: Node, Deno, Bun, Cloudflare Workers, and the
 * frameworks on them. It decides as the program `aurous-gateway` does, whose core is inside it as WebAssembly.
 *
 * ```ts
 * import { createGateway } from "aurous-web/server";
 *
 * const gateway = createGateway({
 *   apiKey: process.env.AUROUS_API_KEY,
 *   sealingSecrets: process.env.AUROUS_SEALING_SECRETS,
 *   origin: "https://app.example",
 *   allowAnonymous: true,
 * });
 * const response = await gateway(new Request("https://app.example/aurous/v1/characters/char_1"));
 * console.log(response.headers.get("Aurous-Gateway")); // 1
 * ```
 *
 * @packageDocumentation
 */

/**
 * The settings of the gateway. Each has the name of the program's flag in camel case, and `docs/gateway.md` has
 * their defaults. What is `undefined` has its default, so that variables of the environment can be passed as
 * they are.
 */
export interface GatewayOptions {
  /** The team's key: `al_live_…`. It never leaves the server, but for the API. */
  apiKey: string | undefined;
  /**
   * Seals upload URLs and signs ids: random, at least 32 bytes each. Several, as a list or separated by commas,
   * rotate: the first seals, all open, the last one must stay. All instances need the same.
   */
  sealingSecrets: string | readonly string[] | undefined;
  /** The exact origins of the pages that may ask: `https://app.example`. */
  origin: string | readonly string[] | undefined;
  /**
   * Says who asks, by the app's own sign-in: its cookies count here, since the origin has been checked. Takes the
   * request, whose body it must not read. Called for each call but the PUT, whose URL is a secret of the visitor's.
   * `null` for nobody: then the answer is 401, unless `allowAnonymous`.
   */
  session?: ((request: Request) => GatewaySession | Promise<GatewaySession>) | undefined;
  /** Verifies session tokens that a backend signs, in place of `session`. At least 32 random bytes each. */
  sessionSecrets?: string | readonly string[] | undefined;
  /** Lets visitors in whom nobody knows: everyone who can reach the server. Default: false. */
  allowAnonymous?: boolean | undefined;
  /** The `aud` of the session tokens. Default: `aurous-gateway`. */
  audience?: string | undefined;
  /** The hosts to answer for, beside those of the origins: `media.example:8443`. */
  host?: string | readonly string[] | undefined;
  /** More headers that pages of other origins may send: `X-CSRF-Token`. */
  allowHeader?: string | readonly string[] | undefined;
  /** The path below which the gateway answers. Default: `/aurous`. */
  mount?: string | undefined;
  /** The API's base URL: https, or http to a literal loopback address. Default: the API's own. */
  apiUrl?: string | undefined;
  /** The exact origins that upload URLs may have. Default: the vendor's upload host. */
  uploadOrigin?: string | readonly string[] | undefined;
  /** Allows http and private addresses upstream. The key then travels unencrypted. Default: false. */
  allowInsecureUpstream?: boolean | undefined;
  /** The calls to switch on, which change or reveal more than an upload flow needs, or cost credits. Default: none. */
  enable?: GatewayFeature | readonly GatewayFeature[] | undefined;
  /** The proxies whose `X-Forwarded-For` counts, as addresses or networks. They need `context.address`. */
  trustedProxy?: string | readonly string[] | undefined;
  /** How many first bits of an IPv6 address limits count as one visitor: 32 to 128. Default: 64. */
  ipv6Prefix?: number | undefined;
  /** The part of the team's rate limits that this instance may spend, with a `store` while it is away: `1/N`. Default: `1/1`. */
  teamShare?: string | undefined;
  /** The part of these that is each visitor's own: `1/N`. Default: `1/3`. */
  subjectShare?: string | undefined;
  /** Rate limits that the vendor changed for the team: `characters_post=60/120`. */
  teamLimit?: string | readonly string[] | undefined;
  /**
   * The most bytes of an upload. Where the platform takes less than the API's 10 000 000, say so: the page then
   * refuses a larger picture before it sends it.
   */
  uploadMaxBytes?: number | undefined;
  /** The most PUTs at once of this instance: default 256. */
  maxUploads?: number | undefined;
  /** The most PUTs at once of one visitor: default 8. */
  maxUploadsPerSubject?: number | undefined;
  /** The most creates to remember, for 24 hours each: default 10 000. */
  maxCreateRecords?: number | undefined;
  /** The most memory for these, in bytes: default 33 554 432. */
  maxCreateBytes?: number | undefined;
  /** The longest time that a body may stand still, in milliseconds: default 30 000. */
  bodyIdleTimeoutMs?: number | undefined;
  /** The lowest average rate of a body, in bytes a second: default 4096. */
  bodyMinBytesPerSecond?: number | undefined;
  /** The longest time to connect upstream, in milliseconds: default 10 000. Not on Workers. */
  connectTimeoutMs?: number | undefined;
  /** The longest time to wait for an answer from upstream, in milliseconds: default 60 000. */
  answerTimeoutMs?: number | undefined;
  /** The longest time of a whole PUT, in milliseconds: default 3 600 000. */
  requestTimeoutMs?: number | undefined;
  /**
   * Keeps what several instances must agree on: one of `aurous-web/server/stores` or
   * `aurous-web/server/durable-object`, or your own. Default: the memory of this instance.
   */
  store?: GatewayStore | undefined;
  /** Takes each line of the log. No line holds a key, a token or a signed URL. Default: problems go to `console.error`, and so does each reason of a refusal that the app can mend, once. */
  log?: ((line: GatewayLogLine) => void) | undefined;
}

/** A visitor: a name of 1 to 128 visible characters, or nobody. `characters` are ids of the API's that were made elsewhere. */
export type GatewaySession = string | { subject: string; characters?: readonly string[] | undefined } | null;

/** A call that is off until it is named in `enable`. */
export type GatewayFeature = "list" | "update" | "delete" | "regenerate" | "resynthesize" | "generate";

/** What the server knows of a request beside the request. */
export interface GatewayContext {
  /** The visitor's address, or that of a proxy which `trustedProxy` names. Without it, all visitors without a session count as one. */
  address?: string | undefined;
  /** Keeps the instance alive until the promise is settled: a create goes on although its visitor has left. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/** A gateway. It takes any request below its mount, and always answers. */
export type Gateway = (request: Request, context?: GatewayContext) => Promise<Response>;

/**
 * Makes a gateway.
 *
 * @throws `TypeError` that names each wrong option, what is wrong with it and what to do. Where an option that
 *   usually comes from the environment is there and `undefined`, the gateway throws it at the first request
 *   instead: frameworks import their routes when they build, without the server's environment.
 */
export function createGateway(options: GatewayOptions): Gateway;

/**
 * Makes a handler for Express, Connect and `http.createServer` of a gateway. Mount it before body parsers.
 *
 * ```ts
 * import { createServer } from "node:http";
 * import { createGateway, toNodeHandler } from "aurous-web/server";
 *
 * const gateway = createGateway({
 *   apiKey: process.env.AUROUS_API_KEY,
 *   sealingSecrets: process.env.AUROUS_SEALING_SECRETS,
 *   origin: "http://localhost:3000",
 *   allowAnonymous: true,
 * });
 * createServer(toNodeHandler(gateway)).listen(3000);
 * ```
 */
export function toNodeHandler(gateway: Gateway): (request: any, response: any, next?: (error?: any) => void) => void;

/**
 * Keeps what several instances of a gateway must agree on: which creates have happened, which PUTs run, and the rate
 * limits. Entries expire. What a visitor could recognise in them is sealed.
 *
 * `aurous-web/server/stores` has stores on Redis and Valkey, and `aurous-web/server/durable-object` one on Cloudflare.
 * For another engine, write one: the gateway decides, and a store compares, sets and moves. Each operation must be
 * atomic: a transaction, or a script of the engine's. All keys of an operation have the same text in braces, by
 * which a cluster can keep them in one place.
 *
 * With the store away (a function rejects), a create is refused before anything is sent (`gateway_store_unavailable`),
 * limits are this instance's own, and uploads go on. Reject in a second or so: visitors wait for it.
 *
 * ```ts
 * import type { GatewayStore } from "aurous-web/server";
 *
 * const entries = new Map<string, string>(); // a real one forgets entries in time
 * const marks = new Map<string, number>();
 *
 * export const store: GatewayStore = {
 *   read: async (keys) => keys.map((key) => entries.get(key) ?? null),
 *   write: async (changes) => {
 *     if (changes.some(({ key, expected }) => (entries.get(key) ?? null) !== expected)) return false;
 *     for (const { key, value } of changes) {
 *       if (value === null) entries.delete(key);
 *       else entries.set(key, value); // for `ttlMs`
 *     }
 *     return true;
 *   },
 *   move: async (moves) => {
 *     const now = Date.now() * 1000;
 *     const moved = moves.map(({ key, atLeastUs, byUs, atMostUs }) => {
 *       const mark = Math.max(marks.get(key) ?? 0, now + atLeastUs) + byUs;
 *       return { key, mark, waitUs: mark - now - atMostUs };
 *     });
 *     const waitUs = Math.max(...moved.map((it) => it.waitUs));
 *     if (waitUs > 0) return waitUs;
 *     for (const { key, mark } of moved) marks.set(key, mark); // until `mark` has passed
 *     return 0;
 *   },
 * };
 * ```
 */
export interface GatewayStore {
  /** Returns the text under each key, `null` where there is none. */
  read(keys: readonly string[]): Promise<readonly (string | null)[]>;
  /** Makes all changes and returns true, or none and false where an entry is no longer what its change expects. */
  write(changes: readonly GatewayStoreChange[]): Promise<boolean>;
  /**
   * Moves all marks and returns 0, or none where one would be too far ahead. Returns the microseconds until all may
   * move.
   */
  move(moves: readonly GatewayStoreMove[]): Promise<number>;
}

/** A change of one entry of a store. */
export interface GatewayStoreChange {
  key: string;
  /** What the entry must hold: `null` for nothing. */
  expected: string | null;
  /** What it is to hold: `null` for nothing. No text is empty, and the longest has some 100 000 characters. */
  value: string | null;
  /** How long, in milliseconds: at most 24 hours. */
  ttlMs: number;
}

/**
 * A move of one mark of a store: a point in time, by the store's clock. Where there is none, it has passed. A mark that
 * has passed may be forgotten. Times are whole microseconds.
 */
export interface GatewayStoreMove {
  key: string;
  /** How far ahead of now the mark is at least, before it moves. */
  atLeastUs: number;
  /** How far it moves. */
  byUs: number;
  /** How far ahead of now it may be, once it has moved. */
  atMostUs: number;
}

/** A line of the log. */
export interface GatewayLogLine {
  level: "info" | "warn" | "error";
  /** `answered` after each request. */
  message: string;
  /** `Aurous-Request-Id` of the answer. */
  requestId?: string;
  method?: string;
  /** The pattern of the path, without anything of the visitor's. */
  route?: string;
  status?: number;
  /** The code of the gateway's own refusal. */
  code?: string | null;
  reason?: string | null;
  /** The time to the answer, in milliseconds. */
  ms?: number;
  /** What the app's own `session` or `store` threw. */
  error?: unknown;
  [field: string]: unknown;
}
