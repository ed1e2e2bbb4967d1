// A page that calls the default client, whose gateway is at /aurous of the page's own origin.
import { upload } from "aurous-web";
import { createEmulator } from "aurous-web/testing";

test("the default client finds the emulator at the page's own origin", async () => {
  const emulator = createEmulator({ apiUrl: location.origin });
  globalThis.fetch = emulator.fetch;
  const picture = new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0])], "front.jpg", { type: "image/jpeg" });
  const { classification } = await upload(picture, { classify: true });
  expect(classification.pose).toBe("front");
});
