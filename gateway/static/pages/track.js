// One order, for whoever holds its link: where it is, what it is, and what comes back. Without a link, how to get one.

import { away, day, el, form, money, moment, say, show, speak } from "./paper.js";
import { Over, ask, brought, follow, given } from "./wire.js";

const KEPT = "order";
const RETRY = 5000;
let tongue = navigator.language;

// The link's token; the tab remembers it, so that whoever comes back from their bank finds the order again.
function token() {
  const word = brought();
  if (word) sessionStorage.setItem(KEPT, word);
  return word || sessionStorage.getItem(KEPT);
}

let shown = null;
let asking = false;
let again = false;

async function look() {
  if (asking) return void (again = true);
  asking = true;
  const key = token();
  try {
    let { order } = await ask("Order", {}, { token: key, language: tongue });
    if (!order) throw new Over();
    if (order.locale !== tongue) {
      tongue = order.locale; // what we write to them is in this language
      speak(tongue);
      ({ order } = await ask("Order", {}, { token: key, language: tongue }));
    }
    const first = shown === null;
    page(order);
    shown = order;
    if (first) follow(key, look);
  } catch (error) {
    if (error instanceof Over) lost(say("overTitle"), say("overWhat"));
    else {
      if (shown === null) show(el("section", {}, el("p", {}, say("unreachable"))));
      setTimeout(look, RETRY);
    }
  }
  asking = false;
  if (again) {
    again = false;
    setTimeout(look, 300); // several events come at once
  }
}

function page(order) {
  document.title = `${say("order", order)} · ${given.shop}`;
  if (order.headline !== shown?.headline) document.getElementById("heard").textContent = order.headline;
  const known = new Map([...document.querySelectorAll("details")].map((one) => [one.id, one.open]));
  show(
    state(order),
    order.payments.map(payment).find(Boolean),
    ...order.returns.map(returned),
    ...order.shipments.map((parcel, place) => shipment(parcel, place, order.shipments.length, known)),
    collecting(order),
    items(order),
  );
}

function state(order) {
  const steps = order.milestones.map((step) =>
    el("li", { class: step.current ? "now" : step.reachedAt ? "done" : null, "aria-current": step.current ? "step" : null },
      el("span", {}, step.title), step.reachedAt && el("time", { datetime: step.reachedAt }, moment(step.reachedAt))),
  );
  return el("section", {},
    el("p", { class: "soft" }, say("order", order)),
    el("h1", {}, order.headline),
    el("ol", { class: "steps" }, steps),
  );
}

function payment({ nextAction, amount }) {
  if (!nextAction) return null;
  return el("section", { class: "due" },
    el("p", {}, nextAction.instructions ?? say("confirmWhy", { amount: money(amount) })),
    nextAction.url && away(nextAction.url, say("confirmPayment"), { class: "button" }),
  );
}

function shipment(parcel, place, all, known) {
  const { pickup, proofOfDelivery: proof } = parcel;
  const scans = [...parcel.events].reverse();
  const history = `history-${place}`;
  return el("section", {},
    el("h2", {}, all > 1 ? say("parcelOf", { place: place + 1, all }) : say("parcel")),
    el("p", { class: "head" }, parcel.headline),
    all > 1 && el("ul", { class: "plain" }, parcel.lines.map((one) => el("li", {}, `${one.quantity} × ${one.line.title}`))),
    proof?.leftAt && el("p", {}, say("leftAt", { place: proof.leftAt })),
    proof?.signedBy && el("p", {}, say("signedBy", { name: proof.signedBy })),
    pickup && where(pickup.location, pickup),
    parcel.trackingNumber && el("dl", {},
      el("dt", {}, parcel.carrierName ?? say("parcelNumber")),
      el("dd", {}, el("span", { class: "code" }, parcel.trackingNumber))),
    parcel.trackingUrl && el("p", {}, away(parcel.trackingUrl, say("atCarrier", { carrier: parcel.carrierName ?? say("theCarrier") }))),
    scans.length > 0 && el("details", { id: history, open: known.get(history) ?? place === 0 },
      el("summary", {}, say("history")),
      el("ol", { class: "scans" }, scans.map((scan) => el("li", {},
        el("time", { datetime: scan.occurredAt }, moment(scan.occurredAt)),
        el("span", {}, scan.description, scan.location && el("small", {}, scan.location)))))),
  );
}

function where(location, { until, code, instructions } = {}) {
  const lines = [location.name, ...(location.address?.formatted ?? []), ...location.openingHours];
  return el("div", { class: "box" },
    el("strong", {}, say("pickupAt")),
    el("address", {}, [...new Set(lines)].map((line) => el("div", {}, line))),
    until && el("p", {}, say("pickupUntil", { day: day(until) })),
    code && el("p", {}, `${say("pickupCode")}: `, el("span", { class: "code" }, code)),
    instructions && el("p", {}, instructions),
  );
}

// Where an order waits whose parcels do not say so themselves.
function collecting({ delivery, shipments }) {
  if (!delivery.pickupLocation || shipments.some((parcel) => parcel.pickup)) return null;
  return el("section", {}, where(delivery.pickupLocation));
}

function returned(rma) {
  const [way] = rma.shipments;
  return el("section", {},
    el("h2", {}, say("return", rma)),
    el("p", { class: "head" }, rma.headline),
    el("ul", { class: "plain" }, rma.lines.map((one) => el("li", {}, `${one.quantity} × ${one.line.title}`))),
    rma.decisionNote && el("p", {}, `${say("decision")}: ${rma.decisionNote}`),
    rma.status === "APPROVED" && way?.label?.dropOffCode && el("div", { class: "box" },
      el("strong", {}, say("dropOffCode")), el("p", { class: "code big" }, way.label.dropOffCode)),
    rma.status === "APPROVED" && way?.label?.url && el("p", {}, away(way.label.url, say("label"), { class: "button" })),
    way?.trackingNumber && el("dl", {},
      el("dt", {}, way.carrierName ?? say("parcelNumber")), el("dd", {}, el("span", { class: "code" }, way.trackingNumber))),
    rma.refundTotal && rma.status !== "DECLINED" && el("dl", {}, el("dt", {}, say("paysBack")), el("dd", {}, money(rma.refundTotal))),
  );
}

function items(order) {
  const row = (name, amount, kind) => el("tr", { class: kind }, el("td", {}, name), el("td", {}, money(amount)));
  const sum = (name, amount, kind) => amount && Number(amount.amount) !== 0 && row(say(name), amount, kind);
  const minus = order.discountTotal && { ...order.discountTotal, amount: -order.discountTotal.amount };
  const coming = order.refunds.filter((refund) => refund.status === "PENDING");
  return el("section", {},
    el("h2", {}, say("items")),
    el("table", {},
      order.lines.map((line) => el("tr", {},
        el("td", {}, `${line.quantity} × ${line.title}`,
          line.options.length > 0 && el("small", {}, line.options.map((one) => `${one.key}: ${one.value}`).join(", "))),
        el("td", {}, line.total && money(line.total)))),
      sum("discount", minus),
      sum("shipping", order.shippingTotal),
      !order.taxIncluded && sum("tax", order.taxTotal),
      order.total && row(say("total"), order.total, "total"),
      order.status !== "CANCELED" && sum("outstanding", order.outstandingTotal),
      sum("refunded", order.refundedTotal),
      coming.map((refund) => row(
        refund.arrivesBy ? `${say("refundComing")}, ${say("by", { day: day(refund.arrivesBy) })}` : say("refundComing"), refund.amount)),
    ),
    order.shippingAddress && el("p", { class: "soft" }, `${say("to")}: ${order.shippingAddress.formatted.join(", ")}`),
    el("p", { class: "soft" }, say("placed", { day: day(order.placedAt) })),
  );
}

// No link, or one that is over: a new one goes to the address that is on the order.
function lost(title, what) {
  sessionStorage.removeItem(KEPT);
  document.title = `${title} · ${given.shop}`;
  const send = async (input) => {
    const { requestTrackingLink: answer } = await ask("Lost", { input }, { language: tongue });
    return answer.accepted ? say("findSent") : answer.userErrors[0].message;
  };
  const fields = [
    { label: say("number"), name: "number", autocomplete: "off", autocapitalize: "characters", maxlength: 40 },
    { label: say("email"), name: "email", type: "email", autocomplete: "email", maxlength: 254 },
  ];
  show(el("section", {}, el("h1", {}, title), el("p", {}, what), form(fields, say("findSend"), send)));
}

speak(tongue);
addEventListener("hashchange", () => location.reload());
if (token()) look();
else lost(say("findTitle"), say("findWhat"));
