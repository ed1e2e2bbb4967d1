// What TypeScript lets a user write. Each line below a `@ts-expect-error` must be an error.

import {
  createCharacter,
  createClient,
  initUpload,
  isAurousError,
  putFile,
  upload,
  type AurousError,
  type Pose,
  type UploadProgress,
  type UploadResult,
  type UploadTicket,
} from "aurous-web";

declare const file: File;
declare const ticket: UploadTicket;
declare const caught: unknown;

const minted: Promise<UploadTicket> = initUpload(file);
const described = initUpload({ filename: "a.png", extension: "png", content_type: "image/png" });
const put: Promise<void> = putFile(new URL("https://upload.example/"), file, { signal: AbortSignal.timeout(1) });
const fromUploads = createCharacter({ name: "A", upload_ids: [ticket.upload_id], next_year: true });
const fromAttributes = createCharacter({ name: "A", generate: true, attributes: { age: 28 } });

const reports: UploadProgress[] = [];
const uploaded: Promise<UploadResult> = upload(file, {
  classify: true,
  snapshotBytes: 0,
  maxRetries: 0,
  deadlineMs: 60_000,
  onProgress: (progress) => reports.push(progress),
});
uploaded.then(({ image, classification }) => `${image.contentType} ${classification?.pose}`);

// @ts-expect-error a ticket is no file
upload(ticket);
// @ts-expect-error an API call has no progress
initUpload(file, { onProgress: () => {} });
// @ts-expect-error a path is no file
initUpload("photo.jpg");
// @ts-expect-error no such extension
initUpload({ filename: "a.gif", extension: "gif", content_type: "image/gif" });
// @ts-expect-error a number is neither a ticket nor a URL
putFile(7, file);
// @ts-expect-error neither of the two flows
createCharacter({ name: "A" });
// @ts-expect-error both of them
createCharacter({ name: "A", upload_ids: ["upl_1"], generate: true, attributes: {} });
// @ts-expect-error milliseconds are a number
createClient({ timeoutMs: "5 s" });

if (isAurousError(caught)) {
  const error: AurousError = caught;
  const status: number | undefined = error.status;
  if (error.code === "unsupported_file_type" || error.code === "some_code_of_next_year") throw error;
  // @ts-expect-error read-only
  error.code = "other";
}

minted.then(({ upload_id, upload_headers }) => upload_id + upload_headers["Content-Type"]);
fromUploads.then(({ refs }) => refs.map(({ pose }): Pose => pose));
void [described, put, fromAttributes];
