import { STANDING_STILL } from "../src/config-file.ts";
import { startStack } from "../src/stack.ts";
import { tamperedAuditSuite } from "../src/suites/tampered-audit.suite.ts";

jest.setTimeout(180_000);

describe("over the embedded ledger", () => {
  tamperedAuditSuite(() => startStack({ speed: STANDING_STILL }));
});
