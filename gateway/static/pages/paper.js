// What both pages are written with: elements from plain text, words and amounts in the reader's language.

import { given } from "./wire.js";

export let language = "en";
let locale = "en";

// English stands behind every language that has no words here.
export function speak(wanted) {
  const spoken = (wanted || "").slice(0, 2).toLowerCase();
  language = given.words[spoken] ? spoken : "en";
  locale = spoken === language ? wanted : language;
  document.documentElement.lang = language;
}

export function say(word, facts = {}) {
  return given.words[language][word].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
}

// Children are elements, text or nothing. Text is never markup.
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function show(...sections) {
  document.getElementById("main").replaceChildren(...sections.filter(Boolean));
}

// A link that leaves this page; only web addresses are ones.
export function away(url, text, attributes = {}) {
  return /^https?:\/\//.test(url ?? "") ? el("a", { href: url, rel: "noreferrer", ...attributes }, text) : text;
}

export function money(amount) {
  const style = { style: "currency", currency: amount.currencyCode };
  return new Intl.NumberFormat(locale, style).format(amount.amount);
}

export function day(instant) {
  const style = { weekday: "long", day: "numeric", month: "long" };
  const moment = /^\d{4}-\d\d-\d\d$/.test(instant) ? new Date(`${instant}T12:00`) : new Date(instant);
  return new Intl.DateTimeFormat(locale, style).format(moment);
}

export function moment(instant) {
  const style = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(locale, style).format(new Date(instant));
}

// A small form: its fields, a button, and a line below that says how it went. `send` answers that line.
export function form(fields, button, send) {
  const said = el("p", { class: "said", role: "status" });
  const press = el("button", { type: "submit" }, button);
  const submit = async (event) => {
    event.preventDefault();
    press.disabled = true;
    said.textContent = "";
    try {
      said.textContent = (await send(Object.fromEntries(new FormData(event.target)))) ?? "";
    } catch {
      said.textContent = say("trouble");
    }
    press.disabled = false;
  };
  const inputs = fields.map(({ label, ...attributes }) => el("label", {}, label, el("input", { required: true, ...attributes })));
  return el("form", { onsubmit: submit }, inputs, press, said);
}
