import { upload } from "@vercel/blob/client";

globalThis.made = [upload];
