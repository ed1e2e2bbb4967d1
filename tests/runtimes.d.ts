// What the documentation's examples use of Node, Next.js and clients of Redis, whose own types are not here.

declare const process: {
  env: Partial<
    Record<
      | "APP_ORIGIN"
      | "AUROUS_API_KEY"
      | "AUROUS_API_URL"
      | "AUROUS_SEALING_SECRETS"
      | "AUROUS_UPLOAD_ORIGIN"
      | "REDIS_URL"
      | "UPSTASH_REDIS_REST_TOKEN"
      | "UPSTASH_REDIS_REST_URL",
      string
    >
  >;
};

declare module "next/server" {
  export function after(promise: Promise<unknown>): void;
}

declare module "node:http" {
  export function createServer(handler: (request: object, response: object) => void): { listen(port: number): void };
}

declare module "redis" {
  export function createClient(options: { url?: string | undefined; disableOfflineQueue?: boolean }): {
    on(event: "error", listener: (error: unknown) => void): void;
    connect(): Promise<unknown>;
    mGet(keys: string[]): Promise<unknown>;
    eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  };
}

declare module "ioredis" {
  export class Redis {
    constructor(url: string, options?: { maxRetriesPerRequest?: number });
    mget(keys: string[]): Promise<(string | null)[]>;
    eval(script: string, numkeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  }
}
