// The gateway, asked as any storefront asks it: GraphQL over HTTP, and graphql-transport-ws to hear of changes.

export const given = JSON.parse(document.getElementById("given").textContent);

// What stands behind the # of the address; however a mail program mangled it, it is only a word that opens nothing.
export function brought() {
  const word = location.hash.slice(1);
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

// The token is not good (any more). Everything else that goes wrong is passing trouble.
export class Over extends Error {}

export async function ask(name, variables = {}, { token, language } = {}) {
  if (token && !/^[\x21-\x7e]+$/.test(token)) throw new Over(); // no header can carry it
  const headers = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  if (language) headers["accept-language"] = language;
  const body = JSON.stringify({ query: given.documents[name], variables });
  const answer = await fetch("/graphql", { method: "POST", headers, body });
  if (answer.status === 401) throw new Over();
  const { data, errors } = await answer.json();
  if (!data) throw new Error(errors?.[0]?.message ?? answer.statusText);
  return data;
}

// Calls `changed` when something may have happened, for as long as the page is open; lost connections come back.
export function follow(token, changed) {
  let pause = 1000;
  const connect = () => {
    const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`;
    const socket = new WebSocket(address, "graphql-transport-ws");
    const send = (message) => socket.send(JSON.stringify(message));
    let refused = false;
    socket.onopen = () => send({ type: "connection_init", payload: { authorization: `Bearer ${token}` } });
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "connection_ack") {
        send({ id: "1", type: "subscribe", payload: { query: given.documents.Follow } });
      } else if (message.type === "ping") {
        send({ type: "pong" });
      } else if (message.type === "next") {
        pause = 1000;
        changed();
      } else if (message.type === "error" || message.type === "complete") {
        refused = true;
        changed();
        socket.close();
      }
    };
    socket.onclose = ({ code }) => {
      if (code === 4403) return changed(); // the next question is answered with why
      if (pause >= 30000) changed(); // where websockets do not come through, now and then is better than never
      setTimeout(connect, refused ? 30000 : pause + Math.random() * 500);
      pause = Math.min(pause * 2, 30000);
    };
  };
  connect();
}
