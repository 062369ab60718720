"use strict";
const trace = JSON.parse(document.getElementById("trace").textContent);
const range = document.getElementById("range");
const where = document.getElementById("where");
const talk = document.getElementById("talk");
const panes = document.getElementById("panes");
const beats = [...document.querySelectorAll(".beat")];

// Each frame says only what differs from the one before: here they are made whole.
const frames = [];
let shown = {};
for (const frame of trace.frames) {
  shown = { ...shown };
  for (const [name, [size, changes]] of Object.entries(frame.panes)) {
    const rows = (shown[name] || []).slice(0, size);
    for (const [at, row] of changes) rows[at] = row;
    shown[name] = rows;
  }
  frames.push({ beat: frame.beat, where: frame.where, panes: shown });
}

const lists = {};
for (const [name, title] of trace.panes) {
  const section = document.createElement("section");
  section.className = "pane";
  section.id = "pane-" + name;
  const head = document.createElement("h2");
  head.textContent = title;
  lists[name] = document.createElement("pre");
  section.append(head, lists[name]);
  panes.append(section);
}

function line(number, changed) {
  const element = document.createElement("div");
  if (changed) element.className = "changed";
  for (const [text, role] of trace.rows[number]) {
    const part = document.createElement("span");
    if (role) part.className = role;
    part.textContent = text;
    element.append(part);
  }
  if (!element.textContent) element.textContent = " ";
  return element;
}

let now = -1;
function show(wanted) {
  const next = Math.max(0, Math.min(wanted, frames.length - 1));
  if (next === now || !frames.length) return;
  const frame = frames[next];
  const before = now >= 0 && Math.abs(next - now) === 1 ? frames[now].panes : null;
  for (const [name, list] of Object.entries(lists)) {
    const rows = frame.panes[name] || [];
    const old = before && name !== "source" ? before[name] || [] : null;
    list.replaceChildren(...rows.map((row, at) => line(row, old && !old.includes(row))));
    list.parentElement.hidden = !rows.length;
  }
  beats.forEach((beat, at) => {
    beat.classList.toggle("now", at === frame.beat);
    beat.classList.toggle("ahead", at > frame.beat);
  });
  const current = beats[frame.beat];
  if (current) current.scrollIntoView({ block: "nearest" });
  now = next;
  range.value = String(now);
  where.textContent = `${now + 1} of ${frames.length} · ${frame.where}`;
  document.body.dataset.step = String(now);
  history.replaceState(null, "", "#step=" + now);
}

function beatwards(way) {
  let at = now;
  while (frames[at + way] && frames[at].beat === frames[at + way].beat) at += way;
  at += way;
  // Backwards to the first frame of the beat, not to its last.
  while (way < 0 && frames[at - 1] && frames[at - 1].beat === frames[at].beat) at -= 1;
  show(at);
}

const moves = {
  first: () => show(0),
  back: () => show(now - 1),
  forward: () => show(now + 1),
  last: () => show(frames.length - 1),
  previous: () => beatwards(-1),
  next: () => beatwards(1),
};
for (const button of document.querySelectorAll("button[data-move]"))
  button.addEventListener("click", () => moves[button.dataset.move]());
const keys = { ArrowLeft: "back", ArrowRight: "forward", Home: "first", End: "last", PageUp: "previous", PageDown: "next" };
document.addEventListener("keydown", (event) => {
  if (event.target === range || event.ctrlKey || event.altKey || event.metaKey) return;
  const move = keys[event.key];
  if (!move) return;
  event.preventDefault();
  moves[move]();
});
range.max = String(Math.max(0, frames.length - 1));
range.addEventListener("input", () => show(Number(range.value)));
for (const beat of beats)
  if (beat.dataset.frame) beat.addEventListener("click", () => show(Number(beat.dataset.frame)));

function fromAddress() {
  const found = /^#step=(\d+)$/.exec(location.hash);
  show(found ? Number(found[1]) : 0);
}
window.addEventListener("hashchange", fromAddress);
fromAddress();
document.querySelector("nav").hidden = false;
