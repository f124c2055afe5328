import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isInterfaceType, isIntrospectionType, isObjectType } from "graphql";
import type { FieldNode, GraphQLSchema } from "graphql";
import { AUDIENCES, cutContract } from "../contracts/contract.ts";
import { buildSupergraph } from "../execution/build-supergraph.ts";
import { createDemands, PUBLIC_TAG } from "./demands.ts";

const sdl = readFileSync(join(__dirname, "../../../supergraph.graphql"), "utf8");
const supergraph = buildSupergraph(sdl);
const apiSchema = supergraph.apiSchema().toGraphQLJSSchema();
const demandOf = createDemands(supergraph.schema.toGraphQLJSSchema());
const contracts = AUDIENCES.map(
  (audience) => [audience, cutContract(sdl, audience, apiSchema)] as const,
);

/** Who has a root field, and what it asks for. Whatever is new gets its line here, after a thought. */
const ROOT_FIELDS = new Set([
  "Query.auditVerification: operator; operations:read",
  "Query.availability: all; anybody signed in",
  "Query.businessTransaction: operator; operations:read",
  "Query.command: all; anybody signed in",
  "Query.commands: operator; operations:read",
  "Query.customer: all; anybody signed in",
  "Query.events: operator; operations:read",
  "Query.exception: operator; operations:read",
  "Query.exceptions: operator; operations:read",
  "Query.flow: operator; operations:read",
  "Query.invoice: all; billing:read",
  "Query.invoices: all; billing:read",
  "Query.lotTrace: operator; operations:read",
  "Query.order: all; orders:read",
  "Query.orders: all; orders:read",
  "Query.partnerHealth: operator; operations:read",
  "Query.pauses: operator; operations:read",
  "Query.previewOrder: all; orders:read",
  "Query.product: all; anybody signed in",
  "Query.products: all; anybody signed in",
  "Query.quarantinedEvents: operator; operations:read",
  "Query.receipt: operator; operations:read or inventory:write",
  "Query.receipts: operator; operations:read or inventory:write",
  "Query.replayPlan: operator; operations:read",
  "Query.reconciliation: operator; operations:read",
  "Query.reconciliations: operator; operations:read",
  "Query.reconciliationTrend: operator; operations:read",
  "Query.reservation: all; inventory:read",
  "Query.return: all; orders:read",
  "Query.serialTrace: operator; operations:read",
  "Query.shipment: all; anybody signed in",
  "Query.shipments: all; anybody signed in",
  "Query.shippingOptions: all; orders:read",
  "Query.sources: operator; operations:read",
  "Query.operatingFigures: operator; operations:read",
  "Query.syntheticRun: operator; operations:read",
  "Query.syntheticRuns: operator; operations:read",
  "Query.viewer: all; anybody signed in",
  "Query.warehouses: all; anybody signed in",
  "Query.workList: operator; operations:read",
  "Mutation.repairMismatches: operator; operations:write and operations:read",
  "Mutation.runReconciliation: operator; operations:write and operations:read",
  "Mutation.adjustInventory: operator; inventory:write",
  "Mutation.amendOrder: all; orders:write",
  "Mutation.announceReceipt: operator; inventory:write",
  "Mutation.approveOrder: operator; operations:write",
  "Mutation.assignException: operator; operations:write and operations:read",
  "Mutation.authorizeReturn: operator; operations:write",
  "Mutation.cancelCommand: operator; operations:write",
  "Mutation.cancelOrder: all; orders:write",
  "Mutation.cancelReceipt: operator; inventory:write",
  "Mutation.cancelReturn: all; orders:write",
  "Mutation.cancelShipment: operator; shipments:write",
  "Mutation.disputeInvoice: all; billing:read+orders:write or billing:write",
  "Mutation.editAndRetryCommand: operator; operations:write",
  "Mutation.issueCreditMemo: operator; billing:write",
  "Mutation.pause: operator; operations:write and operations:read",
  "Mutation.recordPayment: operator; billing:write",
  "Mutation.recordShipmentMilestone: partner, operator; shipments:write",
  "Mutation.rejectOrder: operator; operations:write",
  "Mutation.rejectReturn: operator; operations:write",
  "Mutation.releaseEvent: operator; operations:write and operations:read",
  "Mutation.releaseReservation: all; orders:write",
  "Mutation.replayEvents: operator; operations:write and operations:read",
  "Mutation.requestReturn: all; orders:write",
  "Mutation.reserveInventory: all; orders:write",
  "Mutation.resolveException: operator; operations:write and operations:read",
  "Mutation.resolveExceptions: operator; operations:write and operations:read",
  "Mutation.resume: operator; operations:write and operations:read",
  "Mutation.retryCommand: operator; operations:write",
  "Mutation.retryCommands: operator; operations:write and operations:read",
  "Mutation.runSyntheticOrder: operator; operations:write and operations:read",
  "Mutation.skipCommand: operator; operations:write",
  "Mutation.sourceOrder: operator; operations:write",
  "Mutation.submitOrder: all; orders:write",
  "Mutation.submitOrders: all; orders:write",
  "Mutation.transferInventory: operator; inventory:write",
  "Subscription.commandProgressed: all; anybody signed in",
  "Subscription.exceptionChanged: operator; operations:read",
  "Subscription.exceptionRaised: operator; operations:read",
  "Subscription.flowChanged: operator; operations:read",
  "Subscription.inventoryChanged: all; anybody signed in",
  "Subscription.invoiceChanged: all; billing:read",
  "Subscription.orderChanged: all; orders:read",
  "Subscription.shipmentProgressed: all; anybody signed in",
  "Subscription.sourcesChanged: operator; operations:read",
]);

test("of each root field it is decided which audiences have it and what it asks for", () => {
  const roots = [
    apiSchema.getQueryType(),
    apiSchema.getMutationType(),
    apiSchema.getSubscriptionType(),
  ];
  const found = roots.flatMap((root) =>
    Object.keys(root?.getFields() ?? {}).map((name) => {
      const place = `${root?.name ?? ""}.${name}`;
      return `${place}: ${audiencesOf(place)}; ${demandAt(place)}`;
    }),
  );
  expect(found.filter((line) => !ROOT_FIELDS.has(line))).toEqual([]);
  expect([...ROOT_FIELDS].filter((line) => !found.includes(line))).toEqual([]);
});

test("nothing is public", () => {
  expect(sdl).not.toContain(`@tag(name: "${PUBLIC_TAG}")`);
});

test("a type that asks for scopes is reached by nobody without them", () => {
  const marked = Object.values(apiSchema.getTypeMap()).filter(
    (type) => isObjectType(type) && TYPES_WITH_SCOPES.has(type.name),
  );
  expect(marked).toHaveLength(TYPES_WITH_SCOPES.size);
  for (const type of Object.values(apiSchema.getTypeMap())) {
    if (isIntrospectionType(type) || (!isObjectType(type) && !isInterfaceType(type))) continue;
    for (const field of Object.values(type.getFields())) {
      const named = String(field.type).replace(/[[\]!]/g, "");
      const scope = TYPES_WITH_SCOPES.get(named);
      if (scope === undefined) continue;
      expect([`${type.name}.${field.name}`, demandAt(`${type.name}.${field.name}`)]).toEqual([
        `${type.name}.${field.name}`,
        expect.stringContaining(scope),
      ]);
    }
  }
});

test("what only operators have is in no other contract, wherever it could be reached from", () => {
  for (const [audience, contract] of contracts) {
    const names = Object.keys(contract.getTypeMap());
    const own = OPERATOR_TYPES.filter((name) => names.includes(name));
    expect([audience, own]).toEqual([audience, audience === "operator" ? OPERATOR_TYPES : []]);
  }
});

const OPERATOR_TYPES = ["Exception", "Event", "QuarantinedEvent", "Replay", "SourceHealth"];

const TYPES_WITH_SCOPES: ReadonlyMap<string, string> = new Map([
  ["Invoice", "billing:read"],
  ["Reservation", "inventory:read"],
  ["Exception", "operations:read"],
  ["SourceHealth", "operations:read"],
  ["AuditVerification", "operations:read"],
]);

function audiencesOf(place: string): string {
  const having = contracts.filter(([, contract]) => hasPlace(contract, place));
  return having.length === AUDIENCES.length
    ? "all"
    : having.map(([audience]) => audience).join(", ");
}

function hasPlace(schema: GraphQLSchema, place: string): boolean {
  const [typeName = "", fieldName = ""] = place.split(".");
  const type = schema.getType(typeName);
  return isObjectType(type) && type.getFields()[fieldName] !== undefined;
}

function demandAt(place: string): string {
  const [typeName = "", fieldName = ""] = place.split(".");
  const type = apiSchema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`${typeName} has no fields.`);
  const node = { kind: "Field", name: { kind: "Name", value: fieldName } } as FieldNode;
  const demand = demandOf(type, node);
  if (demand === null) return "public";
  const scopes = demand.scopes.map((choice) => choice.map((group) => group.join("+")).join(" or "));
  return scopes.length === 0 ? "anybody signed in" : [...new Set(scopes)].join(" and ");
}
