/**
 * Stores for several instances of a gateway, on Redis 6 or later or Valkey, through the client that the app has.
 *
 * ```ts
 * import { createClient } from "redis";
 * import { createGateway } from "aurous-web/server";
 * import { nodeRedisStore } from "aurous-web/server/stores";
 *
 * const redis = createClient({ url: process.env.REDIS_URL, disableOfflineQueue: true });
 * redis.on("error", console.error);
 * await redis.connect();
 *
 * export const gateway = createGateway({
 *   apiKey: process.env.AUROUS_API_KEY,
 *   sealingSecrets: process.env.AUROUS_SEALING_SECRETS,
 *   origin: "https://app.example",
 *   allowAnonymous: true,
 *   store: nodeRedisStore(redis),
 * });
 * ```
 *
 * The errors of these stores hold no key, no value, no token and no address.
 *
 * @packageDocumentation
 */
import type { GatewayStore } from "./server.js";

/** How a store uses its Redis. */
export interface RedisStoreOptions {
  /** Stands before each key, and has no braces. Default: `aurous:`. */
  prefix?: string | undefined;
  /**
   * The longest time of an operation, in milliseconds: default 1000. Clients wait for a connection for ever, and the
   * visitor waits with them.
   */
  timeoutMs?: number | undefined;
}

/** What the store asks of a client of `redis`: one of `createClient`, `createCluster` or `createSentinel`. */
export interface NodeRedisClient {
  mGet(keys: string[]): Promise<any>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<any>;
}

/** What the store asks of a client of `ioredis`: a `Redis` or a `Cluster`. */
export interface IoredisClient {
  mget(keys: string[]): Promise<(string | null)[]>;
  eval(script: string, numkeys: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** The address and the token of Upstash's REST API. A store that lacks one rejects each operation. */
export interface UpstashConnection {
  url: string | undefined;
  token: string | undefined;
}

/**
 * Makes a store of a client of `redis`, version 4 or later. Connect it first.
 *
 * @throws `TypeError` that names a wrong option and what to do.
 */
export function nodeRedisStore(client: NodeRedisClient, options?: RedisStoreOptions): GatewayStore;

/**
 * Makes a store of a client of `ioredis`.
 *
 * ```ts
 * import { Redis } from "ioredis";
 * import { ioredisStore } from "aurous-web/server/stores";
 *
 * // Where a connection fails, so does what waits for it: otherwise it would be sent later, after it was given up.
 * const redis = new Redis(process.env.REDIS_URL ?? "redis://localhost", { maxRetriesPerRequest: 0 });
 *
 * export const store = ioredisStore(redis);
 * ```
 *
 * @throws `TypeError` that names a wrong option and what to do.
 */
export function ioredisStore(client: IoredisClient, options?: RedisStoreOptions): GatewayStore;

/**
 * Makes a store of Upstash's REST API, where no connection can be kept: at the edge, and in functions.
 *
 * ```ts
 * import { upstashStore } from "aurous-web/server/stores";
 *
 * export const store = upstashStore({
 *   url: process.env.UPSTASH_REDIS_REST_URL,
 *   token: process.env.UPSTASH_REDIS_REST_TOKEN,
 * });
 * ```
 *
 * @throws `TypeError` that names a wrong option and what to do.
 */
export function upstashStore(connection: UpstashConnection, options?: RedisStoreOptions): GatewayStore;
