// Only enhances: every page works without it.

// The error summary takes the focus, and its links take it on to the field.
document.querySelector("[data-focus]")?.focus();
document.querySelector(".errors__list")?.addEventListener("click", (event) => {
  const target = document.getElementById(event.target.closest("a")?.hash.slice(1) ?? "");
  const control = target?.matches("input, select, textarea") ? target : target?.querySelector("input, select, textarea");
  if (control) { event.preventDefault(); control.focus(); control.scrollIntoView({ block: "center" }); }
});

// A second press of the same button sends nothing twice.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "1";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// The session's end is announced five minutes before, and one press extends it.
const minutes = Number(document.body.dataset.sessionMinutes);
const warning = document.getElementById("session-warning");
if (minutes && warning) {
  let timer;
  const wait = () => { clearTimeout(timer); timer = setTimeout(() => { warning.hidden = false; warning.focus(); }, (minutes - 5) * 60000); };
  warning.querySelector("button").addEventListener("click", async () => {
    await fetch("/session/", { credentials: "same-origin" });
    warning.hidden = true;
    wait();
  });
  wait();
}

// Shortcuts on the workbench, off where the reader says so: j and k walk the list, Enter opens.
const list = [...document.querySelectorAll("[data-row] a[data-open]")];
document.addEventListener("keydown", (event) => {
  if (!list.length || event.ctrlKey || event.metaKey || event.altKey || document.documentElement.dataset.keys === "off") return;
  if (event.target.closest("input, select, textarea")) return;
  const here = list.indexOf(document.activeElement);
  if (event.key === "j") list[Math.min(here + 1, list.length - 1)].focus();
  if (event.key === "k") list[Math.max(here - 1, 0)].focus();
});
