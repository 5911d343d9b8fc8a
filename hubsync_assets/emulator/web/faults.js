// The fault switches: faults for the next calls, or mixed in at a rate.

import { byId, change, make } from "./build.js";

let rates = {};

export function showFaults(state) {
  rates = state.rates;
  const kind = byId("kind");
  if (!kind.options.length) {
    kind.append(...Object.keys(state.kinds).map((name) => make("option", { value: name, text: name.replaceAll("_", " ") })));
  }
  byId("meaning").textContent = state.kinds[kind.value];
  const waiting = [
    ...state.faults.map((it) => `${it.kind.replaceAll("_", " ")}: ${calls(it.times)}${it.path ? ` to ${it.path}` : ""}`),
    ...Object.entries(state.rates).map(([name, rate]) => `${name.replaceAll("_", " ")}: ${+(rate * 100).toFixed(2)} % of calls`),
  ];
  byId("waiting").replaceChildren(...waiting.map((text) => make("li", { text })));
  byId("clear").disabled = waiting.length === 0;
}

const calls = (times) => (times < 0 ? "every call" : times === 1 ? "the next call" : `the next ${times} calls`);

export function listenToFaults(refresh) {
  const tell = (failure) => {
    byId("meaning").textContent = failure.message;
  };
  const send = (path, body) => change(path, body).then(refresh, tell);
  byId("fault").addEventListener("submit", (event) => {
    event.preventDefault();
    send("fault", { kind: byId("kind").value, times: Number(byId("times").value) });
  });
  byId("mix").addEventListener("click", () => {
    const wanted = { ...rates, [byId("kind").value]: Number(byId("rate").value) / 100 };
    send("mix", { rates: Object.fromEntries(Object.entries(wanted).filter(([, rate]) => rate > 0)) });
  });
  byId("kind").addEventListener("change", refresh);
  byId("clear").addEventListener("click", () => send("clear_faults"));
}
