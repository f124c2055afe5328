import type { OrderNumber } from "@crossdock/domain";
import { UnknownOutcomeError } from "../errors.ts";
import type { ReleaseDraft, ReleaseWriter, ShipmentReader } from "../shipments.ts";

export type SeededReleaseWriter = {
  readonly shipments: ShipmentReader & ReleaseWriter;
  readonly draft: (orderNumber: OrderNumber) => ReleaseDraft;
  /** How many documents of the source belong to the order. */
  readonly count: (orderNumber: OrderNumber) => Promise<number>;
  readonly loseNextAnswer: () => Promise<void>;
};

/** Every ReleaseWriter passes it. */
export function releaseWriterContract(
  name: string,
  seeded: () => Promise<SeededReleaseWriter>,
): void {
  const signal = () => AbortSignal.timeout(10_000);
  let serial = 0;
  const nextNumber = () => `SO-T${String((serial += 1)).padStart(6, "0")}` as OrderNumber;

  test(`${name} creates a release whose shipments can be read by order`, async () => {
    const { shipments, draft } = await seeded();
    const wanted = draft(nextNumber());
    const outcome = await shipments.createRelease(wanted, signal());
    expect(outcome.kind).toBe("done");
    const [found] = await shipments.readShipmentsOfOrders([wanted.orderNumber], signal());
    expect(
      found
        ?.flatMap((shipment) => shipment.lines)
        .map(({ lineNumber, sku, quantity }) => ({ lineNumber, sku, quantity })),
    ).toEqual(wanted.lines.map(({ lineNumber, sku, quantity }) => ({ lineNumber, sku, quantity })));
    expect(found?.every((shipment) => shipment.warehouse === wanted.warehouse)).toBe(true);
  });

  test(`${name} makes one document of the same release sent twice`, async () => {
    const { shipments, draft, count } = await seeded();
    const wanted = draft(nextNumber());
    const first = await shipments.createRelease(wanted, signal());
    const second = await shipments.createRelease(wanted, signal());
    expect([first.kind, second.kind]).toEqual(["done", "done"]);
    expect(await count(wanted.orderNumber)).toBe(1);
  });

  test(`${name} says that it does not know when the answer was lost, and finds the release`, async () => {
    const { shipments, draft, count, loseNextAnswer } = await seeded();
    const wanted = draft(nextNumber());
    expect(await shipments.findRelease(wanted, signal())).toBeNull();
    await loseNextAnswer();
    await expect(shipments.createRelease(wanted, signal())).rejects.toBeInstanceOf(
      UnknownOutcomeError,
    );
    expect(await shipments.findRelease(wanted, signal())).not.toBeNull();
    expect(await count(wanted.orderNumber)).toBe(1);
  });
}
