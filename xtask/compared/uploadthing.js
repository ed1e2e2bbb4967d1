import { genUploader } from "uploadthing/client";

globalThis.made = [genUploader];
