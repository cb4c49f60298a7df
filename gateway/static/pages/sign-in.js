// Signing in by the link in a letter, and the orders of whoever has. The session ends with the tab, or after 15 minutes.

import { day, el, form, money, say, show, speak } from "./paper.js";
import { Over, ask, brought, given } from "./wire.js";

const KEPT = "session";
const tongue = navigator.language;
speak(tongue);
document.title = `${say("signInTitle")} · ${given.shop}`;

function session() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  return kept && new Date(kept.expiresAt) > new Date() ? kept : null;
}

// A button between the link and the session: whatever opens links to look at them does not use this one up.
function door(token) {
  const enter = async () => {
    const { signIn } = await ask("SignIn", { token }, { language: tongue });
    history.replaceState(null, "", location.pathname);
    if (signIn.userErrors.length > 0) return asking(say("signInOverTitle"), say("signInOverWhat"));
    sessionStorage.setItem(KEPT, JSON.stringify({ token: signIn.accessToken, expiresAt: signIn.expiresAt }));
    await mine();
  };
  show(el("section", {}, el("h1", {}, say("signInTitle")), el("p", {}, say("signInWhat")), form([], say("signIn"), enter)));
}

function asking(title, what) {
  const send = async ({ email }) => {
    const { requestSignIn: answer } = await ask("AskForLink", { email }, { language: tongue });
    return answer.accepted ? say("askSent", { email }) : answer.userErrors[0].message;
  };
  const fields = [{ label: say("email"), name: "email", type: "email", autocomplete: "email", maxlength: 254 }];
  show(el("section", {}, el("h1", {}, title), el("p", {}, what), form(fields, say("askSend"), send)));
}

async function mine() {
  try {
    const { viewer } = await ask("Mine", {}, { token: session()?.token, language: tongue });
    if (!viewer?.customer) throw new Over();
    const { nodes, totalCount } = viewer.orders;
    const rest = (totalCount ?? nodes.length) - nodes.length;
    show(
      el("section", {}, el("h1", {}, say("mine")), el("p", { class: "soft" }, say("mineOf", viewer.customer)),
        nodes.length === 0 && el("p", {}, say("none")),
        rest > 0 && el("p", { class: "soft" }, say("more", { count: rest }))),
      ...nodes.map(one),
      el("section", { class: "bare" }, form([], say("signOut"), leave)),
    );
  } catch (error) {
    if (!(error instanceof Over)) throw error;
    sessionStorage.removeItem(KEPT);
    asking(say("signInTitle"), say("askWhat"));
  }
}

function one(order) {
  const goods = order.lines.map((line) => `${line.quantity} × ${line.title}`).join(", ");
  const inside = [
    el("span", { class: "soft" }, `${say("order", order)} · ${day(order.placedAt)}`),
    el("strong", {}, order.headline),
    el("span", {}, goods),
    order.total && el("span", { class: "soft" }, money(order.total)),
  ];
  const here = order.trackingUrl && new URL(order.trackingUrl).origin === location.origin;
  const path = here ? order.trackingUrl.slice(location.origin.length) : order.trackingUrl;
  return el("section", {}, path ? el("a", { class: "order", href: path }, inside) : el("div", { class: "order" }, inside));
}

async function leave() {
  await ask("SignOut", {}, { token: session()?.token }).catch(() => null);
  sessionStorage.removeItem(KEPT);
  asking(say("signInTitle"), `${say("signedOut")} ${say("askWhat")}`);
}

async function begin() {
  if (brought()) return door(brought());
  if (!session()) return asking(say("signInTitle"), say("askWhat"));
  try {
    await mine();
  } catch {
    const press = el("button", { type: "button", onclick: () => location.reload() }, say("again"));
    show(el("section", {}, el("p", {}, say("trouble")), press));
  }
}

addEventListener("hashchange", () => location.reload());
begin();
