/**
 * The gateway as a function, for JavaScript's own servers.
 *
 * @packageDocumentation
 */

/** The settings of the program `aurous-gateway`, under its flags' names. What is `undefined` has its default. */
export interface GatewayOptions {
  apiKey: string | undefined;
  sealingSecrets: string | readonly string[] | undefined;
  origin: string | readonly string[];
  /** The visitor, by the app's own sign-in: `null` for nobody. */
  session?: ((request: Request) => string | null | Promise<string | null>) | undefined;
  sessionSecrets?: string | readonly string[] | undefined;
  allowAnonymous?: boolean | undefined;
  host?: string | readonly string[] | undefined;
  mount?: string | undefined;
  apiUrl?: string | undefined;
  uploadOrigin?: string | readonly string[] | undefined;
  enable?: readonly string[] | undefined;
  trustedProxy?: string | readonly string[] | undefined;
  uploadMaxBytes?: number | undefined;
}

/** What the server knows of a request beside the request. */
export interface GatewayContext {
  /** The address of the visitor, or of the proxy in front. */
  address?: string | undefined;
  /** Keeps the server alive until the promise has settled. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

export type Gateway = (request: Request, context?: GatewayContext) => Promise<Response>;

export function createGateway(options: GatewayOptions): Gateway;

/** The gateway for Express, Connect and `http.createServer`. */
export function toNodeHandler(gateway: Gateway): (request: object, response: object, next?: (error?: unknown) => void) => void;
