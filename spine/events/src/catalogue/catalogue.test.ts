import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { allEvents } from "../definitions/all.ts";
import { allConsumers } from "../definitions/consumers.ts";
import { stockCounted } from "../testing/stock-counted.ts";
import { asyncApiOf, findAsyncApiFaults } from "./async-api.ts";
import { explainCatalogue, findCatalogueFaults, type CatalogueInput } from "./catalogue.ts";
import { scanSources } from "./scan-sources.ts";
import { findSchemaFaults } from "./schema-files.ts";

const counted = { ...stockCounted, producer: "worker/count.ts" };
const shelf = { name: "shelf", file: "app/shelf.ts", types: [counted.type] };
const sound: CatalogueInput = {
  definitions: [counted],
  consumers: [shelf],
  usage: new Map([[counted.type, { makers: ["worker/count.ts"], readers: ["app/shelf.ts"] }]]),
};
const used = (makers: string[], readers: string[]): Partial<CatalogueInput> => ({
  usage: new Map([[counted.type, { makers, readers }]]),
});

test("a type with an owner, one producer and known consumers has no faults", () => {
  expect(findCatalogueFaults(sound)).toEqual([]);
});

test.each<[string, Partial<CatalogueInput>]>([
  ["has no owner", { definitions: [{ ...counted, owner: "" }] }],
  ["is defined twice", { definitions: [counted, counted] }],
  ["is not made in worker/count.ts", used([], ["app/shelf.ts"])],
  ["another producer", used(["worker/count.ts", "ingest/count.ts"], ["app/shelf.ts"])],
  ["is not among the known consumers", used(["worker/count.ts"], ["app/shelf.ts", "app/x.ts"])],
  ["does not read it", used(["worker/count.ts"], [])],
  ["is not defined", { consumers: [shelf, { ...shelf, name: "s", types: ["a.b"] }] }],
  ["consumers are named shelf", { consumers: [shelf, shelf] }],
])("what is wrong is told: %s", (told, fault) => {
  expect(findCatalogueFaults({ ...sound, ...fault }).join("\n")).toContain(told);
});

test("who makes and who reads an event is found in the code, not in its tests", () => {
  const root = mkdtempSync(join(tmpdir(), "crossdock-scan-"));
  const files = {
    "worker/src/count.ts": "events.push(stockCounted.create({ sku }));",
    "worker/src/count.test.ts": "stockCounted.create({ sku });",
    "app/src/shelf.ts": "if (!stockCounted.is(event)) return;",
    "app/src/other.ts": "if (event.stockCounted.type === 1) unstockCounted.is(event);",
    "app/src/testing/shelf.ts": "stockCounted.parse(event.data);",
  };
  for (const room of [
    "gateway",
    "ingest",
    "sources",
    "spine/commands",
    "spine/measures",
    "spine/processes",
    "spine/reads",
    "spine/webhooks",
  ]) {
    mkdirSync(join(root, room), { recursive: true });
  }
  mkdirSync(join(root, "subgraphs"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  expect(scanSources(root, [stockCounted.type]).get(stockCounted.type)).toEqual({
    makers: ["worker/src/count.ts"],
    readers: ["app/src/shelf.ts"],
  });
  rmSync(root, { recursive: true });
});

test("the listing says of a type what it is about, who owns and makes it, its schema and who takes it", () => {
  const listing = explainCatalogue(sound);
  for (const part of ["inventory.stockCounted", "stock:", "worker/count.ts", ".v1.json", "shelf"]) {
    expect(listing).toContain(part);
  }
});

test("a schema that changed, one that is not kept and one that nobody reads are found", () => {
  const expected = new Map([
    ["a.json", "1"],
    ["b.json", "2"],
  ]);
  expect(findSchemaFaults(expected, expected)).toEqual([]);
  expect(
    findSchemaFaults(
      expected,
      new Map([
        ["a.json", "0"],
        ["c.json", "3"],
      ]),
    ),
  ).toEqual([
    expect.stringContaining("a.json is not the schema any more"),
    expect.stringContaining("b.json is missing"),
    expect.stringContaining("c.json is of a version that nobody reads"),
  ]);
});

test("the events make an AsyncAPI 3 document, and one that is none is found", () => {
  const document = asyncApiOf(allEvents, allConsumers);
  expect(findAsyncApiFaults(document)).toEqual([]);
  expect(findAsyncApiFaults({ ...document, asyncapi: "2.6.0" })).not.toEqual([]);
  expect(
    findAsyncApiFaults({ ...document, operations: { tell: { action: "shout" } } }),
  ).not.toEqual([]);
});
