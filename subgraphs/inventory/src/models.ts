import type { Product, Provenance, Sku, StockPosition } from "@crossdock/domain";
import type { Connection } from "@crossdock/subgraph-kit";

/**
 * What a resolver hands on for a product: its name only. The ERP is asked when a field needs it, so
 * that stock can be told while the ERP is down.
 */
export type ProductRef = { readonly sku: Sku };

/** An item as the ERP told it. */
export type ProductView = Product & { readonly provenance: Provenance };

/** Stock of one product in one warehouse, as the warehouse system told it. */
export type PositionView = StockPosition & { readonly provenance: Provenance };

export type ProductConnectionView = Connection<ProductRef>;
