import OpenAI from "openai";

globalThis.made = [OpenAI];
