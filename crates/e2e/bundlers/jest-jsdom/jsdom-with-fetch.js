// jsdom, and what it lacks of a browser, from Node: a file and the fetch that sends it must be of one kind.
import { TestEnvironment } from "jest-environment-jsdom";

const { AbortController, AbortSignal, Blob, File, Headers, Request, Response, TextDecoder, TextEncoder, fetch } = globalThis;

export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, { AbortController, AbortSignal, Blob, File, Headers, Request, Response });
    Object.assign(this.global, { TextDecoder, TextEncoder, fetch });
  }
}
