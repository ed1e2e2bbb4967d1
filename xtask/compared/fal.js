import { createFalClient } from "@fal-ai/client";

globalThis.made = [createFalClient];
