// Calls the service. A key, where one is needed, is kept for this tab alone.

import { t } from "./words.js";

export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export function setKey(key) {
  sessionStorage.setItem("key", key);
}

export async function call(method, path, { params = {}, json, body, headers = {} } = {}) {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(params)) if (value !== null && value !== undefined) url.searchParams.set(name, value);
  const key = sessionStorage.getItem("key");
  if (key) headers.Authorization = `Bearer ${key}`;
  if (json !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(json);
  }
  let response;
  try {
    response = await fetch(url, { method, body, headers });
  } catch {
    throw new Problem(0, t("offline"));
  }
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, told.detail || response.statusText);
  return told;
}

// Groups as they were typed: nothing typed means everything that the caller may see.
export function groups(text) {
  const names = text.split(/[,，]/).map((name) => name.trim()).filter(Boolean);
  return names.length ? names : null;
}
