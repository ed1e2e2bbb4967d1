/**
 * A store for several instances of a gateway, in a Durable Object of Cloudflare's.
 *
 * ```ts
 * import { durableObjectStore, type DurableObjectsLike } from "aurous-web/server/durable-object";
 *
 * export { AurousStoreObject } from "aurous-web/server/durable-object";
 *
 * declare const env: { AUROUS_STORE: DurableObjectsLike }; // import { env } from "cloudflare:workers";
 *
 * export const store = durableObjectStore(env.AUROUS_STORE);
 * ```
 *
 * `docs/servers/cloudflare-workers.md` has the whole worker. Its errors hold no key, no value and no address.
 *
 * @packageDocumentation
 */
import type { GatewayStore } from "./server.js";

/** How a store uses its object. */
export interface DurableObjectStoreOptions {
  /** The longest time of an operation, in milliseconds: default 1000. */
  timeoutMs?: number | undefined;
}

/** What the store asks of a binding: a `DurableObjectNamespace`. */
export interface DurableObjectsLike {
  idFromName(name: string): any;
  get(id: any): {
    fetch(
      url: string,
      init: { method: string; body: string },
    ): Promise<{ ok: boolean; status: number; json(): Promise<any> }>;
  };
}

/** What the object asks of its state: a `DurableObjectState`. */
export interface DurableObjectStateLike {
  storage: {
    transaction(closure: (entries: any) => Promise<any>): Promise<any>;
    list(options: any): Promise<Map<string, any>>;
    setAlarm(epochMs: number): Promise<void>;
  };
}

/**
 * Makes a store of a binding to the class `AurousStoreObject`. All instances use one object of it.
 *
 * @throws `TypeError` that names a wrong option and what to do.
 */
export function durableObjectStore(namespace: DurableObjectsLike, options?: DurableObjectStoreOptions): GatewayStore;

/** The class of the object: export it from the worker's script, and bind it. */
export class AurousStoreObject {
  /** Cloudflare's types know a Durable Object by it. */
  readonly __DURABLE_OBJECT_BRAND: never;
  constructor(state: DurableObjectStateLike, env?: unknown);
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
}
