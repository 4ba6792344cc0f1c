// Which part of the page is shown: the address after # says so, so that reloading and going back work.

import { ask, search } from "./answers.js";
import { list, prepare, show } from "./documents.js";
import { setKey } from "./service.js";
import { apply, toggle } from "./words.js";

const at = (id) => document.getElementById(id);

function say(text) {
  at("notice").textContent = text;
  at("notice").hidden = !text;
}

async function draw() {
  const [view, rest = ""] = (location.hash.slice(1) || "ask").split("?", 2);
  const said = new URLSearchParams(rest);
  const number = (name) => (said.has(name) ? Number(said.get(name)) : undefined);
  for (const section of document.querySelectorAll("[data-for]")) section.hidden = section.dataset.for !== view;
  for (const link of document.querySelectorAll("[data-view]")) link.toggleAttribute("aria-current", link.dataset.view === view);
  say("");
  at("key-form").hidden = true;
  try {
    if (view === "ask") await ask(said.get("q") || "");
    if (view === "search") await search(said.get("q") || "");
    if (view === "documents") await list();
    if (view === "document") await show(said.get("id") || "", number("start"), number("end"));
    if (view === "ask" && !said.get("q")) at("question").focus();
  } catch (problem) {
    for (const id of ["answer", "results"]) at(id).replaceChildren();
    if (problem.status === 401) at("key-form").hidden = false;
    else say(problem.message);
  }
}

function goTo(view, text) {
  const target = `#${view}?q=${encodeURIComponent(text.trim())}`;
  if (location.hash === target) draw();
  else location.hash = target;
}

function onSubmit(form, act) {
  at(form).addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

onSubmit("ask-form", () => goTo("ask", at("question").value));
onSubmit("search-form", () => goTo("search", at("query").value));
onSubmit("key-form", () => {
  setKey(at("key").value.trim());
  at("key").value = "";
  draw();
});
at("groups").addEventListener("change", draw);
at("language").addEventListener("click", () => {
  toggle();
  draw();
});
addEventListener("hashchange", draw);
prepare(say);
apply();
draw();
