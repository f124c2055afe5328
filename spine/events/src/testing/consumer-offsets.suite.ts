import type { TestLedger } from "@crossdock/ledger/testing";
import { systemClock } from "@crossdock/runtime";
import { createConsumerOffsets } from "../consumer-offsets.ts";
import { LOG_START } from "../position.ts";
import type { Position } from "../position.ts";

export function consumerOffsetsSuite(open: () => Promise<TestLedger>): void {
  test("of many that advance a consumer from one place exactly one does", async () => {
    const { ledger, close } = await open();
    const offsets = createConsumerOffsets({ ledger, clock: systemClock });
    const advance = (from: string, to: string) =>
      ledger.transaction((trx) =>
        offsets.advance(trx, "order-to-cash", { from: from as Position, to: to as Position }),
      );
    expect(await offsets.read("order-to-cash")).toBe(LOG_START);
    const starts = await Promise.all(Array.from({ length: 8 }, () => advance("0", "5")));
    expect(starts.filter(Boolean)).toHaveLength(1);
    const steps = await Promise.all(Array.from({ length: 8 }, () => advance("5", "12")));
    expect(steps.filter(Boolean)).toHaveLength(1);
    expect(await advance("5", "9")).toBe(false);
    expect(await advance("0", "20")).toBe(false);
    expect(await offsets.read("order-to-cash")).toBe("12");
    await close();
  });
}
