import { startStack, type Stack } from "../src/stack.ts";
import { auditSuite } from "../src/suites/audit.suite.ts";
import { manyOrdersSuite } from "../src/suites/many-orders.suite.ts";
import { oneTransactionSuite } from "../src/suites/one-transaction.suite.ts";
import { orderToInvoiceSuite } from "../src/suites/order-to-invoice.suite.ts";
import { stockMovementsSuite } from "../src/suites/stock-movements.suite.ts";
import { tourSuite } from "../src/suites/tour.suite.ts";

jest.setTimeout(150_000);

/** As `npm start` runs: one stack for all that does not disturb each other, because starting one takes long. */
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ pastOrders: "all" });
});
afterAll(() => stack[Symbol.asyncDispose]());

const open = () => stack;
orderToInvoiceSuite(open);
oneTransactionSuite(open);
manyOrdersSuite(open);
stockMovementsSuite(open);
auditSuite(open);
tourSuite(open);
