import { createCharacter, uploadAll, type Character } from "aurous-web";
import { describeError } from "aurous-web/describe";

const $ = <K extends keyof HTMLElementTagNameMap>(name: K) => document.querySelector(name)!;
const [form, button, progress, problem, output] = [$("form"), $("button"), $("progress"), $("p"), $("output")];

async function makeCharacter(data: FormData): Promise<Character> {
  const uploads = await uploadAll(data.getAll("pictures") as File[], {
    classify: true,
    onProgress: ({ fraction }) => (progress.value = fraction),
  });
  const upload_ids = uploads.map((upload) => {
    if (upload.status !== "fulfilled") throw upload.reason;
    return upload.value.ticket.upload_id;
  });
  return createCharacter({ name: data.get("name") as string, upload_ids });
}

function show({ name, status, refs }: Character) {
  output.textContent = `${name} is ${status}.`;
  const items = refs.map(({ pose, url }) => {
    const item = document.createElement("li");
    item.append(Object.assign(new Image(), { src: url, alt: `${name}, pose: ${pose}` }));
    return item;
  });
  $("ul").replaceChildren(...items);
}

function setRunning(isRunning: boolean) {
  button.disabled = isRunning;
  progress.hidden = !isRunning;
}

form.onsubmit = async (event) => {
  event.preventDefault();
  problem.hidden = true;
  setRunning(true);
  try {
    show(await makeCharacter(new FormData(form)));
  } catch (error) {
    const { whatHappened, whatToDo } = describeError(error);
    problem.textContent = `${whatHappened} ${whatToDo}`;
    problem.hidden = false;
  }
  setRunning(false);
};
