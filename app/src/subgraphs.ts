import type { AccessJournal } from "@crossdock/audit";
import { createLocalTransport, type SubgraphTransport } from "@crossdock/gateway";
import { createBillingSubgraph } from "@crossdock/subgraph-billing";
import { createInventorySubgraph } from "@crossdock/subgraph-inventory";
import { createOperationsSubgraph } from "@crossdock/subgraph-operations";
import { createOrdersSubgraph } from "@crossdock/subgraph-orders";
import type { SubgraphRequest } from "@crossdock/subgraph-kit";
import { createShipmentsSubgraph } from "@crossdock/subgraph-shipments";

type ShownOrders = NonNullable<SubgraphRequest["shownOrders"]>;
type DepsOf<Create extends (deps: never) => unknown> = Parameters<Create>[0];

/** Everything that any subgraph needs; each takes its own part of it. */
export type SubgraphDeps = DepsOf<typeof createOrdersSubgraph> &
  DepsOf<typeof createInventorySubgraph> &
  DepsOf<typeof createShipmentsSubgraph> &
  DepsOf<typeof createBillingSubgraph> &
  DepsOf<typeof createOperationsSubgraph> & {
    /** Where it is written down what viewers are shown and change. */
    readonly accesses: AccessJournal;
  };

/** The five subgraphs in this process, by their names in supergraph.yaml. */
export function createSubgraphs(deps: SubgraphDeps): Record<string, SubgraphTransport> {
  const subgraphs = [
    createOrdersSubgraph(deps),
    createInventorySubgraph(deps),
    createShipmentsSubgraph(deps),
    createBillingSubgraph(deps),
    createOperationsSubgraph(deps),
  ];
  const { accesses } = deps;
  const shown = new WeakMap<object, ShownOrders>();
  const shownTo = (request: object): ShownOrders => {
    const orders = shown.get(request) ?? new Map<never, never>();
    shown.set(request, orders);
    return orders;
  };
  return Object.fromEntries(
    subgraphs.map((subgraph) => [
      subgraph.name,
      createLocalTransport({
        schema: subgraph.schema,
        createContext: (request) =>
          subgraph.createContext({ ...request, accesses, shownOrders: shownTo(request) }),
      }),
    ]),
  );
}
