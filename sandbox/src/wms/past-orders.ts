import type { World, WorldCustomer, WorldItem, WorldOrder } from "../world/world.ts";
import { WALK, type LineRecord, type OrderRecord, type Pick } from "./records.ts";

export const FIRST_ORDER_ID = 100_000_001;
export const FIRST_SHIPMENT_ID = 200_000_001;
/** The sales channel that our orders come in by. */
export const CHANNEL_ID = 90_210;
/** The ERP's orders of the past went to the warehouse as one release each. */
const ONLY_RELEASE = ":1";
const MINUTE_MS = 60_000;
/** Minutes after the order at which a shipment of the past reached each state. */
const PAST_PACE_MINUTES = [0, 40, 70, 80, 180, 420, 1_200, 1_500];

/**
 * The orders that the warehouse had before the sandbox: finished ones are delivered, open ones
 * wait for a person in `Processing`.
 */
export function* seedOrders(world: World): Iterable<readonly [string, OrderRecord]> {
  const items = new Map(world.items.map((item) => [item.sku, item]));
  const customers = new Map(world.customers.map((customer) => [customer.number, customer]));
  const locationOf = new Map(world.warehouses.map((site) => [site.code, site.wmsLocationId]));
  for (const [at, order] of world.pastOrders.entries()) {
    const customer = customers.get(order.customerNumber);
    const locationId = locationOf.get(order.warehouseCode);
    if (customer === undefined || locationId === undefined) continue;
    const record = pastOrder(at, order, customer, items, locationId);
    yield [String(record.orderId), record];
  }
}

function pastOrder(
  at: number,
  order: WorldOrder,
  customer: WorldCustomer,
  items: ReadonlyMap<string, WorldItem>,
  locationId: number,
): OrderRecord {
  const orderedAtMs = Date.parse(`${order.orderedOn}T13:00:00Z`);
  const timeOf = (step: number) =>
    new Date(orderedAtMs + (PAST_PACE_MINUTES[step] ?? 0) * MINUTE_MS).toISOString();
  const walked = order.open ? WALK.slice(0, 1) : WALK;
  return {
    orderId: FIRST_ORDER_ID + at,
    shipmentId: FIRST_SHIPMENT_ID + at,
    channelId: CHANNEL_ID,
    locationId,
    input: inputOf(order, customer, items, locationId),
    lines: order.lines.map((line) => lineOf(order, line.sku, Number(line.quantity), items)),
    state: order.open ? "Processing" : "Delivered",
    reached: walked.map((state, step) => ({ state, at: timeOf(step) })),
    shortages: [],
    next: null,
    waitsForPerson: order.open,
    createdAt: timeOf(0),
    updatedAt: timeOf(walked.length - 1),
  };
}

function inputOf(
  order: WorldOrder,
  customer: WorldCustomer,
  items: ReadonlyMap<string, WorldItem>,
  locationId: number,
): OrderRecord["input"] {
  const { address } = customer;
  return {
    reference_id: `${order.number}${ONLY_RELEASE}`,
    order_number: order.number,
    shipping_method: "Standard",
    type: "B2B",
    location_id: locationId,
    purchase_date: `${order.orderedOn}T13:00:00.000Z`,
    recipient: {
      name: customer.name,
      email: customer.email,
      address: {
        address1: address.line1,
        company_name: address.name,
        city: address.city,
        state: address.region,
        zip_code: address.postalCode,
        country: address.country,
      },
    },
    products: order.lines.map((line) => ({
      reference_id: line.sku,
      name: items.get(line.sku)?.name ?? line.sku,
      sku: line.sku,
      quantity: Number(line.quantity),
      external_line_id: line.lineNumber,
    })),
    tags: [{ name: "customer_reference", value: order.customerReference }],
  };
}

function lineOf(
  order: WorldOrder,
  sku: string,
  quantity: number,
  items: ReadonlyMap<string, WorldItem>,
): LineRecord {
  const item = items.get(sku);
  const picks = order.open || item === undefined ? [] : [pastPick(order, item, quantity)];
  return { inventoryId: item?.wmsInventoryId ?? null, sku, quantity, picks };
}

function pastPick(order: WorldOrder, item: WorldItem, quantity: number): Pick {
  const site = item.stock.find((stock) => stock.warehouseCode === order.warehouseCode);
  const lot = site?.lots[0];
  return {
    quantity,
    lot: lot?.number ?? null,
    expiresOn: lot?.expiresOn ?? null,
    serials:
      item.tracking === "SERIAL"
        ? Array.from({ length: quantity }, (_, nth) => serialOf(item.sku, order.number, nth + 1))
        : [],
  };
}

function serialOf(sku: string, orderNumber: string, nth: number): string {
  return `${sku.slice(3)}-${orderNumber.slice(3)}-${String(nth).padStart(3, "0")}`;
}
