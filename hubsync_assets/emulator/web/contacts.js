// The table of contacts with search and pages, and one contact with the history of its values.

import { byId, count, make, read, time } from "./build.js";

const SIZE = 25;
const COLUMNS = [
  ["Name", (it) => [it.firstname, it.lastname].filter(Boolean).join(" ")],
  ["Email", (it) => it.email],
  ["Company", (it) => it.company],
  ["Country", (it) => it.country],
  ["Phone", (it) => it.phone],
  ["Size", (it) => it.company_size, "number"],
  ["MRR", (it) => it.mrr, "number"],
];
let skip = 0;
let text = "";
let seen = null;

export async function showContacts() {
  const found = await read(`look?limit=${SIZE}&skip=${skip}&text=${encodeURIComponent(text)}`);
  const newest = Math.max(0, ...found.contacts.map((it) => Number(it.id)));
  const rows = found.contacts.map((it) => row(it, seen !== null && !skip && !text && Number(it.id) > seen));
  if (!skip && !text) seen = newest;
  const body = make("tbody", {}, ...(rows.length ? rows : [nothing()]));
  byId("contacts").replaceChildren(head(), body);
  byId("newer").disabled = skip === 0;
  byId("older").disabled = !found.more;
  byId("page").textContent = rows.length ? `${count(skip + 1)} – ${count(skip + rows.length)}` : "";
}

function head() {
  const cells = COLUMNS.map(([name, , kind]) => make("th", { text: name, className: kind ?? "", scope: "col" }));
  return make("thead", {}, make("tr", {}, ...cells));
}

function row(contact, fresh) {
  const cells = COLUMNS.map(([, value, kind]) => {
    const shown = value(contact) ?? "";
    return make("td", { text: shown, title: shown, className: kind ?? "" });
  });
  const line = make("tr", { className: fresh ? "fresh" : "", tabIndex: 0 }, ...cells);
  line.addEventListener("click", () => open(contact.id));
  line.addEventListener("keydown", (event) => event.key === "Enter" && open(contact.id));
  return line;
}

function nothing() {
  const words = text ? "No contact holds this text." : "No contacts yet. They appear here as soon as something is synced.";
  return make("tr", {}, make("td", { className: "empty", colSpan: COLUMNS.length, text: words }));
}

// The contact that the page's address names: /?contact=<record id>.
export function openLinked() {
  const id = new URLSearchParams(location.search).get("contact");
  if (id) open(id);
}

async function open(id) {
  const contact = await read(`contact?id=${id}`);
  const values = Object.entries(contact.properties).sort(([one], [other]) => one.localeCompare(other));
  const close = make("button", { type: "button", text: "Close" });
  close.addEventListener("click", () => byId("contact").close());
  byId("detail").replaceChildren(
    make(
      "div",
      { className: "head" },
      make("h3", { text: contact.properties.hs_full_name_or_email ?? `Contact ${id}` }),
      close,
    ),
    make("p", { className: "note", text: `Record ${id}${contact.archived ? ", archived" : ""}` }),
    make("h2", { text: "History of values, newest first" }),
    table(["When", "Property", "New value", "By"], contact.history.flatMap(changes)),
    make("h2", { text: "Values now" }),
    table(["Property", "Value"], values),
  );
  byId("contact").showModal();
}

function changes(version) {
  const by = version.path ? `call ${version.call}: ${version.path}` : changedBy(version);
  const entries = Object.entries(version.changes);
  return (entries.length ? entries : [["", "archived or merged"]]).map(([name, value], place) => [
    place ? "" : time(version.at),
    name,
    value === "" ? "(cleared)" : value,
    place ? "" : by,
  ]);
}

function changedBy({ sourceType, sourceId, updatedByUserId }) {
  if (sourceType === "CRM_UI") {
    return updatedByUserId ? `a person, user ${updatedByUserId}` : "a person";
  }
  return sourceId ? `${sourceType} ${sourceId}` : sourceType;
}

function table(names, rows) {
  const head = make("thead", {}, make("tr", {}, ...names.map((text) => make("th", { text, scope: "col" }))));
  const key = (place) => (["When", "Property"].includes(names[place]) ? "key" : "");
  const body = rows.map((cells) => make("tr", {}, ...cells.map((text, place) => make("td", { text, className: key(place) }))));
  return make("table", {}, head, make("tbody", {}, ...body));
}

export function listenToContacts() {
  let timer;
  byId("search").addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      text = event.target.value.trim();
      skip = 0;
      showContacts();
    }, 200);
  });
  byId("newer").addEventListener("click", () => turn(-SIZE));
  byId("older").addEventListener("click", () => turn(SIZE));
  byId("contact").addEventListener("click", (event) => event.target === byId("contact") && byId("contact").close());
}

function turn(by) {
  skip = Math.max(0, skip + by);
  showContacts();
}
