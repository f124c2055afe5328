import { parseIdempotencyKey, submitOrder, type CommandLog } from "@crossdock/commands";
import {
  parseDecimal,
  parseInstant,
  parseInvoiceId,
  parseInvoiceNumber,
  parseOrderId,
  parseOrderNumber,
  parseShipmentId,
  parseUomCode,
  quantity,
  type Invoice,
  type OrderToCashEvent,
} from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import type { OrderProcess } from "@crossdock/processes";
import { draftOf, invoiceOf, usd } from "./documents.ts";

/** Two shipments, the first billed as SO-5000-1, the second asked for and not made yet. */
export const OUR_ORDER = parseOrderId("7K3QF9M2ZT");
export const OUR_NUMBER = parseOrderNumber("SO-5000");

/** Runs the process of an order of ours up to its first bill. */
export async function seedOurOrder(
  ledger: Ledger,
  commandLog: CommandLog,
  orderProcess: OrderProcess,
  finance: Map<string, Invoice>,
): Promise<void> {
  const trace = { correlationId: "seed", causationId: null };
  const number = parseInvoiceNumber(`${OUR_NUMBER}-1`);
  const invoice = invoiceOf("I-OURS", number, [OUR_NUMBER]);
  finance.set(invoice.id, invoice);
  const events: OrderToCashEvent[] = [
    { kind: "orderCreated", at: instant("08:00"), source: "erp", number: OUR_NUMBER },
    shipped("W-A", "4", "09:00"),
    shipped("W-B", "6", "09:30"),
    {
      kind: "invoiceChanged",
      at: instant("09:01"),
      source: "finance",
      invoice: { number, id: parseInvoiceId("I-OURS"), status: "POSTED", total: usd("10.80") },
    },
  ];
  const draft = draftOf(OUR_ORDER);
  const request = {
    clientId: "portal",
    idempotencyKey: parseIdempotencyKey("our-order"),
    requestedBy: "test",
    customerNumber: draft.customerNumber,
    data: draft,
    ...trace,
    alongside: () => orderProcess.opening(draft, trace),
  };
  await commandLog.take(submitOrder, request, new AbortController().signal);
  await ledger.transaction((trx) =>
    orderProcess.apply(
      trx,
      events.map((event) => ({ orderId: OUR_ORDER, event })),
      [],
      trace,
    ),
  );
}

function shipped(id: string, count: string, time: string): OrderToCashEvent {
  const lines = [{ lineNumber: 1, quantity: quantity(parseDecimal(count), parseUomCode("EA")) }];
  return {
    kind: "shipmentProgressed",
    at: instant(time),
    source: "wms",
    shipment: {
      id: parseShipmentId(id),
      number: `S-${id}`,
      status: "SHIPPED",
      problem: null,
      milestones: [],
      lines,
    },
  };
}

function instant(time: string) {
  return parseInstant(`2026-11-21T${time}:00Z`);
}
