import {
  parseCustomerNumber,
  parseSku,
  priceFor,
  parseDecimal,
  parseUomCode,
  parseLocalDate,
  type Sku,
} from "@crossdock/domain";
import { generateWorld } from "@crossdock/sandbox";
import { startTenant, type Tenant } from "./testing/tenant.ts";

const world = generateWorld();
let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
  await tenant.system.products.readProducts([parseSku("NG-10001")], signal());
});
afterAll(() => tenant.stop());

const signal = () => AbortSignal.timeout(10_000);
const customerOf = async (number: string) => {
  const [customer] = await tenant.system.customers.readCustomers(
    [parseCustomerNumber(number)],
    signal(),
  );
  if (customer == null) throw new Error(`no customer ${number}`);
  return customer;
};

test("a customer has its price group, limit, address and status", async () => {
  const open = world.customers.find(
    ({ blocked, creditLimit }) => blocked === "none" && creditLimit !== "0.00",
  );
  const customer = await customerOf(open?.number ?? "");
  expect(customer).toMatchObject({
    name: open?.name,
    status: "ACTIVE",
    currency: "USD",
    priceGroup: open?.priceGroup,
    shipToAddresses: [{ lines: [open?.address.line1], city: open?.address.city, country: "US" }],
  });
  expect(Number(customer.creditLimit?.amount)).toBe(Number(open?.creditLimit));
  for (const blocked of ["all", "ship"] as const) {
    const number = world.customers.find((one) => one.blocked === blocked)?.number ?? "";
    expect((await customerOf(number)).status).toBe("ON_HOLD");
  }
});

test("a limit of zero is no limit", async () => {
  const unlimited = world.customers.find(({ creditLimit }) => creditLimit === "0.00");
  expect((await customerOf(unlimited?.number ?? "")).creditLimit).toBeNull();
});

test("all customers are listed by number", async () => {
  const { items, next } = await tenant.system.customers.listCustomers(null, signal());
  expect(items.map(({ number }) => number)).toEqual(world.customers.map(({ number }) => number));
  expect(next).toBeNull();
});

test("200 products with units, tracking and weight are one call", async () => {
  const items = world.items.slice(300, 500);
  await tenant.resetCalls();
  const products = await tenant.system.products.readProducts(
    items.map(({ sku }) => parseSku(sku)),
    signal(),
  );
  expect(await tenant.calls()).toBe(1);
  expect(
    products.map((product) => ({
      sku: product?.sku,
      tracking: product?.tracking,
      grams: Math.round(Number(product?.weight?.value) * 1_000),
      price: Number(product?.listPrice.amount),
      gtin: product?.gtin,
      uoms: product?.uoms.map(({ uom, factor }) => `${uom}${factor}`),
    })),
  ).toEqual(
    items.map(({ sku, tracking, weightGrams, listPrice, gtin, uoms }) => ({
      sku,
      tracking,
      grams: weightGrams,
      price: Number(listPrice),
      gtin,
      uoms: ["EA1", ...uoms.map(({ code, factor }) => `${code}${String(factor)}`)],
    })),
  );
});

test("the catalogue is listed page by page, blocked items left out", async () => {
  const { value } = await tenant.clerk("GET", "items?$filter=number eq 'NG-10002'");
  await tenant.clerk("PATCH", `items(${value[0].id})`, { blocked: true });
  const first = await tenant.system.products.listProducts(
    { search: null, after: null, limit: 2 },
    signal(),
  );
  expect(first.items.map(({ sku }) => sku)).toEqual(["NG-10001", "NG-10003"]);
  const second = await tenant.system.products.listProducts(
    { search: null, after: first.next, limit: 2 },
    signal(),
  );
  expect(second.items.map(({ sku }) => sku)).toEqual(["NG-10004", "NG-10005"]);
  const last = await tenant.system.products.listProducts(
    { search: null, after: "NG-11998", limit: 2 },
    signal(),
  );
  expect(last).toMatchObject({ items: [{ sku: "NG-11999" }, { sku: "NG-12000" }], next: null });
  await tenant.clerk("PATCH", `items(${value[0].id})`, { blocked: false });
});

test("a search finds words of the name in any case and order, and parts of the sku", async () => {
  const byName = await tenant.system.products.listProducts(
    { search: "bolt hex", after: null, limit: 100 },
    signal(),
  );
  const expected = world.items.filter(({ name }) => name.includes("Hex Bolt")).slice(0, 100);
  expect(byName.items.map(({ sku }) => sku)).toEqual(expected.map(({ sku }) => sku));
  const bySku = await tenant.system.products.listProducts(
    { search: "ng-1004", after: null, limit: 5 },
    signal(),
  );
  expect(bySku.items.map(({ sku }) => sku)).toEqual([
    "NG-10040",
    "NG-10041",
    "NG-10042",
    "NG-10043",
    "NG-10044",
  ]);
  const none = await tenant.system.products.listProducts(
    { search: "o'neil", after: null, limit: 5 },
    signal(),
  );
  expect(none).toEqual({ items: [], next: null });
});

test("price lines of 200 products are one call and give the customer's contract price", async () => {
  const customer = await customerOf("C10010");
  const skus = world.items.slice(0, 200).map(({ sku }) => parseSku(sku));
  await tenant.resetCalls();
  const lines = await tenant.system.prices.readPriceLines({ customer, skus }, signal());
  expect(await tenant.calls()).toBe(1);
  const expected = world.priceLines.filter(
    ({ sku, sourceNo }) =>
      skus.includes(sku as Sku) &&
      [customer.number, customer.priceGroup].some((one) => one === sourceNo),
  );
  expect(lines).toHaveLength(expected.length);

  const [product] = await tenant.system.products.readProducts([parseSku("NG-10001")], signal());
  if (product == null) throw new Error("no product");
  const price = priceFor({
    product,
    customer,
    quantity: parseDecimal("100"),
    uom: parseUomCode("EA"),
    on: parseLocalDate("2026-11-21"),
    lines,
  });
  const contract = world.priceLines.find(
    (line) =>
      line.sourceNo === "C10010" && line.sku === "NG-10001" && line.minimumQuantity === "100",
  );
  expect(price).toMatchObject({ basis: "CONTRACT", breaks: [{}, {}, {}] });
  expect(Number(price?.unitPrice.amount)).toBe(Number(contract?.unitPrice));
});

test("without a customer only prices for everyone are read", async () => {
  const lines = await tenant.system.prices.readPriceLines(
    { customer: null, skus: [parseSku("NG-10001")] },
    signal(),
  );
  expect(lines).toEqual([]);
});
