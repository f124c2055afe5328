import { createAuditVerifier } from "@crossdock/audit";
import { parseIdempotencyKey } from "@crossdock/commands";
import { mintOrderKey } from "@crossdock/domain";
import { LOG_START } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import { randomBytes } from "node:crypto";
import { createOrderBook } from "../order-book-postgres.ts";
import { openOrderTaker } from "./order-taker.ts";

const ORDERS = 60;
const { signal } = new AbortController();

/** @param open the same database, once per process */
export function acceptPathSuite(open: () => Promise<readonly Ledger[]>): void {
  test("orders taken at the same moment are each written whole and once, and the audit chain holds", async () => {
    const processes = (await open()).map(openOrderTaker);
    const keys = Array.from({ length: ORDERS }, () => String(mintOrderKey(randomBytes)));
    // Each process is asked for each order, and one order in four twice.
    const acceptances = await Promise.all(
      processes.flatMap(({ take }) =>
        keys.flatMap((key, at) => (at % 4 === 0 ? [key, key] : key)).map((key) => take(key)),
      ),
    );
    expect(acceptances.filter(({ kind }) => kind === "accepted")).toHaveLength(ORDERS);
    expect(acceptances.filter(({ kind }) => kind === "conflict")).toHaveLength(0);
    const commands = new Set(acceptances.map(({ command }) => command.id));
    expect(commands.size).toBe(ORDERS);

    const [first] = processes;
    if (first === undefined) throw new Error("There is no process.");
    const events = await first.eventLog.readPage({ after: LOG_START, limit: 500 });
    const toldOf = (type: string) => events.filter((event) => event.type === type);
    expect(events).toHaveLength(2 * ORDERS);
    expect(new Set(toldOf("orders.orderChanged").map(({ causationId }) => causationId))).toEqual(
      commands,
    );
    expect(
      new Set(toldOf("commands.commandProgressed").map(({ causationId }) => causationId)),
    ).toEqual(commands);
    const opened = await createOrderBook(first.ledger).readOrders(
      acceptances.flatMap(({ kind, command }) =>
        kind === "accepted" ? [(command.data as { key: never }).key] : [],
      ),
    );
    expect(opened.map((order) => order?.status)).toEqual(opened.map(() => "SUBMITTED"));
    expect(await createAuditVerifier(first.ledger).verify(signal)).toMatchObject({
      rows: ORDERS,
      holds: true,
    });
    for (const { close } of processes) await close();
  });

  test("an order whose key is in the book already is not written over, and nothing of its command remains", async () => {
    const [ledger] = await open();
    if (ledger === undefined) throw new Error("There is no process.");
    const { take, commandLog, close } = openOrderTaker(ledger);
    const key = String(mintOrderKey(randomBytes));
    await take(key);
    const neighbours = [mintOrderKey(randomBytes), mintOrderKey(randomBytes)].map(String);
    const outcomes = await Promise.allSettled([
      take(neighbours[0] ?? ""),
      take(key, "another intent's key"),
      take(neighbours[1] ?? ""),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const lost = parseIdempotencyKey("another intent's key");
    expect(await commandLog.findByKey("portal", lost)).toBeNull();
    expect(await createAuditVerifier(ledger).verify(signal)).toMatchObject({ holds: true });
    await close();
  });
}
