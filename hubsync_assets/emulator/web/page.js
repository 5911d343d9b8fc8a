// Looks at the emulator once a second and draws what it sees.

import { byId, count, read, time } from "./build.js";
import { listenToContacts, openLinked, showContacts } from "./contacts.js";
import { showCalls } from "./calls.js";
import { listenToFaults, showFaults } from "./faults.js";
import { draw } from "./plot.js";

const EVERY = 1000;
let contacts = null;
let last = null;

async function look() {
  const state = await read("state");
  byId("portal").textContent = state.portal_id;
  byId("window").textContent = count(state.burst_used);
  byId("burst").textContent = count(state.burst);
  byId("today").textContent = count(state.today);
  byId("daily").textContent = state.daily === null ? "no daily limit" : `of ${count(state.daily)}`;
  byId("day-bar").style.width = state.daily ? `${Math.min(100, (100 * state.today) / state.daily)}%` : "0";
  byId("resets").textContent = `Starts again ${time(state.resets_at)}`;
  byId("count").textContent = count(state.contacts);
  const more = contacts === null ? 0 : state.contacts - contacts;
  byId("arriving").textContent = more > 0 ? `+${count(more)} in the last second` : "\u00a0";
  contacts = state.contacts;
  draw(byId("plot"), state);
  showFaults(state);
  const now = `${state.portal_id} ${state.last_call} ${state.contacts}`;
  await Promise.all([showCalls(), now === last ? null : showContacts()]);
  last = now;
}

async function refresh() {
  const alive = byId("alive");
  try {
    await look();
    alive.textContent = "live";
    alive.className = "alive on";
  } catch (failure) {
    alive.textContent = failure instanceof TypeError ? "the emulator does not answer" : failure.message;
    alive.className = "alive off";
  }
}

async function loop() {
  await refresh();
  setTimeout(loop, EVERY);
}

listenToContacts();
listenToFaults(refresh);
openLinked();
loop();
