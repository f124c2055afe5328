import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { createRoot } from "react-dom/client";
import "./main.css";
import { readOperation } from "./operation-in-url.ts";

/** The workers are files beside this one; a worker from a blob would need a laxer policy. */
const workers = {
  getWorker: (_moduleId: string, label: string) => {
    const name = label === "json" || label === "graphql" ? label : "editor";
    return new Worker(`/explorer/${name}.worker.js`);
  },
};
Object.assign(globalThis, { MonacoEnvironment: workers });

const endpoint = new URL("/graphql", location.href);
const subscriptionEndpoint = new URL(endpoint);
subscriptionEndpoint.protocol = endpoint.protocol === "https:" ? "wss:" : "ws:";

/** The headers of the editor are sent with HTTP, and as `connection_init` of a subscription. */
const fetcher = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: subscriptionEndpoint.href,
  enableIncrementalDelivery: false,
});

const operation = readOperation(location);
/** A link opens what it names; without one, GraphiQL goes on with the tabs of the last time. */
const initial = operation === null ? {} : { ...operation, storage: createMemoryStorage() };

const container = document.getElementById("explorer");
if (container === null) throw new Error("The page has no place for the explorer.");
createRoot(container).render(
  <GraphiQL fetcher={fetcher} defaultEditorToolsVisibility="headers" {...initial}>
    <GraphiQL.Logo>Crossdock</GraphiQL.Logo>
  </GraphiQL>,
);

/** So that the token of a link is not kept after the page is closed. */
function createMemoryStorage() {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
    clear: () => {
      items.clear();
    },
  };
}
