import { instantOf, parseCustomerNumber, parseSku, type Instant } from "@crossdock/domain";
import { generateWorld } from "@crossdock/sandbox";
import type { Page } from "@crossdock/source-contract";
import { bulkReadContract } from "@crossdock/source-contract/testing";
import { startTenant, type Tenant } from "./testing/tenant.ts";

const world = generateWorld();
let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.stop());

const signal = () => AbortSignal.timeout(20_000);
const soon = (): Instant => instantOf(new Date(Date.now() - 1_000));

async function all<Item>(list: (after: string | null) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for (let after: string | null = null; ;) {
    const page = await list(after);
    items.push(...page.items);
    if (page.next === null) return items;
    after = page.next;
  }
}

const idOf = async (set: string, number: string): Promise<string> =>
  (await tenant.clerk("GET", `${set}?$filter=number eq '${number}'`)).value[0].id;

bulkReadContract("Business Central's items", async () => ({
  read: tenant.system.masterData.readItems,
  known: [parseSku("NG-10003"), parseSku("NG-10001"), parseSku("NG-12000")],
  unknown: parseSku("NG-99999"),
  keyOf: ({ product }) => product.sku,
  calls: () => tenant.calls(),
}));

test("every item is listed once, as a read of it tells, at two calls for 250", async () => {
  await tenant.resetCalls();
  const items = await all((after) => tenant.system.masterData.listItems(after, signal()));
  expect(await tenant.calls()).toBe(16);
  expect(items.map(({ product }) => product.sku)).toEqual(world.items.map(({ sku }) => sku));
  expect(items.every(({ isListed }) => isListed)).toBe(true);
  const some = items.slice(700, 900).map(({ product }) => product);
  expect(
    await tenant.system.products.readProducts(
      some.map(({ sku }) => sku),
      signal(),
    ),
  ).toEqual(some);
});

test("a blocked item comes too, marked", async () => {
  const id = await idOf("items", "NG-10002");
  await tenant.clerk("PATCH", `items(${id})`, { blocked: true });
  const [item] = await tenant.system.masterData.readItems([parseSku("NG-10002")], signal());
  expect(item).toMatchObject({ isListed: false, product: { isBlocked: true } });
  await tenant.clerk("PATCH", `items(${id})`, { blocked: false });
});

test("what changed is named with its time, and nothing else is", async () => {
  const since = soon();
  await tenant.clerk("PATCH", `items(${await idOf("items", "NG-10040")})`, { unitPrice: 3.21 });
  await tenant.clerk("PATCH", `customers(${await idOf("customers", "C10020")})`, {
    displayName: "Renamed Ltd.",
  });
  const { masterData } = tenant.system;
  const products = await masterData.listChangedProducts({ since, after: null }, signal());
  const customers = await masterData.listChangedCustomers({ since, after: null }, signal());
  expect(products.items.map(({ key }) => key)).toContain(parseSku("NG-10040"));
  expect(products.items.length).toBeLessThanOrEqual(2);
  expect(customers.items.map(({ key }) => key)).toEqual([parseCustomerNumber("C10020")]);
  expect(customers.items[0]?.modifiedAt.slice(0, 10)).toBe(since.slice(0, 10));
  const later = instantOf(new Date(Date.now() + 60_000));
  expect(await masterData.listChangedProducts({ since: later, after: null }, signal())).toEqual({
    items: [],
    next: null,
  });
});

test("every price line is listed once, by list and number, at a call for 2,500", async () => {
  await tenant.resetCalls();
  const lines = await all((after) => tenant.system.masterData.listPriceLines(after, signal()));
  expect(await tenant.calls()).toBe(4);
  expect(new Set(lines.map(({ key }) => key)).size).toBe(world.priceLines.length);
  const customer = parseCustomerNumber("C10010");
  const [known] = await tenant.system.customers.readCustomers([customer], signal());
  const sku = parseSku("NG-10001");
  const live = await tenant.system.prices.readPriceLines(
    { customer: known ?? null, skus: [sku] },
    signal(),
  );
  const own = lines
    .map(({ line }) => line)
    .filter((line) => line.sku === sku)
    .filter(
      ({ appliesTo }) =>
        (appliesTo.kind === "customer" && appliesTo.customerNumber === customer) ||
        (appliesTo.kind === "priceGroup" && appliesTo.priceGroup === known?.priceGroup),
    );
  const sorted = (some: readonly object[]) => some.map((one) => JSON.stringify(one)).sort();
  expect(sorted(own)).toEqual(sorted(live));
});
