import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningSandbox } from "../kit/start.ts";
import { TOPICS } from "./notifier.ts";
import { advance, call, orderFor, startWms } from "./testing/test-account.ts";

/** The vendor's facts as collected in sandbox/contracts/shipbob; the answers have to agree. */
type Facts = {
  readonly endpoints: readonly {
    readonly op: string;
    readonly item?: readonly string[];
    readonly fields?: readonly string[];
    readonly required?: readonly string[];
  }[];
  readonly enums: Readonly<Record<string, readonly string[]>>;
};
const facts = JSON.parse(
  readFileSync(join(__dirname, "../../contracts/shipbob/shipbob-2026-01.facts.json"), "utf8"),
) as Facts;

let wms: RunningSandbox;
beforeAll(async () => {
  wms = await startWms(0);
  await call(wms, "POST", "order", orderFor("K-1:1", [{ sku: "NG-10001", quantity: 2 }]));
  await advance(wms, "K-1", "delivered");
});
afterAll(() => wms.stop());

const ORDER_ID = 100_005_001;
const SHIPMENT_ID = 200_005_001;

test.each(["inventory-level", "inventory-level/locations", "inventory-level/lots"])(
  "every documented field of %s is in the answer",
  async (path) => {
    const lotTracked = path.endsWith("lots") ? "&SearchBy=epoxy" : "";
    const { body } = await call(wms, "GET", `${path}?PageSize=1${lotTracked}`);
    const fields = facts.endpoints.find(({ op }) => op === `GET /2026-01/${path}`)?.item ?? [];
    expect(fields.length).toBeGreaterThan(3);
    expect(fields.filter((field) => !hasField(body.items[0], field))).toEqual([]);
  },
);

test("every documented field of a shipment is in the answer", async () => {
  const { body } = await call(wms, "GET", `shipment/${String(SHIPMENT_ID)}`);
  const fields =
    facts.endpoints.find(({ op }) => op.endsWith("/shipment/{shipmentId}"))?.fields ?? [];
  expect(fields.length).toBeGreaterThan(20);
  expect(fields.filter((field) => !hasField(body, field))).toEqual([]);
});

test("every documented field of the timeline is in the answer", async () => {
  const { body } = await call(wms, "GET", `shipment/${String(SHIPMENT_ID)}/timeline`);
  const fields = facts.endpoints.find(({ op }) => op.endsWith("/timeline"))?.item ?? [];
  expect(Object.keys(body[0])).toEqual(expect.arrayContaining([...fields]));
});

test("the states use the vendor's words", async () => {
  const { body } = await call(wms, "GET", `order/${String(ORDER_ID)}`);
  expect(facts.enums["order.status"]).toContain(body.status);
  expect(facts.enums["shipment.status"]).toContain(body.shipments[0].status);
  expect(TOPICS).toEqual(facts.enums["webhook.topics.2026-01"]);
});

test.each(facts.endpoints.find(({ op }) => op === "POST /2026-01/order")?.required ?? [])(
  "an order without %s is refused",
  async (field) => {
    const order = Object.fromEntries(
      Object.entries(orderFor("K-2:1", [{ sku: "NG-10001", quantity: 1 }])).filter(
        ([name]) => name !== field,
      ),
    );
    const { status, body } = await call(wms, "POST", "order", order);
    expect([status, Object.keys(body)]).toEqual([400, [field]]);
  },
);

/** `a.b[].c` walked through the first element of each list. */
function hasField(value: unknown, path: string): boolean {
  let at: unknown = value;
  for (const step of path.split(".")) {
    const name = step.replace("[]", "");
    if (typeof at !== "object" || at === null || !(name in at)) return false;
    at = (at as Record<string, unknown>)[name];
    if (Array.isArray(at) && step.endsWith("[]") && at.length > 0) at = at[0] as unknown;
  }
  return at !== undefined;
}
