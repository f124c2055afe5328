import { join } from "node:path";
import { openAllGraphs } from "./all-graphs.ts";
import { compareMany } from "./compare-many.ts";
import type { ComparedGraph } from "./compared-graph.ts";
import { renderDifference } from "./render-difference.ts";
import type { ChangeAnswer, Difference, DifferentialCounts } from "./run-differential.ts";

const SEED = "a suite";
/** Each of them is answered several times. */
const OPERATIONS = 200;
const CONTROL_OPERATIONS = 40;
const TIMEOUT_MS = 120_000;
/** Of what could have been compared. More would prove nothing. */
const MOST_LEFT_TO_STOCK = 0.03;

let graphs: readonly ComparedGraph[];
beforeAll(async () => {
  graphs = await openAllGraphs(join(__dirname, "../../../../supergraph.graphql"));
}, TIMEOUT_MS);

async function compare(
  operations: number,
  change?: ChangeAnswer,
): Promise<{ readonly counts: DifferentialCounts; readonly found: readonly Difference[] }> {
  const found: Difference[] = [];
  const counts = await compareMany({
    graphs,
    seed: SEED,
    numbers: Array.from({ length: operations }, (_none, at) => at),
    executor: "compiled",
    ...(change === undefined ? {} : { change }),
    onDifference: (difference) => void found.push(difference),
  });
  return { counts, found };
}

test(
  "whatever is asked for and whatever goes wrong, the compiled executor answers as the stock one",
  async () => {
    const { counts, found } = await compare(OPERATIONS);
    expect(found.map(renderDifference)).toEqual([]);
    expect(counts.fetches).toBeGreaterThan(OPERATIONS);
    expect(counts.faults).toBeGreaterThan(OPERATIONS / 4);
    expect(counts.errors).toBeGreaterThan(OPERATIONS / 4);
    expect(counts.refusals).toBeGreaterThan(OPERATIONS / 20);
    expect(counts.completions).toBeGreaterThan(0);
    expect(counts.mutations).toBeGreaterThan(OPERATIONS / 20);
    expect(counts.notPlanned).toBeLessThan(OPERATIONS / 20);
    const { malformed: _looked, ...leftWhole } = counts.leftToStock;
    const left = Object.values(leftWhole).reduce((sum, some) => sum + some, 0);
    expect(left).toBeLessThanOrEqual(counts.answers * MOST_LEFT_TO_STOCK);
  },
  TIMEOUT_MS,
);

describe("an executor is found out that", () => {
  const controls: Readonly<Record<string, ChangeAnswer>> = {
    "answers fields in another order": (answer) => ({
      ...answer,
      data: answer.data.replace(/"(\w+)":(true|false|null|-?\d+),"(\w+)":/, '"$3":$2,"$1":'),
    }),
    "lets a null be something": (answer) => ({
      ...answer,
      data: answer.data.replace("null", "0"),
    }),
    "leaves out an error": (answer) => ({ ...answer, errors: answer.errors.slice(1) }),
    "tells an error at another place of a list": (answer) => ({
      ...answer,
      errors: answer.errors.map((error) =>
        error.replace(
          /"path":\[(.*?)(\d+)/,
          (_all, before: string, index: string) => `"path":[${before}${String(Number(index) + 1)}`,
        ),
      ),
    }),
    "tells another code": (answer) => ({
      ...answer,
      errors: answer.errors.map((error) => error.replace("FORBIDDEN", "NOT_FOUND")),
    }),
    "keeps for itself which nulls it made": (answer) => ({ ...answer, extensions: "{}" }),
  };
  test.each(Object.entries(controls))(
    "%s",
    async (_name, change) => {
      const { found } = await compare(CONTROL_OPERATIONS, change);
      expect(found.length).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
