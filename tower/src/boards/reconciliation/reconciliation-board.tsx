import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { messageOf } from "../../api/api-error.ts";
import { request } from "../../api/request.ts";
import { Age } from "../../components/age.tsx";
import { TimeChart } from "../../components/chart.tsx";
import { Button, Segments } from "../../components/controls.tsx";
import { Link } from "../../components/link.tsx";
import { Empty, Panel } from "../../components/panel.tsx";
import { Status } from "../../components/status.tsx";
import { tell } from "../../components/toasts.tsx";
import { count, duration, words } from "../../components/words.ts";
import {
  reconciliations,
  reconciliationTrend,
  runReconciliation,
  type ReconciliationScope,
  type RunFragment,
} from "../../generated/operations.ts";
import { usePolled } from "../../live/latest.ts";
import { go, route } from "../../routing/route.ts";
import { useStore } from "../../store.ts";
import { RunDetail } from "./run-detail.tsx";

const SCOPES: readonly { readonly id: ReconciliationScope; readonly name: string }[] = [
  { id: "INVENTORY", name: "Inventory" },
  { id: "SHIPPED_NOT_INVOICED", name: "Shipped, billed" },
  { id: "INVOICE_TOTALS", name: "Bill totals" },
  { id: "ORDER_STATUS", name: "Order status" },
];
const EVERY_MS = 3_000;
const TREND_EVERY_MS = 15_000;
const MS_PER_SECOND = 1_000;

/** Whether the systems say the same: the runs of one comparison, how they went over time, and what was found. */
export function ReconciliationBoard() {
  const { id, query } = useStore(route);
  const scope = SCOPES.find((each) => each.id === query["scope"])?.id ?? "INVENTORY";
  const { data, error } = usePolled(reconciliations, { scope }, EVERY_MS);
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const { runReconciliation: begun } = await request(runReconciliation, { scope });
      await queries.invalidateQueries({ queryKey: [reconciliations.name] });
      go({ board: "reconciliation", id: begun.id, query });
    } catch (fault) {
      tell("bad", messageOf(fault));
    } finally {
      setBusy(false);
    }
  };
  const runs = data?.reconciliations ?? [];
  return (
    <div className="stack">
      <div className="row spread">
        <Segments
          label="What is compared"
          options={SCOPES}
          value={scope}
          onChange={(chosen) => {
            go({ board: "reconciliation", id: null, query: { scope: chosen } });
          }}
        />
        <Button look="primary" isDisabled={isBusy} onPress={() => void run()}>
          {isBusy ? "Starting …" : "Compare now"}
        </Button>
      </div>
      {error === null ? null : (
        <p className="notice" data-tone="bad" role="alert">
          {messageOf(error)}
        </p>
      )}
      <Trend scope={scope} />
      <Panel title="Runs" note={data === undefined ? "Reading …" : undefined}>
        {data !== undefined && runs.length === 0 ? (
          <Empty title="Never compared yet">
            Compare now, or set a time for it below <code>operations.reconciliation</code> of
            crossdock.yaml.
          </Empty>
        ) : (
          <Runs runs={runs} openId={id} query={query} />
        )}
      </Panel>
      {id === null ? null : <RunDetail id={id} />}
    </div>
  );
}

function Trend({ scope }: { readonly scope: ReconciliationScope }) {
  const { data } = usePolled(reconciliationTrend, { scope }, TREND_EVERY_MS);
  const points = useMemo(() => [...(data?.reconciliationTrend ?? [])].reverse(), [data]);
  const times = useMemo(
    () => points.map(({ finishedAt }) => Date.parse(finishedAt) / MS_PER_SECOND),
    [points],
  );
  const series = useMemo(
    () => [
      { name: "Mismatches", values: points.map(({ mismatches }) => mismatches) },
      { name: "Repaired", values: points.map(({ repaired }) => repaired) },
    ],
    [points],
  );
  return (
    <Panel title="Trend" note="mismatches of each run">
      {points.length < 2 ? (
        <Empty title="No trend yet">
          It is drawn from the second run on. Good is a line at zero.
        </Empty>
      ) : (
        <TimeChart title="Mismatches of each run" times={times} series={series} />
      )}
    </Panel>
  );
}

function Runs({
  runs,
  openId,
  query,
}: {
  readonly runs: readonly RunFragment[];
  readonly openId: string | null;
  readonly query: Readonly<Record<string, string>>;
}) {
  return (
    <div className="table">
      <table className="folds">
        <thead>
          <tr>
            <th scope="col">Begun</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Compared
            </th>
            <th scope="col" className="number">
              Mismatches
            </th>
            <th scope="col">Took</th>
            <th scope="col">By</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id} className={run.id === openId ? "opened" : ""}>
              <td data-name="Begun">
                <Link to={{ board: "reconciliation", id: run.id, query }}>
                  <Age since={run.startedAt} /> ago
                </Link>
              </td>
              <td data-name="State">
                <RunState run={run} />
              </td>
              <td data-name="Compared" className="number">
                {count(run.compared)}
                {run.of == null ? "" : ` of ${count(run.of)}`}
              </td>
              <td data-name="Mismatches" className="number">
                {count(run.mismatchCount)}
              </td>
              <td data-name="Took">{took(run)}</td>
              <td data-name="By">{run.startedBy}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How a run stands, and what it found. */
export function RunState({ run }: { readonly run: RunFragment }) {
  if (run.status === "RUNNING") return <Status tone="info">Running</Status>;
  if (run.status === "FAILED") return <Status tone="bad">Given up</Status>;
  return run.mismatchCount === 0 ? (
    <Status tone="ok">All the same</Status>
  ) : (
    <Status tone="warn">{words("DIFFERENT")}</Status>
  );
}

function took({ startedAt, finishedAt }: RunFragment): string {
  if (finishedAt == null) return "—";
  return duration((Date.parse(finishedAt) - Date.parse(startedAt)) / MS_PER_SECOND);
}
