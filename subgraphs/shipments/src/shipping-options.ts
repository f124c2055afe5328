import {
  checkGoods,
  MAX_ORDER_LINES,
  maySee,
  parcelsOf,
  parseCustomerNumber,
  parseSku,
  refusal,
  type Address,
  type Customer,
  type PackedGoods,
  type Product,
  type Sku,
  type UserError,
  type Viewer,
  type Warehouse,
} from "@crossdock/domain";
import type { ParcelDraft } from "@crossdock/source-contract";
import {
  checkAddress,
  createBatchLoader,
  documentsOf,
  idOrNull,
  readAddress,
  readInTime,
  requireViewer,
  wishOf,
} from "@crossdock/subgraph-kit";
import type { ShippingOptionsInput, ShippingOptionsPayload } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";

/** Somebody waits at a basket: what the carriers do not say by then is left out. */
export const QUOTE_PATIENCE_MS = 2_000;

/**
 * Reads the input whole, so that all that is wrong with it is told at once, and asks the carriers.
 * @throws {SourceUnavailableError} nothing is known of accounts or products: then nothing can be said of the goods
 */
export async function findShippingOptions(
  input: ShippingOptionsInput,
  context: Context,
): Promise<ShippingOptionsPayload> {
  const shipTo = input.shipTo == null ? null : readAddress(input.shipTo);
  const [customer, products, warehouses] = await readFacts(input, requireViewer(context), context);
  const goods = input.lines.map((line, index) =>
    checkGoods({ ...line, sku: line.sku.trim(), uom: line.uom ?? null }, index, products),
  );
  const warehouse = chosenFrom(warehouses, input.warehouse?.trim() ?? null);
  const userErrors: UserError[] = [
    ...(customer === null ? [refusal("UNKNOWN_CUSTOMER", NO_CUSTOMER, ["customerId"])] : []),
    ...(shipTo === null ? [] : checkAddress(shipTo, ["shipTo"])),
    ...checkLineCount(input.lines.length),
    ...(input.lines.length > MAX_ORDER_LINES ? [] : goods.flatMap(({ errors }) => errors)),
    ...(warehouse === null ? [refusal("UNKNOWN_WAREHOUSE", NO_WAREHOUSE, ["warehouse"])] : []),
  ];
  const destination = shipTo ?? customer?.shipToAddresses[0] ?? null;
  if (customer !== null && destination === null) {
    userErrors.push(refusal("INVALID_ADDRESS", NO_ADDRESS, ["shipTo"]));
  }
  if (userErrors.length > 0 || warehouse === null || destination === null) {
    return { options: null, warehouse: null, provenance: null, userErrors };
  }
  const packed = goods.flatMap(({ product, inBase }): PackedGoods[] =>
    inBase === null ? [] : [{ pieces: inBase.value, weight: product?.weight ?? null }],
  );
  return ask(packed, { warehouse, shipTo: destination }, context);
}

const NO_CUSTOMER = "There is no such account.";
const NO_WAREHOUSE = "There is no such warehouse.";
const NO_ADDRESS = "The account has no address: say where the goods go.";

async function ask(
  goods: readonly PackedGoods[],
  { warehouse, shipTo }: { readonly warehouse: Warehouse; readonly shipTo: Address },
  context: Context,
): Promise<ShippingOptionsPayload> {
  const nothing = { warehouse: { id: warehouse.code }, provenance: null, userErrors: [] };
  const { shippingOptions } = context.deps.reads;
  if (shippingOptions === null) return { ...nothing, options: null };
  const parcels = parcelsOf(goods);
  if (parcels === null || warehouse.address === null) return { ...nothing, options: [] };
  const draft: ParcelDraft = { shipFrom: warehouse.address, shipTo, parcels };
  const found = await readInTime(shippingOptions, draft, context, QUOTE_PATIENCE_MS);
  if (found === null) return { ...nothing, options: null };
  const { document, provenance } = found;
  return {
    ...nothing,
    provenance,
    options: document.map(({ carrier, service, price, estimatedDays }) => ({
      carrier: { ...carrier, service },
      price,
      estimatedDays,
    })),
  };
}

type Facts = readonly [
  customer: Customer | null,
  products: ReadonlyMap<string, Product>,
  warehouses: readonly Warehouse[],
];

/** Somebody else's account is no account: nothing is asked about it. */
async function readFacts(
  { customerId, lines }: ShippingOptionsInput,
  viewer: Viewer,
  context: Context,
): Promise<Facts> {
  const { customers, products, warehouses } = context.deps.acceptance;
  const { signal } = context;
  const wish = { ...wishOf(context), maxAgeMs: null };
  const customer = createBatchLoader({ load: documentsOf(customers, wish), signal });
  const product = createBatchLoader({ load: documentsOf(products, wish), signal });
  const all = createBatchLoader({ load: documentsOf(warehouses, wish), signal });
  const number = idOrNull(parseCustomerNumber, customerId);
  const [buyer, known, sites] = await Promise.all([
    number === null || !maySee(viewer, number) ? null : customer.load(number),
    Promise.all(
      skusOf(lines).map(async (sku) => [sku as string, await product.load(sku)] as const),
    ),
    all.load("all"),
  ]);
  const found = known.flatMap(([sku, one]) => (one === null ? [] : [[sku, one] as const]));
  return [buyer, new Map(found), sites ?? []];
}

/** Of an input that is too long nothing is read: it is refused for that. */
function skusOf(lines: ShippingOptionsInput["lines"]): readonly Sku[] {
  if (lines.length > MAX_ORDER_LINES) return [];
  return [...new Set(lines.map(({ sku }) => idOrNull(parseSku, sku.trim())))].filter(
    (sku) => sku !== null,
  );
}

function chosenFrom(warehouses: readonly Warehouse[], code: string | null): Warehouse | null {
  const chosen =
    code === null ? warehouses[0] : warehouses.find((warehouse) => warehouse.code === code);
  return chosen ?? null;
}

function checkLineCount(count: number): UserError[] {
  if (count === 0) return [refusal("EMPTY_ORDER", "There is nothing to send.", ["lines"])];
  if (count <= MAX_ORDER_LINES) return [];
  const message = `There are ${String(count)} lines: at most ${String(MAX_ORDER_LINES)} can be sent.`;
  return [refusal("TOO_MANY_LINES", message, ["lines"])];
}
