"use client";

import { createCharacter, uploadAll, type Character } from "aurous-web";
import { describeError } from "aurous-web/describe";
import { useActionState, useState } from "react";

type Outcome = { character?: Character; problem?: string };

export default function Page() {
  const [fraction, setFraction] = useState(0);
  // An action, and no handler of `submit`: React repeats one that came before the page's script was there.
  const [{ character, problem }, make, isRunning] = useActionState(async (_: Outcome, form: FormData): Promise<Outcome> => {
    try {
      const uploads = await uploadAll(form.getAll("pictures") as File[], {
        classify: true,
        onProgress: ({ fraction }) => setFraction(fraction),
      });
      const upload_ids = uploads.map((upload) => {
        if (upload.status !== "fulfilled") throw upload.reason;
        return upload.value.ticket.upload_id;
      });
      return { character: await createCharacter({ name: form.get("name") as string, upload_ids }) };
    } catch (error) {
      const { whatHappened, whatToDo } = describeError(error);
      return { problem: `${whatHappened} ${whatToDo}` };
    }
  }, {});

  return (
    <main>
      <h1>From photos to a character</h1>
      <form action={make}>
        <label>
          Name
          <input name="name" defaultValue="Aurora" maxLength={120} autoComplete="off" required />
        </label>
        <label>
          One to six photos of one person
          {/* JPEG first: without HEIC in the list, iPhones and Macs convert their photos to its first type. */}
          <input name="pictures" type="file" accept="image/jpeg,image/png,image/webp" multiple required />
        </label>
        <button disabled={isRunning}>Make a character</button>
      </form>
      {isRunning && <progress value={fraction} aria-label="Upload" />}
      {problem && <p role="alert">{problem}</p>}
      <output>{character && `${character.name} is ${character.status}.`}</output>
      <ul>
        {character?.refs.map(({ pose, url }) => (
          <li key={url}>
            <img src={url} alt={`${character.name}, pose: ${pose}`} />
          </li>
        ))}
      </ul>
    </main>
  );
}
