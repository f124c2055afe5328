import { QueryPlanner } from "@apollo/query-planner";
import { createLogger } from "@crossdock/runtime";
import type { Federation } from "../execution/federation.ts";
import { loadSnapshot } from "../execution/snapshot.ts";
import type { SupergraphSnapshot } from "../execution/snapshot.ts";
import { composeShop, subgraphsOf } from "../testing/shop.ts";
import { createTopic } from "../testing/topic.ts";
import { createPlanningAhead } from "./plan-ahead.ts";
import type { ManifestOperation, PersistedOperations } from "./persisted-operations.ts";

const logger = createLogger({ name: "test", level: "silent" });
const operation = (body: string, type: ManifestOperation["type"] = "query"): ManifestOperation => ({
  id: body,
  name: "Q",
  type,
  body,
});

const GOOD = "query Q { orders { id shipments { id } } }";
const GONE = "query Q { noSuchField }";
const LIVE = "subscription Q { orderChanged { cursor } }";

let snapshot: SupergraphSnapshot;
let planned: string[] = [];
beforeAll(async () => {
  const subgraphs = subgraphsOf(createTopic(), []);
  snapshot = await loadSnapshot({ supergraphSdl: composeShop(), subgraphs, logger });
});
beforeEach(() => {
  planned = [];
});

/** Writes down what is planned, and plans it. */
const federation: Pick<Federation, "snapshot"> = {
  snapshot: () => watched,
};
const watched = {
  get planAhead() {
    return (text: string) => {
      planned.push(text);
      return snapshot.planAhead(text);
    };
  },
} as SupergraphSnapshot;

function persistedOf(promoted: Readonly<Record<string, readonly ManifestOperation[]>>) {
  const listeners = new Set<(clientId: string) => void>();
  const persisted: PersistedOperations = {
    clients: () => Object.keys(promoted),
    promotedOf: (clientId) => promoted[clientId] ?? [],
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    noteUnknown: () => undefined,
  };
  return { persisted, tell: (clientId: string) => listeners.forEach((each) => each(clientId)) };
}

test("each text is planned once, whoever has it, and one that cannot be planned stops nothing", async () => {
  const { persisted } = persistedOf({
    a: [operation(GONE), operation(GOOD), operation(LIVE, "subscription")],
    b: [operation(GOOD)],
  });
  const planning = createPlanningAhead(federation, persisted, logger);
  await planning.planAll();
  expect(planned).toEqual([GONE, GOOD]);
  planning.stop();
});

test("what is promoted is planned at once, until the gateway stops", async () => {
  const { persisted, tell } = persistedOf({ a: [operation(GOOD)] });
  const planning = createPlanningAhead(federation, persisted, logger);
  tell("a");
  await planning.planAll();
  expect(planned[0]).toBe(GOOD);
  planning.stop();
  planned = [];
  tell("a");
  await planning.planAll();
  expect(planned).toEqual([]);
});

test("a plan that was made ahead is not made again", async () => {
  const buildQueryPlan = jest.spyOn(QueryPlanner.prototype, "buildQueryPlan");
  const text = "query Fresh { orders { id shipments { id } } }";
  await snapshot.planAhead(text);
  await snapshot.planAhead(text);
  expect(buildQueryPlan).toHaveBeenCalledTimes(1);
});
