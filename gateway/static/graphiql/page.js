// The page: operations go to /graphql, subscriptions over a websocket to the same place. What stands in the header
// editor goes along with both. An address may bring an operation and a token behind its "#", which browsers keep to
// themselves: /graphiql#query=...&token=...
"use strict";

const { GraphiQL, createElement, createGraphiQLFetcher, createRoot } = window.graphiqlBundle;

const brought = new URLSearchParams(location.hash.slice(1));
const token = brought.get("token");
const socket = new URL("/graphql", location.href);
socket.protocol = location.protocol === "https:" ? "wss:" : "ws:";

const fetcher = createGraphiQLFetcher({ url: "/graphql", subscriptionUrl: socket.href });

const WELCOME = `# Waymark. Put a token into the header editor below:
#   { "authorization": "Bearer TOKEN" }
# Subscriptions run over graphql-transport-ws, in this page too.

query {
  products(first: 3) {
    nodes { sku title price { amount currencyCode } availability }
  }
}
`;

createRoot(document.getElementById("graphiql")).render(
  createElement(GraphiQL, {
    fetcher,
    query: brought.get("query") ?? undefined,
    variables: brought.get("variables") ?? undefined,
    headers: token ? JSON.stringify({ authorization: `Bearer ${token}` }, null, 2) : undefined,
    defaultQuery: WELCOME,
    defaultEditorToolsVisibility: "headers",
    shouldPersistHeaders: false,
  }),
);
