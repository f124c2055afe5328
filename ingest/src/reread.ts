import type { OrderId } from "@crossdock/domain";
import {
  invoiceChanged,
  orderChanged,
  shipmentProgressed,
  type EventConsumer,
} from "@crossdock/events";
import type { RecordedEvent } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { FeedReader } from "./feed-reader.ts";

type Reader = Pick<FeedReader, "name" | "hint">;
type Db = Pick<Ledger["db"], "selectFrom">;
/** A record to be read again, by the id that its feed knows it by. */
type Target = { readonly reader: Reader; readonly noun: string; readonly sourceId: string };

/**
 * Has the record that an event is about read again from its source, so that a book that went wrong is repaired. The
 * feeds do it, soon after and in batches; what their books know already changes nothing.
 */
export function createReread(deps: {
  readonly ledger: Ledger;
  readonly orders: Reader;
  readonly shipments: Reader;
  readonly invoices: Reader;
}): EventConsumer {
  const { ledger, orders, shipments, invoices } = deps;

  const targetOf = async (db: Db, event: RecordedEvent): Promise<Target | null> => {
    if (shipmentProgressed.is(event)) {
      return { reader: shipments, noun: "shipment", sourceId: event.data.shipmentId };
    }
    if (invoiceChanged.is(event)) {
      return { reader: invoices, noun: "invoice", sourceId: event.data.invoiceId };
    }
    if (!orderChanged.is(event)) return null;
    const number = await numberOf(db, event.data.orderId);
    return number === null ? null : { reader: orders, noun: "order", sourceId: number };
  };

  return {
    name: "reread",
    types: [orderChanged.type, shipmentProgressed.type, invoiceChanged.type],
    describe: async (event) => {
      const target = await targetOf(ledger.db, event);
      if (target === null) return null;
      const { reader, noun, sourceId } = target;
      return `reads ${noun} ${sourceId} again for ${reader.name}`;
    },
    handle: async (trx, event) => {
      const target = await targetOf(trx, event);
      target?.reader.hint(target.sourceId);
    },
  };
}

/** @returns `null` for an order that the ERP does not have */
async function numberOf(db: Db, orderId: OrderId): Promise<string | null> {
  const row = await db
    .selectFrom("order_book")
    .select("number")
    .where("id", "=", orderId)
    .executeTakeFirst();
  return row?.number ?? null;
}
