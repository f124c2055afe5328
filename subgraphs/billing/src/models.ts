import type {
  CustomerNumber,
  Instant,
  Invoice,
  InvoiceId,
  Provenance,
  ShipmentId,
  UserError,
} from "@crossdock/domain";
import type { CommandView, Connection } from "@crossdock/subgraph-kit";
import type { InvoiceEventType } from "../generated/resolvers.ts";

/** An invoice that the viewer may see. */
export type InvoiceView = Invoice & { readonly provenance: Provenance };

/** An account that the viewer may see. */
export type CustomerRef = { readonly number: CustomerNumber };

/** The name of a shipment: what bills it is looked up when it is asked for. */
export type ShipmentRef = { readonly id: ShipmentId };

export type InvoiceConnectionView = Connection<InvoiceView>;

export type InvoiceEventView = {
  readonly cursor: string;
  readonly type: InvoiceEventType;
  readonly occurredAt: Instant;
  readonly invoiceId: InvoiceId;
};

/** What became of a mutation of an invoice: a command, or userErrors. */
export type InvoiceCommandView = {
  readonly command: CommandView | null;
  /** The invoice is read when it is asked for; `null` when nothing was accepted. */
  readonly invoiceId: InvoiceId | null;
  /** It was accepted by an earlier request of the same key and input. */
  readonly replayed: boolean;
  readonly userErrors: readonly UserError[];
};
