import type { CommandLog } from "@crossdock/commands";
import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { StockPolicy } from "@crossdock/domain";
import type { ProductBook, ReceiptBook, ReservationBook, StockBook } from "@crossdock/processes";
import type { ReadCache, Reads } from "@crossdock/reads";
import type { Clock, Logger } from "@crossdock/runtime";
import type { ErpSystem, WmsSystem } from "@crossdock/source-contract";
import type { CommandIntake } from "@crossdock/subgraph-kit";

/** All that this subgraph needs from outside of itself. */
export type InventoryDeps = {
  readonly erp: Pick<ErpSystem, "name"> & {
    readonly products: Pick<ErpSystem["products"], "listProducts">;
    readonly stockMovements: Pick<ErpSystem["stockMovements"], "findMovement">;
  };
  readonly wms: Pick<WmsSystem, "name">;
  readonly reads: Pick<Reads, "products" | "stock" | "lots" | "warehouses">;
  /** The same, for what is going to be done: inquiries of others do not hold it up. */
  readonly commandReads: Pick<Reads, "products" | "stock">;
  /** What both keep: outdated by what a command of ours has changed. */
  readonly readCache: Pick<ReadCache, "expire">;
  readonly reservationBook: ReservationBook;
  /** The stock as subscribers know it. */
  readonly stockBook: Pick<StockBook, "walkStock" | "countScope" | "isLoaded">;
  /** Goods on their way into the warehouses. */
  readonly receiptBook: ReceiptBook;
  /** Whose stock is whose, and what of it can be promised. */
  readonly stockPolicy: StockPolicy;
  /** The ERP's items, copied. */
  readonly productBook: ProductBook;
  /** A reservation is one transaction of the ledger: the command and what it sets aside. */
  readonly ledger: Pick<Ledger, "transaction">;
  readonly commandLog: CommandIntake & Pick<CommandLog, "read">;
  readonly eventLog: Pick<EventLog, "follow" | "head">;
  readonly clock: Clock;
  readonly logger: Logger;
};
