import { startStack, type Stack } from "../src/stack.ts";
import { readYourEventsSuite } from "../src/suites/reads-your-events.suite.ts";

jest.setTimeout(150_000);

/** As the program runs, but for the vendors' limits: what is looked at is asked again and again. */
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ callsPerMinute: 6_000 });
});
afterAll(() => stack[Symbol.asyncDispose]());

readYourEventsSuite(() => stack);
