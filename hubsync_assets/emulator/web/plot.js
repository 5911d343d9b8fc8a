// The plot of requests in the rolling ten seconds, over the last two minutes, against the limit.

const SECONDS = 120;
const HEIGHT = 150;
const FOOT = 18;
const LEFT = 34;
const SVG = "http://www.w3.org/2000/svg";

function shape(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// How full the rolling window was at the end of each second: calls counted in it and in the nine before.
function windows(seconds, now) {
  const served = new Map(seconds.map((it) => [it.at, it]));
  const points = [];
  for (let at = now - SECONDS; at <= now; at += 1) {
    let used = 0;
    for (let back = 0; back < 10; back += 1) used += served.get(at - back)?.served ?? 0;
    points.push({ at, used: Math.max(used, served.get(at)?.window ?? 0), refused: served.get(at)?.refused ?? 0 });
  }
  return points;
}

export function draw(svg, state) {
  const width = svg.clientWidth || 600;
  const now = Math.floor(state.now / 1000);
  const points = windows(state.seconds, now);
  const top = Math.max(state.burst, ...points.map((it) => it.used)) * 1.12 || 1;
  const x = (at) => LEFT + ((at - now + SECONDS) / SECONDS) * (width - LEFT);
  const y = (used) => (HEIGHT - FOOT) * (1 - used / top);
  const line = points.map((it) => `${x(it.at).toFixed(1)},${y(it.used).toFixed(1)}`).join(" ");
  const parts = [0, state.burst / 2, state.burst].flatMap((level) => [
    shape("line", { class: level === state.burst ? "limit" : "grid", x1: LEFT, x2: width, y1: y(level), y2: y(level) }),
    shape("text", { x: LEFT - 8, y: y(level) + 4, "text-anchor": "end" }, Math.round(level)),
  ]);
  parts.push(
    shape("polygon", { class: "area", points: `${x(now - SECONDS)},${y(0)} ${line} ${x(now)},${y(0)}` }),
    shape("polyline", { class: "used", points: line }),
  );
  for (const it of points.filter((point) => point.refused)) {
    const height = Math.min(30, 4 + it.refused);
    parts.push(shape("rect", { class: "refused", x: x(it.at) - 1.5, y: y(0) - height, width: 3, height }));
  }
  parts.push(
    shape("text", { x: LEFT, y: HEIGHT - 2 }, "2 min ago"),
    shape("text", { x: (LEFT + width) / 2, y: HEIGHT - 2, "text-anchor": "middle" }, "1 min ago"),
    shape("text", { x: width, y: HEIGHT - 2, "text-anchor": "end" }, "now"),
  );
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  svg.replaceChildren(...parts);
}
