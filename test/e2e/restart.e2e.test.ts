import { startStack } from "../src/stack.ts";
import { RESTART_SPEED, restartSuite } from "../src/suites/restart.suite.ts";

jest.setTimeout(200_000);

restartSuite(() => startStack({ speed: RESTART_SPEED }));
