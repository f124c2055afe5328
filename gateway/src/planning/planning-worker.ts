import { parentPort } from "node:worker_threads";
import { GraphQLError, parse } from "graphql";
import { LRUCache } from "lru-cache";
import { createFederationParts } from "./federation-parts.ts";
import type { FederationParts } from "./federation-parts.ts";
import type {
  NamedSupergraph,
  PlanningAnswer,
  PlanningOutcome,
  PlanningRequest,
} from "./planning-messages.ts";
import { planHere } from "./plan-operation.ts";

/** The one that is served, and the one that is about to be or was before. */
const MAX_SUPERGRAPHS = 2;

const supergraphs = new LRUCache<string, FederationParts>({ max: MAX_SUPERGRAPHS });

parentPort?.on("message", (request: PlanningRequest) => {
  const answer: PlanningAnswer = { id: request.id, ...outcomeOf(request) };
  parentPort?.postMessage(answer);
});

function outcomeOf(request: PlanningRequest): PlanningOutcome {
  try {
    if (request.kind === "load") return load(request);
    const { version, query, operationName } = request;
    const parts = supergraphs.get(version);
    if (parts === undefined) return { kind: "unknown" };
    const document = parse(query, { noLocation: true });
    return { kind: "planned", plan: planHere(parts, { document, operationName }) };
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    const extensions = error instanceof GraphQLError ? error.extensions : null;
    return { kind: "refused", message, extensions };
  }
}

function load({ version, supergraphSdl }: NamedSupergraph): PlanningOutcome {
  if (!supergraphs.has(version)) supergraphs.set(version, createFederationParts(supergraphSdl));
  return { kind: "loaded" };
}
