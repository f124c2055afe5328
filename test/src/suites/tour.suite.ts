import { spawn } from "node:child_process";
import { ROOT } from "../program.ts";
import type { Stack } from "../stack.ts";

export function tourSuite(open: () => Stack): void {
  describe("the tour", () => {
    let stack: Stack;
    beforeAll(async () => {
      stack = open();
    });

    /** Runs it as `npm run tour` does. */
    function runTour(...args: string[]): Promise<{ code: number | null; said: string }> {
      const child = spawn(process.execPath, ["--import", "tsx", "test/tour/tour.ts", ...args], {
        cwd: ROOT,
        env: { ...process.env, CROSSDOCK_DATA: stack.settings["CROSSDOCK_DATA"] ?? "" },
      });
      let said = "";
      const listen = (chunk: Buffer) => (said += chunk.toString());
      child.stdout.on("data", listen);
      child.stderr.on("data", listen);
      return new Promise((resolve) => {
        child.once("close", (code) => {
          resolve({ code, said });
        });
      });
    }

    test("the tour walks an order to its bill and finds one document in each system", async () => {
      const { code, said } = await runTour(
        stack.url,
        `http://127.0.0.1:${stack.settings["SANDBOX_PORT"] ?? ""}`,
      );
      expect(said).toMatch(/SUBMITTED[^]*CONFIRMED[^]*SHIPPED[^]*INVOICED/);
      expect(said).toMatch(/the ERP has 1 [^]*the warehouse has 1 [^]*finance has 1 /);
      expect(code).toBe(0);
    });

    test("the tour says what to do when nothing answers", async () => {
      const { code, said } = await runTour("http://127.0.0.1:9");
      expect(said).toContain("Run `npm start` in another shell first.");
      expect(code).toBe(1);
    });
  });
}
