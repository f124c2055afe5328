import { openTestPostgres, type TestLedger } from "@crossdock/ledger/testing";
import { dataOf } from "@crossdock/subgraph-kit/testing";
import { openInventory, type InventoryStand } from "./testing/stand.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";
const RACERS = 200;

let opened: TestLedger;
let stands: readonly InventoryStand[];
beforeAll(async () => {
  opened = await openTestPostgres(serverUrl);
  const again = async () => ({ ...opened, ledger: await opened.openAgain() });
  stands = [await openInventory(again), await openInventory(again)];
}, 60_000);
afterAll(async () => {
  for (const { commandLog, eventLog } of stands) {
    await commandLog.close();
    await eventLog.close();
  }
  await opened.close();
});

const RESERVE = `mutation($input: ReserveInventoryInput!) { reserveInventory(input: $input) {
  reservation { warehouse { code } } userErrors { code } } }`;

test("two hundred at once, through two processes, hold no more than there is", async () => {
  // NG-10050: 48 to promise in the east, 4 in the west.
  const race = Array.from({ length: RACERS }, async (_, at) => {
    const input = { idempotencyKey: `racer-${String(at)}`, sku: "NG-10050", quantity: "2" };
    const stand = stands[at % stands.length];
    if (stand === undefined) throw new Error("There is no process.");
    return dataOf(await stand.start().ask(RESERVE, { input })).reserveInventory;
  });
  const tally = new Map<string, number>();
  for (const { reservation, userErrors } of await Promise.all(race)) {
    const outcome: string = reservation?.warehouse.code ?? userErrors[0].code;
    tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  }
  const refused = RACERS - 24 - 2;
  expect(Object.fromEntries(tally)).toEqual({ EAST: 24, WEST: 2, INSUFFICIENT_STOCK: refused });
}, 60_000);
