import { comparable } from "../compare-answers.ts";
import { ALL_TOPICS } from "./all.ts";
import { openTopic } from "./open-topic.ts";

describe.each(Object.entries(ALL_TOPICS))("%s", (_name, topic) => {
  test("are answered rightly, and the same by both executors", async () => {
    const opened = await openTopic(topic);
    for (const each of topic.cases) {
      const stock = await opened.ask("stock", each);
      const compiled = await opened.ask("compiled", each);
      expect({ query: each.query, data: plain(compiled.data) }).toEqual({
        query: each.query,
        data: each.data,
      });
      expect(comparable(compiled)).toEqual(comparable(stock));
      expect((compiled.errors ?? []).length > 0).toBe(each.plannerFault !== undefined);
    }
    expect(opened.leftToStock.filter((reason) => reason !== "malformed")).toEqual([]);
  });
});

/** Without the missing prototypes of what an executor makes. */
function plain(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data ?? null));
}
