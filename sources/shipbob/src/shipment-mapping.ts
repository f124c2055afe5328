import {
  instantOf,
  parseInstant,
  parseSku,
  parseUomCode,
  quantity,
  type Address,
  type Instant,
  type Milestone,
  type OrderNumber,
  type Package,
  type Shipment,
  type ShipmentLine,
  type WarehouseCode,
} from "@crossdock/domain";
import type {
  OrderDocument,
  OrderedProduct,
  PackedProduct,
  ShipmentDocument,
} from "./order-document.ts";
import { readReference, shipmentIdOf } from "./references.ts";
import { problemOf, statusOf } from "./shipment-status.ts";
import { shortfallsOf } from "./shortfalls.ts";
import { COUNTING_UNIT } from "./stock-levels.ts";

const OUNCE = parseUomCode("ONZ");
const UNKNOWN_TIME = instantOf(new Date(0));

export type ShipmentMapping = {
  /** The source's name, for milestones. */
  readonly source: string;
  readonly codeOf: ReadonlyMap<number, WarehouseCode>;
};

/**
 * The shipments of one of the vendor's orders, oldest first. Empty for an order of another channel;
 * a shipment at a location that is none of our warehouses is left out.
 */
export function shipmentsOf(order: OrderDocument, { source, codeOf }: ShipmentMapping): Shipment[] {
  const reference = readReference(order.reference_id);
  if (reference === null) return [];
  const shipments = (order.shipments ?? [])
    .flatMap((document) => {
      const warehouse = codeOf.get(document.location?.id ?? Number.NaN);
      if (warehouse === undefined) return [];
      return [shipmentOf(order, document, reference, warehouse, source)];
    })
    .sort((left, right) => (left.number < right.number ? -1 : 1));
  const shortfalls = shortfallsOf(order, shipments, reference.orderNumber);
  return shipments.map((shipment) => ({
    ...shipment,
    shortfalls: shortfalls.get(shipment.id) ?? [],
  }));
}

function shipmentOf(
  order: OrderDocument,
  document: ShipmentDocument,
  { orderNumber, release }: ReleaseName,
  warehouse: WarehouseCode,
  source: string,
): Shipment {
  const { tracking } = document;
  const deliveredAt = instantOrNull(document.delivery_date);
  const lines = (products: readonly PackedProduct[]) =>
    linesOf(products, order.products ?? [], orderNumber);
  return {
    id: shipmentIdOf(order.id, document.id),
    number: String(document.id),
    orderNumbers: [orderNumber],
    warehouse,
    release,
    status: statusOf(document),
    carrier:
      tracking?.carrier == null
        ? null
        : {
            scac: tracking.scac ?? null,
            name: tracking.carrier,
            service: tracking.carrier_service ?? null,
          },
    trackingNumber: tracking?.tracking_number ?? null,
    trackingUrl: tracking?.tracking_url ?? null,
    shipTo: addressOf(order),
    lines: lines(document.products ?? []),
    packages: packagesOf(document, lines),
    milestones: milestonesOf(order, document, source),
    shippedAt: instantOrNull(tracking?.shipping_date),
    // The vendor promises when it hands over, not when the goods arrive.
    estimatedDeliveryAt: null,
    deliveredAt,
    // The vendor tells when it arrived, not who took it in.
    proofOfDelivery: deliveredAt === null ? null : { at: deliveredAt, receivedBy: null },
    problem: problemOf(document),
    modifiedAt: modifiedAt(order, document),
  };
}

type ReleaseName = NonNullable<ReturnType<typeof readReference>>;

/** One line per product and lot. The n-th product of a name belongs to the n-th order line of it. */
function linesOf(
  products: readonly PackedProduct[],
  ordered: readonly OrderedProduct[],
  orderNumber: OrderNumber,
): ShipmentLine[] {
  const seen = new Map<string, number>();
  return products.flatMap((product) => {
    const name = product.reference_id ?? product.sku ?? "";
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    const candidates = ordered.flatMap((line, at) =>
      (line.reference_id ?? line.sku) === name
        ? [{ lineNumber: line.external_line_id ?? at + 1 }]
        : [],
    );
    const lineNumber = candidates[Math.min(nth, candidates.length - 1)]?.lineNumber ?? nth + 1;
    const sku = parseSku(product.sku ?? name);
    return (product.inventory_items ?? []).map((item) => ({
      orderNumber,
      lineNumber,
      sku,
      quantity: quantity(item.quantity, COUNTING_UNIT),
      lot: item.lot ?? null,
      serials: item.serial_numbers ?? [],
    }));
  });
}

function packagesOf(
  { parent_cartons: parents, tracking }: ShipmentDocument,
  lines: (products: readonly PackedProduct[]) => ShipmentLine[],
): Package[] {
  const cartons = (parents ?? []).flatMap((parent) => parent.cartons ?? []);
  // Of a single carton the shipment's number is its own.
  const onlyNumber = cartons.length === 1 ? (tracking?.tracking_number ?? null) : null;
  return cartons.map((carton, at) => {
    const ounces = carton.measurements?.total_weight_oz;
    const details = carton.carton_details ?? [];
    return {
      id: carton.barcode ?? String(carton.id ?? at + 1),
      trackingNumber: carton.tracking_number ?? onlyNumber,
      weight: ounces == null ? null : quantity(ounces, OUNCE),
      lines: details.flatMap(({ products }) => lines(products ?? [])),
    };
  });
}

/** What the order document dates by itself, and the present status at the time of its last change. */
function milestonesOf(
  order: OrderDocument,
  document: ShipmentDocument,
  source: string,
): Milestone[] {
  const status = statusOf(document);
  const dated: [string, string | null | undefined][] = [
    ["RELEASED", document.created_date ?? order.created_date],
    ["LABELED", document.actual_fulfillment_date],
    ["SHIPPED", document.tracking?.shipping_date],
    ["DELIVERED", document.delivery_date],
  ];
  const milestones = dated.flatMap(([type, raw]): Milestone[] => {
    const at = instantOrNull(raw);
    return at === null ? [] : [{ type, at, source, note: null }];
  });
  if (milestones.every(({ type }) => type !== status)) {
    milestones.push({
      type: status,
      at: modifiedAt(order, document),
      source,
      note: problemOf(document),
    });
  }
  return milestones.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
}

function modifiedAt(order: OrderDocument, document: ShipmentDocument): Instant {
  const raw = document.last_update_at ?? document.created_date ?? order.created_date;
  return instantOrNull(raw) ?? UNKNOWN_TIME;
}

function addressOf({ recipient }: OrderDocument): Address | null {
  const address = recipient?.address;
  if (address?.city == null || address.country == null) return null;
  return {
    name: recipient?.name ?? null,
    lines: [address.address1, address.address2].filter((line): line is string => Boolean(line)),
    city: address.city,
    region: address.state ?? null,
    postalCode: address.zip_code ?? null,
    country: address.country,
  };
}

/** The vendor writes times with and without a zone; without one they are UTC. */
function instantOrNull(raw: string | null | undefined): Instant | null {
  if (raw == null || raw === "") return null;
  return parseInstant(/(Z|[+-]\d{2}:?\d{2})$/.test(raw) ? raw : `${raw}Z`, "shipment time");
}
