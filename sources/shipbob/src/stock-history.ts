import {
  isZero,
  parseDecimal,
  parseInstant,
  quantity,
  subtractQuantities,
  zeroQuantity,
  type Decimal,
  type Instant,
  type InventoryChange,
  type ShelfMovement,
} from "@crossdock/domain";
import { SourceProtocolError } from "@crossdock/source-contract";
import { decimalField, integerField } from "@crossdock/source-http";
import { z } from "zod";
import type { ShipbobClient } from "./client.ts";
import { COUNTING_UNIT } from "./stock-levels.ts";

/** What moved on the shelves of one location, of which item. */
export type ItemMovement = ShelfMovement & {
  readonly inventoryId: number;
  readonly locationId: number;
};

const PATH = "/inventory/history:query";
/** A history that never ends is a bug of the source; stop instead of asking forever. */
const MAX_PAGES = 200;

/** A kind that the vendor adds later is a correction: how much it was is known all the same. */
const CHANGE_OF: Readonly<Record<string, InventoryChange>> = {
  InventoryReceived: "RECEIVED",
  ReceivingStow: "RECEIVED",
  OrderPicked: "PICKED",
  InventoryRestocked: "RETURNED",
  InventoryFacilityUpdated: "TRANSFERRED",
  InventoryAdjusted: "ADJUSTED",
  KittingStow: "ADJUSTED",
};

const side = z.object({ facility_id: integerField, quantity_change: decimalField }).nullish();
const page = z.object({
  data: z.array(
    z.object({
      inventory_audit_event_id: integerField,
      inventory_id: integerField,
      event_category: z.string(),
      event_datetime: z.string(),
      increment: side,
      decrement: side,
    }),
  ),
  next: z.string().nullish(),
});
type Row = z.infer<typeof page>["data"][number];

/**
 * Movements of on-hand stock at one location; what changed no quantity is left out.
 * @returns oldest first: the vendor's ids of movements rise
 */
export async function readHistory(
  client: ShipbobClient,
  locationId: number,
  since: Instant,
  signal: AbortSignal,
): Promise<readonly ItemMovement[]> {
  const question = { facility_id: locationId, start_date: since };
  const movements: ItemMovement[] = [];
  let path: string | null = PATH;
  for (let pages = 0; path !== null; pages += 1) {
    if (pages === MAX_PAGES) {
      throw new SourceProtocolError(client.name, `POST ${PATH}`, "the history does not end");
    }
    const body: z.infer<typeof page> = await client.query(path, question, page, signal);
    movements.push(...body.data.flatMap((row) => movementOf(row, locationId)));
    path = body.next ?? null;
  }
  return movements.sort((left, right) => left.number - right.number);
}

function movementOf(row: Row, locationId: number): ItemMovement[] {
  const sizeOf = (part: Row["increment"]) =>
    part?.facility_id === locationId
      ? quantity(withoutSign(part.quantity_change), COUNTING_UNIT)
      : zeroQuantity(COUNTING_UNIT);
  const delta = subtractQuantities(sizeOf(row.increment), sizeOf(row.decrement));
  if (isZero(delta.value)) return [];
  return [
    {
      inventoryId: row.inventory_id,
      locationId,
      number: row.inventory_audit_event_id,
      change: CHANGE_OF[row.event_category] ?? "ADJUSTED",
      delta,
      at: parseInstant(row.event_datetime, "event_datetime"),
    },
  ];
}

/** What an increment adds and a decrement takes away: the side says which, the sign need not. */
function withoutSign(change: Decimal): Decimal {
  return parseDecimal(change.replace(/^-/, ""));
}
