import { anOrder, placeOrder } from "../placing-orders.ts";
import { contractLine } from "../contract-prices.ts";
import { runProgram } from "../program.ts";
import type { Stack } from "../stack.ts";

const CUSTOMER = "C10010";

export function auditSuite(open: () => Stack): void {
  describe("the audit journal", () => {
    let stack: Stack;

    beforeAll(async () => {
      stack = open();
      const { sku, quantity, uom } = contractLine(CUSTOMER, "NG-10003", "12", "EA");
      const portal = await stack.token("portal", CUSTOMER);
      await placeOrder(stack, anOrder(CUSTOMER, { lines: [{ sku, quantity, uom }] }), portal);
    });

    /** What `npm run --silent ctl -- audit verify` says, and its exit code. */
    async function verify(settings = stack.settings) {
      const program = runProgram({ ...settings }, "app/src/ctl.ts", ["audit", "verify"]);
      const { code } = await program.exited;
      return { code, stdout: program.stdout(), stderr: program.stderr() };
    }

    test("the journal is verified from a shell while the stack runs, and grew with the order", async () => {
      const { code, stdout } = await verify();
      const [, rows = "0"] =
        /^audit journal: (\d+) rows, the chain holds \([0-9a-f]{64}\)\n$/.exec(stdout) ?? [];
      expect(Number(rows)).toBeGreaterThan(0);
      expect(code).toBe(0);
    });

    test("who asks where no stack runs is told so", async () => {
      const { code, stderr } = await verify({ ...stack.settings, PORT: "1" });
      expect(stderr).toContain("http://127.0.0.1:1 does not answer");
      expect(code).toBe(3);
    });
  });
}
