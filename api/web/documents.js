// The list of documents, reading one, adding and deleting.

import { linkTo, make, marked } from "./build.js";
import { call, groups } from "./service.js";
import { state, t } from "./words.js";

const at = (id) => document.getElementById(id);
const asked = () => ({ groups: groups(at("groups").value)?.join(",") });
let chosen = [];

export async function list(after = "") {
  const found = await call("GET", "/v1/documents", { params: { ...asked(), after, limit: 100 } });
  const rows = found.documents.map(row);
  const more = found.next === null ? "" : make("button", { type: "button", class: "quiet", onclick: (event) => {
    event.target.remove();
    list(found.next);
  } }, t("more"));
  if (after) {
    at("list").querySelector("tbody").append(...rows);
    at("list").append(more);
  } else if (rows.length) {
    const head = ["title", "status", "readers"].map((name) => make("th", { scope: "col" }, t(name)));
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...head, make("th"))), make("tbody", {}, ...rows));
    at("list").replaceChildren(table, more);
  } else {
    at("list").replaceChildren(make("p", { class: "soft" }, t("none")));
  }
}

function row(document) {
  const ready = document.status === "ready";
  const status = make("span", { class: ready ? "ready" : "unread" }, state(document.status));
  const line = make("tr", {},
    make("td", {}, make("a", { href: linkTo(document) }, document.title || document.external_id),
      make("div", { class: "soft" }, document.title ? document.external_id : "")),
    make("td", {}, status, ready ? "" : make("div", { class: "soft" }, document.reason)),
    make("td", {}, document.groups.join(", ") || t("everybody")),
    make("td", {}, remover(document, () => line.remove())));
  return line;
}

function remover(document, gone) {
  const button = make("button", { type: "button", class: "quiet", onclick: async () => {
    if (!button.classList.contains("bad")) {
      button.className = "bad";
      button.textContent = t("really");
      setTimeout(() => { button.className = "quiet"; button.textContent = t("remove"); }, 4000);
      return;
    }
    button.disabled = true;
    try {
      await call("DELETE", `/v1/documents/${encodeURIComponent(document.id)}`);
      gone();
    } catch (problem) {
      button.disabled = false;
      say(problem.message);
    }
  } }, t("remove"));
  return button;
}

export async function show(id, start, end) {
  const found = await call("GET", `/v1/documents/${encodeURIComponent(id)}`, { params: asked() });
  const place = start === undefined ? [] : [[start, end]];
  at("document").replaceChildren(
    make("h1", {}, found.title || found.external_id),
    make("div", { class: "soft" }, [found.external_id, found.date, found.groups.join(", ") || t("everybody")].filter(Boolean).join(" · ")),
    found.status === "ready" ? "" : make("p", { class: "unread" }, `${state(found.status)}: ${found.reason}`),
    found.text ? make("div", { class: "text" }, ...marked(found.text, place)) : "");
  at("document").querySelector("mark")?.scrollIntoView({ block: "center" });
}

function choose(files) {
  chosen = [...files];
  const names = chosen.slice(0, 5).map((file) => file.name).join(", ") + (chosen.length > 5 ? " …" : "");
  at("job").replaceChildren(chosen.length ? make("p", { class: "soft" }, t("chosen", { n: chosen.length, names })) : "");
  at("upload").disabled = !chosen.length;
}

async function upload() {
  const form = new FormData();
  for (const file of chosen) form.append("file", file);
  form.append("groups", (groups(at("upload-groups").value) || []).join(","));
  at("upload").disabled = true;
  const bar = make("progress", { max: 1 });
  const line = make("p", { class: "soft" });
  at("job").replaceChildren(bar, line);
  let job = await call("POST", "/v1/documents", { body: form });
  while (job.state === "queued" || job.state === "running") {
    bar.value = job.progress.done / Math.max(1, job.progress.total);
    line.textContent = job.waits_for ? t("waits", { why: job.waits_for }) : t("reading", job.progress);
    await new Promise((resolve) => setTimeout(resolve, 500));
    job = await call("GET", `/v1/jobs/${job.id}`);
  }
  const parts = [make("p", { class: "ready" }, t("done", { n: job.documents.ready || 0 }))];
  if (job.failed_documents.length) parts.push(make("p", { class: "unread" }, t("failed", { n: job.failed_documents.length })));
  for (const unread of job.failed_documents) {
    parts.push(make("div", { class: "soft" }, `${unread.external_id}: ${state(unread.status)}. ${unread.reason}`));
  }
  choose([]);
  at("files").value = "";
  at("job").replaceChildren(...parts);
  await list();
}

let say = () => {};

export function prepare(report) {
  say = report;
  at("files").addEventListener("change", (event) => choose(event.target.files));
  for (const kind of ["dragover", "dragleave", "drop"]) {
    at("drop").addEventListener(kind, (event) => {
      event.preventDefault();
      at("drop").classList.toggle("over", kind === "dragover");
      if (kind === "drop") choose(event.dataTransfer.files);
    });
  }
  at("upload-form").addEventListener("submit", (event) => {
    event.preventDefault();
    upload().catch((problem) => { say(problem.message); at("upload").disabled = false; at("job").replaceChildren(); });
  });
}
