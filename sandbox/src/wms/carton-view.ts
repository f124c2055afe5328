import type { World } from "../world/world.ts";
import { ouncesOf, type ShippingDesk } from "./carriers.ts";
import type { LineRecord, OrderRecord, Pick } from "./records.ts";

const CARTON_LIMIT_GRAMS = 20_000;
const PALLET_FROM_CARTONS = 8;
const CARTON_SIDE_IN = 18;
/** GS1 prefix of the warehouse; the rest of an SSCC counts its cartons. */
const SSCC_PREFIX = "00810";
const MAX_CARTONS_PER_SHIPMENT = 10_000;

type Content = { readonly line: LineRecord; readonly referenceId: string; readonly pick: Pick };
type Carton = { readonly contents: readonly Content[]; readonly weightGrams: number };

/**
 * How a shipment was packed: picks fill cartons up to 20 kg one after the other; many cartons
 * stand on one pallet. The same shipment always gives the same cartons.
 */
export function createCartonView(
  world: World,
  desk: ShippingDesk,
): (order: OrderRecord) => Record<string, unknown>[] {
  const weightOf = new Map(world.items.map((item) => [item.sku, item.weightGrams]));
  const nameOf = new Map(world.items.map((item) => [item.sku, item.name]));

  return (order) => {
    const cartons = fill(order, (sku) => weightOf.get(sku) ?? 1);
    const view = ({ contents, weightGrams }: Carton, at: number) => ({
      id: order.shipmentId * MAX_CARTONS_PER_SHIPMENT + at + 1,
      barcode: ssccOf(order.shipmentId, at + 1),
      type: "Box",
      // Version 2026-01 documents one number per shipment; which carton has which is this sandbox's own.
      tracking_number: isLabeled(order) ? desk.cartonNumber(order, at + 1, cartons.length) : null,
      measurements: measurementsOf(weightGrams),
      carton_details: [{ products: contents.map((content) => contentView(content, nameOf)) }],
    });
    const totalGrams = cartons.reduce((sum, { weightGrams }) => sum + weightGrams, 0);
    if (cartons.length >= PALLET_FROM_CARTONS) {
      return [parentOf(order, 0, "Pallet", totalGrams, cartons.map(view))];
    }
    return cartons.map((carton, at) =>
      parentOf(order, at, "Box", carton.weightGrams, [view(carton, at)]),
    );
  };
}

function parentOf(
  order: OrderRecord,
  at: number,
  type: "Box" | "Pallet",
  weightGrams: number,
  cartons: readonly unknown[],
): Record<string, unknown> {
  const parentId = order.shipmentId * MAX_CARTONS_PER_SHIPMENT + at + 1;
  const barcode = ssccOf(order.shipmentId, type === "Pallet" ? 0 : at + 1);
  return { id: parentId, barcode, type, measurements: measurementsOf(weightGrams), cartons };
}

function isLabeled({ reached }: OrderRecord): boolean {
  return reached.some(({ state }) => state === "Labeled");
}

/**
 * Splits every pick over cartons; a unit heavier than a carton's limit has one for itself. Where people say how many
 * cartons there shall be, each takes as many units.
 */
function fill(order: OrderRecord, gramsOf: (sku: string) => number): Carton[] {
  const units = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const unitsPerCarton = order.parcels === undefined ? null : Math.ceil(units / order.parcels);
  const cartons: Carton[] = [];
  let contents: Content[] = [];
  let weightGrams = 0;
  let inside = 0;
  const close = () => {
    if (contents.length > 0) cartons.push({ contents, weightGrams });
    contents = [];
    weightGrams = 0;
    inside = 0;
  };
  for (const [at, line] of order.lines.entries()) {
    const referenceId = order.input.products[at]?.reference_id ?? line.sku;
    const unitGrams = gramsOf(line.sku);
    for (const pick of line.picks) {
      let packed = 0;
      while (packed < pick.quantity) {
        const room =
          unitsPerCarton === null
            ? Math.floor((CARTON_LIMIT_GRAMS - weightGrams) / unitGrams)
            : unitsPerCarton - inside;
        if (room < 1 && contents.length > 0) {
          close();
          continue;
        }
        const quantity = Math.min(Math.max(room, 1), pick.quantity - packed);
        const serials = pick.serials.slice(packed, packed + quantity);
        contents.push({ line, referenceId, pick: { ...pick, quantity, serials } });
        weightGrams += quantity * unitGrams;
        packed += quantity;
        inside += quantity;
      }
    }
  }
  close();
  return cartons;
}

function contentView({ line, referenceId, pick }: Content, nameOf: ReadonlyMap<string, string>) {
  const name = nameOf.get(line.sku) ?? line.sku;
  return {
    id: line.inventoryId,
    reference_id: referenceId,
    name,
    sku: line.sku,
    inventory_items: [
      {
        id: line.inventoryId,
        name,
        quantity: pick.quantity,
        quantity_committed: 0,
        lot: pick.lot,
        expiration_date: pick.expiresOn === null ? null : `${pick.expiresOn}T00:00:00Z`,
        serial_numbers: pick.serials,
        is_dangerous_goods: false,
      },
    ],
  };
}

function measurementsOf(weightGrams: number): Record<string, number> {
  return {
    length_in: CARTON_SIDE_IN,
    width_in: CARTON_SIDE_IN,
    depth_in: CARTON_SIDE_IN,
    total_weight_oz: ouncesOf(weightGrams),
  };
}

/** GS1 serial shipping container code: 18 digits with the modulo-10 check digit. */
function ssccOf(shipmentId: number, nth: number): string {
  const digits = `${SSCC_PREFIX}${String(shipmentId).padStart(9, "0")}${String(nth % 1_000).padStart(3, "0")}`;
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
  return `${digits}${String((10 - (sum % 10)) % 10)}`;
}
