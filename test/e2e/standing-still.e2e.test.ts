import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { badInputSuite } from "../src/suites/bad-input.suite.ts";
import { contractsSuite } from "../src/suites/contracts.suite.ts";
import { exceptionsSuite } from "../src/suites/exceptions.suite.ts";
import { fiftyOrdersSuite } from "../src/suites/fifty-orders.suite.ts";
import { ownValuesSuite } from "../src/suites/own-values.suite.ts";
import { pagesSuite } from "../src/suites/pages.suite.ts";
import { poisonSuite } from "../src/suites/poison.suite.ts";
import { coldReadsSuite } from "../src/suites/reads-cold.suite.ts";
import { deepReadsSuite } from "../src/suites/reads-deep.suite.ts";
import { floodSuite } from "../src/suites/reads-flood.suite.ts";
import { sourcesSuite } from "../src/suites/reads-sources.suite.ts";
import { sameKeySuite } from "../src/suites/same-key.suite.ts";

jest.setTimeout(150_000);

/**
 * Nothing moves by itself. The first four count calls, of what nobody has read before; the first six order nothing. The last but
 * one leaves an exception open, and the last one asks all that the sources give.
 */
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    speed: STANDING_STILL,
    sweepSeconds: NO_SWEEPS_SECONDS,
    pastOrders: "all",
  });
});
afterAll(() => stack[Symbol.asyncDispose]());

const open = () => stack;
deepReadsSuite(open);
coldReadsSuite(open);
sourcesSuite(open);
fiftyOrdersSuite(open);
badInputSuite(open);
ownValuesSuite(open);
sameKeySuite(open);
contractsSuite(open);
exceptionsSuite(open);
pagesSuite(open);
poisonSuite(open);
floodSuite(open);
