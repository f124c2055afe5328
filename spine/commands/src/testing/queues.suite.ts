import type { CommandQueues } from "../queues.ts";

/** What relays and workers rely on, whatever holds the queue. */
export function queuesSuite(
  queuesOf: () => CommandQueues,
  failJob: (id: string) => Promise<void>,
): void {
  const job = (id: string, again = false) => ({ id, commandIds: [`${id}1`, `${id}2`], again });

  const commandsOf = (...ids: readonly string[]) => ids.flatMap((id) => job(id).commandIds);

  /** Takes the commands of what is queued, up to and including the job `last`, which must come at the end. */
  async function takeUntil(last: string): Promise<string[]> {
    const taken: string[] = [];
    let arrived: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (arrived = resolve));
    const consumer = queuesOf().consume("wms", (ids) => {
      taken.push(...ids);
      if (ids[0] === `${last}1`) arrived();
      return Promise.resolve();
    });
    await all;
    await consumer.stop();
    return taken;
  }

  test("a job is in the queue once, however often it is added", async () => {
    await queuesOf().add("wms", [job("a"), job("b")]);
    await queuesOf().add("wms", [job("a", true)]);
    await queuesOf().add("wms", [job("a"), job("end")]);
    expect(await takeUntil("end")).toEqual(commandsOf("a", "b", "end"));
  });

  test("a job that is over can be queued again under its id", async () => {
    await queuesOf().add("wms", [job("c"), job("end")]);
    await takeUntil("end");
    await queuesOf().add("wms", [job("c", true), job("end", true)]);
    expect(await takeUntil("end")).toEqual(commandsOf("c", "end"));
  });

  test("a failed job that was left over does not swallow its command", async () => {
    await failJob("d");
    await queuesOf().add("wms", [job("d", true), job("end", true)]);
    expect(await takeUntil("end")).toEqual(commandsOf("d", "end"));
  });

  test("a consumer that throws drops the job and goes on", async () => {
    let resolve: () => void = () => undefined;
    const last = new Promise<void>((done) => (resolve = done));
    const consumer = queuesOf().consume("wms", ([id]) => {
      if (id === "f1") resolve();
      return id === "e1" ? Promise.reject(new Error("no database")) : Promise.resolve();
    });
    await queuesOf().add("wms", [job("e"), job("f")]);
    await last;
    await consumer.stop();
    await queuesOf().add("wms", [job("e", true), job("end", true)]);
    expect(await takeUntil("end")).toEqual(commandsOf("e", "end"));
  });
}
