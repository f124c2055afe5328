import { STANDING_STILL } from "../src/config-file.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { erpAwaySuite } from "../src/suites/reads-erp-away.suite.ts";
import { warehouseAwaySuite } from "../src/suites/reads-warehouse-away.suite.ts";

jest.setTimeout(150_000);

/** Its sources are away for longer than the suites that share a stack could wait for. */
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ speed: STANDING_STILL });
});
afterAll(() => stack[Symbol.asyncDispose]());

erpAwaySuite(() => stack);
warehouseAwaySuite(() => stack);
