// What the scripts of both pages share: they find elements, show texts, and read the form.

export const $ = (id) => document.getElementById(id);
export const tell = (id, text) => Object.assign($(id), { textContent: text, hidden: !text });
export const say = (text) => ($("status").textContent = text); // a live region for screen readers: it must never be hidden

/** Returns the name and the attributes that a person has entered. */
export function entered(form) {
  const { name, age, ...rest } = Object.fromEntries(new FormData(form));
  const given = Object.entries(rest).filter(([, value]) => value.trim());
  if (age) given.push(["age", Number(age)]);
  return { name: name.trim(), attributes: Object.fromEntries(given) };
}

/** Returns the field that an error names: `attributes.age` is the field `age`. */
export const fieldOf = (error, form) => form.elements[error.param?.split(".").pop()];
