import type { World, WorldItem, WorldOrder } from "../../world/world.ts";
import { factsOf } from "../odata/facts.ts";
import { itemId, lineId, locationId, orderId, shipmentId, unitId } from "./ids.ts";
import { partyFields } from "../sales/party.ts";
import { priceLine } from "../sales/line-amounts.ts";
import { totalsOf } from "../sales/totals.ts";
import { fillFields, NULL_GUID, type Fields, type Row } from "./row.ts";
import { seedCustomers } from "./seed-master.ts";

/** Orders were taken at ten in the morning and shipped at four the same day. */
const ORDERED_TIME = "T10:00:00.000Z";
const SHIPPED_TIME = "T16:00:00.000Z";

/**
 * The order book as history left it. What is shipped is invoiced in the finance system, so the
 * orders stay here with nothing invoiced, as in any company that bills elsewhere.
 */
export function seedDocuments(world: World): { orders: Row[]; shipments: Row[] } {
  const parties = new Map(
    seedCustomers(world).map(({ fields }) => [fields.number, partyFields(fields)]),
  );
  const items = new Map(world.items.map((item) => [item.sku, { ...item, id: itemId(item.sku) }]));
  const orders: Row[] = [];
  const shipments: Row[] = [];
  for (const order of world.pastOrders) {
    const party = parties.get(order.customerNumber);
    if (party === undefined) throw new Error(`No customer ${order.customerNumber}.`);
    orders.push(seedOrder(order, party, items));
    if (!order.open) shipments.push(seedShipment(order, party, items, shipments.length + 1));
  }
  return { orders, shipments };
}

type Items = ReadonlyMap<string, WorldItem & { readonly id: string }>;

function seedOrder(order: WorldOrder, party: Fields, items: Items): Row {
  const id = orderId(order.number);
  const [unit, warehouse] = [unitId("EA"), locationId(order.warehouseCode)];
  const lines = order.lines.map((line): Row => {
    const shipped = order.open ? 0 : Number(line.quantity);
    const fields = {
      id: lineId(id, line.lineNumber),
      documentId: id,
      sequence: line.lineNumber,
      itemId: items.get(line.sku)?.id ?? NULL_GUID,
      lineType: "Item",
      lineObjectNumber: line.sku,
      description: items.get(line.sku)?.name ?? "",
      unitOfMeasureId: unit,
      unitOfMeasureCode: "EA",
      quantity: Number(line.quantity),
      unitPrice: Number(line.unitPrice),
      shipmentDate: order.orderedOn,
      shippedQuantity: shipped,
      shipQuantity: Number(line.quantity) - shipped,
      invoiceQuantity: Number(line.quantity),
      locationId: warehouse,
    };
    return { version: 1, fields: priceLine(fillFields(factsOf("salesOrderLines"), fields)) };
  });
  const fields = fillFields(factsOf("salesOrders"), {
    ...party,
    ...totalsOf(lines),
    id,
    number: order.number,
    externalDocumentNumber: order.customerReference,
    orderDate: order.orderedOn,
    postingDate: order.orderedOn,
    partialShipping: true,
    fullyShipped: !order.open,
    status: "Open",
    lastModifiedDateTime: `${order.orderedOn}${order.open ? ORDERED_TIME : SHIPPED_TIME}`,
  });
  return { version: order.open ? 1 : 2, fields, lines };
}

function seedShipment(order: WorldOrder, party: Fields, items: Items, at: number): Row {
  const number = `SS-${String(at).padStart(7, "0")}`;
  const id = shipmentId(number);
  const lines = order.lines.map((line): Row => {
    const fields = fillFields(factsOf("salesShipmentLines"), {
      id: lineId(id, line.lineNumber),
      documentId: id,
      documentNo: number,
      sequence: line.lineNumber,
      lineType: "Item",
      lineObjectNumber: line.sku,
      description: items.get(line.sku)?.name ?? "",
      unitOfMeasureCode: "EA",
      unitPrice: Number(line.unitPrice),
      quantity: Number(line.quantity),
      shipmentDate: order.orderedOn,
    });
    return { version: 1, fields };
  });
  const fields = fillFields(factsOf("salesShipments"), {
    ...party,
    id,
    number,
    externalDocumentNumber: order.customerReference,
    customerPurchaseOrderReference: order.customerReference,
    invoiceDate: order.orderedOn,
    postingDate: order.orderedOn,
    orderNumber: order.number,
    lastModifiedDateTime: `${order.orderedOn}${SHIPPED_TIME}`,
  });
  return { version: 1, fields, lines };
}
