"""How pages look, and the script that hides rows of their tables: both stand in each page, so that it needs no network.

Keep out: what stands on a page.
"""

__all__ = ["SCRIPT", "STYLE"]

STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5d6b7a; --line: #dde3ea; --back: #fff; --card: #f6f8fa; --bar: #2f6fdd; --good: #1f7a4d; --bad: #b3261e; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #9aa7b4; --line: #303a45; --back: #12171d; --card: #1a212a; --bar: #6ba0f7; --good: #62c796; --bad: #f28b82; --warn: #e3b341; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 24px 20px 80px; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); } h3 { font-size: 16px; margin: 20px 0 6px; }
p { margin: 6px 0; } .soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
a { color: var(--bar); white-space: nowrap; } code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
nav { margin: 12px 0; display: flex; flex-wrap: wrap; gap: 14px; }
.cards { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; min-width: 120px; }
.card b { display: block; font-size: 22px; } .card span { color: var(--soft); font-size: 13px; }
.note { background: var(--card); border-left: 4px solid var(--bar); padding: 10px 14px; margin: 12px 0; border-radius: 4px; }
.note.bad { border-color: var(--bad); color: inherit; } .note.warn { border-color: var(--warn); color: inherit; } .note.good { border-color: var(--good); color: inherit; }
.table { overflow-x: auto; margin: 8px 0 16px; } table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; } td { max-width: 460px; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
details { margin: 8px 0; } summary { cursor: pointer; font-weight: 600; }
input { font: inherit; padding: 4px 8px; margin: 4px 0; width: 320px; max-width: 100%; border: 1px solid var(--line); border-radius: 6px; background: var(--back); color: var(--ink); }
svg { display: block; max-width: 100%; } svg text { fill: var(--ink); font: 13px system-ui, sans-serif; } svg rect { fill: var(--bar); }
"""

SCRIPT = """
for (const box of document.querySelectorAll("[data-filter]")) {
  const rows = [...box.querySelectorAll("tbody tr")];
  if (rows.length < 6) continue;
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "Show only rows with this text";
  field.setAttribute("aria-label", field.placeholder);
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
  box.before(field);
}
"""
