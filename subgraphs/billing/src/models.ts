import type {
  CustomerNumber,
  Instant,
  Invoice,
  InvoiceId,
  Provenance,
  ShipmentId,
} from "@crossdock/domain";
import type { Connection } from "@crossdock/subgraph-kit";
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
