import type { CommandLog } from "@crossdock/commands";
import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { ProductBook, ReservationBook, StockBook } from "@crossdock/processes";
import type { Reads } from "@crossdock/reads";
import type { Clock, Logger } from "@crossdock/runtime";
import type { ErpSystem, WmsSystem } from "@crossdock/source-contract";
import type { CommandIntake } from "@crossdock/subgraph-kit";

/** All that this subgraph needs from outside of itself. */
export type InventoryDeps = {
  readonly erp: Pick<ErpSystem, "name" | "products">;
  readonly wms: Pick<WmsSystem, "name" | "stock">;
  readonly reads: Pick<Reads, "products" | "stock" | "warehouses">;
  readonly reservationBook: ReservationBook;
  /** The stock as subscribers know it. */
  readonly stockBook: Pick<StockBook, "walkStock" | "countScope" | "isLoaded">;
  /** The ERP's items, copied. */
  readonly productBook: ProductBook;
  /** A reservation is one transaction of the ledger: the command and what it sets aside. */
  readonly ledger: Pick<Ledger, "transaction">;
  readonly commandLog: CommandIntake & Pick<CommandLog, "read">;
  readonly eventLog: Pick<EventLog, "follow" | "head">;
  readonly clock: Clock;
  readonly logger: Logger;
};
