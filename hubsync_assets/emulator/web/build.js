// Making elements: text is always set as text, so that nothing a contact holds is taken for HTML.

export const byId = (id) => document.getElementById(id);

export function make(tag, options = {}, ...children) {
  const { text, ...rest } = options;
  const element = Object.assign(document.createElement(tag), rest);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

export const count = (number) => number.toLocaleString("en");

export const time = (iso) => new Date(iso).toLocaleString("en-GB", { dateStyle: "short", timeStyle: "medium" });

export async function read(path) {
  const answer = await fetch(`/_emulator/${path}`);
  if (!answer.ok) throw new Error((await answer.json()).message);
  return answer.json();
}

export async function change(path, body = {}) {
  const answer = await fetch(`/_emulator/${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error((await answer.json()).message);
}
