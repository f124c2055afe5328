import { compareDecimals, parseDecimal } from "@crossdock/domain";
import {
  OrderChangedDocument,
  SubmitOrderDocument,
  ViewerAndPriceDocument,
  WholeOrderDocument,
  type OrderChangedSubscription,
  type SubmitOrderInput,
  type WholeOrderQuery,
} from "../../generated/operations.ts";
import { collectUntil } from "../collecting-events.ts";
import { contractLine, totalOf } from "../contract-prices.ts";
import { anOrder, oldestCursor, placeOrder, type AcceptedOrder } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";

const CUSTOMER = "C10010";
/** Two lines in pieces and one in boxes, all by contract, one of them at a quantity break. */
const LINES = [
  contractLine(CUSTOMER, "NG-10003", "12", "EA"),
  contractLine(CUSTOMER, "NG-10001", "2", "BX"),
  contractLine(CUSTOMER, "NG-10005", "3", "EA"),
];
const TOTAL = totalOf(LINES);
/** Its way takes ten seconds; a first start has much else to do. */
const PATH_MS = 60_000;

export function orderToInvoiceSuite(open: () => Stack): void {
  describe("from the order to the invoice", () => {
    let stack: Stack;
    let portal: string;
    let input: SubmitOrderInput;
    let placed: AcceptedOrder;
    let start: string;
    let events: OrderChangedSubscription["orderChanged"][];
    let order: NonNullable<WholeOrderQuery["order"]>;

    /** One order goes the whole way once; the facts below are about what is left of it. */
    beforeAll(async () => {
      stack = open();
      portal = await stack.token("portal", CUSTOMER);
      input = anOrder(CUSTOMER, {
        lines: LINES.map(({ sku, quantity, uom, unitPrice }) => ({
          sku,
          quantity,
          uom,
          expectedUnitPrice: unitPrice,
        })),
      });
      placed = await placeOrder(stack, input, portal);
      start = await oldestCursor(stack, await stack.token("operator"));
      events = await follow(start);
      const whole = await stack.ask(WholeOrderDocument, { id: placed.orderId }, portal);
      if (whole.order == null) throw new Error("The order is not there.");
      order = whole.order;
    });

    async function follow(after: string): Promise<OrderChangedSubscription["orderChanged"][]> {
      const results = await collectUntil(
        stack.subscribe(OrderChangedDocument, { orderIds: [placed.orderId], after }, portal),
        ({ orderChanged }) => orderChanged.type === "INVOICED",
        PATH_MS,
      );
      return results.map(({ orderChanged }) => orderChanged);
    }

    /**
     * A delivery may be told before or after the bill. Picking is seen by looking, not told: a quick one
     * may be over before anybody looks.
     */
    const onTheWay = (types: readonly string[]) =>
      types.filter((type) => type !== "DELIVERED" && type !== "PICKING");

    test("a portal customer sees itself, its one account and its contract price", async () => {
      const [line] = LINES;
      const { viewer, product } = await stack.ask(
        ViewerAndPriceDocument,
        { sku: "NG-10001", quantity: "1", uom: "EA" },
        portal,
      );
      expect(viewer).toMatchObject({
        seesAllCustomers: false,
        customers: [{ number: CUSTOMER, name: "Lakeside Mechanical Inc.", status: "ACTIVE" }],
      });
      expect(line).toBeDefined();
      const { unitPrice } = contractLine(CUSTOMER, "NG-10001", "1", "EA");
      expect(product?.price).toMatchObject({ basis: "CONTRACT", uom: "EA" });
      expect(product?.price?.unitPrice).toEqual({ amount: unitPrice, currency: "USD" });
    });

    test("an order is told of step by step, from its submission to its bill", () => {
      expect(onTheWay(events.map(({ type }) => type))).toEqual([
        "SUBMITTED",
        "CONFIRMED",
        "ALLOCATED",
        "SHIPPED",
        "INVOICED",
      ]);
      expect(new Set(events.map((event) => event.order.id))).toEqual(new Set([placed.orderId]));
      expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(events.length);
    });

    test("a subscription that comes back with a cursor gets what followed it, and nothing twice", async () => {
      const [first, second] = events;
      expect(await cursorsAfter(first?.cursor)).toEqual(
        events.slice(1).map(({ cursor }) => cursor),
      );
      expect(await cursorsAfter(second?.cursor)).toEqual(
        events.slice(2).map(({ cursor }) => cursor),
      );
    });

    async function cursorsAfter(cursor: string | undefined): Promise<string[]> {
      return (await follow(cursor ?? "")).map((event) => event.cursor);
    }

    test("the order shows quantities, prices and progress of every line", () => {
      expect(order).toMatchObject({
        status: "INVOICED",
        customerReference: input.customerReference,
        customer: { number: CUSTOMER },
        holds: [],
        blockers: [],
      });
      expect(
        order.lines.map(({ product, ordered, unitPrice, priceBasis }) => ({
          sku: product.sku,
          quantity: ordered.value,
          uom: ordered.uom,
          unitPrice: Number(unitPrice.amount),
          priceBasis,
        })),
      ).toEqual(
        LINES.map(({ sku, quantity, uom, unitPrice }) => ({
          sku,
          quantity,
          uom,
          unitPrice: Number(unitPrice),
          priceBasis: "CONTRACT",
        })),
      );
      for (const { ordered, allocated, shipped, invoiced } of order.lines) {
        expect([allocated, shipped, invoiced]).toEqual([ordered, ordered, ordered]);
      }
      expectSame(order.total.amount, TOTAL);
    });

    test("the order shows its shipment with the carrier's number and its steps", () => {
      expect(order.shipments).toHaveLength(1);
      const [shipment] = order.shipments;
      expect(shipment?.status).toMatch(/^(SHIPPED|IN_TRANSIT|OUT_FOR_DELIVERY|DELIVERED)$/);
      expect(shipment?.trackingNumber).toMatch(/\w{8,}/);
      const steps = shipment?.milestones.map(({ type }) => type) ?? [];
      expect(steps).toEqual(expect.arrayContaining(["RELEASED", "SHIPPED"]));
      expect(shipment?.lines.map(({ product, quantity }) => [product.sku, quantity.value])).toEqual(
        LINES.map(({ sku, pieces }) => [sku, pieces]),
      );
    });

    test("the order shows its bill over the shipped quantities at the ordered prices", () => {
      expect(order.invoices).toHaveLength(1);
      const [invoice] = order.invoices;
      expect(invoice).toMatchObject({ number: `${order.number ?? ""}-1`, status: "POSTED" });
      expect(
        invoice?.lines.map(({ product, quantity, unitPrice }) => [
          product?.sku,
          quantity.value,
          quantity.uom,
          Number(unitPrice.amount),
        ]),
      ).toEqual(
        LINES.map(({ sku, quantity, uom, unitPrice }) => [sku, quantity, uom, Number(unitPrice)]),
      );
      expectSame(invoice?.total.amount, TOTAL);
    });

    test("timeline and postings tell which system knew what, and when", () => {
      const steps = order.timeline.map(({ type, source }) => `${source} ${type}`);
      expect(steps).toEqual(
        expect.arrayContaining([
          "crossdock SUBMITTED",
          "erp CONFIRMED",
          "wms ALLOCATED",
          "wms SHIPPED",
          "finance INVOICED",
        ]),
      );
      const times = order.timeline.map(({ at }) => at);
      expect(times).toEqual([...times].sort());
      expect(order.postings.map(({ source, state }) => [source, state])).toEqual([
        ["erp", "POSTED"],
        ["wms", "POSTED"],
        ["finance", "POSTED"],
      ]);
    });

    test("each source holds the order once, with the same goods and the same money", async () => {
      const { sandbox } = stack;
      const [salesOrders, releases, invoices] = await Promise.all([
        sandbox.documents("erp", "salesOrder", placed.reference),
        sandbox.documents("wms", "order", placed.reference),
        sandbox.documents("finance", "invoice", placed.reference),
      ]);
      expect([salesOrders.length, releases.length, invoices.length]).toEqual([1, 1, 1]);
      expect(salesOrders[0]).toMatchObject({
        number: order.number,
        totalAmountIncludingTax: Number(TOTAL),
      });
      const erpLines = salesOrders[0]?.["salesOrderLines"] as { lineType: string }[];
      // Beside the goods the ERP has a line with the buyer's own number, as a remark.
      expect(erpLines.filter(({ lineType }) => lineType === "Item")).toMatchObject(
        LINES.map(({ sku, quantity, uom, unitPrice }) => ({
          lineObjectNumber: sku,
          quantity: Number(quantity),
          unitOfMeasureCode: uom,
          unitPrice: Number(unitPrice),
        })),
      );
      expect(releases[0]).toMatchObject({
        order_number: order.number,
        products: LINES.map(({ sku, pieces }) => ({ sku, quantity: Number(pieces) })),
      });
      expect(invoices[0]).toMatchObject({
        InvoiceNumber: order.invoices[0]?.number,
        Status: "AUTHORISED",
        LineItems: LINES.map(({ sku, quantity, unitPrice }) => ({
          ItemCode: sku,
          Quantity: Number(quantity),
          UnitAmount: Number(unitPrice),
        })),
        Total: Number(TOTAL),
      });
    });

    test("the same key and input give the same command and order, and no second document", async () => {
      const again = await stack.ask(SubmitOrderDocument, { input }, portal);
      expect(again.submitOrder).toMatchObject({
        command: { id: placed.commandId, status: "SUCCEEDED" },
        order: { id: placed.orderId },
        userErrors: [],
      });
      const counts = await Promise.all([
        stack.sandbox.count("erp", "salesOrder", placed.reference),
        stack.sandbox.count("wms", "order", placed.reference),
        stack.sandbox.count("finance", "invoice", placed.reference),
      ]);
      expect(counts).toEqual([1, 1, 1]);
    });

    test("another input under the same key is refused", async () => {
      const other = { ...input, lines: [{ sku: "NG-10001", quantity: "1" }] };
      const { submitOrder } = await stack.ask(SubmitOrderDocument, { input: other }, portal);
      expect(submitOrder).toMatchObject({
        command: null,
        order: null,
        userErrors: [{ code: "IDEMPOTENCY_CONFLICT", field: ["idempotencyKey"] }],
      });
    });

    /** Equal as amounts: `10.5` is `10.50`. */
    function expectSame(actual: string | undefined, expected: string): void {
      expect(compareDecimals(parseDecimal(actual ?? ""), parseDecimal(expected))).toBe(0);
    }
  });
}
