import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { badInputSuite } from "../src/suites/bad-input.suite.ts";
import { exceptionsSuite } from "../src/suites/exceptions.suite.ts";
import { fiftyOrdersSuite } from "../src/suites/fifty-orders.suite.ts";
import { ownValuesSuite } from "../src/suites/own-values.suite.ts";
import { pagesSuite } from "../src/suites/pages.suite.ts";
import { poisonSuite } from "../src/suites/poison.suite.ts";
import { sameKeySuite } from "../src/suites/same-key.suite.ts";

jest.setTimeout(150_000);

/** Nothing moves by itself. The first one counts calls, the first three order nothing; the last one leaves an exception open. */
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ speed: STANDING_STILL, sweepSeconds: NO_SWEEPS_SECONDS });
});
afterAll(() => stack[Symbol.asyncDispose]());

const open = () => stack;
fiftyOrdersSuite(open);
badInputSuite(open);
ownValuesSuite(open);
sameKeySuite(open);
exceptionsSuite(open);
pagesSuite(open);
poisonSuite(open);
