import { Worker } from "node:worker_threads";
import { openChangingShop } from "./testing/changing-shop.ts";
import type { ChangingShop } from "./testing/changing-shop.ts";

let shop: ChangingShop;
beforeAll(async () => {
  shop = await openChangingShop();
});
afterAll(() => shop.close());

type Answer = { readonly data?: unknown; readonly errors?: unknown };

async function ask(query: string): Promise<Answer> {
  const response = await fetch(shop.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as Answer;
  return errors === undefined ? { data } : { data, errors };
}

const TRACKED = '{ order(id: "1") { id trackingNumber } }';
const WITH_NOTE = '{ order(id: "1") { note } }';
const TRACKED_ANSWER = { data: { order: { id: "1", trackingNumber: "1Z-1" } } };

/** Three reloads take CPU from loops that take all there is. */
const PATIENCE_MS = 60_000;

test(
  "no request fails, and each answer is right, while supergraphs come and are refused",
  async () => {
    let isOver = false;
    let count = 0;
    const wrong: unknown[] = [];
    const known = async () => {
      while (!isOver) {
        const answer = await ask(TRACKED);
        if (JSON.stringify(answer) !== JSON.stringify(TRACKED_ANSWER)) wrong.push(answer);
        count += 1;
      }
    };
    const fresh = async (loop: number) => {
      for (let number = 0; !isOver; number += 1) {
        const alias = `o${String(loop)}_${String(number)}`;
        const answer = await ask(`{ ${alias}: order(id: "2") { id status } }`);
        // where `status` comes from changes with the supergraph
        const { [alias]: order } = answer.data as Record<string, { id: string; status: string }>;
        if (order?.id !== "2" || !["OPEN", "SHIPPED"].includes(order.status)) wrong.push(answer);
        count += 1;
      }
    };
    const loops = [known(), known(), known(), fresh(1), fresh(2)];
    try {
      for (const name of ["added", "moved", "first"] as const) {
        await shop.gateway.reload(shop.version(name));
        const broken = shop.gateway.reload({ supergraphSdl: "type Query { broken: Missing }" });
        await expect(broken).rejects.toThrow("names no subgraphs");
      }
    } finally {
      isOver = true;
      await Promise.all(loops);
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(loops.length);
  },
  PATIENCE_MS,
);

test("what was used last is planned before another supergraph is served, and what is not valid there is not", async () => {
  await shop.gateway.reload(shop.version("first"));
  for (const query of [WITH_NOTE, WITH_NOTE, TRACKED, TRACKED]) await ask(query);
  const planned = jest.spyOn(Worker.prototype, "postMessage");
  await shop.gateway.reload(shop.version("removed"));
  planned.mockClear();
  expect(await ask(TRACKED)).toEqual(TRACKED_ANSWER);
  expect(planned).not.toHaveBeenCalled();
  await ask('{ order(id: "1") { trackingNumber } }');
  expect(planned).toHaveBeenCalledTimes(1);
  expect((await ask(WITH_NOTE)).errors).toMatchObject([
    { message: expect.stringContaining('Cannot query field "note"') },
  ]);
});
