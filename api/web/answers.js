// Questions and searches.

import { linkTo, make, marked } from "./build.js";
import { call, groups } from "./service.js";
import { t } from "./words.js";

const at = (id) => document.getElementById(id);

export async function ask(question) {
  at("question").value = question;
  if (!question) return at("answer").replaceChildren(make("p", { class: "soft" }, t("about")));
  at("answer").replaceChildren(make("p", { class: "soft" }, t("working")));
  const found = await call("POST", "/v1/ask", { json: { question, groups: groups(at("groups").value) } });
  const parts = [make("p", { class: found.abstained ? "answer abstained" : "answer" }, found.answer)];
  if (!found.abstained) parts.push(make("div", { class: "soft" }, `${t("confidence")} ${Math.round(found.confidence * 100)} %`));
  if (found.citations.length) parts.push(make("h2", {}, t("sources")));
  for (const cited of found.citations) {
    parts.push(make("a", { class: "card", href: linkTo(cited.document, cited.start, cited.end) },
      make("blockquote", {}, cited.quote), ...named(cited.document)));
  }
  parts.push(make("details", {}, make("summary", {}, t("how")),
    found.trace.form ? make("p", { class: "soft" }, t("understood", { form: found.trace.form })) : "", make("pre", {}, found.query || t("noQuery"))));
  at("answer").replaceChildren(...parts);
}

export async function search(query) {
  at("query").value = query;
  if (!query) return at("results").replaceChildren();
  at("results").replaceChildren(make("p", { class: "soft" }, t("working")));
  const names = groups(at("groups").value);
  const found = await call("GET", "/v1/search", { params: { q: query, groups: names && names.join(","), limit: 20 } });
  const cards = found.results.map((hit) =>
    make("a", { class: "card", href: linkTo(hit.document, hit.start, hit.end) }, ...named(hit.document),
      make("p", {}, ...marked(hit.snippet, hit.matches))));
  at("results").replaceChildren(...(cards.length ? cards : [make("p", { class: "soft" }, t("nothing"))]));
}

function named(document) {
  const title = document.title || document.external_id;
  return [make("div", { class: "title" }, title), title === document.external_id ? "" : make("div", { class: "where" }, document.external_id)];
}
