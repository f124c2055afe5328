import { createHash } from "node:crypto";
import { Decimal } from "decimal.js";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import {
  WORLD_SEED,
  type World,
  type WorldCustomer,
  type WorldItem,
  type WorldOrder,
  type WorldPriceLine,
  type WorldWarehouse,
} from "./world.ts";

export const ITEM_COUNT = 2_000;
export const CUSTOMER_COUNT = 60;
export const PAST_ORDER_COUNT = 5_000;
/** Of the past orders, how many of the newest still wait for the warehouse. */
export const OPEN_ORDER_COUNT = 60;
/** Customers from this one on use up what they buy: C10510 to C10600. All others resell it. */
const FIRST_TAXED_CUSTOMER = 50;
const PRICE_GROUPS = ["WHOLESALE", "CONTRACTOR", "KEYACCT"];
const HISTORY_STARTS_ON = "2025-11-20";
const HISTORY_DAYS = 365;

type Random = { between(least: number, most: number): number; pick<T>(from: readonly T[]): T };

/**
 * The same rows each time. About 150 ms of work.
 * @param pastOrderCount orders of the last year, of which the newest `OPEN_ORDER_COUNT` are open; what else there is does not
 *   depend on it
 */
export function generateWorld(pastOrderCount: number = PAST_ORDER_COUNT): World {
  const random = createRandom(WORLD_SEED);
  const warehouses = generateWarehouses();
  const items = generateItems(random, warehouses);
  const customers = generateCustomers(random);
  const priceLines = generatePriceLines(random, items, customers);
  const pastOrders = generatePastOrders(random, items, customers, warehouses, pastOrderCount);
  return {
    companyName: "Northgate Industrial Supply",
    warehouses,
    items,
    customers,
    priceLines,
    pastOrders,
  };
}

/** A GUID that depends on nothing but its parts, so that every start gives a record the same id. */
export function stableGuid(...parts: readonly string[]): string {
  const hex = createHash("sha256").update(parts.join("\u0000")).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const between = (least: number, most: number) => uniformInt(generator, least, most);
  return {
    between,
    pick: <T>(from: readonly T[]): T => from[between(0, from.length - 1)] as T,
  };
}

function generateWarehouses(): WorldWarehouse[] {
  const sites = [
    ["EAST", "Newark Distribution Center", "400 Port Street", "Newark", "NJ", "07114"],
    ["CENTRAL", "Columbus Distribution Center", "2150 Alum Creek Drive", "Columbus", "OH", "43207"],
    ["SOUTH", "Dallas Distribution Center", "4800 Singleton Boulevard", "Dallas", "TX", "75212"],
    ["WEST", "Reno Distribution Center", "1100 Isidor Court", "Sparks", "NV", "89441"],
  ] as const;
  return sites.map(([code, name, line1, city, region, postalCode], at) => ({
    code,
    name,
    wmsLocationId: 11 + at,
    address: { name, line1, city, region, postalCode, country: "US" },
  }));
}

const FAMILIES = [
  ["Fasteners", ["Hex Bolt", "Lag Screw", "Carriage Bolt", "Flat Washer", "Lock Nut"]],
  ["Abrasives", ["Cutting Disc", "Flap Wheel", "Sanding Belt", "Grinding Wheel"]],
  ["Safety", ["Nitrile Glove", "Safety Glasses", "Hard Hat", "Respirator", "Hi-Vis Vest"]],
  ["Electrical", ["Cable Tie", "Wire Nut", "Conduit Elbow", "Junction Box", "LED High Bay"]],
  ["Plumbing", ["Ball Valve", "Copper Elbow", "Pipe Clamp", "Gate Valve", "Hose Barb"]],
  ["Adhesives", ["Epoxy", "Thread Locker", "Silicone Sealant", "Contact Cement"]],
  ["Tools", ["Cordless Drill", "Torque Wrench", "Impact Socket", "Step Drill Bit"]],
  ["Lubricants", ["Chain Oil", "Bearing Grease", "Cutting Fluid", "Penetrating Oil"]],
] as const;
const FINISHES = [
  "Zinc",
  "Stainless",
  "Brass",
  "Heavy Duty",
  "Industrial",
  "Contractor",
  "Compact",
];
const SIZES = ["1/4 in", "3/8 in", "1/2 in", "3/4 in", "1 in", "M6", "M8", "M10", "S", "M", "L"];

function generateItems(random: Random, warehouses: readonly WorldWarehouse[]): WorldItem[] {
  return Array.from({ length: ITEM_COUNT }, (_, at) => {
    const [category, nouns] = random.pick(FAMILIES);
    const sku = `NG-${String(10_001 + at)}`;
    const listPrice = new Decimal(random.between(45, 28_000)).div(100);
    const tracking = trackingOf(category, random);
    return {
      sku,
      name: `${random.pick(FINISHES)} ${random.pick(nouns)} ${random.pick(SIZES)}`,
      category,
      gtin: withCheckDigit(`00810${String(10_001 + at).padStart(8, "0")}`),
      baseUom: "EA" as const,
      uoms: unitsOf(random),
      weightGrams: random.between(5, 9_000),
      listPrice: listPrice.toFixed(2),
      unitCost: listPrice.times("0.58").toFixed(2),
      tracking,
      wmsInventoryId: 500_001 + at,
      stock: warehouses.map((warehouse) => stockOf(random, sku, warehouse.code, tracking)),
    };
  });
}

function trackingOf(category: string, random: Random): WorldItem["tracking"] {
  if (category === "Adhesives" || category === "Lubricants") return "LOT";
  return category === "Tools" && random.between(1, 4) === 1 ? "SERIAL" : "NONE";
}

function unitsOf(random: Random): WorldItem["uoms"] {
  const box = random.pick([5, 10, 12, 20, 25]);
  const units: { code: "BX" | "CS"; factor: number }[] = [{ code: "BX", factor: box }];
  if (random.between(1, 2) === 1) units.push({ code: "CS", factor: box * random.pick([4, 6, 10]) });
  return units;
}

function stockOf(
  random: Random,
  sku: string,
  warehouseCode: string,
  tracking: WorldItem["tracking"],
): WorldItem["stock"][number] {
  const onHand = random.between(1, 12) === 1 ? 0 : random.between(20, 4_000);
  if (tracking !== "LOT" || onHand === 0) return { warehouseCode, onHand, lots: [] };
  const first = random.between(1, onHand);
  const parts = first === onHand ? [onHand] : [first, onHand - first];
  const lots = parts.map((quantity, at) => ({
    number: `L${sku.slice(3)}${warehouseCode.slice(0, 1)}${String(at + 1)}`,
    expiresOn: `2027-${String(random.between(1, 12)).padStart(2, "0")}-28`,
    onHand: quantity,
  }));
  return { warehouseCode, onHand, lots };
}

const TRADES = ["Mechanical", "Electric", "Plumbing", "Builders", "Fabrication", "Marine", "HVAC"];
const PLACES = [
  ["Lakeside", "Cleveland", "OH", "44114"],
  ["Harbor", "Baltimore", "MD", "21230"],
  ["Summit", "Denver", "CO", "80216"],
  ["Prairie", "Omaha", "NE", "68110"],
  ["Bayview", "Oakland", "CA", "94607"],
  ["Pinecrest", "Atlanta", "GA", "30318"],
  ["Granite", "Concord", "NH", "03301"],
  ["Riverbend", "St. Louis", "MO", "63102"],
  ["Cascade", "Tacoma", "WA", "98421"],
] as const;

function generateCustomers(random: Random): WorldCustomer[] {
  return Array.from({ length: CUSTOMER_COUNT }, (_, at) => {
    const [prefix, city, region, postalCode] = PLACES[at % PLACES.length] ?? PLACES[0];
    const name = `${prefix} ${TRADES[Math.floor(at / PLACES.length) % TRADES.length] ?? "Trading"}`;
    const tightCredit = at % 20 === 13;
    return {
      number: `C${String(10_010 + at * 10)}`,
      name: `${name} Inc.`,
      email: `purchasing@${name.toLowerCase().replaceAll(" ", "-")}.example`,
      currency: "USD" as const,
      blocked: at % 20 === 17 ? ("all" as const) : at % 20 === 18 ? ("ship" as const) : "none",
      priceGroup: PRICE_GROUPS[at % PRICE_GROUPS.length] ?? "WHOLESALE",
      creditLimit: tightCredit ? "500.00" : at % 5 === 4 ? "0.00" : "250000.00",
      balance: tightCredit
        ? "450.00"
        : new Decimal(random.between(0, 2_000_000)).div(100).toFixed(2),
      paymentTermsDays: random.pick([15, 30, 45]),
      resaleCertificate:
        at < FIRST_TAXED_CUSTOMER ? `RC-${region}-${String(10_010 + at * 10)}` : null,
      address: {
        name: `${name} Inc.`,
        line1: `${String(random.between(10, 9_900))} ${random.pick(["Commerce", "Mill", "Depot", "Foundry"])} Street`,
        city,
        region,
        postalCode,
        country: "US",
      },
    };
  });
}

const BREAKS = [
  { minimumQuantity: "0", off: "0" },
  { minimumQuantity: "10", off: "0.04" },
  { minimumQuantity: "100", off: "0.09" },
] as const;

/** Every customer has contract prices for items 1 to 10 of the catalogue and for 20 others. */
function generatePriceLines(
  random: Random,
  items: readonly WorldItem[],
  customers: readonly WorldCustomer[],
): WorldPriceLine[] {
  const lines: WorldPriceLine[] = [];
  const add = (
    line: Pick<WorldPriceLine, "listCode" | "sourceType" | "sourceNo">,
    item: WorldItem,
    discount: Decimal,
  ) => {
    for (const { minimumQuantity, off } of BREAKS) {
      const unitPrice = new Decimal(item.listPrice)
        .times(new Decimal(1).minus(discount).minus(off))
        .toDecimalPlaces(2, Decimal.ROUND_HALF_UP);
      lines.push({
        ...line,
        sku: item.sku,
        uom: "",
        minimumQuantity,
        unitPrice: unitPrice.toFixed(2),
        startingOn: "2026-01-01",
        endingOn: line.sourceType === "Campaign" ? "2027-03-31" : "2027-12-31",
      });
    }
  };
  for (const group of PRICE_GROUPS) {
    for (const item of items.filter((_, at) => at % 4 === 0)) {
      add(
        { listCode: `PG-${group}`, sourceType: "Customer Price Group", sourceNo: group },
        item,
        new Decimal(random.between(3, 10)).div(100),
      );
    }
  }
  for (const customer of customers) {
    const others = Array.from({ length: 20 }, () => random.between(10, items.length - 1));
    const chosen = new Set([...Array.from({ length: 10 }, (_, at) => at), ...others]);
    for (const at of chosen) {
      const item = items[at];
      if (item === undefined) continue;
      add(
        { listCode: `CT-${customer.number}`, sourceType: "Customer", sourceNo: customer.number },
        item,
        new Decimal(random.between(12, 25)).div(100),
      );
    }
  }
  return lines;
}

function generatePastOrders(
  random: Random,
  items: readonly WorldItem[],
  customers: readonly WorldCustomer[],
  warehouses: readonly WorldWarehouse[],
  length: number,
): WorldOrder[] {
  const start = Date.parse(HISTORY_STARTS_ON);
  return Array.from({ length }, (_, at) => {
    const day = Math.floor((at * HISTORY_DAYS) / length);
    const customer = random.pick(customers);
    const skus = new Set(Array.from({ length: random.between(1, 4) }, () => random.pick(items)));
    return {
      number: `SO-${String(at + 1).padStart(7, "0")}`,
      customerNumber: customer.number,
      customerReference: `PO-${customer.number.slice(1)}-${String(at + 1)}`,
      orderedOn: new Date(start + day * 86_400_000).toISOString().slice(0, 10),
      warehouseCode: random.pick(warehouses).code,
      open: at >= length - OPEN_ORDER_COUNT,
      lines: [...skus].map((item, line) => ({
        lineNumber: (line + 1) * 10_000,
        sku: item.sku,
        quantity: String(random.between(1, 60)),
        unitPrice: new Decimal(item.listPrice).times("0.92").toFixed(2),
      })),
    };
  });
}

function withCheckDigit(digits: string): string {
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
  return `${digits}${String((10 - (sum % 10)) % 10)}`;
}
