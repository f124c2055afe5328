/** What the shop knows: made of an object's id alone, so that every answer depends on the variables and on nothing else. */

const ITEMS_OF_AN_ORDER = 3;
const SHIPMENTS_OF_AN_ORDER = 2;
/** Of which 20 stand on one page of orders. */
const PRODUCTS = 40;
const PRODUCTS_OF_A_PAGE = 20;
const ORDERS_OF_A_PAGE = 50;
const FIRST_DAY = Date.UTC(2026, 0, 1);
const MS_PER_MINUTE = 60_000;

const STATUSES = ["CONFIRMED", "SHIPPED", "INVOICED"];
const SHIPMENT_STATUSES = ["PACKED", "SENT", "DELIVERED"];
const CARRIERS = ["UPS", "FedEx", "Old Dominion"];

/** @param {number} page @param {number} first */
export function ordersOf(page, first) {
  return upTo(first).map((at) => orderOf(String(page * ORDERS_OF_A_PAGE + at)));
}

/** @param {string} id a whole number */
export function orderOf(id) {
  const number = Number(id);
  const page = Math.floor(number / ORDERS_OF_A_PAGE);
  return {
    id,
    number: `SO-${String(number).padStart(6, "0")}`,
    placedAt: instantOf(number),
    status: oneOf(STATUSES, number),
    total: moneyOf(number),
    note: number % 4 === 0 ? null : `Gate ${String(number % 9)}, ring twice`,
    items: upTo(ITEMS_OF_AN_ORDER).map((at) => ({
      line: at + 1,
      quantity: 1 + ((number + at) % 12),
      product: { sku: skuOf(page * 7 + ((number * ITEMS_OF_AN_ORDER + at) % PRODUCTS_OF_A_PAGE)) },
    })),
  };
}

/** @param {string} orderId */
export function shipmentsOf(orderId) {
  const number = Number(orderId);
  return upTo(SHIPMENTS_OF_AN_ORDER).map((at) => {
    const shared = {
      id: `SH-${orderId}-${String(at)}`,
      carrier: oneOf(CARRIERS, number + at),
      status: oneOf(SHIPMENT_STATUSES, number + at),
    };
    return (number + at) % 2 === 0
      ? {
          __typename: "Parcel",
          ...shared,
          trackingNumber:
            number % 5 === 0 ? null : `1Z${String(number * 10 + at).padStart(9, "0")}`,
          weightGrams: 500 + ((number * 37) % 9_000),
        }
      : {
          __typename: "Freight",
          ...shared,
          proNumber: `PRO${String(number * 10 + at)}`,
          pallets: 1 + (number % 6),
        };
  });
}

/** @param {string} sku */
export function productOf(sku) {
  const number = Number(sku.slice(4));
  return {
    __typename: "Product",
    sku,
    name: `Conveyor roller ${String(number)} mm`,
    unit: number % 3 === 0 ? "BOX" : "EA",
    weightGrams: number % 7 === 0 ? null : 100 + number * 13,
  };
}

/** @param {number} page @param {number} first */
export function changesOf(page, first) {
  return upTo(first).map((at) => changeOf(page * first + at));
}

function changeOf(number) {
  const shared = {
    id: `CH-${String(number)}`,
    at: instantOf(number),
    by:
      number % 2 === 0
        ? { __typename: "Person", name: `Buyer ${String(number % 30)}` }
        : { __typename: "Program", clientId: `partner-${String(number % 11)}` },
  };
  const product = { sku: skuOf(number) };
  switch (number % 3) {
    case 0:
      return {
        __typename: "OrderPlaced",
        ...shared,
        customerNumber: `C${String(10_000 + (number % 60))}`,
        order: orderOf(String(number)),
      };
    case 1:
      return { __typename: "StockReceived", ...shared, quantity: 10 + (number % 90), product };
    default:
      return { __typename: "PriceChanged", ...shared, price: moneyOf(number), product };
  }
}

function skuOf(number) {
  return `SKU-${String(number % PRODUCTS)}`;
}

function moneyOf(number) {
  return { value: `${String(100 + ((number * 31) % 900))}.50`, currency: "USD" };
}

function instantOf(number) {
  return new Date(FIRST_DAY + number * MS_PER_MINUTE).toISOString();
}

function oneOf(words, number) {
  return words[number % words.length];
}

function upTo(count) {
  return Array.from({ length: count }, (_, at) => at);
}
