import { fileURLToPath } from "node:url";
import type { SchemaCheck } from "@crossdock/gateway/schema-check";
import { findCatalogueOwnerFaults, readCatalogue, type Catalogue } from "./catalogue.ts";
import { impactOf } from "./impact.ts";
import { renderCatalogue } from "./render-catalogue.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await readCatalogue(ROOT);
});

test("everything has an owner, and every owner is a team", () => {
  const { operations } = catalogue;
  const inCapabilities = operations.filter(({ capability }) => capability !== "");
  expect(findCatalogueOwnerFaults({ ...catalogue, operations: inCapabilities })).toEqual([]);
});

test("what has no owner, or one that is no team, is named", () => {
  const { owners } = catalogue;
  const { wms: _gone, ...sources } = owners.sources;
  const orders = { owner: "nobody", changes: "never" };
  const events = { ...owners.events, orders, gone: orders };
  const [order] = catalogue.operations.filter(({ place }) => place === "Query.order");
  if (order === undefined) throw new Error("There is no Query.order.");
  const faults = findCatalogueOwnerFaults({
    ...catalogue,
    operations: [{ ...order, capability: "" }],
    owners: { ...owners, sources, events },
  });
  expect(faults).toEqual([
    "operations: Query.order is in no capability of the glossary.",
    "events: there is no gone.",
    "events: orders belongs to nobody, who is no team.",
    "events: orders changes by never, which is no rule.",
    "events: gone belongs to nobody, who is no team.",
    "events: gone changes by never, which is no rule.",
    "sources: wms has no owner.",
  ]);
});

test("the page has every operation, event, command and source", () => {
  const page = renderCatalogue(catalogue);
  for (const { place } of catalogue.operations) {
    expect(page).toContain(`<code>${place.split(".")[1] ?? ""}</code>`);
  }
  for (const { type } of [...catalogue.events, ...catalogue.commands]) {
    expect(page).toContain(`<code>${type}</code>`);
  }
});

test("a change of a type tells its clients, who answers for it, and who reads the events about it", () => {
  const concerned = {
    clientId: "acme",
    operationName: "Totals",
    known: "usage",
    count: 2,
  } as const;
  const change = {
    coordinate: "Order.total",
    message: "Field total was removed from type Order",
    severity: "breaking",
    verdict: "breaks",
    concerned: [{ ...concerned, lastUsedOn: "2026-11-22" }],
  } as const;
  const judgement = { changes: [change], broken: [], brokenBefore: [] };
  const [impact] = impactOf({ judgement } as unknown as SchemaCheck, catalogue);
  expect(impact).toMatchObject({ clients: ["acme"], verdict: "breaks" });
  expect(impact?.owner).toContain("Order desk");
  expect(impact?.flows.map(({ event }) => event)).toContain("orders.orderChanged");
  expect(impact?.flows[0]?.consumers).toContain("subscriptions of orders");
});
