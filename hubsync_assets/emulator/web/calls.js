// The table of the last calls.

import { byId, make, read } from "./build.js";

const KEPT = 60;
let calls = [];

export async function showCalls() {
  const last = calls.length ? calls[0].id : 0;
  const fresh = await read(`calls?limit=${KEPT}&after=${last}`);
  if (!fresh.length && calls.length) return;
  calls = [...fresh.reverse(), ...calls].slice(0, KEPT);
  const names = [["Call"], ["Status"], ["Inputs", "number"], ["ms", "number"]];
  const head = names.map(([text, className]) => make("th", { text, className: className ?? "", scope: "col" }));
  const rows = calls.length ? calls.map((call) => row(call, call.id > last && last > 0)) : [nothing()];
  byId("calls").replaceChildren(make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}

function row(call, fresh) {
  const path = call.path.replace(/^\/crm\//, "").replace(/(v3|\d{4}-\d\d)\//, "").replace(/^\/?(objects\/)?/, "");
  const ok = call.status >= 200 && call.status < 300;
  const kind = ok && call.errors ? "partial" : ok ? "" : "bad";
  const status = call.status ? String(call.status) : "reset";
  const words = [call.errors ? `${call.errors} ${call.errors === 1 ? "error" : "errors"}` : "", call.fault].filter(Boolean).join(", ");
  const milliseconds = ((call.finished - call.started) * 1000).toFixed(1);
  return make(
    "tr",
    { className: fresh ? "fresh" : "" },
    make("td", { text: `${call.method} ${path}`, title: `${call.id}: ${call.method} ${call.path}` }),
    make("td", { title: words }, make("span", { className: `status ${kind}`, text: status }), words ? ` ${words}` : ""),
    make("td", { className: "number", text: call.inputs || "" }),
    make("td", { className: "number soft", text: milliseconds, title: `${call.own_ms.toFixed(1)} ms of work` }),
  );
}

function nothing() {
  return make("tr", {}, make("td", { className: "empty", colSpan: 4, text: "Nothing was called yet." }));
}
