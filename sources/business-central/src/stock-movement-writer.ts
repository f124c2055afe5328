import {
  COUNT_OUT_OF_TOLERANCE,
  deltaOf,
  describeCount,
  isPositive,
  isWithinTolerance,
  isZero,
  money,
  negated,
  quantity,
  worthOf,
  type Money,
  type Quantity,
  type StockMovement,
  type StockMovementDraft,
} from "@crossdock/domain";
import type { StockMovementWriter } from "@crossdock/source-contract";
import { exactNumber } from "@crossdock/source-http";
import type { BusinessCentralClient } from "./client.ts";
import type { Home } from "./customer-reader.ts";
import { ADJUSTMENT, bookedQuantity, findEntries, JOURNALS } from "./item-journal.ts";
import type { ReferenceSource } from "./reference-data.ts";
import { refusalOf, unexpected } from "./refusals.ts";
import { lookTwice } from "./second-look.ts";

const MAX_DESCRIPTION_LENGTH = 100;

/**
 * Differences, counts and transfers become lines of the item journals, two pages that the tenant publishes:
 * the standard API writes no stock. A person, or the tenant's own job, posts the batch; nothing that is
 * published does. Our key is the line's document number, which the ERP takes twice: so every entry looks
 * first, in the journals and in the ledger that posted lines go to.
 * @param options.settleMs how long the ERP may still be at work on a line whose answer was lost
 * @param options.batch of both journals; has no number series, or posting refuses our document numbers
 */
export function createStockMovementWriter(
  {
    client,
    references,
    home,
  }: {
    readonly client: BusinessCentralClient;
    readonly references: ReferenceSource;
    /** In whose currency the books value their stock. */
    readonly home: Pick<Home, "currency">;
  },
  { settleMs, batch }: { readonly settleMs: number; readonly batch: string },
): StockMovementWriter {
  const look = async (draft: StockMovementDraft, signal: AbortSignal) => {
    const { entered, unitCost: cost } = await findEntries(client, draft, signal);
    const unitCost = cost === null ? null : money(cost, home.currency);
    if (entered === null) return { unitCost, movement: null };
    return {
      unitCost,
      movement: movementOf(draft, { ...draft.quantity, value: entered }, unitCost),
    };
  };

  return {
    idempotency: "probe",
    settleMs,
    findMovement: (draft, signal) => lookTwice(async () => (await look(draft, signal)).movement),
    async bookMovement(draft, signal, tolerance) {
      const { movement: earlier, unitCost } = await look(draft, signal);
      if (earlier !== null) return { kind: "done", document: earlier };
      const { unitCodeOf } = await references.get(signal);
      const { uom } = draft.quantity;
      const unit = unitCodeOf(uom);
      const booked =
        draft.kind === "count" ? await bookedQuantity(client, draft, unit, signal) : null;
      if (booked?.kind === "refused") return booked;
      if (booked !== null) {
        const count = { counted: draft.quantity, booked: quantity(booked.value, uom) };
        if (!isWithinTolerance(count, tolerance)) {
          const message = describeCount(count, unitCost);
          return { kind: "refused", code: COUNT_OUT_OF_TOLERANCE, message };
        }
      }
      const delta = deltaOf(draft, booked === null ? null : quantity(booked.value, uom));
      const document = movementOf(draft, delta, unitCost);
      if (isZero(delta.value)) return { kind: "done", document };

      const { page, template } = JOURNALS[draft.kind];
      const isMore = isPositive(delta.value);
      const body = {
        Journal_Template_Name: template,
        Journal_Batch_Name: batch,
        Posting_Date: draft.on,
        Document_No: draft.key,
        Item_No: draft.sku,
        Description: draft.reason.slice(0, MAX_DESCRIPTION_LENGTH),
        Location_Code: draft.warehouse,
        Quantity: exactNumber((isMore ? delta : negated(delta)).value),
        Unit_of_Measure_Code: unit,
        ...(draft.kind === "transfer"
          ? { New_Location_Code: draft.to }
          : { Entry_Type: isMore ? ADJUSTMENT.more : ADJUSTMENT.less }),
        ...(draft.lot === null ? {} : { Lot_No: draft.lot }),
      };
      const answer = await client.sendToPage(page, body, signal);
      if (answer.status === 201) return { kind: "done", document };
      const refusal = refusalOf(answer);
      if (refusal !== null) return refusal;
      throw unexpected(client.name, `POST ${page}`, answer);
    },
  };
}

function movementOf(
  draft: StockMovementDraft,
  delta: Quantity,
  unitCost: Money | null,
): StockMovement {
  return { key: draft.key, delta, worth: worthOf(draft, delta, unitCost) };
}
