// What the documentation's examples use of Node and Next.js, whose own types are not here.

declare const process: {
  env: Partial<
    Record<"APP_ORIGIN" | "AUROUS_API_KEY" | "AUROUS_API_URL" | "AUROUS_SEALING_SECRETS" | "AUROUS_UPLOAD_ORIGIN", string>
  >;
};

declare module "next/server" {
  export function after(promise: Promise<unknown>): void;
}

declare module "node:http" {
  export function createServer(handler: (request: object, response: object) => void): { listen(port: number): void };
}
