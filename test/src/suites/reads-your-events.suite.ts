import { randomUUID } from "node:crypto";
import {
  compareDecimals,
  ORDER_STATUSES,
  parseDecimal,
  subtractDecimals,
  type OrderStatus,
} from "@crossdock/domain";
import {
  AccountBalanceDocument,
  AvailabilityOfSkusDocument,
  InvoiceChangedDocument,
  InvoicesByStatusDocument,
  OrderChangedDocument,
  PayUnseenDocument,
  PlaceOrderDocument,
  OrderDetailDocument,
  ReserveInventoryDocument,
  WarehouseStockDocument,
  type OrderChangedSubscription,
  type WarehouseStockSubscription,
} from "../../generated/operations.ts";
import { collectUntil } from "../collecting-events.ts";
import { world } from "../contract-prices.ts";
import { untilHistoryIsRead } from "../history.ts";
import { anOrder, oldestCursor, placeOrder } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";

const CUSTOMER = "C10030";
const WAREHOUSE = "WEST";
const ORDERS = 20;
const EVENTS = 100;
const RESERVATIONS = 60;
const RECOUNTS = 40;
const MORE = 500;
const PAYMENTS = 5;
const PAID = "1.00";
const ENOUGH = 50;
const ALL_TOLD_MS = 120_000;
/** The warehouse still works on these. */
const UNDER_WAY = new Set(
  world.pastOrders
    .filter(({ open }) => open)
    .flatMap(({ lines }) => lines)
    .map(({ sku }) => sku),
);
/** Items that are counted as a whole, in stock, and moved by nobody else. */
const SKUS = world.items
  .filter(({ tracking, sku }) => tracking === "NONE" && !UNDER_WAY.has(sku))
  .filter(({ stock }) =>
    stock.some(({ warehouseCode, onHand }) => warehouseCode === WAREHOUSE && onHand >= ENOUGH),
  )
  .slice(-RECOUNTS)
  .map(({ sku }) => sku);

type Position = WarehouseStockSubscription["inventoryChanged"]["position"];

/**
 * Each event is followed by a read of three sources: more than their vendors allow in a minute.
 * @param open a stack at the demo's pace whose vendors allow thousands of calls a minute, in which nobody
 *   else orders what the last items of the catalogue are
 */
export function readYourEventsSuite(open: () => Stack): void {
  describe("who has heard of a change and asks", () => {
    let stack: Stack;
    let portal: string;
    let operator: string;
    beforeAll(async () => {
      stack = open();
      [portal, operator] = await Promise.all([
        stack.token("portal", CUSTOMER),
        stack.token("operator"),
      ]);
      await untilHistoryIsRead(stack);
    });

    const readOrder = async (id: string) =>
      (await stack.ask(OrderDetailDocument, { id }, portal)).order;
    const readStock = async (...skus: readonly string[]) => {
      const asked = { skus, warehouse: WAREHOUSE };
      const { availability } = await stack.ask(AvailabilityOfSkusDocument, asked, portal);
      return new Map(availability.map((position) => [position.product.sku, position]));
    };

    test("an order is at least as far as the event said, a hundred times over", async () => {
      const placed = new Set<string>();
      for (let count = 0; count < ORDERS; count += 1) {
        const { orderId } = await placeOrder(stack, anOrder(CUSTOMER), portal);
        placed.add(orderId);
        await readOrder(orderId); // what is remembered of it from now on gets old with each event
      }
      const after = await oldestCursor(stack, operator);
      const billed = new Set<string>();
      const behind: unknown[] = [];
      let heard = 0;
      const events = stack.subscribe(OrderChangedDocument, { customerId: CUSTOMER, after }, portal);
      const isLast = async ({ orderChanged: { type, order } }: OrderChangedSubscription) => {
        if (!placed.has(order.id)) return false;
        const read = await readOrder(order.id);
        heard += 1;
        const isThere =
          rankOf(read?.status) >= rankOf(order.status) &&
          (type !== "SHIPPED" || read?.shipments[0]?.trackingNumber != null) &&
          (type !== "INVOICED" || read?.invoices[0]?.number != null);
        if (!isThere) behind.push({ type, told: order.status, read });
        if (type === "INVOICED") billed.add(order.id);
        return billed.size === ORDERS;
      };
      await collectUntil(events, isLast, ALL_TOLD_MS);
      expect(behind).toEqual([]);
      expect(heard).toBeGreaterThanOrEqual(EVENTS);
    });

    test("stock is at least as new as the event said, a hundred times over", async () => {
      const before = await readStock(...SKUS);
      const filter = { skus: SKUS, warehouse: WAREHOUSE, after: await newestCursor() };
      const events = stack.subscribe(WarehouseStockDocument, filter, portal);
      const behind: unknown[] = [];
      const toldOf = new Map<string, Position>();
      let heard = 0;
      const isLast = async ({ inventoryChanged: told }: WarehouseStockSubscription) => {
        const sku = told.position.id.split("@")[0] ?? "";
        const read = (await readStock(sku)).get(sku);
        heard += 1;
        toldOf.set(sku, told.position);
        // Counts only go up here, and what there is to promise of a count only goes down.
        const [counted, known] = [Number(told.position.onHand.value), Number(read?.onHand.value)];
        const promised = Number(told.position.availableToPromise.value) - counted;
        const isThere =
          known >= counted && Number(read?.availableToPromise.value) - known <= promised;
        if (!isThere) behind.push({ told, read });
        return heard === RESERVATIONS + RECOUNTS;
      };
      const following = collectUntil(events, isLast, ALL_TOLD_MS);
      for (let count = 0; count < RESERVATIONS; count += 1) {
        const sku = SKUS[count % SKUS.length] ?? "";
        const input = { idempotencyKey: randomUUID(), sku, quantity: "1", warehouse: WAREHOUSE };
        const reserved = await stack.ask(ReserveInventoryDocument, { input }, portal);
        expect(reserved.reserveInventory.userErrors).toEqual([]);
      }
      // Afterwards: who reserves asks the warehouse, and what it said then is what is kept until an event comes.
      for (const [sku, { onHand }] of before) {
        await stack.sandbox.recount(sku, WAREHOUSE, Number(onHand.value) + MORE);
      }
      await following;
      expect(behind).toEqual([]);
      // In the end, and not only on the way, both say the same.
      const after = await readStock(...SKUS);
      for (const [sku, { onHand, availableToPromise }] of toldOf) {
        expect(after.get(sku)).toMatchObject({ product: { sku }, onHand, availableToPromise });
      }
      expect(toldOf.size).toBe(SKUS.length);
    });

    test("what an account owes is at least as new as the event said, payment by payment", async () => {
      const clerk = await stack.token("finance");
      const asked = { status: ["POSTED", "OVERDUE"] as const, first: 100 };
      const { invoices } = await stack.ask(InvoicesByStatusDocument, asked, clerk);
      // Its account orders nothing meanwhile, and is kept nowhere but in the cache.
      const bill = invoices.edges
        .map(({ node }) => node)
        .find(({ customer }) => customer.id !== CUSTOMER);
      const account = bill?.customer.id ?? "";
      const readBalance = async () => {
        const { customer } = await stack.ask(AccountBalanceDocument, { id: account }, clerk);
        return parseDecimal(customer?.balance.amount ?? "");
      };
      const pay = async () => {
        const input = {
          idempotencyKey: randomUUID(),
          invoiceId: bill?.id ?? "",
          amount: PAID,
          receivedOn: new Date().toISOString().slice(0, 10),
        };
        const { recordPayment } = await stack.ask(PayUnseenDocument, { input }, clerk);
        expect(recordPayment.userErrors).toEqual([]);
      };
      let owed = await readBalance();
      const filter = { customerId: account, after: await newestCursor() };
      const events = stack.subscribe(InvoiceChangedDocument, filter, clerk);
      const behind: unknown[] = [];
      let heard = 0;
      const following = collectUntil(
        events,
        async ({ invoiceChanged: { invoice } }) => {
          if (invoice.id !== bill?.id) return false;
          owed = subtractDecimals(owed, parseDecimal(PAID));
          const read = await readBalance();
          if (compareDecimals(read, owed) !== 0) behind.push({ owed, read });
          heard += 1;
          if (heard === PAYMENTS) return true;
          await pay();
          return false;
        },
        ALL_TOLD_MS,
      );
      await pay();
      await following;
      expect(behind).toEqual([]);
    });

    /** The cursor of something that happens now. */
    async function newestCursor(): Promise<string> {
      const { submitOrder } = await stack.ask(
        PlaceOrderDocument,
        { input: anOrder(CUSTOMER) },
        portal,
      );
      return submitOrder.cursor ?? "";
    }
  });
}

const rankOf = (status: OrderStatus | undefined) =>
  status === undefined ? -1 : ORDER_STATUSES.indexOf(status);
