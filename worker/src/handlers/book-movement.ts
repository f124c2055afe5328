import {
  adjustInventory,
  transferInventory,
  type Command,
  type CommandHandler,
} from "@crossdock/commands";
import {
  COUNT_OUT_OF_TOLERANCE,
  negated,
  type InventoryChange,
  type Quantity,
  type StockMovement,
  type StockPolicy,
  type WarehouseCode,
} from "@crossdock/domain";
import { bookedStockEvent, type ExceptionBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { ErpSystem } from "@crossdock/source-contract";
import { defineSending, type Done } from "./sending.ts";

type AdjustData = ReturnType<(typeof adjustInventory)["parse"]>;
type TransferData = ReturnType<(typeof transferInventory)["parse"]>;
type Deps = { readonly erp: ErpSystem; readonly clock: Clock };
type AdjustDeps = Deps & {
  readonly exceptionBook: Pick<ExceptionBook, "wasRetried">;
  readonly stockPolicy: StockPolicy;
};

/** Enters a correction into the books, or a count: one that is too far from them when a person has agreed to it. */
export function handleAdjustInventory({
  erp,
  clock,
  exceptionBook,
  stockPolicy,
}: AdjustDeps): CommandHandler {
  const { stockMovements } = erp;
  return defineSending<AdjustData, AdjustData, StockMovement>(adjustInventory, {
    writer: stockMovements,
    draftOf: ({ data }) => Promise.resolve(data),
    find: (draft, signal) => stockMovements.findMovement(draft, signal),
    create: async (draft, { id }, signal) => {
      const isApproved = await exceptionBook.wasRetried(id, COUNT_OUT_OF_TOLERANCE);
      const tolerance = isApproved ? null : stockPolicy.countTolerance;
      return stockMovements.bookMovement(draft, signal, tolerance);
    },
    done: ({ delta }, { data }) => {
      const change = data.kind === "count" ? "COUNTED" : "ADJUSTED";
      return doneOf(data, clock, change, [[data.warehouse, delta]]);
    },
  });
}

/** Enters into the books what leaves one warehouse and comes to another. */
export function handleTransferInventory({ erp, clock }: Deps): CommandHandler {
  const { stockMovements } = erp;
  return defineSending<TransferData, TransferData, StockMovement>(transferInventory, {
    writer: stockMovements,
    draftOf: ({ data }) => Promise.resolve(data),
    find: (draft, signal) => stockMovements.findMovement(draft, signal),
    create: (draft, _command, signal) => stockMovements.bookMovement(draft, signal, null),
    done: ({ delta }, { data }) =>
      doneOf(data, clock, "TRANSFERRED", [
        [data.warehouse, delta],
        [data.to, negated(delta)],
      ]),
  });
}

/** @param changes by warehouse; the last one is what the command names as its document */
function doneOf(
  { sku }: Command<AdjustData | TransferData>["data"],
  clock: Clock,
  change: InventoryChange,
  changes: readonly (readonly [WarehouseCode, Quantity])[],
): Done {
  const events = changes.map(([warehouse, delta]) =>
    bookedStockEvent({ sku, warehouse, change, delta, at: clock.now() }),
  );
  return {
    typename: "InventoryPosition",
    id: `${sku}@${String(changes.at(-1)?.[0])}`,
    events,
  };
}
