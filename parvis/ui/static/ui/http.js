// Requests to our own server: CSRF header, JSON or HTML back, one error type with the server's sentence.

export class RequestFailed extends Error {
  constructor(message, status, body) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Send and return the Response; throws RequestFailed for a refusal (status 4xx/5xx) or a lost network (status 0). */
export async function send(url, { method = "GET", json, form, accept = "application/json", ...rest } = {}) {
  const headers = { Accept: accept, "X-Requested-With": "fetch" };
  if (method !== "GET") headers["X-CSRFToken"] = token();
  if (json !== undefined) headers["Content-Type"] = "application/json";
  const body = json === undefined ? form : JSON.stringify(json);
  let response;
  try {
    response = await fetch(url, { method, headers, body, credentials: "same-origin", ...rest });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestFailed("", 0, "");
  }
  if (response.ok) return response;
  const text = await response.text();
  throw new RequestFailed(sentence(text), response.status, text);
}

/** The same, decoded as JSON. */
export async function getJSON(url, options) {
  return (await send(url, options)).json();
}

/** The same, as a DocumentFragment (for HTML fragments rendered by the server). */
export async function getFragment(url, options) {
  const response = await send(url, { accept: "text/html", ...options });
  return fragment(await response.text());
}

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function sentence(text) {
  try {
    return JSON.parse(text).error?.message ?? "";
  } catch {
    return "";
  }
}
