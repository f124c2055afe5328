import type { OrderNumber, ShipmentStatus } from "@crossdock/domain";
import { UnknownOutcomeError } from "../errors.ts";
import type { ReleaseCanceller, ReleaseCancellation, ShipmentReader } from "../shipments.ts";

export type SeededReleaseCanceller = {
  readonly shipments: ShipmentReader;
  readonly cancellations: ReleaseCanceller;
  /** Puts a new release into the warehouse, where nobody has touched it yet. */
  readonly release: () => Promise<ReleaseCancellation>;
  /** The warehouse hands everything of the order to the carrier. */
  readonly ship: (orderNumber: OrderNumber) => Promise<void>;
  /** Calls that change something, since the source started. */
  readonly writes: () => Promise<number>;
  readonly loseNextAnswer: () => Promise<void>;
};

/** Every ReleaseCanceller passes it. */
export function releaseCancellerContract(
  name: string,
  seeded: () => Promise<SeededReleaseCanceller>,
): void {
  const signal = () => AbortSignal.timeout(10_000);

  const released = async () => {
    const source = await seeded();
    const wanted = await source.release();
    const read = async () => {
      const [found] = await source.shipments.readShipmentsOfOrders([wanted.orderNumber], signal());
      return found ?? [];
    };
    const [shipment] = await read();
    if (shipment === undefined) throw new Error("the release has no shipment");
    const statuses = async (): Promise<ShipmentStatus[]> =>
      (await read()).map(({ status }) => status);
    return { ...source, wanted, id: shipment.id, statuses };
  };

  test(`${name} cancels a shipment, which reads as cancelled and keeps its lines`, async () => {
    const { cancellations, id, statuses } = await released();
    expect(await cancellations.findCancelledShipment(id, signal())).toBeNull();
    const outcome = await cancellations.cancelShipment(id, signal());
    if (outcome.kind !== "done") throw new Error(`refused: ${outcome.message}`);
    expect(outcome.document).toMatchObject({ id, status: "CANCELLED" });
    expect(outcome.document.lines).not.toEqual([]);
    expect(await statuses()).toEqual(["CANCELLED"]);
    expect(await cancellations.findCancelledShipment(id, signal())).toEqual(outcome.document);
  });

  test(`${name} cancels everything of a release`, async () => {
    const { cancellations, wanted, id, statuses } = await released();
    expect(await cancellations.findCancelledRelease(wanted, signal())).toBeNull();
    const outcome = await cancellations.cancelRelease(wanted, signal());
    expect(outcome).toMatchObject({
      kind: "done",
      document: { shipments: [{ id, status: "CANCELLED" }] },
    });
    expect(await statuses()).toEqual(["CANCELLED"]);
    expect(await cancellations.findCancelledRelease(wanted, signal())).not.toBeNull();
  });

  test(`${name} takes what is cancelled already for done, and sends nothing`, async () => {
    const { cancellations, wanted, id, writes } = await released();
    const first = await cancellations.cancelShipment(id, signal());
    const before = await writes();
    expect(await cancellations.cancelShipment(id, signal())).toEqual(first);
    expect(await cancellations.cancelRelease(wanted, signal())).toMatchObject({ kind: "done" });
    expect(await writes()).toBe(before);
  });

  test(`${name} takes a release that the warehouse never had for done`, async () => {
    const { cancellations, wanted } = await released();
    const never = { ...wanted, release: wanted.release + 1 };
    const nothing = { shipments: [] };
    expect(await cancellations.findCancelledRelease(never, signal())).toEqual(nothing);
    expect(await cancellations.cancelRelease(never, signal())).toEqual({
      kind: "done",
      document: nothing,
    });
  });

  test(`${name} refuses to take back what has left the building`, async () => {
    const { cancellations, wanted, id, ship, statuses } = await released();
    await ship(wanted.orderNumber);
    const tooLate = { kind: "refused", code: "NOT_CANCELLABLE" };
    expect(await cancellations.cancelShipment(id, signal())).toMatchObject(tooLate);
    expect(await cancellations.cancelRelease(wanted, signal())).toMatchObject(tooLate);
    expect(await statuses()).toEqual(["SHIPPED"]);
    expect(await cancellations.findCancelledShipment(id, signal())).toBeNull();
    expect(await cancellations.findCancelledRelease(wanted, signal())).toBeNull();
  });

  test.each(["shipment", "release"])(
    `${name} says that it does not know when the answer about a %s was lost, and finds what it did`,
    async (kind) => {
      const { cancellations, wanted, id, writes, loseNextAnswer } = await released();
      const cancel = () =>
        kind === "shipment"
          ? cancellations.cancelShipment(id, signal())
          : cancellations.cancelRelease(wanted, signal());
      const before = await writes();
      await loseNextAnswer();
      await expect(cancel()).rejects.toBeInstanceOf(UnknownOutcomeError);
      expect(await cancellations.findCancelledShipment(id, signal())).toMatchObject({ id });
      expect(await cancellations.findCancelledRelease(wanted, signal())).not.toBeNull();
      expect((await writes()) - before).toBe(1);
    },
  );
}
