"use client";

import { createCharacter, upload } from "aurous-web";
import { useEffect, useState } from "react";

export function Uploader() {
  const [text, setText] = useState("");
  useEffect(() => setText("pick a picture"), []);
  const make = async (event) => {
    try {
      const { ticket } = await upload(event.target.files[0]);
      const character = await createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] });
      setText(character.status);
    } catch (error) {
      setText(String(error));
    }
  };
  return (
    <>
      <input id="files" type="file" aria-label="picture" onChange={make} />
      <output>{text}</output>
    </>
  );
}
