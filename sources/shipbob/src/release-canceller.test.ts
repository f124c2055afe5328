import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createLogger } from "@crossdock/runtime";
import { demoConnections } from "@crossdock/sandbox";
import { UnknownOutcomeError, type WmsSystem } from "@crossdock/source-contract";
import { createShipbobSystem, shipbobBudget } from "./shipbob-system.ts";
import { releaseOf, startWarehouse, WEBHOOK_SECRET, type Warehouse } from "./testing/warehouse.ts";

const CALLS_PER_MINUTE = 100_000;
const signal = () => AbortSignal.timeout(10_000);

let warehouse: Warehouse;
/** Between us and the warehouse: does what a test wants with a cancellation. */
let between: Server;
let system: WmsSystem;
type Answer = { readonly status: number; readonly body: string };
let onCancel: (passOn: () => Promise<Answer>) => Promise<Answer> = (passOn) => passOn();

beforeAll(async () => {
  warehouse = await startWarehouse();
  const { apiUrl, token } = demoConnections(warehouse.url).wms;
  between = createServer(({ url = "", method = "GET", headers }, response) => {
    const { authorization = "", shipbob_channel_id: channel = "" } = headers;
    const passOn = async () => {
      const answer = await fetch(`${apiUrl}${url}`, {
        method,
        headers: { authorization, shipbob_channel_id: String(channel) },
      });
      return { status: answer.status, body: await answer.text() };
    };
    const answering = url.endsWith(":cancel") ? onCancel(passOn) : passOn();
    void answering.then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
  const { port } = between.address() as AddressInfo;
  system = createShipbobSystem({
    name: "wms",
    baseUrl: `http://127.0.0.1:${String(port)}`,
    token,
    webhookSecret: WEBHOOK_SECRET,
    logger: createLogger({ name: "test", level: "silent" }),
    budget: shipbobBudget({ callsPerMinute: CALLS_PER_MINUTE }),
  });
});
beforeEach(() => {
  onCancel = (passOn) => passOn();
});
afterEach(() => warehouse.clearFaults());
afterAll(async () => {
  await system.close();
  between.closeAllConnections();
  await new Promise((resolve) => between.close(resolve));
  await warehouse.stop();
});

let serial = 0;
async function release() {
  serial += 1;
  const draft = releaseOf(`SO-95${String(serial).padStart(5, "0")}`);
  await warehouse.system.shipments.createRelease(draft, signal());
  const [found] = await warehouse.system.shipments.readShipmentsOfOrders(
    [draft.orderNumber],
    signal(),
  );
  const shipment = found?.[0];
  if (shipment === undefined) throw new Error("The release has no shipment.");
  return { draft, shipment };
}

test("a cancellation that is said to be done and is not was not done: it is tried again", async () => {
  const { draft, shipment } = await release();
  const body = JSON.stringify({ status: "Success", canceled_shipment_results: [] });
  onCancel = () => Promise.resolve({ status: 200, body });
  for (const cancel of [
    () => system.cancellations.cancelShipment(shipment.id, signal()),
    () => system.cancellations.cancelRelease(draft, signal()),
  ]) {
    await expect(cancel()).rejects.toBeInstanceOf(UnknownOutcomeError);
  }
  expect(await system.cancellations.findCancelledShipment(shipment.id, signal())).toBeNull();
  onCancel = (passOn) => passOn();
  expect(await system.cancellations.cancelShipment(shipment.id, signal())).toMatchObject({
    kind: "done",
  });
});

test("a refusal keeps the vendor's own words for operators, and says it in ours to others", async () => {
  const { shipment } = await release();
  await warehouse.advance(shipment.orderNumbers[0] ?? "", "packed");
  const outcome = await system.cancellations.cancelShipment(shipment.id, signal());
  expect(outcome).toMatchObject({
    kind: "refused",
    code: "NOT_CANCELLABLE",
    message: `Shipment ${shipment.number} is PACKED and can no longer be cancelled.`,
    lastAnswer: { status: 400 },
  });
  const lastAnswer = outcome.kind === "refused" ? outcome.lastAnswer : null;
  expect(lastAnswer?.message).toContain("can no longer be cancelled");
});

test("what was cancelled and cannot be read back is not said to be unsent", async () => {
  const { shipment } = await release();
  onCancel = async (passOn) => {
    await warehouse.fault({ kind: "rateLimit", operation: "GET order" });
    return passOn();
  };
  await expect(system.cancellations.cancelShipment(shipment.id, signal())).rejects.toMatchObject({
    isUnsent: false,
  });
  await warehouse.clearFaults();
  expect(await system.cancellations.findCancelledShipment(shipment.id, signal())).toMatchObject({
    status: "CANCELLED",
  });
});

test("a shipment that is none of the warehouse's is unknown, without a call that changes anything", async () => {
  await warehouse.resetCalls();
  for (const id of ["999999999-999999999", "not-one-of-ours"]) {
    expect(await system.cancellations.cancelShipment(id as never, signal())).toMatchObject({
      kind: "refused",
      code: "UNKNOWN_SHIPMENT",
    });
  }
  expect(await warehouse.calls("POST shipment/{id}:cancel")).toBe(0);
});
